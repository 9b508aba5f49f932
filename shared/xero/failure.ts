import * as z from 'zod';
import { OutsideError } from '../domain/outside-error.ts';
import { wordsOf } from './words.ts';

/**
 * What went wrong between us and Xero. `no-answer`, `bad-answer` and `server-error` leave open whether a write was done; every
 * other code is Xero's own word that it was not.
 */
export type XeroFailure =
  | 'no-answer'
  | 'bad-answer'
  | 'server-error'
  | 'minute-limit'
  | 'day-limit'
  | 'concurrent-limit'
  | 'app-limit'
  | 'unauthorized'
  | 'forbidden'
  | 'not-found'
  | 'not-modified'
  | 'validation'
  | 'refused';

/** Xero refused or failed. `messages` are its own words, kept for the person who has to act on them. */
export class XeroError extends OutsideError {
  declare readonly code: XeroFailure;
  readonly messages: readonly string[];

  constructor(failure: {
    status: number;
    code: XeroFailure;
    retryAfterSeconds?: number | undefined;
    messages?: readonly string[];
  }) {
    super({ service: 'xero', ...failure });
    this.name = 'XeroError';
    this.messages = failure.messages ?? [];
  }
}

/** Whether a write that failed so may have been done all the same. */
export const outcomeUnknown = (error: unknown): boolean =>
  error instanceof XeroError && ['no-answer', 'bad-answer', 'server-error'].includes(error.code);

/** Whether Xero has understood what it was asked, and says no: asked again, it will say the same. */
export const isRefusal = (error: unknown): error is XeroError =>
  error instanceof XeroError && ['validation', 'not-found', 'refused'].includes(error.code);

const limitCodes = [
  ['day', 'day-limit'],
  ['minute', 'minute-limit'],
  ['concurrent', 'concurrent-limit'],
  ['app', 'app-limit'],
] as const;

/** Which limit a 429 is about. Its body is empty; old answers say "Daily" and "Minute". */
const limitCode = (problem: string, retryAfterSeconds: number | undefined): XeroFailure => {
  const said = problem.toLowerCase();
  const known = said.startsWith('dai') ? 'day-limit' : limitCodes.find(([start]) => said.startsWith(start))?.[1];
  return known ?? ((retryAfterSeconds ?? 0) > 3600 ? 'day-limit' : 'minute-limit');
};

/** An answer that isn't a success, by its status. */
export const failureOf = (status: number, headers: Readonly<Record<string, unknown>>, body: unknown): XeroError => {
  const retryAfterSeconds = numberIn(headers, 'retry-after');
  if (status === 0) return new XeroError({ status, code: 'no-answer' });
  if (status === 429)
    return new XeroError({
      status,
      code: limitCode(String(headers['x-rate-limit-problem'] ?? ''), retryAfterSeconds),
      retryAfterSeconds,
    });
  const code = codes[status] ?? (status >= 500 ? 'server-error' : status >= 400 ? 'refused' : 'bad-answer');
  return new XeroError({ status, code, retryAfterSeconds, messages: status === 400 ? wordsOf(messagesIn(body)) : [] });
};

const codes: Readonly<Record<number, XeroFailure>> = {
  304: 'not-modified',
  400: 'validation',
  401: 'unauthorized',
  403: 'forbidden',
  404: 'not-found',
};

/** A number in a header, undefined when there is none. */
export const numberIn = (headers: Readonly<Record<string, unknown>>, name: string): number | undefined => {
  const value = Number(headers[name] ?? Number.NaN);
  return Number.isFinite(value) ? value : undefined;
};

const said = z.object({ Message: z.string().optional(), Description: z.string().optional() });
const errorBody = z.object({
  Message: z.string().optional(),
  Detail: z.string().optional(),
  Elements: z.array(z.object({ ValidationErrors: z.array(said).optional() })).optional(),
});

const messagesIn = (body: unknown): string[] => {
  const parsed = errorBody.safeParse(body);
  if (!parsed.success) return [];
  const { Message, Detail, Elements = [] } = parsed.data;
  const inner = Elements.flatMap(({ ValidationErrors = [] }) =>
    ValidationErrors.flatMap((one) => one.Message ?? one.Description ?? []),
  );
  return inner.length > 0 ? inner : [Message ?? Detail ?? []].flat();
};

const rejection = z.object({
  response: z.object({
    statusCode: z.number().default(0),
    headers: z.record(z.string(), z.unknown()).default({}),
    body: z.unknown(),
  }),
});

/**
 * The SDK rejects with a JSON text instead of an error; a lost connection, a timeout and an answer that can't be read all have
 * the status 0 in it. Whatever it is, nothing of the request (which holds the token) goes further than here.
 */
export const failureFrom = (rejected: unknown): XeroError => {
  if (rejected instanceof XeroError) return rejected;
  const parsed = rejection.safeParse(parse(rejected));
  if (!parsed.success) return new XeroError({ status: 0, code: 'no-answer' });
  const { statusCode, headers, body } = parsed.data.response;
  return failureOf(statusCode, headers, body);
};

/** The headers of a rejection: refused calls count against the limits too. */
export const headersFrom = (rejected: unknown): Readonly<Record<string, unknown>> => {
  const parsed = rejection.safeParse(parse(rejected));
  return parsed.success ? parsed.data.response.headers : {};
};

const parse = (rejected: unknown): unknown => {
  if (typeof rejected !== 'string') return rejected;
  try {
    return JSON.parse(rejected);
  } catch {
    return undefined;
  }
};
