import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { Started, TokenSet } from './support.ts';
import { kestrel, salesInvoice, second, startSandbox } from './support.ts';

describe('quotas', () => {
  let sandbox: Started;
  let tokens: TokenSet;
  const get = (tenantId = kestrel) => sandbox.call(tokens, 'GET', 'Organisation', undefined, {}, tenantId);
  beforeEach(async () => {
    sandbox = await startSandbox({ tier: 1000 });
    await sandbox.signIn(second);
    tokens = await sandbox.signIn();
  });
  afterEach(() => sandbox.close());

  test('60 calls a minute for each organisation, told in headers, refused with an empty body', async () => {
    const first = await get();
    expect(
      Object.fromEntries(['day', 'min', 'appmin'].map((name) => [name, first.headers.get(`x-${name}limit-remaining`)])),
    ).toEqual({
      day: '999',
      min: '59',
      appmin: '9999',
    });
    expect(first.headers.get('xero-correlation-id')).toMatch(/^[0-9a-f-]{36}$/);
    for (let index = 1; index < 60; index++) expect((await get()).status).toBe(200);
    const refused = await get();
    expect([refused.status, refused.text, refused.headers.get('x-rate-limit-problem')]).toEqual([429, '', 'minute']);
    const wait = Number(refused.headers.get('retry-after'));
    expect(wait).toBeGreaterThan(0);
    expect(wait).toBeLessThanOrEqual(60);
    expect((await get(second)).status).toBe(200);
    await sandbox.clock.advance(wait);
    expect((await get()).status).toBe(200);
  });

  test('the day has its own end, told to the second', async () => {
    await sandbox.control('POST', 'settings', { tier: 3 });
    for (let index = 0; index < 3; index++) await get();
    const refused = await get();
    expect([refused.status, refused.headers.get('x-rate-limit-problem'), refused.headers.get('x-daylimit-remaining')]).toEqual([
      429,
      'day',
      '0',
    ]);
    const wait = Number(refused.headers.get('retry-after'));
    expect(wait).toBeLessThanOrEqual(86_400);
    await sandbox.clock.advance(wait - 20);
    tokens = await sandbox.signIn();
    expect((await get()).status).toBe(429);
    await sandbox.clock.advance(21);
    expect((await get()).status).toBe(200);
  });

  test('five calls at once, no more', async () => {
    await sandbox.control('POST', 'settings', { latencyMs: 750 });
    const answers = await Promise.all(Array.from({ length: 8 }, () => get()));
    const refused = answers.filter(({ status }) => status === 429);
    expect(refused).toHaveLength(3);
    expect(refused[0]!.headers.get('x-rate-limit-problem')).toBe('concurrent');
    expect(refused[0]!.headers.get('retry-after')).toBeNull();
  });
});

describe('idempotency keys', () => {
  let sandbox: Started;
  let tokens: TokenSet;
  const put = (number: string, key: string) =>
    sandbox.call(tokens, 'PUT', 'Invoices', salesInvoice({ InvoiceNumber: number }), { 'idempotency-key': key });
  const id = (answer: Awaited<ReturnType<typeof put>>): string => answer.json.Invoices[0].InvoiceID as string;
  beforeEach(async () => {
    sandbox = await startSandbox();
    tokens = await sandbox.signIn();
  });
  afterEach(() => sandbox.close());

  test('the same request gets the same answer, refusals included, and costs quota', async () => {
    const first = await put('I-1', 'key-1');
    const replay = await put('I-1', 'key-1');
    expect(id(replay)).toBe(id(first));
    expect(Number(first.headers.get('x-daylimit-remaining')) - Number(replay.headers.get('x-daylimit-remaining'))).toBe(1);
    const refused = await put('I-1', 'key-2');
    expect(refused.status).toBe(400);
    await sandbox.call(tokens, 'POST', 'Invoices/I-1', { InvoiceNumber: 'I-1-moved' });
    expect((await put('I-1', 'key-2')).status).toBe(400);
  });

  test('another request under the key is refused, and so is a key of more than 128 characters', async () => {
    await put('I-1', 'key-1');
    const other = await put('I-2', 'key-1');
    expect([other.status, other.json.Message]).toEqual([400, 'Idempotency Key: key-1 is used with a different request.']);
    expect((await put('I-3', 'k'.repeat(129))).status).toBe(400);
    expect((await put('I-3', 'k'.repeat(128))).status).toBe(200);
  });

  test('after six minutes the key is new; kept for 0 minutes it never was, kept for ever it stays', async () => {
    await put('I-1', 'key-1');
    await sandbox.clock.advance(340);
    expect((await put('I-1', 'key-1')).status).toBe(200);
    await sandbox.clock.advance(21);
    expect((await put('I-1', 'key-1')).status).toBe(400);
    await sandbox.control('POST', 'settings', { idempotencyMinutes: 0 });
    await put('I-2', 'key-2');
    expect((await put('I-2', 'key-2')).status).toBe(400);
    await sandbox.control('POST', 'settings', { idempotencyMinutes: 'forever' });
    const kept = await put('I-3', 'key-3');
    await sandbox.clock.advance(1200);
    expect(id(await put('I-3', 'key-3'))).toBe(id(kept));
  });
});
