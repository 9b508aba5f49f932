import { beforeEach, describe, expect, test } from '@jest/globals';
import { accessTokens } from '../../../functions/xero/access-token.ts';
import { getConnection } from '../../../functions/xero/get-connection.ts';
import { openBooks } from '../../../functions/xero/open-books.ts';
import { ringDue } from '../../../functions/xero/ring-due.ts';
import { workThrough } from '../../../functions/xero/work-through.ts';
import type { Client } from '../../../shared/store/clients.ts';
import type { InvoiceHead } from '../../../shared/store/invoices.ts';
import { progressNoted, readXeroConnection } from '../../../shared/store/xero-connections.ts';
import { forAllTests } from '../../support/for-all-tests.ts';
import { aBakery, aClient, anInvoice, aPayment, syncOf } from '../../support/xero-documents.ts';
import { seedWorkspace, type TestWorkspace } from '../../support/workspace.ts';
import { callOf, otherTenantId, startXeroStage } from '../../support/xero-stage.ts';

const stage = await forAllTests(startXeroStage({ tier: 1000 }));
let place: TestWorkspace;
let bakery: Client;

beforeEach(async () => {
  await stage.control('POST', 'settings', { tier: 1000 });
  await stage.clock.advance(24 * 3600);
  place = await stage.connected();
  bakery = await aBakery(stage, place);
  await anInvoice(stage, place, bakery);
  await stage.work(place.workspace.id);
  await stage.resetCalls();
});

const work = () => stage.work(place.workspace.id);
const now = () => new Date(stage.clock.now()).toISOString();
const status = async () => (await getConnection(stage.world)(callOf(place.finance))).body as Record<string, unknown>;
const sweep = async (): Promise<string[]> => {
  stage.rung.length = 0;
  await ringDue({ table: stage.engine.table, now, ring: stage.world.ring })();
  return [...stage.rung];
};
const backlog = async (count: number, of = place, client = bakery): Promise<InvoiceHead[]> => {
  const made: InvoiceHead[] = [];
  for (let n = 0; n < count; n += 1) made.push(await anInvoice(stage, of, client, { lane: 'documents' }));
  return made;
};
const batches = async () => (await stage.calls()).filter(({ method, path }) => method === 'PUT' && path.endsWith('/Invoices'));
const numbersIn = (call: { body: unknown }): string[] =>
  ((call.body as { Invoices: { InvoiceNumber: string }[] }).Invoices ?? []).map(({ InvoiceNumber }) => InvoiceNumber);

describe('F53: a day with few calls left and 1,200 invoices queued', () => {
  test('batches are spaced over the day, people go first, the reserve is kept, and nothing is refused', async () => {
    await stage.control('POST', 'settings', { tier: 75 });
    const before = await readXeroConnection(stage.engine.table)(place.workspace.id);
    await stage.engine.table.commit([
      progressNoted(place.workspace.id, before, {
        dayLeft: 70,
        dayMost: 1000,
        limitsSeenAt: now(),
        dayBeganAt: now(),
        dayBeganWithinMs: 0,
      }),
    ]);
    await backlog(1200);
    await work();
    expect(await batches()).toHaveLength(1);
    expect(await status()).toMatchObject({ state: 'waiting-for-limit', estimated: true, waiting: { documents: 1150 } });

    // Between the instant at which the next batch may go and the sweep that rings for it, the page promises the sweep.
    const next = Date.parse(String((await status())['nextSyncAt']));
    await stage.clock.advance(Math.ceil((next - stage.clock.now()) / 1000) + 5);
    const due = await status();
    expect(due).toMatchObject({ state: 'waiting-for-limit', estimated: true, reason: expect.stringContaining('half') });
    const wait = Date.parse(String(due['nextSyncAt'])) - stage.clock.now();
    expect(wait).toBeGreaterThan(0);
    expect(wait).toBeLessThanOrEqual(60_000);

    const urgent = await anInvoice(stage, place, bakery, { lane: 'urgent' });
    await work();
    expect(await syncOf(stage, place, urgent.id)).toMatchObject({ state: 'synced' });

    for (let tick = 0; tick < 60; tick += 1) {
      await stage.clock.advance(15 * 60);
      if ((await sweep()).includes(place.workspace.id)) await work();
    }
    const calls = await stage.calls();
    expect(calls.filter(({ status: answered }) => answered === 429)).toEqual([]);
    expect((await batches()).every((call) => numbersIn(call).length === 50)).toBe(true);
    const left = Number((await status())['callsLeftToday']);
    expect(left).toBeGreaterThanOrEqual(50);
    expect(calls.length).toBeGreaterThan(10);
  }, 120_000);
});

describe('F81: a backlog after a day without Xero', () => {
  test('payments whose invoices come later in line do not hide the invoices', async () => {
    const invoices = await backlog(260);
    for (const invoice of invoices) await aPayment(stage, place, invoice);
    for (let minute = 0; minute < 4; minute += 1) {
      await work();
      await stage.clock.advance(61);
    }
    const books = await stage.books();
    expect([books.invoices.length, books.payments.length]).toEqual([261, 260]);
    const calls = (await stage.calls()).filter(({ method }) => method === 'PUT');
    expect(calls.length).toBeLessThanOrEqual(16);
  }, 120_000);

  test('the oldest goes first', async () => {
    const invoices = await backlog(120);
    await work();
    expect((await batches()).flatMap(numbersIn)).toEqual(invoices.map(({ number }) => number));
  }, 60_000);

  test('one workspace does not starve another: the sweep rings for both, and a run ends by itself', async () => {
    const other = await seedWorkspace(stage.engine.table);
    await stage.connect(other.admin, otherTenantId);
    await stage.work(other.workspace.id);
    await backlog(150);
    const [single] = await backlog(1, other, await aClient(stage, other, { name: 'Nobody knows', email: null }));
    expect((await sweep()).filter((id) => id === place.workspace.id || id === other.workspace.id).sort()).toEqual(
      [place.workspace.id, other.workspace.id].sort(),
    );
    await stage.work(other.workspace.id);
    expect(await syncOf(stage, other, single?.id ?? '')).toMatchObject({ state: 'blocked' });
  }, 60_000);

  test('a payment that comes in meanwhile waits for no more than one call', async () => {
    const [first] = await backlog(120);
    const world = { ...stage.world };
    let payment: string | undefined;
    const open = openBooks(world, accessTokens(world));
    const needs = {
      world,
      flows: {} as never,
      open: (async (ws, connection, how) => {
        const books = await open(ws, connection, how);
        return {
          ...books,
          send: async (shape, call) => {
            const answer = await books.send(shape, call);
            // The first batch is in Xero: somebody records the payment of one of its invoices.
            if (payment === undefined && first) payment = (await aPayment(stage, place, first)).id;
            return answer;
          },
        };
      }) as typeof open,
    };
    await workThrough(needs)(place.workspace.id, { remainingMs: () => 60_000 });
    const order = (await stage.calls()).filter(({ method }) => method === 'PUT').map(({ path }) => path.split('/').at(-1));
    expect(order).toEqual(['Invoices', 'Payments', 'Invoices', 'Invoices']);
  }, 60_000);
});

describe('a client pays what still waits far behind in a backfill', () => {
  test('the invoice goes with its payment, also where the rest of the day is spaced out', async () => {
    const invoices: InvoiceHead[] = [];
    for (let n = 0; n < 220; n += 1) invoices.push(await anInvoice(stage, place, bakery, { lane: 'backfill' }));
    const before = await readXeroConnection(stage.engine.table)(place.workspace.id);
    const fewLeft = { dayLeft: 80, dayMost: 1000, limitsSeenAt: now(), dayBeganAt: now(), dayBeganWithinMs: 0 };
    const paced = { ...fewLeft, paceAt: new Date(stage.clock.now() + 40 * 60_000).toISOString() };
    await stage.engine.table.commit([progressNoted(place.workspace.id, before, paced)]);
    await stage.control('POST', 'settings', { tier: 80 });
    await work();
    expect(await batches()).toEqual([]);

    const last = invoices.at(-1) as InvoiceHead;
    const payment = await aPayment(stage, place, last);
    await work();
    const calls = (await stage.calls()).filter(({ method }) => method === 'PUT').map(({ path }) => path.split('/').at(-1));
    expect(calls).toEqual(['Invoices', 'Payments']);
    // The call is made anyway: what waits behind fills it up.
    const sent = (await batches()).flatMap(numbersIn);
    expect([sent[0], sent.length]).toEqual([last.number, 50]);
    expect(await syncOf(stage, place, payment.id)).toMatchObject({ state: 'synced' });
    expect(await status()).toMatchObject({ state: 'waiting-for-limit', waiting: { payments: 0, backfill: 170 } });
  }, 60_000);
});

describe('F64: a long drain', () => {
  test('rings for itself at most seven times in a row, then leaves it to the sweep', async () => {
    await backlog(2);
    const rings: (number | undefined)[] = [];
    const world = { ...stage.world, ring: async (_ids: readonly string[], hops?: number) => void rings.push(hops) };
    const run = (hops: number) =>
      workThrough({ world, flows: {} as never, open: openBooks(world, accessTokens(world)) })(
        place.workspace.id,
        { remainingMs: () => 1000 },
        hops,
      );
    for (let hops = 0; hops <= 7; hops += 1) await run(hops);
    expect(rings).toEqual([1, 2, 3, 4, 5, 6, 7]);
    expect(await sweep()).toContain(place.workspace.id);
  });
});
