import { beforeEach, describe, expect, test } from '@jest/globals';
import { getBackfill } from '../../../functions/xero/get-backfill.ts';
import { pushToXero } from '../../../functions/xero/push-documents.ts';
import { startBackfill } from '../../../functions/xero/start-backfill.ts';
import { comparisonWanted, readReconciliation } from '../../../shared/store/reconciliation.ts';
import { cancelled } from '../../../shared/store/waiting-work.ts';
import { readInvoice, type InvoiceHead } from '../../../shared/store/invoices.ts';
import type { Client } from '../../../shared/store/clients.ts';
import type { Payment } from '../../../shared/store/payments.ts';
import { forAllTests } from '../../support/for-all-tests.ts';
import { aBakery, anInvoice, aPayment, syncOf } from '../../support/xero-documents.ts';
import type { TestWorkspace } from '../../support/workspace.ts';
import { callOf, startXeroStage, tenantId } from '../../support/xero-stage.ts';

const stage = await forAllTests(startXeroStage({ tier: 5000 }));
let place: TestWorkspace;
let bakery: Client;
let bakeryContact: string;

beforeEach(async () => {
  place = await stage.connected();
  bakery = await aBakery(stage, place);
  const { contacts } = await stage.books();
  bakeryContact = String(contacts.find(({ Name }) => Name === 'Harbour Bakery Ltd')?.['ContactID']);
  await stage.resetCalls();
});

/** Works until nothing waits, as the sweep would have it, minute after minute. */
const workOff = async (): Promise<void> => {
  for (let minute = 0; minute < 12 && (await shown())['state'] !== 'done'; minute += 1) {
    await stage.work(place.workspace.id);
    await stage.clock.advance(61);
  }
};
const shown = async () => (await getBackfill(stage.world)(callOf(place.finance))).body as Record<string, unknown>;
const start = (from = '2026-01-01', kinds = ['invoice', 'payment']) =>
  startBackfill(stage.world)(callOf(place.admin, { body: { from, kinds } }));

/** An invoice of the time before the connection. */
const early = async (changes: Parameters<typeof anInvoice>[3] = {}): Promise<InvoiceHead> => {
  const head = await anInvoice(stage, place, bakery, { toXero: false, issueDate: '2026-03-02', ...changes });
  await stage.engine.table.commit([cancelled(place.workspace.id, { lane: 'urgent', kind: 'invoice', documentId: head.id })]);
  return head;
};
const earlyPayment = async (invoice: InvoiceHead): Promise<Payment> => {
  const payment = await aPayment(stage, place, invoice, { receivedOn: '2026-03-09' });
  await stage.engine.table.commit([cancelled(place.workspace.id, { lane: 'payments', kind: 'payment', documentId: payment.id })]);
  return payment;
};

/** An invoice that somebody has typed into Xero: 125.00 and 20 % unless said otherwise. */
const typedIn = async (number: string, { contact = bakeryContact, unitAmount = 125, paid = false } = {}): Promise<void> => {
  await stage.control('POST', 'foreign', { tenantId, invoices: 1, contacts: 0 });
  const { invoices } = await stage.books();
  const made = invoices.at(-1) ?? {};
  await stage.control('POST', 'tamper', {
    tenantId,
    collection: 'invoices',
    id: made['InvoiceID'],
    set: {
      InvoiceNumber: number,
      ContactID: contact,
      Status: 'AUTHORISED',
      Date: '2026-03-02',
      SubTotal: unitAmount,
      TotalTax: unitAmount / 5,
      Total: unitAmount * 1.2,
      AmountDue: unitAmount * 1.2,
    },
  });
  if (!paid) return;
  await stage.act('pay', { id: made['InvoiceID'], Amount: String(unitAmount * 1.2) });
};

describe('F64: catching up with what was issued before', () => {
  test('sends what is not in Xero, payments too, and says how far it is', async () => {
    const invoice = await early();
    const payment = await earlyPayment(invoice);
    expect(await shown()).toMatchObject({ state: 'none', total: 0 });
    expect((await start()).body).toMatchObject({ state: 'finding', from: '2026-01-01', kinds: ['invoice', 'payment'] });
    await workOff();
    expect(await shown()).toMatchObject({ state: 'done', total: 2, found: 2, linked: 0, pushed: 2, blocked: 0, endsAt: null });
    expect(await syncOf(stage, place, invoice.id)).toMatchObject({ state: 'synced' });
    expect(await syncOf(stage, place, payment.id)).toMatchObject({ state: 'synced' });
    expect(await readInvoice(stage.engine.table)(place.workspace.id, invoice.id)).toMatchObject({ toXero: true });
    expect((await stage.books()).invoices).toHaveLength(1);
  });

  test('tells no end while Xero does not answer, and comes to one all the same', async () => {
    for (let n = 0; n < 3; n += 1) await early();
    await start();
    await stage.fault({ fault: 'server-error', match: { path: 'Invoices' }, times: 2 });
    await stage.work(place.workspace.id);
    expect(await shown()).toMatchObject({ state: 'linking', endsAt: null });
    await workOff();
    expect(await shown()).toMatchObject({ state: 'done', pushed: 3 });
  });

  test('is done although its lane has other things to do', async () => {
    await early();
    await start();
    await workOff();
    const at = new Date(stage.clock.now()).toISOString();
    const read = await readReconciliation(stage.engine.table)(place.workspace.id);
    const { writes } = comparisonWanted(place.workspace.id, read, { scope: 'all', version: stage.clock.now(), at, dueAt: at });
    await stage.engine.table.commit([...writes]);
    expect(await shown()).toMatchObject({ state: 'done', endsAt: null });
  });

  test('leaves alone what was issued before the day that was asked for, and what is there already', async () => {
    const old = await early({ issueDate: '2025-12-31' });
    const sent = await anInvoice(stage, place, bakery);
    await stage.work(place.workspace.id);
    await start();
    await workOff();
    expect(await shown()).toMatchObject({ state: 'done', total: 1, found: 0, pushed: 0 });
    expect(await syncOf(stage, place, old.id)).toBeUndefined();
    expect(await syncOf(stage, place, sent.id)).toMatchObject({ state: 'synced' });
  });

  test('links the same number with the same contact and the same sums, with its payment', async () => {
    const invoice = await early();
    const payment = await earlyPayment(invoice);
    await typedIn(invoice.number ?? '', { paid: true });
    await start();
    await workOff();
    expect(await syncOf(stage, place, invoice.id)).toMatchObject({ state: 'synced' });
    expect(await syncOf(stage, place, payment.id)).toMatchObject({ state: 'synced' });
    const books = await stage.books();
    expect([books.invoices.length, books.payments.length]).toEqual([1, 1]);
    expect((await stage.calls()).filter(({ method }) => method !== 'GET')).toEqual([]);
    expect(await shown()).toMatchObject({ state: 'done', found: 2, linked: 2, pushed: 0 });
  });

  test.each([
    ['another contact', { contact: 'foreign' }],
    ['other sums', { unitAmount: 300 }],
  ])(
    "the same number with %s is somebody else's, and stops ours",
    async (_case, { contact, ...sums }: { contact?: string; unitAmount?: number }) => {
      const invoice = await early();
      const { contacts } = await stage.books();
      const other = String(contacts.find(({ ContactID }) => ContactID !== bakeryContact)?.['ContactID']);
      await typedIn(invoice.number ?? '', { ...sums, ...(contact === undefined ? {} : { contact: other }) });
      await start();
      await workOff();
      expect(await syncOf(stage, place, invoice.id)).toMatchObject({ state: 'blocked', code: 'number-taken', xeroId: null });
      expect(await shown()).toMatchObject({ state: 'done', found: 1, linked: 0, pushed: 0, blocked: 1 });
      expect((await stage.books()).invoices).toHaveLength(1);
    },
  );

  test('of many documents reads whole pages instead of numbers, and sends fifty in a call', async () => {
    await stage.control('POST', 'foreign', { tenantId, invoices: 1500, contacts: 3 });
    const invoices: InvoiceHead[] = [];
    for (let n = 0; n < 120; n += 1) invoices.push(await early());
    await typedIn(invoices[7]?.number ?? '');
    await start();
    await workOff();
    expect(await shown()).toMatchObject({ state: 'done', total: 120, found: 120, linked: 1, pushed: 119 });
    const calls = (await stage.calls()).map(({ method, path }) => `${method} ${path.split('/').at(-1) ?? ''}`);
    expect(calls.filter((call) => call === 'PUT Invoices')).toHaveLength(3);
    expect(calls.filter((call) => call === 'GET Invoices')).toHaveLength(2);
    expect((await stage.books()).invoices).toHaveLength(1500 + 120);
  }, 60_000);

  test('is cut off at any time and goes on, with everything there once', async () => {
    const invoices: InvoiceHead[] = [];
    for (let n = 0; n < 60; n += 1) invoices.push(await early());
    await start();
    for (let run = 0; run < 40 && (await shown())['state'] !== 'done'; run += 1) {
      let looks = 0;
      await stage.work(place.workspace.id, { remainingMs: () => ((looks += 1) > 4 ? 1000 : 60_000) });
      await stage.clock.advance(20);
    }
    expect(await shown()).toMatchObject({ state: 'done', found: 60, pushed: 60 });
    const numbers = (await stage.books()).invoices.map(({ InvoiceNumber }) => InvoiceNumber);
    expect(new Set(numbers).size).toBe(60);
    expect(numbers).toHaveLength(60);
  }, 60_000);

  test('stops when another organisation is connected', async () => {
    await early();
    await start();
    await stage.connect(place.admin, '4f9d2a6e-5b1c-4e7a-8c3d-0a1b2c3d4e02', { confirmDifferent: true });
    await stage.work(place.workspace.id);
    expect(await shown()).toMatchObject({ state: 'stopped' });
    expect((await stage.books('4f9d2a6e-5b1c-4e7a-8c3d-0a1b2c3d4e02')).invoices).toHaveLength(0);
  });
});

test('a chosen invoice from before the connection joins the books with its payments, and is voided there from then on', async () => {
  const [paid, open] = [await early(), await early()];
  const payment = await earlyPayment(paid);
  await pushToXero(stage.world)(callOf(place.admin, { body: { ids: [paid.id, open.id] } }));
  await stage.work(place.workspace.id);
  const { invoices, payments } = await stage.books();
  expect(invoices.map(({ InvoiceNumber, Status }) => [InvoiceNumber, Status])).toEqual([
    [paid.number, 'PAID'],
    [open.number, 'AUTHORISED'],
  ]);
  expect(payments).toMatchObject([{ Reference: payment.id }]);
  expect(await syncOf(stage, place, payment.id)).toMatchObject({ state: 'synced' });
  for (const { id } of [paid, open])
    expect(await readInvoice(stage.engine.table)(place.workspace.id, id)).toMatchObject({ toXero: true });
});
