import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import * as z from 'zod';
import type { Caller } from '../../shared/api/call.ts';
import { defineRoutes, type Access } from '../../shared/api/route.ts';
import { Busy, Conflict } from '../../shared/domain/conflict.ts';
import { OutsideError } from '../../shared/domain/outside-error.ts';
import type { Once, Reply } from '../../shared/domain/once.ts';
import { refuse } from '../../shared/domain/refusal.ts';
import { apiDoor } from '../../shared/runtime/api-door.ts';
import { answered, claim, readEarlier, release } from '../../shared/store/idempotency.ts';
import { testClock } from '../support/clock.ts';
import { startEngine, type Engine } from '../support/engine.ts';
import { sendTo, type Request } from '../support/send.ts';
import { newId } from '../support/workspace.ts';

const thing = z.strictObject({ name: z.string(), amount: z.strictObject({ amount: z.int() }).optional() });
const room = { capability: 'time', summary: 'A route of the test' } as const;
const routes = defineRoutes([
  { id: 'add', method: 'POST', path: '/v1/things', ...room, access: 'member', body: thing, reply: { status: 201 } },
  {
    id: 'pay',
    method: 'POST',
    path: '/v1/money',
    ...room,
    access: 'finance',
    body: thing,
    idempotency: 'required',
    reply: { status: 201 },
  },
  {
    id: 'change',
    method: 'PATCH',
    path: '/v1/things/{id}',
    ...room,
    access: 'member',
    params: z.strictObject({ id: z.string().regex(/^te_\d$/) }),
    body: thing,
    reply: { status: 200 },
  },
  {
    id: 'list',
    method: 'GET',
    path: '/v1/things',
    ...room,
    access: 'member',
    query: z.strictObject({ limit: z.coerce.number().int().max(100).default(50) }),
    reply: { status: 200 },
  },
  { id: 'guarded', method: 'GET', path: '/v1/guarded', ...room, access: 'admin', membershipAtOnce: true, reply: { status: 200 } },
  { id: 'export', method: 'GET', path: '/v1/export', ...room, access: 'export', reply: { status: 200 } },
  {
    id: 'hook',
    method: 'POST',
    path: '/v1/hook',
    ...room,
    access: 'public',
    rawBody: true,
    idempotency: 'none',
    reply: { status: 200 },
  },
]);

let engine: Engine;
const clock = testClock();
/** What the use case behind every route does next, and the calls that it got. */
let act: (call: { once: Once | undefined }) => Promise<Reply>;
let calls: {
  once: Once | undefined;
  body?: unknown;
  query?: unknown;
  ifMatch?: string | undefined;
  raw: { body: Uint8Array };
}[] = [];
let isMember = true;

beforeAll(async () => {
  engine = await startEngine();
});
afterAll(() => engine.close());

const useCase = (async (call: (typeof calls)[number]): Promise<Reply> => {
  calls.push(call);
  return act(call);
}) as never;
const send = async (request: Request) => door(request);
let door: ReturnType<typeof sendTo>;
let caller: Caller;
let sleeps: number[];

beforeEach(() => {
  clock.set('2026-11-20T09:00:00.000Z');
  calls = [];
  sleeps = [];
  isMember = true;
  caller = { workspaceId: newId('ws'), memberId: newId('mem'), role: 'finance', sub: 'sub', canExport: true };
  act = async () => ({ status: 200, body: { ok: true } });
  door = sendTo(
    apiDoor({
      routes,
      useCases: { add: useCase, pay: useCase, change: useCase, list: useCase, guarded: useCase, export: useCase, hook: useCase },
      readEarlier: readEarlier(engine.table),
      release: release(engine.table),
      stillMember: async () => isMember,
      tools: {
        clock: clock.clock,
        random: () => 0.5,
        sleep: async (ms) => {
          sleeps.push(ms);
          clock.advance(ms / 1000);
        },
      },
    }) as never,
  );
});

const add = (request: Partial<Request> = {}) => send({ route: 'POST /v1/things', from: caller, body: { name: 'a' }, ...request });
const code = (answer: { body: Record<string, unknown> }) => answer.body['code'];
const paths = (answer: { body: Record<string, unknown> }) =>
  (answer.body['errors'] as { path: string }[]).map(({ path }) => path);

describe('requests that are refused before any use case hears of them', () => {
  test('a route that does not exist', async () => {
    const answer = await send({ route: 'GET /v1/nothing', from: caller });
    expect([answer.status, code(answer)]).toEqual([404, 'not-found']);
    expect(answer.headers['content-type']).toBe('application/problem+json');
  });

  test.each([
    ['another content type', { headers: { 'content-type': 'text/plain' } }, ['']],
    ['a form', { headers: { 'content-type': 'application/x-www-form-urlencoded' }, rawBody: 'name=a' }, ['']],
    ['F86: a body of 10 MB', { rawBody: `{"name":"${'a'.repeat(10_000_000)}"}` }, ['']],
    ['F86: depth 1000', { rawBody: '['.repeat(1000) + ']'.repeat(1000) }, ['']],
    ['F86: __proto__', { rawBody: '{"name":"a","__proto__":{"role":"admin"}}' }, ['']],
    ['F86: a key twice', { rawBody: '{"name":"a","name":"b"}' }, ['']],
    ['F86: a lone surrogate', { rawBody: '{"name":"\\ud800"}' }, ['name']],
    [
      'F86: bytes that are not UTF-8',
      { rawBody: Buffer.from([0x22, 0xff, 0x22]).toString('base64'), isBase64Encoded: true },
      [''],
    ],
    ['a number out of range', { rawBody: '{"name":"a","amount":{"amount":1e309}}' }, ['amount.amount']],
    ['no body', { body: undefined }, ['']],
    ['a field of another type', { body: { name: 1 } }, ['name']],
    ['F84: an unknown field', { body: { name: 'a', status: 'paid' } }, ['status']],
    ['F84: an unknown field inside', { body: { name: 'a', amount: { amount: 1, total: 2 } } }, ['amount.total']],
    ['a bad key', { headers: { 'content-type': 'application/json', 'idempotency-key': 'ä' } }, ['Idempotency-Key']],
  ])('%s', async (_what, request, wrong) => {
    const answer = await add({ headers: { 'content-type': 'application/json' }, ...request } as Partial<Request>);
    expect([answer.status, code(answer), paths(answer)]).toEqual([400, 'validation', wrong]);
    expect(calls).toEqual([]);
  });

  test('the answer to a bad body does not repeat it', async () => {
    const answer = await add({ headers: { 'content-type': 'application/json' }, rawBody: '{"name":"top-secret' });
    expect(answer.text).not.toContain('top-secret');
  });

  test('an id that can not exist is not found, in the words of one that does not exist', async () => {
    const answer = await send({
      route: 'PATCH /v1/things/{id}',
      from: caller,
      params: { id: '../x' },
      headers: { 'if-match': '*' },
      body: { name: 'a' },
    });
    expect([answer.status, answer.body['detail']]).toEqual([404, 'There is no such thing here']);
  });

  test('a query is parsed, and unknown parameters are named', async () => {
    await send({ route: 'GET /v1/things', from: caller, query: { limit: '7' } });
    expect(calls[0]?.query).toEqual({ limit: 7 });
    const answer = await send({ route: 'GET /v1/things', from: caller, query: { limit: '101', page: '2' } });
    expect([answer.status, paths(answer).toSorted()]).toEqual([400, ['limit', 'page']]);
  });

  test('a change without If-Match is 428; with one, the version reaches the use case without its quotes', async () => {
    const change = (headers: Record<string, string>) =>
      send({
        route: 'PATCH /v1/things/{id}',
        from: caller,
        params: { id: 'te_1' },
        body: { name: 'a' },
        headers: { 'content-type': 'application/json', ...headers },
      });
    const answer = await change({});
    expect([answer.status, code(answer)]).toEqual([428, 'precondition-required']);
    for (const given of ['"3"', 'W/"3"', '3']) await change({ 'if-match': given });
    await change({ 'If-Match': '*' });
    expect(calls.map(({ ifMatch }) => ifMatch)).toEqual(['3', '3', '3', '*']);
  });
});

describe('F85: who may', () => {
  const askers = {
    nobody: undefined,
    expert: { role: 'expert', canExport: true },
    finance: { role: 'finance', canExport: false },
    'finance that exports': { role: 'finance', canExport: true },
    admin: { role: 'admin', canExport: false },
  } as const;
  const matrix: Record<Access, (keyof typeof askers)[]> = {
    public: ['nobody', 'expert', 'finance', 'finance that exports', 'admin'],
    member: ['expert', 'finance', 'finance that exports', 'admin'],
    finance: ['finance', 'finance that exports', 'admin'],
    admin: ['admin'],
    export: ['finance that exports'],
  };
  const routeOf: Record<Access, string> = {
    public: 'POST /v1/hook',
    member: 'GET /v1/things',
    finance: 'POST /v1/money',
    admin: 'GET /v1/guarded',
    export: 'GET /v1/export',
  };

  test.each(Object.keys(matrix) as Access[])('%s', async (access) => {
    const allowed: string[] = [];
    for (const [name, asker] of Object.entries(askers)) {
      const answer = await send({
        route: routeOf[access],
        from: asker && { ...caller, ...asker },
        ...(access === 'finance' ? { body: { name: 'a' } } : {}),
        headers: { 'content-type': 'application/json', 'idempotency-key': name.replaceAll(' ', '-') },
      });
      if (answer.status === 200) allowed.push(name);
      else expect([answer.status, code(answer)]).toEqual([403, 'forbidden']);
    }
    expect(allowed).toEqual(matrix[access]);
  });

  test('a token with a role that does not exist opens nothing', async () => {
    expect((await send({ route: 'GET /v1/things', from: { ...caller, role: 'owner' as never } })).status).toBe(403);
  });

  test('a removed admin is out at once where it is asked for', async () => {
    isMember = false;
    expect((await send({ route: 'GET /v1/guarded', from: { ...caller, role: 'admin' } })).status).toBe(403);
    expect(calls).toEqual([]);
  });
});

describe('F87: a key counts once', () => {
  const key = { 'content-type': 'application/json', 'idempotency-key': 'k-1' };
  const commit =
    (reply: Reply) =>
    async ({ once }: { once: Once | undefined }) => {
      await engine.table.commit([answered(once, reply)]);
      return reply;
    };

  test('where money documents are made a request without a key is refused', async () => {
    const answer = await send({ route: 'POST /v1/money', from: caller, body: { name: 'a' } });
    expect([answer.status, code(answer)]).toEqual([400, 'idempotency-key-required']);
  });

  test('the same request gets the same answer, with status, ETag, headers and bytes', async () => {
    act = commit({
      status: 201,
      body: { z: 1, a: null, text: 'é', nested: { y: [1], b: {} } },
      etag: '1',
      headers: { location: '/v1/things/1' },
    });
    const first = await add({ headers: key });
    act = commit({ status: 201, body: { other: true } });
    const again = await add({ headers: key });
    expect(again).toEqual(first);
    expect(first.headers).toMatchObject({ etag: '"1"', location: '/v1/things/1' });
  });

  test('another body under the same key is 422', async () => {
    act = commit({ status: 201, body: {} });
    await add({ headers: key });
    const other = await add({ headers: key, body: { name: 'b' } });
    expect([other.status, code(other)]).toEqual([422, 'idempotency-key-reused']);
  });

  test('another member, another workspace and another route are independent', async () => {
    let made = 0;
    act = async (call) => commit({ status: 201, body: { made: (made += 1) } })(call);
    const answers = [
      await add({ headers: key }),
      await add({ headers: key, from: { ...caller, memberId: newId('mem') } }),
      await add({ headers: key, from: { ...caller, workspaceId: newId('ws') } }),
      await send({ route: 'POST /v1/money', from: caller, headers: key, body: { name: 'a' } }),
    ];
    expect(answers.map(({ body }) => body['made'])).toEqual([1, 2, 3, 4]);
  });

  test('while the first one runs the second is 409 with Retry-After; when its time is up it is taken over', async () => {
    let finish: () => void = () => undefined;
    const running = new Promise<void>((resolve) => (finish = resolve));
    act = async ({ once }) => {
      await claim(engine.table)(once);
      await running;
      return commit({ status: 201, body: { by: 'first' } })({ once });
    };
    const first = add({ headers: key });
    while (calls.length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    await new Promise((resolve) => setTimeout(resolve, 50));
    act = async ({ once }) => {
      await claim(engine.table)(once);
      return { status: 201, body: { by: 'second' } };
    };
    const second = await add({ headers: key });
    expect([second.status, code(second)]).toEqual([409, 'in-progress']);
    expect(Number(second.headers['retry-after'])).toBeGreaterThan(0);
    clock.advance(41);
    expect((await add({ headers: key })).body).toEqual({ by: 'second' });
    finish();
    await first;
  });

  test('a refusal gives the claim back, so that the request may be sent again at once', async () => {
    act = async ({ once }) => {
      await claim(engine.table)(once);
      return refuse('no-rate', 'There is no rate');
    };
    expect((await add({ headers: key })).status).toBe(409);
    act = commit({ status: 201, body: { made: true } });
    expect((await add({ headers: key })).body).toEqual({ made: true });
  });

  test('after 24 hours the key is new', async () => {
    act = commit({ status: 201, body: { made: 1 } });
    await add({ headers: key });
    clock.advance(24 * 3600 - 1);
    act = commit({ status: 201, body: { made: 2 } });
    expect((await add({ headers: key })).body).toEqual({ made: 1 });
    clock.advance(2);
    expect((await add({ headers: key })).body).toEqual({ made: 2 });
  });

  test('webhooks carry no key', async () => {
    await send({ route: 'POST /v1/hook', headers: key, rawBody: '{}' });
    expect(calls[0]?.once).toBeUndefined();
  });
});

describe('what becomes of failures', () => {
  test('a lost race is run again three times in all', async () => {
    act = async () => {
      throw new Conflict('time entry');
    };
    const answer = await add();
    expect([answer.status, code(answer), calls.length]).toEqual([409, 'changed-meanwhile', 3]);
    act = async () => {
      if (calls.length < 6) throw new Conflict('time entry');
      return { status: 200, body: { ok: true } };
    };
    expect((await add()).status).toBe(200);
  });

  test('contention is waited for, and given up with 503 and Retry-After', async () => {
    act = async () => {
      throw new Busy('the table');
    };
    const answer = await add();
    expect([answer.status, code(answer), answer.headers['retry-after']]).toEqual([503, 'busy', '1']);
    expect(sleeps.length).toBeGreaterThan(3);
    expect(sleeps.every((ms) => ms >= 20)).toBe(true);
  });

  test('a service outside that fails is 502, the own cloud 503', async () => {
    act = async () => {
      throw new OutsideError({ service: 'stripe', status: 500, code: 'api_error', retryAfterSeconds: 7 });
    };
    expect(await add()).toMatchObject({ status: 502, headers: { 'retry-after': '7' } });
    act = async () => {
      throw new OutsideError({ service: 'aws', status: 400, code: 'ValidationException' });
    };
    expect((await add()).status).toBe(503);
  });

  test('a service outside whose limit is reached is 503, and says when to come again', async () => {
    const limit = (retryAfterSeconds?: number) => async () => {
      throw new OutsideError({ service: 'xero', status: 429, code: 'minute-limit', retryAfterSeconds });
    };
    act = limit(23);
    expect(await add()).toMatchObject({ status: 503, body: { code: 'busy' }, headers: { 'retry-after': '23' } });
    act = limit();
    expect(await add()).toMatchObject({ status: 503, headers: { 'retry-after': '60' } });
  });

  test('a bug is a plain 500 that tells nothing', async () => {
    act = async () => {
      throw new TypeError('reading secret-token');
    };
    const answer = await add();
    expect([answer.status, code(answer)]).toEqual([500, 'unexpected']);
    expect(answer.text).not.toContain('secret-token');
  });

  test('a raw body arrives as the bytes that were signed', async () => {
    const bytes = Buffer.from([0x7b, 0xff, 0x00, 0x7d]);
    await send({ route: 'POST /v1/hook', rawBody: bytes.toString('base64'), isBase64Encoded: true });
    expect(Buffer.from(calls[0]?.raw.body ?? []).equals(bytes)).toBe(true);
  });
});
