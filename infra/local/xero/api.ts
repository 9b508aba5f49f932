/** The accounting API's door: token, organisation, scope, quota, idempotency, then the endpoint. */
import type { ApiCall, Endpoint, Reply } from './api-call.ts';
import { badRequest, notFound, notImplemented } from './api-call.ts';
import { expiredText, forbidden, unauthorized } from './doors.ts';
import { endpoints } from './endpoints.ts';
import type { Refusal } from './limiter.ts';
import type { HttpCall } from './http-call.ts';
import type { Sandbox } from './sandbox.ts';
import { permits } from './scopes.ts';
import { QueryParseError } from './where-filter.ts';

export const apiRoot = '/api.xro/2.0/';
const mostJsonBytes = 3.5 * 1024 * 1024;
const mostFileBytes = 10 * 1024 * 1024;

interface Compiled {
  endpoint: Endpoint;
  parts: readonly string[];
}
const compiled: readonly Compiled[] = endpoints.map((endpoint) => ({ endpoint, parts: endpoint.path.toLowerCase().split('/') }));

const findEndpoint = (segments: readonly string[]): Endpoint | undefined =>
  compiled.find(
    ({ parts }) =>
      parts.length === segments.length &&
      parts.every((part, index) => part.startsWith('{') || part === segments[index]!.toLowerCase()),
  )?.endpoint;

const segmentsOf = (path: string): string[] | undefined => {
  try {
    return path.slice(apiRoot.length).split('/').filter(Boolean).map(decodeURIComponent);
  } catch {
    return undefined;
  }
};

/** Claims of the bearer token by the sandbox's clock, or why it isn't taken. */
export const readBearer =
  ({ tokens, clock }: Pick<Sandbox, 'tokens' | 'clock'>) =>
  (headers: Readonly<Record<string, string>>) => {
    const bearer = /^Bearer\s+(\S+)$/i.exec(headers['authorization'] ?? '')?.[1];
    const claims = bearer ? tokens.read(bearer) : undefined;
    if (!claims) return { refusal: 'AuthenticationUnsuccessful' };
    return clock.now() / 1000 >= claims.exp ? { refusal: expiredText(claims.exp) } : claims;
  };

/** 429, with nothing in its body. */
export const tooManyRequests = ({ problem, retryAfter }: Refusal): Reply => ({
  status: 429,
  headers: { 'x-rate-limit-problem': problem, ...(retryAfter !== undefined && { 'retry-after': String(retryAfter) }) },
  body: '',
});

const parseBody = ({ method, raw }: HttpCall): unknown => {
  // GETs come with a body of `{}` from some clients; it means nothing.
  if (method === 'GET' || raw.length === 0) return undefined;
  try {
    return JSON.parse(raw.toString('utf8')) as unknown;
  } catch {
    return undefined;
  }
};

const answer = (endpoint: Endpoint, call: ApiCall): Reply => {
  const handler = endpoint.handlers[call.method as 'GET'];
  if (!handler) return notImplemented();
  try {
    return handler(call);
  } catch (error) {
    if (error instanceof QueryParseError) return badRequest(16, 'QueryParseException', error.message);
    throw error;
  }
};

export interface ApiOptions {
  /** Calls of this organisation that are under way, this one included. */
  inFlight: number;
  badElement?: ApiCall['badElement'] | undefined;
}

/** Answers one accounting call. */
export const apiReply = (sandbox: Sandbox, call: HttpCall, options: ApiOptions): Reply => {
  const claims = sandbox.readBearer(call.headers);
  if ('refusal' in claims) return unauthorized(claims.refusal);
  const tenantId = call.headers['xero-tenant-id'] ?? '';
  const books = sandbox.books(tenantId);
  if (!books || !sandbox.identity.isConnected(claims.sub, tenantId)) return forbidden('AuthenticationUnsuccessful');
  const segments = segmentsOf(call.path);
  const endpoint = segments && findEndpoint(segments);
  if (endpoint && !permits(claims.scope, endpoint.scopes, call.method)) return forbidden('AuthorizationUnsuccessful');
  const refusal = sandbox.limiter.admit(tenantId, options.inFlight);
  if (refusal) return tooManyRequests(refusal);
  if (!endpoint) return notFound();
  const isFile = segments.includes('Attachments');
  if (call.raw.length > (isFile ? mostFileBytes : mostJsonBytes)) return { status: 413, body: '' };
  return sandbox.idempotency.once(
    { key: call.headers['idempotency-key'], method: call.method, tenantId, target: call.target, raw: call.raw },
    () =>
      answer(endpoint, {
        books,
        method: call.method,
        segments,
        query: call.query,
        headers: call.headers,
        raw: call.raw,
        body: isFile ? undefined : parseBody(call),
        nowMs: sandbox.clock.now(),
        unitPlaces: call.query.get('unitdp') === '4' ? 4 : 2,
        url: sandbox.url(),
        ...(options.badElement && { badElement: options.badElement }),
      }),
  );
};
