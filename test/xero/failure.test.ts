import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, test } from '@jest/globals';
import { openXero, type LimitsSeen } from '../../shared/xero/client.ts';
import { XeroError } from '../../shared/xero/failure.ts';
import { createInvoices } from '../../shared/xero/create-invoices.ts';
import { listContacts } from '../../shared/xero/list-contacts.ts';
import { readOrganisation } from '../../shared/xero/read-organisation.ts';

let server: Server | undefined;
afterEach(async () => {
  server?.closeAllConnections();
  await new Promise((resolve) => (server ? server.close(resolve) : resolve(undefined)));
  server = undefined;
});

const secret = 'token-that-must-not-leak';
const answering = async (listener: RequestListener, seen: LimitsSeen[] = []) => {
  const started = createServer(listener);
  server = started;
  await new Promise<void>((resolve) => started.listen(0, '127.0.0.1', resolve));
  return openXero({
    apiUrl: `http://127.0.0.1:${(started.address() as AddressInfo).port}`,
    tenantId: 'tenant',
    accessToken: secret,
    timeoutMs: () => 300,
    onAnswer: (limits) => seen.push(limits),
  });
};
const failureOf = async (listener: RequestListener, call = readOrganisation as (xero: never) => Promise<unknown>) => {
  try {
    await call((await answering(listener)) as never);
  } catch (error) {
    return error as XeroError;
  }
  throw new Error('expected a failure');
};
const json =
  (status: number, body: unknown, headers: Record<string, string> = {}): RequestListener =>
  (_request, response) =>
    void response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body));
const text =
  (status: number, body: string): RequestListener =>
  (_request, response) =>
    void response.writeHead(status, { 'content-type': 'text/html' }).end(body);

describe('F65 and F73: a failure of Xero is named by status and code, and holds no token', () => {
  test.each([
    ['an unauthorised call', json(401, { Title: 'Unauthorized' }), 401, 'unauthorized'],
    ['a forbidden call', json(403, { Detail: 'AuthenticationUnsuccessful' }), 403, 'forbidden'],
    ['a missing thing', text(404, 'not found'), 404, 'not-found'],
    ['a broken server', text(500, 'An error occurred'), 500, 'server-error'],
    ['a maintenance page', text(503, '<html></html>'), 503, 'server-error'],
    ['a maintenance page that claims to be fine', text(200, '<html></html>'), 200, 'bad-answer'],
    [
      'a cut answer',
      ((_q, r) => void r.writeHead(200, { 'content-type': 'application/json' }).end('{"Organisations":[{"Na')) as RequestListener,
      200,
      'bad-answer',
    ],
    ['an empty answer', json(200, {}), 200, 'bad-answer'],
    [
      'a redirect',
      ((_q, r) => void r.writeHead(302, { location: 'http://127.0.0.1:9/' }).end()) as RequestListener,
      302,
      'bad-answer',
    ],
    ['a cut connection', ((q) => void q.socket.destroy()) as RequestListener, 0, 'no-answer'],
    ['silence', (() => undefined) as RequestListener, 0, 'no-answer'],
  ])('%s', async (_case, listener, status, code) => {
    const failure = await failureOf(listener);
    expect(failure).toBeInstanceOf(XeroError);
    expect([failure.service, failure.status, failure.code]).toEqual(['xero', status, code]);
    expect(JSON.stringify({ ...failure, message: failure.message, stack: failure.stack })).not.toContain(secret);
  });

  test.each([
    ['minute', '12', 'minute-limit', 12],
    ['Minute', '12', 'minute-limit', 12],
    ['day', '4000', 'day-limit', 4000],
    ['Daily', '4000', 'day-limit', 4000],
    ['concurrent', undefined, 'concurrent-limit', undefined],
    ['appminute', '20', 'app-limit', 20],
    ['', '9000', 'day-limit', 9000],
    ['', undefined, 'minute-limit', undefined],
  ])('the limit %p with Retry-After %p', async (problem, retryAfter, code, seconds) => {
    const headers = {
      ...(problem === '' ? {} : { 'x-rate-limit-problem': problem }),
      ...(retryAfter === undefined ? {} : { 'retry-after': retryAfter }),
    };
    const failure = await failureOf((_request, response) => void response.writeHead(429, headers).end());
    expect([failure.status, failure.code, failure.retryAfterSeconds]).toEqual([429, code, seconds]);
  });

  test('what Xero says of a refused request is kept for people', async () => {
    const body = {
      ErrorNumber: 10,
      Message: 'A validation exception occurred',
      Elements: [{ ValidationErrors: [{ Message: 'Wrong account' }] }],
    };
    const failure = await failureOf(json(400, body));
    expect([failure.code, failure.messages]).toEqual(['validation', ['Wrong account']]);
    expect((await failureOf(json(400, { Message: 'Bad query' }))).messages).toEqual(['Bad query']);
  });

  test('an answer with another number of elements than were sent is no answer', async () => {
    const failure = await failureOf(json(200, { Invoices: [] }), ((xero: never) => createInvoices(xero, [{}], 'key')) as never);
    expect(failure.code).toBe('bad-answer');
  });
});

test('nothing changed may be said by 304', async () => {
  const xero = await answering((_request, response) => void response.writeHead(304).end());
  expect(await listContacts(xero, { page: 1, changedSince: '2026-11-21T00:00:00.000Z' })).toEqual({ contacts: [], more: false });
});

test('limits are read from every answer, refusals too', async () => {
  const seen: LimitsSeen[] = [];
  const limits = { 'x-minlimit-remaining': '58', 'x-daylimit-remaining': '4321' };
  const xero = await answering(json(403, {}, limits), seen);
  await expect(readOrganisation(xero)).rejects.toBeInstanceOf(XeroError);
  expect(seen).toEqual([{ minuteLeft: 58, dayLeft: 4321 }]);
});
