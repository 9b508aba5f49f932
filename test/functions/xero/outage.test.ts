import { beforeEach, describe, expect, test } from '@jest/globals';
import { accessTokens } from '../../../functions/xero/access-token.ts';
import { getConnection } from '../../../functions/xero/get-connection.ts';
import { listXeroAccounts } from '../../../functions/xero/list-books.ts';
import { openBooks } from '../../../functions/xero/open-books.ts';
import { keepFresh } from '../../../functions/xero/keep-fresh.ts';
import { ringDue } from '../../../functions/xero/ring-due.ts';
import { pollAll } from '../../../functions/xero/want-changes.ts';
import { wantComparisons } from '../../../functions/xero/want-comparisons.ts';
import { OutsideError } from '../../../shared/domain/outside-error.ts';
import type { Client } from '../../../shared/store/clients.ts';
import { readInvoice, type InvoiceHead } from '../../../shared/store/invoices.ts';
import { listNotices } from '../../../shared/store/notifications.ts';
import { readReconciliation } from '../../../shared/store/reconciliation.ts';
import { readWaitingWork } from '../../../shared/store/waiting-work.ts';
import { progressNoted, readXeroConnection } from '../../../shared/store/xero-connections.ts';
import { forAllTests } from '../../support/for-all-tests.ts';
import { changesIn } from '../../support/xero-changes.ts';
import { aBakery, anInvoice, syncOf } from '../../support/xero-documents.ts';
import { seedWorkspace, type TestWorkspace } from '../../support/workspace.ts';
import { callOf, otherTenantId, startXeroStage, tenantId } from '../../support/xero-stage.ts';

const stage = await forAllTests(startXeroStage({ tier: 5000 }));
let place: TestWorkspace;
let bakery: Client;
const xero = changesIn(stage, () => place);

beforeEach(async () => {
  await stage.control('POST', 'organisations', { tenantId: otherTenantId, name: 'Second', country: 'GB', currency: 'GBP' });
  place = await stage.connected();
  bakery = await aBakery(stage, place);
  await stage.resetCalls();
});

const now = () => new Date(stage.clock.now()).toISOString();
/** One sweep, and a run for every bell that it rings. */
const sweep = async (): Promise<string[]> => {
  stage.rung.length = 0;
  await ringDue({ table: stage.engine.table, now, ring: stage.world.ring })();
  const rung = [...new Set(stage.rung)];
  for (const ws of rung) await stage.work(ws);
  return rung;
};
const fresh = () => keepFresh(stage.world, accessTokens(stage.world))({ remainingMs: () => 200_000 });
const connection = () => readXeroConnection(stage.engine.table)(place.workspace.id);
const backlog = async (count: number, of: TestWorkspace, client: Client): Promise<InvoiceHead[]> => {
  const made: InvoiceHead[] = [];
  for (let n = 0; n < count; n += 1) made.push(await anInvoice(stage, of, client, { lane: 'documents' }));
  return made;
};
const sentNumbers = (calls: readonly { method: string; path: string; status: number; body: unknown }[]): string[] =>
  calls
    .filter(({ method, path, status }) => method === 'PUT' && path.endsWith('/Invoices') && status === 200)
    .flatMap(({ body }) => (body as { Invoices: { InvoiceNumber: string }[] }).Invoices.map((one) => one.InvoiceNumber));

describe('F81: Xero is down for a day', () => {
  test('F81: nothing is lost, few calls are made, and then two workspaces drain side by side, the oldest first', async () => {
    const other = await seedWorkspace(stage.engine.table);
    await stage.connect(other.admin, otherTenantId);
    await stage.work(other.workspace.id);
    const theirs = await aBakery(stage, other);
    await stage.fault({ fault: 'html', status: 503, match: { path: '/' }, times: 100_000 });
    await stage.resetCalls();
    const early = await backlog(150, place, bakery);
    for (let hour = 0; hour < 24; hour += 1) {
      await stage.clock.advance(3600);
      expect((await sweep()).sort()).toEqual(hour === 0 ? [place.workspace.id] : expect.arrayContaining([place.workspace.id]));
      await fresh();
    }
    expect((await stage.calls({ all: true })).length).toBeLessThan(24 * 12);
    const late = await backlog(60, place, bakery);
    const few = await backlog(3, other, theirs);
    expect(await readWaitingWork(stage.engine.table)(place.workspace.id, 500)).toHaveLength(210);
    expect((await connection()).state).toBe('connected');

    await stage.control('DELETE', 'faults');
    await stage.resetCalls();
    // What became of the batch that was on its way when it went down is known for sure after ten minutes.
    await stage.clock.advance(600);
    const left = async () => (await readWaitingWork(stage.engine.table)(place.workspace.id, 500)).length;
    const isSent = async () => (await syncOf(stage, other, few[2]?.id ?? ''))?.state;
    const rounds: { left: number; few: string | undefined }[] = [];
    for (let minute = 0; minute < 5 && (await left()) > 0; minute += 1) {
      await sweep();
      rounds.push({ left: await left(), few: await isSent() });
      await stage.clock.advance(61);
    }
    // The first sweep does for both; neither waits for the other.
    expect(rounds[0]?.few).toBeDefined();
    expect(rounds.at(-1)?.left).toBe(0);
    const calls = (await stage.calls()) as { method: string; path: string; status: number; body: unknown; tenantId?: string }[];
    const ours = sentNumbers(calls.filter(({ tenantId: to }) => to === tenantId));
    expect(ours).toEqual([...early, ...late].map(({ number }) => number));
    expect((await stage.books()).invoices).toHaveLength(210);
    expect(calls.filter(({ status }) => status === 429)).toEqual([]);
    const { items } = await listNotices(stage.engine.table)(place.workspace.id, { limit: 50 }, 'open');
    expect(items).toEqual([]);
  }, 120_000);
});

describe('F81: while Xero does not answer', () => {
  const status = async () => (await getConnection(stage.world)(callOf(place.finance))).body as Record<string, unknown>;
  const down = () => stage.fault({ fault: 'html', status: 503, match: { path: '/' }, times: 100_000 });
  const aMinute = async (): Promise<void> => {
    await stage.clock.advance(60);
    await sweep();
  };

  test('F81: a look each minute becomes one every five minutes, and the status says since when and until when', async () => {
    await down();
    await anInvoice(stage, place, bakery, { lane: 'documents' });
    await stage.resetCalls();
    for (let minute = 0; minute < 240; minute += 1) await aMinute();
    const calls = (await stage.calls({ all: true })).length;
    expect(calls).toBeGreaterThan(40);
    expect(calls).toBeLessThan(110);
    const shown = await status();
    expect(shown).toMatchObject({ state: 'connected', estimated: true });
    expect(shown['reason']).toMatch(/^Xero has not answered since 20/);
    const wait = Date.parse(String(shown['nextSyncAt'])) - stage.clock.now();
    expect(wait).toBeGreaterThan(0);
    expect(wait).toBeLessThanOrEqual(300_000);
  });

  test('F81: a single lost answer is nothing: the next sweep goes on', async () => {
    await stage.fault({ fault: 'html', status: 503, match: { path: '/' }, times: 1 });
    const invoice = await anInvoice(stage, place, bakery, { lane: 'documents' });
    await aMinute();
    await aMinute();
    expect(await syncOf(stage, place, invoice.id)).toMatchObject({ state: 'synced' });
    expect(await status()).toMatchObject({ state: 'connected', nextSyncAt: null, reason: null });
  });

  test('F81: once it answers again, what waits goes on within five minutes, and nothing is said any more', async () => {
    await down();
    const invoice = await anInvoice(stage, place, bakery, { lane: 'documents' });
    for (let minute = 0; minute < 30; minute += 1) await aMinute();
    await stage.control('DELETE', 'faults');
    for (let minute = 0; minute < 6; minute += 1) await aMinute();
    expect(await syncOf(stage, place, invoice.id)).toMatchObject({ state: 'synced' });
    expect(await status()).toMatchObject({ state: 'connected', nextSyncAt: null, estimated: false, reason: null });
  });

  test('F81: a person who asks is not held up, and whoever gets an answer ends the wait for all', async () => {
    await down();
    const invoice = await anInvoice(stage, place, bakery, { lane: 'documents' });
    for (let minute = 0; minute < 30; minute += 1) await aMinute();
    await stage.control('DELETE', 'faults');
    expect(
      (await listXeroAccounts(stage.world, openBooks(stage.world, accessTokens(stage.world)))(callOf(place.finance))).status,
    ).toBe(200);
    expect(await status()).toMatchObject({ nextSyncAt: null, reason: null });
    await sweep();
    expect(await syncOf(stage, place, invoice.id)).toMatchObject({ state: 'synced' });
  });
});

describe('F79: schedules', () => {
  test('F79: that fire twice at once ring twice and have one effect', async () => {
    const invoice = await anInvoice(stage, place, bakery, { lane: 'documents' });
    await Promise.all([sweep(), sweep()]);
    await sweep();
    expect(await syncOf(stage, place, invoice.id)).toMatchObject({ state: 'synced' });
    expect((await stage.books()).invoices).toHaveLength(1);
    expect((await stage.calls()).filter(({ method }) => method === 'PUT')).toHaveLength(1);
  });

  test('F79: that are six hours late come to the same end', async () => {
    const invoice = await anInvoice(stage, place, bakery);
    await stage.work(place.workspace.id);
    await xero.on(invoice, 'due-date', { DueDate: '2026-12-24' });
    const waiting = await anInvoice(stage, place, bakery, { lane: 'documents' });
    await stage.clock.advance(6 * 3600);
    await fresh();
    await pollAll(xero.needs)();
    await sweep();
    expect((await readInvoice(stage.engine.table)(place.workspace.id, invoice.id))?.dueDate).toBe('2026-12-24');
    expect(await syncOf(stage, place, waiting.id)).toMatchObject({ state: 'synced' });
    expect((await connection()).state).toBe('connected');
    expect((await stage.books()).invoices).toHaveLength(2);
  });

  test('F79: the hourly look that is asked for twice at once is one look', async () => {
    await anInvoice(stage, place, bakery);
    await stage.work(place.workspace.id);
    await stage.clock.advance(3600);
    await stage.resetCalls();
    await Promise.all([pollAll(xero.needs)(), pollAll(xero.needs)()]);
    await stage.work(place.workspace.id);
    await stage.work(place.workspace.id);
    const kinds = (await stage.calls()).map(({ path }) => path.split('/').at(-1));
    expect(kinds.length).toBe(new Set(kinds).size);
  });

  test('F79: comparisons that are wanted twice, late and while one is running are one comparison', async () => {
    await anInvoice(stage, place, bakery);
    await stage.work(place.workspace.id);
    await stage.clock.advance(2 * 24 * 3600 + 6 * 3600);
    const want = wantComparisons({ table: stage.engine.table, clock: () => stage.clock.now() });
    await Promise.all([want(), want()]);
    await want();
    const kinds = async () => (await readWaitingWork(stage.engine.table)(place.workspace.id)).map(({ kind }) => kind);
    expect((await kinds()).filter((kind) => kind === 'reconcile')).toHaveLength(1);
    await stage.clock.advance(3600);
    await stage.resetCalls();
    await Promise.all([stage.work(place.workspace.id), stage.work(place.workspace.id), want()]);
    await stage.clock.advance(120);
    await stage.work(place.workspace.id);
    expect(await readReconciliation(stage.engine.table)(place.workspace.id)).toMatchObject({ state: 'done' });
    expect((await kinds()).filter((kind) => kind === 'reconcile')).toHaveLength(0);
  });
});

describe('F74: the store of secrets', () => {
  const failing = (code: string, what: ('read' | 'write')[]) => {
    const fail = () => Promise.reject(new OutsideError({ service: 'aws', status: 400, code }));
    return { ...stage.world, secrets: { ...stage.secrets, ...Object.fromEntries(what.map((name) => [name, fail])) } };
  };

  test('F74: that is down costs nothing while a token is at hand', async () => {
    let down = false;
    const secrets = {
      ...stage.secrets,
      read: (ws: string, version: string) =>
        down ? Promise.reject(new OutsideError({ service: 'aws', status: 503, code: 'down' })) : stage.secrets.read(ws, version),
    };
    const tokens = accessTokens({ ...stage.world, secrets });
    const good = await tokens.get(place.workspace.id, await connection());
    down = true;
    await stage.clock.advance(20 * 60);
    expect(await tokens.get(place.workspace.id, await connection())).toBe(good);
    await stage.clock.advance(10 * 60);
    await expect(tokens.get(place.workspace.id, await connection())).rejects.toBeInstanceOf(OutsideError);
    expect((await connection()).state).toBe('connected');
  });

  test('F74: that takes no more versions loses no access: the old token is asked with again', async () => {
    const invoice = await anInvoice(stage, place, bakery);
    await stage.clock.advance(30 * 60);
    await stage.work(place.workspace.id, { world: failing('LimitExceededException', ['write']) });
    expect(await syncOf(stage, place, invoice.id)).toBeUndefined();
    expect((await connection()).state).toBe('connected');
    await stage.clock.advance(60);
    await stage.work(place.workspace.id);
    expect(await syncOf(stage, place, invoice.id)).toMatchObject({ state: 'synced' });
  });

  test('F74: is written no more often than every ten minutes, however often the schedule looks', async () => {
    const before = stage.secrets.counted.writes;
    for (let minutes = 0; minutes < 180; minutes += 5) {
      await stage.clock.advance(5 * 60);
      const seen = await connection();
      await stage.engine.table.commit([progressNoted(place.workspace.id, seen, { usedAt: now() })]);
      await fresh();
    }
    const writes = stage.secrets.counted.writes - before;
    expect(writes).toBeGreaterThanOrEqual(6);
    expect(writes).toBeLessThanOrEqual(18);
  });
});
