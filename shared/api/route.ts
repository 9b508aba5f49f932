import type * as z from 'zod';

/** The Lambda that answers a route: one per capability. */
export type Capability = 'time' | 'workspace' | 'invoices' | 'quotes' | 'payments' | 'xero' | 'overview' | 'documents' | 'bills';

/**
 * Who may call a route.
 * `public` needs no sign-in · `member` any role (the use case shows an expert only what is theirs) ·
 * `finance` finance and admin · `admin` admin · `export` finance and admin whose `export-to-accounting` flag is on.
 */
export type Access = 'public' | 'member' | 'finance' | 'admin' | 'export';

/** One line of the API: what infra makes a route of, handlers parse with, OpenAPI is generated from and tests walk. */
export interface Route {
  readonly id: string;
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly path: string;
  readonly capability: Capability;
  readonly summary: string;
  readonly access: Access;
  /** The member is read again from the table, so that a removal counts at once and not when the token ends. */
  readonly membershipAtOnce?: true;
  readonly params?: z.ZodObject;
  readonly query?: z.ZodObject;
  readonly body?: z.ZodType;
  readonly reply: { readonly status: 200 | 201 | 202 | 204 | 303; readonly schema?: z.ZodType; readonly contentType?: string };
  /** `required` where money documents are made; every other signed-in POST may carry a key. `none`: webhooks and public forms. */
  readonly idempotency?: 'required' | 'optional' | 'none';
  readonly ifMatch?: 'required' | 'optional';
  /** The body stays raw bytes: its signature is checked before anything is parsed. */
  readonly rawBody?: true;
  /** The body is what a browser's form sends; its fields are texts. */
  readonly form?: true;
  /** The body is a file of one of these content types, and stays raw bytes. */
  readonly file?: readonly string[];
}

/** Gives a room's routes their literal types, so that handlers are checked to answer each of them. */
export const defineRoutes = <const R extends readonly Route[]>(routes: R): R => routes;

/** Whether a POST may carry an Idempotency-Key. */
export const takesIdempotencyKey = (route: Route): boolean =>
  route.method === 'POST' && route.access !== 'public' && route.idempotency !== 'none';

/** Whether a request must carry If-Match. */
export const needsIfMatch = (route: Route): boolean =>
  route.ifMatch ? route.ifMatch === 'required' : route.method === 'PATCH' || route.method === 'DELETE';
