import { beforeEach, describe, expect, test } from '@jest/globals';
import { noteEvents } from '../../../functions/xero/note-events.ts';
import type { Client } from '../../../shared/store/clients.ts';
import { replaceInvoice } from '../../../shared/store/invoices.ts';
import { readWaitingWork, waits } from '../../../shared/store/waiting-work.ts';
import { forAllTests } from '../../support/for-all-tests.ts';
import { changesIn } from '../../support/xero-changes.ts';
import { aBakery, anInvoice, syncOf } from '../../support/xero-documents.ts';
import type { TestWorkspace } from '../../support/workspace.ts';
import { startXeroStage, tenantId } from '../../support/xero-stage.ts';

const stage = await forAllTests(startXeroStage());
let place: TestWorkspace;
let bakery: Client;
const xero = changesIn(stage, () => place);

beforeEach(async () => {
  place = await stage.connected();
  bakery = await aBakery(stage, place);
});

const sent = async () => {
  const invoice = await anInvoice(stage, place, bakery);
  await xero.work();
  expect(await syncOf(stage, place, invoice.id)).toMatchObject({ state: 'synced' });
  return invoice;
};
const money = (amount: number) => ({ amount, currency: 'GBP' });
const writesThere = async () => (await stage.calls()).filter(({ method }) => method !== 'GET');
const waiting = () => readWaitingWork(stage.engine.table)(place.workspace.id);

describe('F59: our own write', () => {
  test('of an invoice comes back as an event: no write, no call', async () => {
    const invoice = await sent();
    await stage.resetCalls();
    stage.engine.reset();
    // Told later, it is as old as it is.
    await stage.clock.advance(2);
    await xero.event([invoice], undefined, { asStamped: true });
    expect(stage.engine.counted.writeUnits).toBe(0);
    await xero.work();
    expect(await stage.calls()).toEqual([]);
  });

  test('of a payment comes back as an event: no write, no call', async () => {
    const invoice = await sent();
    await xero.paid(invoice, 15_000);
    await xero.work();
    expect(await xero.there(invoice)).toMatchObject({ Status: 'PAID' });
    await stage.resetCalls();
    stage.engine.reset();
    // Told later, it is as old as it is.
    await stage.clock.advance(2);
    await xero.event([invoice], undefined, { asStamped: true });
    expect(stage.engine.counted.writeUnits).toBe(0);
    expect(await stage.calls()).toEqual([]);
  });

  test('that is told before its answer is written down costs no call either', async () => {
    const invoice = await sent();
    const xeroId = String((await xero.there(invoice))['InvoiceID']);
    const at = new Date(stage.clock.now()).toISOString();
    const work = { lane: 'documents', kind: 'pull-changes', documentId: invoice.id, version: 1, dueAt: at } as const;
    const stamp = (await syncOf(stage, place, invoice.id))?.xeroUpdatedAt ?? '';
    await stage.engine.table.commit([waits(place.workspace.id, { ...work, since: stamp })]);
    await stage.resetCalls();
    await xero.work();
    expect(xeroId).not.toBe('');
    expect(await stage.calls()).toEqual([]);
    expect(await waiting()).toEqual([]);
  });

  test('is found by the hourly look without any write to a document, here or there', async () => {
    const invoice = await sent();
    await xero.paid(invoice, 5_000);
    await xero.work();
    const before = [await xero.now(invoice), await syncOf(stage, place, invoice.id), await xero.payments(invoice)];
    await stage.resetCalls();
    await xero.poll();
    await xero.poll();
    expect([await xero.now(invoice), await syncOf(stage, place, invoice.id), await xero.payments(invoice)]).toEqual(before);
    expect(await writesThere()).toEqual([]);
    expect(await xero.discrepancies()).toEqual([]);
  });
});

describe('F56: the same thing on both sides at once', () => {
  const startVoiding = async (invoice: Awaited<ReturnType<typeof sent>>) => {
    const head = await xero.now(invoice);
    if (!head) throw new Error('no invoice');
    const at = new Date(stage.clock.now()).toISOString();
    const work = {
      lane: 'urgent',
      kind: 'void',
      documentId: invoice.id,
      version: stage.clock.now(),
      dueAt: at,
      since: at,
    } as const;
    await stage.engine.table.commit([
      replaceInvoice(place.workspace.id, { ...head, status: 'voiding' }),
      waits(place.workspace.id, work),
    ]);
  };

  test('voided here and there: void on both, one write there at most', async () => {
    const invoice = await sent();
    await stage.resetCalls();
    await startVoiding(invoice);
    await xero.on(invoice, 'void');
    await xero.event([invoice]);
    await xero.work();
    expect(await xero.now(invoice)).toMatchObject({ status: 'void' });
    expect((await writesThere()).length).toBeLessThanOrEqual(1);
    await stage.resetCalls();
    await xero.poll();
    expect(await writesThere()).toEqual([]);
    expect(await xero.discrepancies()).toEqual([]);
  });

  test('voided here while it is paid there: it stands, and is paid', async () => {
    const invoice = await sent();
    await startVoiding(invoice);
    await xero.on(invoice, 'pay', {});
    await xero.event([invoice]);
    await xero.work();
    expect(await xero.now(invoice)).toMatchObject({ status: 'paid', paid: money(15_000) });
    expect(await xero.there(invoice)).toMatchObject({ Status: 'PAID' });
    await stage.resetCalls();
    await xero.poll();
    expect(await writesThere()).toEqual([]);
  });

  test('paid here and there: both count, what is too much shows, and nothing goes to and fro', async () => {
    const invoice = await sent();
    const payment = await xero.paid(invoice, 15_000);
    await xero.on(invoice, 'pay', {});
    await xero.event([invoice]);
    await xero.work();
    expect(await xero.now(invoice)).toMatchObject({ status: 'paid', paid: money(30_000) });
    expect(await syncOf(stage, place, payment.id)).toMatchObject({ state: 'blocked' });
    await stage.resetCalls();
    await xero.poll();
    await xero.poll();
    expect(await writesThere()).toEqual([]);
    expect(await xero.now(invoice)).toMatchObject({ paid: money(30_000) });
  });
});

describe('F60: events', () => {
  test('a hundred in one body, twice and the later ones first, ask once for each invoice', async () => {
    const invoices = [await sent(), await sent(), await sent()];
    for (const invoice of invoices) await xero.on(invoice, 'pay', { Amount: 10 });
    await stage.resetCalls();
    const many = Array.from({ length: 33 }, () => invoices).flat();
    await xero.event([...many].reverse());
    await xero.event(many);
    await xero.work();
    expect(await stage.calls()).toHaveLength(1);
    for (const invoice of invoices) expect(await xero.now(invoice)).toMatchObject({ paid: money(1_000) });
  });

  test('a number that stays away for a minute makes everything be looked at; one that is only late does not', async () => {
    const invoice = await sent();
    const other = await sent();
    await xero.event([], { first: 1000, last: 1000 });
    await xero.event([], { first: 1002, last: 1002 });
    await stage.clock.advance(10);
    await xero.event([], { first: 1001, last: 1001 });
    await stage.clock.advance(120);
    await xero.event([], { first: 1003, last: 1003 });
    expect(await waiting()).toEqual([]);

    await xero.on(invoice, 'pay', {});
    await xero.event([], { first: 1005, last: 1005 });
    expect(await waiting()).toEqual([]);
    await stage.clock.advance(61);
    await xero.event([], { first: 1006, last: 1006 });
    expect(await waiting()).not.toEqual([]);
    await xero.work();
    expect(await xero.now(invoice)).toMatchObject({ status: 'paid' });
    expect(await xero.now(other)).toMatchObject({ status: 'issued' });
    await stage.clock.advance(61);
    await xero.event([], { first: 1007, last: 1007 });
    expect(await waiting()).toEqual([]);
  });

  test('without numbers or ids are taken too', async () => {
    await noteEvents(xero.needs)({ v: 1, body: JSON.stringify({ events: [{ tenantId, eventCategory: 'INVOICE' }] }) });
    expect(await waiting()).toEqual([]);
  });
});

describe('F61: whenever a change lands', () => {
  /** Small numbers that always come in the same order. */
  const seeded = (seed: number) => () => {
    seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648;
    return seed / 2_147_483_648;
  };

  test.each([
    ['equal clocks', 0],
    ['our clock ahead', 90_000],
    ['our clock behind', -90_000],
  ])(
    '%s: no payment made there is lost between two looks',
    async (_name, aheadMs) => {
      const random = seeded(20_261_121 + aheadMs);
      const invoice = await sent();
      const world = { ...stage.world, clock: () => stage.clock.now() + aheadMs };
      let made = 0;
      for (let step = 0; step < 24; step += 1) {
        // Some land in the very second of a look, some seconds before or after it.
        await stage.clock.advance(Math.floor(random() * 3));
        if (random() < 0.5) {
          made += 1;
          await payAtOnce(invoice, made);
        }
        await lookNow();
        await stage.work(place.workspace.id, { world });
        await stage.clock.advance(random() < 0.3 ? 3600 : 20);
      }
      await lookNow();
      await stage.work(place.workspace.id, { world });
      expect(made).toBeGreaterThan(5);
      expect(await xero.payments(invoice)).toHaveLength(made);
      expect((await xero.now(invoice))?.paid).toEqual(money((made * (made + 1)) / 2));
    },
    60_000,
  );

  const payAtOnce = async (invoice: Awaited<ReturnType<typeof sent>>, pence: number): Promise<void> => {
    const { InvoiceID } = await xero.there(invoice);
    await stage.act('pay', { id: InvoiceID, Amount: pence / 100 });
  };

  const lookNow = async (): Promise<void> => {
    const at = new Date(stage.clock.now()).toISOString();
    const work = {
      lane: 'documents',
      kind: 'pull-changes',
      version: stage.clock.now(),
      dueAt: '2020-01-01T00:00:00.000Z',
      since: at,
    } as const;
    await stage.engine.table.commit([waits(place.workspace.id, { ...work, documentId: 'invoices' })]);
  };

  test('more than a page of changes, ours among thousands of others: nothing is missed', async () => {
    const invoice = await sent();
    const last = await sent();
    await stage.clock.advance(600);
    await stage.control('POST', 'foreign', { tenantId, invoices: 2_300 });
    await xero.on(invoice, 'pay', { Amount: 10 });
    await stage.control('POST', 'foreign', { tenantId, invoices: 1_200 });
    await xero.on(last, 'pay', { Amount: 20 });
    await xero.poll();
    expect(await xero.now(invoice)).toMatchObject({ paid: money(1_000) });
    expect(await xero.now(last)).toMatchObject({ paid: money(2_000) });
  });

  test('F65: an answer that is no list changes nothing, and is asked for again', async () => {
    const invoice = await sent();
    await xero.on(invoice, 'pay', {});
    await stage.fault({ fault: 'html', status: 200, match: { method: 'GET', path: 'Invoices' } });
    await xero.poll();
    expect(await xero.discrepancies()).toEqual([]);
    await xero.work();
    expect(await xero.now(invoice)).toMatchObject({ status: 'paid' });
  });
});

describe('G5: where nothing is open', () => {
  test('a day of hourly looks costs 24 calls, and both kinds are looked at', async () => {
    await stage.resetCalls();
    for (let hour = 0; hour < 24; hour += 1) await xero.poll();
    const paths = (await stage.calls()).map(({ path }) => (path.includes('Contacts') ? 'contacts' : 'invoices'));
    expect(paths).toHaveLength(24);
    expect(paths.filter((path) => path === 'contacts')).toHaveLength(12);
  });
});
