import { timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { StripeFailure } from './errors.ts';
import { parseForm, type FormParts } from './form.ts';
import { readBody } from './http.ts';
import type { LoggedRequest } from './request-log.ts';
import { apiVersion, platformAccount, type World } from './world.ts';

/** A call that was read, let in and found to be about an account. */
export interface Incoming {
  method: string;
  path: string;
  encoded: string;
  params: FormParts;
  account: string;
  /** Absent for GET, and when the caller sends none. */
  key: string | undefined;
  requestId: string;
}

/** Reads a call and checks key, version and account; notes the parameters in the log's entry on the way. */
export async function readIncoming(call: {
  world: World;
  secretKey: string;
  request: IncomingMessage;
  url: URL;
  requestId: string;
  entry: LoggedRequest;
}): Promise<Incoming> {
  const { world, secretKey, request, url, requestId, entry } = call;
  const method = request.method ?? 'GET';
  const text = await readBody(request);
  const encoded = method === 'GET' ? url.search.slice(1) : text;
  if (method !== 'GET' && url.search !== '') throw refused('Parameters of a POST belong into its body.');
  if (text !== '' && header(request, 'content-type')?.startsWith('application/x-www-form-urlencoded') !== true) {
    throw refused('Bodies must be application/x-www-form-urlencoded.');
  }
  const params = parseForm(encoded);
  entry[method === 'GET' ? 'query' : 'body'] = params;
  checkKey(header(request, 'authorization'), secretKey);
  const version = header(request, 'stripe-version');
  if (version !== undefined && version !== apiVersion) {
    throw refused(`Invalid Stripe API version: ${version}; the sandbox speaks ${apiVersion}.`);
  }
  const account = accountOf(world, header(request, 'stripe-account'));
  const key = method === 'POST' ? header(request, 'idempotency-key') : undefined;
  return { method, path: url.pathname, encoded, params, account, key, requestId };
}

/** One header as text. */
export const header = (request: IncomingMessage, name: string): string | undefined => {
  const value = request.headers[name];
  return Array.isArray(value) ? value.join(', ') : value;
};

function checkKey(authorization: string | undefined, secretKey: string): void {
  const sent = Buffer.from(authorization ?? '');
  const expected = Buffer.from(`Bearer ${secretKey}`);
  if (sent.length === expected.length && timingSafeEqual(sent, expected)) return;
  throw refused(authorization === undefined ? 'No API key was sent.' : 'Invalid API key.', { status: 401 });
}

function accountOf(world: World, id: string | undefined): string {
  if (id === undefined) return platformAccount;
  if (world.state.accounts.find(platformAccount, id) !== undefined) return id;
  throw refused(`The key has no access to account '${id}', or there is no such account.`, {
    status: 403,
    code: 'account_invalid',
  });
}

const refused = (message: string, more: { status?: number; code?: string } = {}): StripeFailure =>
  new StripeFailure({ ...more, message, beforeExecution: true });
