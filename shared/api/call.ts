import type * as z from 'zod';
import type { Role } from '../domain/access.ts';
import type { Once, Reply } from '../domain/once.ts';
import type { Route } from './route.ts';

/** The signed-in member, as the access token names them. */
export interface Caller {
  readonly workspaceId: string;
  readonly memberId: string;
  readonly role: Role;
  readonly canExport: boolean;
  /** The person's subject in the user pool. */
  readonly sub: string;
}

/** A request as it came through the door, before its body was parsed. Only for routes that check signatures. */
export interface RawRequest {
  readonly body: Uint8Array;
  readonly headers: Readonly<Record<string, string | undefined>>;
}

type Parsed<S> = S extends z.ZodType ? z.output<S> : undefined;
type Field<R, K extends 'params' | 'query' | 'body'> = R extends { readonly [P in K]: infer S } ? Parsed<S> : undefined;

/** A request to route `R`, parsed and allowed. */
export interface Call<R> {
  readonly caller: R extends { readonly access: 'public' } ? undefined : Caller;
  readonly params: Field<R, 'params'>;
  readonly query: Field<R, 'query'>;
  readonly body: Field<R, 'body'>;
  /** The version in If-Match; `*` matches any; undefined when the route asks for none. */
  readonly ifMatch: string | undefined;
  /** Present when the request carries an Idempotency-Key. */
  readonly once: Once | undefined;
  readonly raw: RawRequest;
  readonly requestId: string;
}

/** The route of a room by its id. */
export type RouteOf<Routes extends readonly Route[], Id extends Routes[number]['id']> = Extract<
  Routes[number],
  { readonly id: Id }
>;

/** One use case for every route of a room: the compiler names a route that nobody answers. */
export type UseCases<Routes extends readonly Route[]> = {
  readonly [Id in Routes[number]['id']]: (call: Call<RouteOf<Routes, Id>>) => Promise<Reply>;
};
