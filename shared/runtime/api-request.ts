import { createHash } from 'node:crypto';
import type { APIGatewayProxyEventV2WithJWTAuthorizer } from 'aws-lambda';
import type * as z from 'zod';
import type { Caller, RawRequest } from '../api/call.ts';
import { needsIfMatch, takesIdempotencyKey, type Access, type Route } from '../api/route.ts';
import type { Once } from '../domain/once.ts';
import { refuse, refuseFields } from '../domain/refusal.ts';
import { BadJson, parseStrictJson } from './strict-json.ts';

export type ApiEvent = APIGatewayProxyEventV2WithJWTAuthorizer;

const bodyBytesMax = 1_000_000;
const formBytesMax = 20_000;
const formType = 'application/x-www-form-urlencoded';
const keyPattern = /^[\x21-\x7e]{1,255}$/;

/** The raw request: exact bytes (API Gateway may have encoded them) and lower-case header names. */
export const rawRequest = (event: ApiEvent): RawRequest => ({
  body: Buffer.from(event.body ?? '', event.isBase64Encoded ? 'base64' : 'utf8'),
  headers: {
    ...Object.fromEntries(Object.entries(event.headers).map(([name, value]) => [name.toLowerCase(), value])),
    // API Gateway takes the cookies out of the headers.
    ...(event.cookies ? { cookie: event.cookies.join('; ') } : {}),
  },
});

/** The signed-in member, from claims that the authorizer has verified. Undefined when the token names no workspace. */
export const callerOf = (event: ApiEvent): Caller | undefined => {
  const claims = (event.requestContext as Partial<ApiEvent['requestContext']>).authorizer?.jwt.claims;
  const { workspace, member, role, sub, token_use: use } = claims ?? {};
  // Identity tokens pass the authorizer too; only access tokens say what somebody may do.
  if (use !== 'access') return undefined;
  if (typeof workspace !== 'string' || typeof member !== 'string' || typeof sub !== 'string') return undefined;
  if (role !== 'admin' && role !== 'finance' && role !== 'expert') return undefined;
  return { workspaceId: workspace, memberId: member, role, sub, canExport: claims?.['export'] === 'true' };
};

/** Whether a member may call a route. */
export const mayCall = (access: Access, caller: Pick<Caller, 'role' | 'canExport'>): boolean => {
  switch (access) {
    case 'public':
    case 'member':
      return true;
    case 'finance':
      return caller.role !== 'expert';
    case 'admin':
      return caller.role === 'admin';
    case 'export':
      return caller.role !== 'expert' && caller.canExport;
  }
};

/** Parses a part of the request; every wrong field is named with its path. */
export const parsePart = (schema: z.ZodType | undefined, value: unknown): unknown => {
  if (!schema) return undefined;
  const parsed = schema.safeParse(value, { error: missing });
  if (parsed.success) return parsed.data;
  return refuseFields(...parsed.error.issues.flatMap((issue) => fieldErrors(issue)));
};

/** Where nothing was sent, no shape that was expected says it better. */
const missing: z.core.$ZodErrorMap = ({ code, input }) =>
  input === undefined && (code === 'invalid_type' || code === 'invalid_value') ? 'is missing' : undefined;

type WrongField = { path: string; message: string };

const fieldErrors = (issue: z.core.$ZodIssue): WrongField[] => {
  if (issue.code === 'unrecognized_keys') return issue.keys.map((key) => wrong(issue, key, 'is not known'));
  if (issue.code === 'invalid_union') {
    const [closest = [], ...others] = [...issue.errors].sort(
      (one, other) => distance(one) - distance(other) || one.length - other.length,
    );
    if (closest.length > 0)
      return closest.flatMap((inner) =>
        inner.code === 'unrecognized_keys' && inner.path.length === 0
          ? inner.keys.map((key) => wrong(issue, key, clash(key, closest, others)))
          : fieldErrors({ ...inner, path: [...issue.path, ...inner.path] } as never),
      );
  }
  return [{ path: issue.path.join('.'), message: issue.message }];
};

const wrong = ({ path }: z.core.$ZodIssue, key: string, message: string): WrongField => ({
  path: [...path, key].join('.'),
  message,
});

type Issues = readonly z.core.$ZodIssue[];
const unknownTo = (issues: Issues): string[] =>
  issues.flatMap((issue) => (issue.code === 'unrecognized_keys' && issue.path.length === 0 ? issue.keys : []));

/** What the closest shape doesn't know may belong to another one, which then doesn't know what else was sent. */
const clash = (key: string, closest: Issues, others: readonly Issues[]): string => {
  const nowhere = unknownTo(closest);
  for (const other of others.map(unknownTo)) {
    const rivals = other.filter((one) => !nowhere.includes(one));
    if (!other.includes(key) && rivals.length > 0) return `does not go with ${rivals.join(' and ')}`;
  }
  return 'is not known';
};

/** How many fields of its own a shape misses in what was sent; what is wrong further down was meant for this shape all the same. */
const distance = (issues: readonly z.core.$ZodIssue[]): number =>
  issues.reduce(
    (sum, issue) => sum + (issue.path.length > 1 ? 0 : issue.code === 'unrecognized_keys' ? issue.keys.length : 1),
    0,
  );

/** The JSON body, checked for size and type before it is parsed. */
export const jsonBody = (raw: RawRequest, wanted: boolean): unknown => {
  if (raw.body.byteLength === 0) return undefined;
  if (!wanted) return refuseFields({ path: '', message: 'this route takes no body' });
  if (raw.body.byteLength > bodyBytesMax) return refuseFields({ path: '', message: `is larger than ${bodyBytesMax} bytes` });
  const type = (raw.headers['content-type'] ?? '').split(';')[0]?.trim().toLowerCase();
  if (type !== 'application/json') return refuseFields({ path: '', message: 'the content type must be application/json' });
  try {
    return parseStrictJson(new TextDecoder('utf-8', { fatal: true }).decode(raw.body));
  } catch (error) {
    if (error instanceof BadJson) return refuseFields({ path: error.path, message: error.message });
    return refuseFields({ path: '', message: 'is not UTF-8' });
  }
};

/** The fields of a browser's form; of several of one name the last one counts. Checked for size and type before it is read. */
export const formBody = (raw: RawRequest): Record<string, string> => {
  if (raw.body.byteLength > formBytesMax) return refuseFields({ path: '', message: `is larger than ${formBytesMax} bytes` });
  const type = (raw.headers['content-type'] ?? '').split(';')[0]?.trim().toLowerCase();
  if (type !== formType) return refuseFields({ path: '', message: `the content type must be ${formType}` });
  return Object.fromEntries(new URLSearchParams(Buffer.from(raw.body).toString('utf8')));
};

/** A file is read by who asked for it, out of the raw request; here only its type is looked at. */
export const fileBody = (raw: RawRequest, types: readonly string[]): undefined => {
  const type = (raw.headers['content-type'] ?? '').split(';')[0]?.trim().toLowerCase() ?? '';
  if (!types.includes(type)) refuseFields({ path: '', message: `the content type must be ${types.join(' or ')}` });
};

/** If-Match as a version, or `*`. Refuses its absence where the route asks for it. */
export const ifMatchOf = (route: Route, raw: RawRequest): string | undefined => {
  const value = raw.headers['if-match'];
  if (value === undefined)
    return needsIfMatch(route) ? refuse('precondition-required', 'Send If-Match with the ETag that was read, or *') : undefined;
  return value === '*' ? '*' : value.replace(/^W\//, '').replace(/^"(.*)"$/, '$1');
};

/** The request's Idempotency-Key with a hash of all that it says. Refuses its absence where money documents are made. */
export const onceOf = (
  route: Route,
  raw: RawRequest,
  event: ApiEvent,
  caller: Caller | undefined,
  at: number,
): Once | undefined => {
  if (!caller || !takesIdempotencyKey(route)) return undefined;
  const key = raw.headers['idempotency-key'];
  if (key === undefined)
    return route.idempotency === 'required'
      ? refuse('idempotency-key-required', 'Send an Idempotency-Key: this request makes a money document')
      : undefined;
  if (!keyPattern.test(key))
    return refuseFields({ path: 'Idempotency-Key', message: 'must be 1 to 255 visible ASCII characters' });
  const bodyHash = createHash('sha256').update(event.rawPath).update('\n').update(raw.body).digest('base64url');
  return {
    workspaceId: caller.workspaceId,
    memberId: caller.memberId,
    routeId: route.id,
    key,
    bodyHash,
    at,
    requestId: event.requestContext.requestId,
  };
};
