import middy from '@middy/core';
import type { APIGatewayProxyStructuredResultV2, Context } from 'aws-lambda';
import type { Call, Caller, RawRequest, UseCases } from '../api/call.ts';
import type { Route } from '../api/route.ts';
import type { Once, Reply } from '../domain/once.ts';
import { refuse } from '../domain/refusal.ts';
import {
  callerOf,
  fileBody,
  formBody,
  ifMatchOf,
  jsonBody,
  mayCall,
  onceOf,
  parsePart,
  rawRequest,
  type ApiEvent,
} from './api-request.ts';
import { describe, log } from './log.ts';
import { problem, problemOf, type Problem } from './problem.ts';
import { retryLostRaces, type RetryTools } from './retry.ts';

/** What became of an earlier request with the same key; the store knows. */
export type Earlier =
  | { state: 'none' }
  | { state: 'other-body' }
  | { state: 'in-progress'; retryAfterSeconds: number; mine: boolean }
  | { state: 'done'; reply: Reply | { ref: string } };

export interface ApiDoor<Routes extends readonly Route[]> {
  readonly routes: Routes;
  readonly useCases: UseCases<Routes>;
  readonly readEarlier: (once: Once) => Promise<Earlier>;
  /** Writes the reply of a request again from the document that it made. */
  readonly replay?: (workspaceId: string, routeId: string, ref: string, once: Once) => Promise<Reply>;
  readonly release: (once: Once) => Promise<void>;
  /** Whether the member still belongs to the workspace with that role, read now. */
  readonly stillMember: (caller: Caller) => Promise<boolean>;
  readonly tools: RetryTools;
}

type Result = APIGatewayProxyStructuredResultV2;
type AnyUseCase = (call: Call<Route>) => Promise<Reply>;

/** The door of a capability: one Lambda that answers the routes of its room. */
export const apiDoor = <const Routes extends readonly Route[]>(door: ApiDoor<Routes>) => {
  const byKey = new Map(door.routes.map((route) => [`${route.method} ${route.path}`, route]));
  return middy<ApiEvent, Result>()
    .before(({ context }) => log.addContext(context as Context))
    .onError(({ error, response }) => response ?? failed(error))
    .handler(async (event) => {
      const route = byKey.get(event.routeKey);
      if (!route) return asResult(problem(404, 'not-found', 'There is no such route'));
      return answer(door as never, route, event).catch(failed);
    });
};

const failed = (error: unknown): Result => {
  const known = problemOf(error);
  if (!known) log.error('unexpected failure', describe(error));
  return asResult(known ?? problem(500, 'unexpected', 'It was noted. Try again; nothing was half done.'));
};

const answer = async (door: ApiDoor<readonly Route[]>, route: Route, event: ApiEvent): Promise<Result> => {
  const raw = rawRequest(event);
  const caller = route.access === 'public' ? undefined : callerOf(event);
  if (route.access !== 'public') await allow(door, route, caller);
  const call = {
    caller,
    params: routeParams(route, event),
    query: parsePart(route.query, event.queryStringParameters ?? {}),
    body: route.rawBody ? undefined : parsePart(route.body, bodyOf(route, raw)),
    ifMatch: ifMatchOf(route, raw),
    once: onceOf(route, raw, event, caller, door.tools.clock()),
    raw,
    requestId: event.requestContext.requestId,
  } as unknown as Call<Route>;
  const useCase = (door.useCases as Record<string, AnyUseCase>)[route.id] as AnyUseCase;
  return asReply(await once(door, call, useCase));
};

const bodyOf = (route: Route, raw: RawRequest): unknown => {
  if (route.file) return fileBody(raw, route.file);
  return route.form ? formBody(raw) : jsonBody(raw, route.body !== undefined);
};

const allow = async (door: ApiDoor<readonly Route[]>, route: Route, caller: Caller | undefined): Promise<void> => {
  if (!caller) return refuse('forbidden', 'The token names no workspace; sign in again');
  if (!mayCall(route.access, caller)) return refuse('forbidden', 'This role may not do that');
  if (route.membershipAtOnce && !(await door.stillMember(caller)))
    return refuse('forbidden', 'No longer a member with that role');
};

/** An id that cannot exist is not found, in the same words as one that does not exist. */
const routeParams = (route: Route, event: ApiEvent): unknown => {
  const parsed = route.params?.safeParse(event.pathParameters ?? {});
  return parsed && !parsed.success ? refuse('not-found', 'There is no such thing here') : parsed?.data;
};

/**
 * Runs a use case so that a key counts once. The record of an earlier answer outranks every failure: only when the use case
 * does not succeed is it looked for, so that the first request pays no read for it.
 */
const once = async (door: ApiDoor<readonly Route[]>, call: Call<Route>, useCase: AnyUseCase): Promise<Reply> => {
  try {
    return await retryLostRaces(door.tools, () => useCase(call));
  } catch (error) {
    if (!call.once) throw error;
    const earlier = await door.readEarlier(call.once);
    if (earlier.state === 'done') return 'ref' in earlier.reply ? again(door, call.once, earlier.reply.ref) : earlier.reply;
    if (earlier.state === 'other-body') return refuse('idempotency-key-reused', 'This key was used with another request');
    if (earlier.state === 'in-progress' && !earlier.mine)
      return refuse('in-progress', 'The first request with this key is still running', {
        retryAfterSeconds: earlier.retryAfterSeconds,
      });
    if (earlier.state === 'in-progress') await door.release(call.once).catch(() => undefined);
    throw error;
  }
};

const again = async (door: ApiDoor<readonly Route[]>, asked: Once, ref: string): Promise<Reply> => {
  const { workspaceId, routeId } = asked;
  if (!door.replay) throw new Error(`${routeId} answered by reference, and its room can't read it`);
  return door.replay(workspaceId, routeId, ref, asked);
};

const asReply = ({ status, body, etag, headers }: Reply): Result => {
  const text = typeof body === 'string';
  const file = body instanceof Uint8Array;
  return {
    statusCode: status,
    headers: {
      'cache-control': 'no-store',
      ...(body === undefined ? {} : { 'content-type': text ? 'text/plain' : 'application/json' }),
      ...(etag === undefined ? {} : { etag: `"${etag}"` }),
      ...headers,
    },
    ...(file ? { body: Buffer.from(body).toString('base64'), isBase64Encoded: true } : {}),
    ...(file ? {} : { body: body === undefined ? '' : text ? body : JSON.stringify(body) }),
  };
};

const asResult = ({ status, body, retryAfterSeconds }: Problem): Result => ({
  statusCode: status,
  headers: {
    'content-type': 'application/problem+json',
    'cache-control': 'no-store',
    ...(retryAfterSeconds === undefined ? {} : { 'retry-after': String(retryAfterSeconds) }),
  },
  body: JSON.stringify(body),
});
