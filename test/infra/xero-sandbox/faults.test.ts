import { createHmac } from 'node:crypto';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:http';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { Started, TokenSet } from './support.ts';
import { kestrel, salesInvoice, startSandbox } from './support.ts';

describe('faults that tests ask for', () => {
  let sandbox: Started;
  let tokens: TokenSet;
  const put = (number: string) =>
    sandbox.call(tokens, 'PUT', 'Invoices?summarizeErrors=false', salesInvoice({ InvoiceNumber: number }));
  const fault = (body: object) => sandbox.control('POST', 'faults', body);
  const status = async (number: string): Promise<number> => (await sandbox.call(tokens, 'GET', `Invoices/${number}`)).status;
  beforeEach(async () => {
    sandbox = await startSandbox();
    tokens = await sandbox.signIn();
  });
  afterEach(() => sandbox.close());

  test('drop-answer does the work and cuts the line, as often as told, where it matches', async () => {
    await fault({ fault: 'drop-answer', match: { method: 'PUT', path: '/Invoices' }, times: 2 });
    expect(await status('F-0')).toBe(404);
    await expect(put('F-1')).rejects.toThrow();
    await expect(put('F-2')).rejects.toThrow();
    expect((await put('F-3')).status).toBe(200);
    expect([await status('F-1'), await status('F-2')]).toEqual([200, 200]);
    const { items } = (await sandbox.control('GET', 'requests')).json as { items: Record<string, unknown>[] };
    const cut = items.filter((item) => item['fault'] === 'drop-answer');
    expect(cut).toHaveLength(2);
    expect(cut[0]).toMatchObject({
      method: 'PUT',
      path: '/api.xro/2.0/Invoices',
      query: { summarizeErrors: 'false' },
      tenantId: kestrel,
      status: 0,
    });
    expect(cut[0]!['body']).toMatchObject({ InvoiceNumber: 'F-1' });
  });

  test('late-commit cuts the line first and does the work when time has passed', async () => {
    await fault({ fault: 'late-commit', match: { method: 'PUT' }, seconds: 60 });
    await expect(put('F-1')).rejects.toThrow();
    expect(await status('F-1')).toBe(404);
    await sandbox.clock.advance(61);
    expect(await status('F-1')).toBe(200);
  });

  test('limits, errors, pages and cut answers look like the real ones', async () => {
    const next = async (body: object) => {
      await fault(body);
      return sandbox.call(tokens, 'GET', 'Organisation');
    };
    for (const [name, problem] of [
      ['minute-limit', 'minute'],
      ['day-limit', 'day'],
      ['concurrent-limit', 'concurrent'],
      ['app-limit', 'appminute'],
    ]) {
      const answer = await next({ fault: name });
      expect([answer.status, answer.text, answer.headers.get('x-rate-limit-problem')]).toEqual([429, '', problem]);
      expect(answer.headers.has('retry-after')).toBe(name !== 'concurrent-limit');
    }
    expect((await next({ fault: 'server-error' })).status).toBe(500);
    const page = await next({ fault: 'html' });
    expect([page.status, page.headers.get('content-type')]).toEqual([503, 'text/html; charset=utf-8']);
    expect((await next({ fault: 'html', status: 200 })).status).toBe(200);
    const cut = await next({ fault: 'truncated' });
    expect([cut.status, cut.json]).toEqual([200, undefined]);
    expect((await next({ fault: 'revoke' })).json.Detail).toBe('AuthenticationUnsuccessful');
    expect((await sandbox.call(tokens, 'GET', 'Organisation')).status).toBe(403);
    expect((await fault({ fault: 'no-such' })).status).toBe(400);
    await fault({ fault: 'hang' });
    expect((await sandbox.control('DELETE', 'faults')).status).toBe(204);
    expect((await sandbox.control('GET', 'faults')).json.items).toEqual([]);
  });

  test('a server error may have done the work all the same', async () => {
    await fault({ fault: 'server-error', match: { method: 'PUT' }, commit: true });
    expect((await put('F-1')).status).toBe(500);
    expect(await status('F-1')).toBe(200);
  });

  test('bad-element spoils one of a batch', async () => {
    await fault({ fault: 'bad-element', element: 1, message: 'No.' });
    const answer = await sandbox.call(tokens, 'PUT', 'Invoices?summarizeErrors=false', {
      Invoices: ['B-1', 'B-2', 'B-3'].map((InvoiceNumber) => salesInvoice({ InvoiceNumber })),
    });
    expect(answer.json.Invoices.map((each: { StatusAttributeString: string }) => each.StatusAttributeString)).toEqual([
      'OK',
      'ERROR',
      'OK',
    ]);
    expect(answer.json.Invoices[1].ValidationErrors).toEqual([{ Message: 'No.' }]);
  });

  test('a hanging call answers nobody until the caller gives up; a refresh can be revoked', async () => {
    await fault({ fault: 'hang', match: { path: '/Organisation' } });
    const hung = fetch(`${sandbox.url}/api.xro/2.0/Organisation`, {
      headers: { authorization: `Bearer ${tokens.access_token}`, 'xero-tenant-id': kestrel },
      signal: AbortSignal.timeout(200),
    });
    await expect(hung).rejects.toThrow();
    await fault({ fault: 'drop-answer', match: { path: '/connect/token' } });
    await expect(sandbox.token({ grant_type: 'refresh_token', refresh_token: tokens.refresh_token })).rejects.toThrow();
    tokens = (await sandbox.token({ grant_type: 'refresh_token', refresh_token: tokens.refresh_token })).json as TokenSet;
    await fault({ fault: 'revoke', match: { path: '/connect/token' } });
    const refresh = () => sandbox.token({ grant_type: 'refresh_token', refresh_token: tokens.refresh_token });
    expect((await refresh()).json).toEqual({ error: 'invalid_grant' });
    expect((await refresh()).json).toEqual({ error: 'invalid_grant' });
  });

  test('no credential is ever kept in the log of requests', async () => {
    await sandbox.call(tokens, 'GET', 'Organisation');
    await sandbox.token({ grant_type: 'refresh_token', refresh_token: tokens.refresh_token });
    const log = (await sandbox.control('GET', 'requests')).text;
    for (const secret of [tokens.access_token, tokens.refresh_token, Buffer.from('app:secret').toString('base64')])
      expect(log).not.toContain(secret);
    expect(log).toContain('"authorization":"[redacted]"');
  });
});

interface Delivery {
  events: { resourceId: string; eventCategory: string; eventType: string; tenantId: string; data?: object }[];
  firstEventSequence: number;
  lastEventSequence: number;
}

describe('webhooks', () => {
  const key = 'webhook-key';
  const received: Delivery[] = [];
  let answer = 200;
  const receiver = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const raw = Buffer.concat(chunks);
      const valid = createHmac('sha256', key).update(raw).digest('base64') === request.headers['x-xero-signature'];
      if (valid && answer === 200) received.push(JSON.parse(raw.toString()) as Delivery);
      response.writeHead(valid ? answer : 401).end();
    });
  });
  let sandbox: Started;
  let tokens: TokenSet;
  const put = (number: string) => sandbox.call(tokens, 'PUT', 'Invoices', salesInvoice({ InvoiceNumber: number }));
  beforeEach(async () => {
    received.length = 0;
    answer = 200;
    await new Promise<void>((resolve) => receiver.listen(0, '127.0.0.1', resolve));
    sandbox = await startSandbox({ webhook: { url: `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/hook`, key } });
    tokens = await sandbox.signIn();
  });
  afterEach(async () => {
    await sandbox.close();
    receiver.closeAllConnections();
    await new Promise((resolve) => receiver.close(resolve));
  });

  test('tell of contacts, invoices and credit notes, numbered, many in one body', async () => {
    await sandbox.call(tokens, 'PUT', 'Contacts', { Name: 'Hooked' });
    await put('W-1');
    await sandbox.clock.advance(1);
    const events = received.flatMap((delivery) => delivery.events);
    expect(events.map(({ eventCategory, eventType }) => [eventCategory, eventType])).toEqual([
      ['CONTACT', 'CREATE'],
      ['INVOICE', 'CREATE'],
    ]);
    expect(received.at(-1)!.lastEventSequence).toBe(2);
    const { Payments } = (
      await sandbox.call(tokens, 'PUT', 'Payments', {
        Invoice: { InvoiceNumber: 'W-1' },
        Account: { Code: '090' },
        Amount: 20,
        Date: '2026-11-10',
      })
    ).json as { Payments: object[] };
    expect(Payments).toHaveLength(1);
    await sandbox.clock.advance(1);
    expect(received.at(-1)!.events).toMatchObject([{ eventCategory: 'INVOICE', eventType: 'UPDATE', tenantId: kestrel }]);
  });

  test('the receiver must tell right signatures from wrong ones', async () => {
    expect((await sandbox.control('POST', 'webhooks/intent-to-receive')).json).toEqual({ passed: true });
    answer = 403;
    expect((await sandbox.control('POST', 'webhooks/intent-to-receive')).json).toEqual({ passed: false });
  });

  test('what was not taken comes again every quarter of an hour, and after a day no more until switched on', async () => {
    answer = 500;
    await put('W-1');
    await sandbox.clock.advance(60);
    answer = 200;
    await sandbox.clock.advance(15 * 60);
    expect(received.map(({ firstEventSequence }) => firstEventSequence)).toEqual([1]);
    answer = 500;
    await put('W-2');
    await sandbox.clock.advance(26 * 3600);
    expect((await sandbox.control('GET', 'webhooks')).json).toMatchObject({ enabled: false, waiting: 1 });
    answer = 200;
    await sandbox.control('POST', 'webhooks/enable');
    expect(received.map(({ firstEventSequence }) => firstEventSequence)).toEqual([1, 2]);
  });

  test('can be lost, repeated and swapped', async () => {
    const each = async (number: string): Promise<void> => {
      await put(number);
      await sandbox.clock.advance(1);
    };
    await sandbox.control('POST', 'faults', { fault: 'lose-webhook' });
    await each('W-1');
    await sandbox.control('POST', 'faults', { fault: 'repeat-webhook' });
    await each('W-2');
    await sandbox.control('POST', 'faults', { fault: 'reorder-webhooks' });
    await each('W-3');
    await each('W-4');
    expect(received.map(({ firstEventSequence }) => firstEventSequence)).toEqual([2, 2, 4, 3]);
  });
});

describe('a sandbox with a directory', () => {
  test('goes on where it stopped', async () => {
    const dataDir = await mkdtemp(join(tmpdir(), 'xero-sandbox-'));
    try {
      const first = await startSandbox({ dataDir });
      const tokens = await first.signIn();
      const key = { 'idempotency-key': 'kept' };
      const made = await first.call(tokens, 'PUT', 'Invoices', salesInvoice({ InvoiceNumber: 'P-1' }), key);
      await first.close();
      const second = await startSandbox({ dataDir });
      const replay = await second.call(tokens, 'PUT', 'Invoices', salesInvoice({ InvoiceNumber: 'P-1' }), key);
      expect(replay.json.Invoices[0].InvoiceID).toBe(made.json.Invoices[0].InvoiceID);
      const refreshed = await second.token({ grant_type: 'refresh_token', refresh_token: tokens.refresh_token });
      expect(refreshed.status).toBe(200);
      const { organisations } = (await second.control('GET', 'state')).json as {
        organisations: { tenantId: string; invoices: object[] }[];
      };
      expect(organisations.find(({ tenantId }) => tenantId === kestrel)!.invoices).toHaveLength(1);
      await second.close();
    } finally {
      await rm(dataDir, { recursive: true });
    }
  });
});
