import { describe, expect, test } from '@jest/globals';
import { refundByHand } from '../../../functions/payments/refund-by-hand.ts';
import type { InvoiceHead } from '../../../shared/store/invoices.ts';
import { readInvoice, replaceInvoice } from '../../../shared/store/invoices.ts';
import { readPayment, type Payment } from '../../../shared/store/payments.ts';
import { syncItemKey } from '../../../shared/store/sync-items.ts';
import { update } from '../../../shared/store/write.ts';
import { newId } from '../../support/billing.ts';
import { correctionsIn } from '../../support/credits.ts';
import type { Answer } from '../../support/door-call.ts';
import { forAllTests } from '../../support/for-all-tests.ts';
import { overviewOf, type OverviewParts } from '../../support/overview-room.ts';
import { aClient, anInvoice, aPayment, syncOf } from '../../support/xero-documents.ts';
import type { TestWorkspace } from '../../support/workspace.ts';
import { startXeroStage, tenantId } from '../../support/xero-stage.ts';

const stage = await forAllTests(startXeroStage({ tier: 5000 }));

const call = (place: TestWorkspace, route: string, parts: OverviewParts = {}): Promise<Answer> =>
  overviewOf(stage)(place.admin, route, parts);

const compare = async (place: TestWorkspace): Promise<void> => {
  await stage.clock.advance(61);
  const asked = await call(place, 'POST /v1/reconciliation/run', { body: { scope: 'all' } });
  expect(asked.status).toBe(202);
  await stage.work(place.workspace.id);
};

const open = async (place: TestWorkspace) => (await call(place, 'GET /v1/discrepancies')).body.items;
const resolve = (place: TestWorkspace, id: string, body: object, headers = {}): Promise<Answer> =>
  call(place, 'POST /v1/discrepancies/{id}/resolve', { params: { id }, body, headers });

const tamper = (collection: string, id: unknown, change: Record<string, unknown>): Promise<unknown> =>
  stage.control('POST', 'tamper', { tenantId, collection, id, ...change });

const scene = async () => {
  const place = await stage.connected({ contactPolicy: 'match-or-create', paymentAccount: '090' });
  const client = await aClient(stage, place, { name: 'New Ventures', email: 'hello@newventures.example' });
  const invoice = await anInvoice(stage, place, client);
  await stage.work(place.workspace.id);
  const [there] = (await stage.books()).invoices.filter((one) => one['Reference'] === invoice.id);
  return { place, invoice, invoiceThere: String(there?.['InvoiceID']) };
};

/** A payment of the whole invoice, counted here and sent. */
const paid = async (place: TestWorkspace, invoice: InvoiceHead) => {
  const { table } = stage.engine;
  const head = (await readInvoice(table)(place.workspace.id, invoice.id)) as InvoiceHead;
  await table.commit([replaceInvoice(place.workspace.id, { ...head, status: 'paid', paid: head.total })]);
  const payment = await aPayment(stage, place, invoice);
  await stage.work(place.workspace.id);
  const [there] = (await stage.books()).payments.filter((one) => one['Reference'] === payment.id);
  return { payment, paymentThere: String(there?.['PaymentID']) };
};

/** What somebody does in Xero by hand. */
const byHand = async (action: string, fields: Record<string, unknown>): Promise<void> => {
  await stage.clock.advance(61);
  await stage.act(action, fields);
};

/** Finance notes here that a payment went back, as a whole. */
const givenBack = async ({ workspace: { id: ws }, admin: { memberId: who } }: TestWorkspace, id: string): Promise<void> => {
  const { table } = stage.engine;
  const payment = (await readPayment(table)(ws, id)) as Payment;
  const head = await readInvoice(table)(ws, payment.invoiceId);
  const needs = { newId, now: () => new Date(stage.clock.now()).toISOString() };
  await table.commit([...refundByHand(needs, { ws, who }, { payment, head, amount: payment.amount }).writes]);
};

describe('comparing on request', () => {
  test('tells how far it is and what it found; the dashboard counts it', async () => {
    const { place, invoiceThere } = await scene();
    expect((await call(place, 'GET /v1/reconciliation')).body).toMatchObject({ state: 'never', open: 0 });
    await tamper('invoices', invoiceThere, { set: { TotalTax: 1, Total: 126 }, silent: true });
    await compare(place);
    expect((await call(place, 'GET /v1/reconciliation')).body).toMatchObject({
      state: 'done',
      scope: 'all',
      compared: { invoices: 1 },
      open: 1,
    });
    const query = { from: '2026-11-01', to: '2026-11-30', interval: 'month' };
    expect((await call(place, 'GET /v1/dashboard', { query })).body.discrepancies).toBe(1);
    const [found] = await open(place);
    expect(found).toMatchObject({ kind: 'tax', system: 'xero', ours: 'GBP 25.00', theirs: 'GBP 1.00', state: 'open' });
    expect(found.ways.map(({ way }: { way: string }) => way)).toEqual(['ignore']);
    expect((await call(place, 'GET /v1/discrepancies/{id}', { params: { id: found.id } })).body).toEqual(found);
  });

  test('needs a connection', async () => {
    const place = await stage.fresh();
    const refused = await call(place, 'POST /v1/reconciliation/run');
    expect([refused.status, refused.body.code]).toEqual([409, 'xero-not-connected']);
  });

  test('asked twice, one comparison comes of it', async () => {
    const { place } = await scene();
    const first = await call(place, 'POST /v1/reconciliation/run');
    const second = await call(place, 'POST /v1/reconciliation/run', { body: { scope: 'all' } });
    expect([first.body.state, first.body.scope, second.body.scope]).toEqual(['waiting', 'changed', 'all']);
    await stage.resetCalls();
    await stage.work(place.workspace.id);
    expect((await stage.calls()).length).toBe(3);
  });
});

describe('ways out', () => {
  test('a way is shown before it is done, and done once however often it is asked for', async () => {
    const { place, invoice, invoiceThere } = await scene();
    await tamper('invoices', invoiceThere, { remove: true, silent: true });
    await compare(place);
    const [found] = await open(place);
    expect(found).toMatchObject({ kind: 'missing', documentId: invoice.id, outsideId: invoiceThere });
    const shown = await resolve(place, found.id, { way: 'push-again', preview: true });
    expect(shown.body).toMatchObject({ done: false, steps: [{ where: 'xero' }, { where: 'xero' }] });
    expect(await open(place)).toHaveLength(1);

    const headers = { 'idempotency-key': 'once' };
    const first = await resolve(place, found.id, { way: 'push-again' }, headers);
    const second = await resolve(place, found.id, { way: 'push-again' }, headers);
    expect(first.body).toMatchObject({ done: true, discrepancy: { state: 'resolved', resolvedBy: place.admin.memberId } });
    expect(second.text).toBe(first.text);
    const late = await resolve(place, found.id, { way: 'push-again' });
    expect([late.status, late.body.code]).toEqual([409, 'already-settled']);

    await stage.work(place.workspace.id);
    const books = await stage.books();
    expect(books.invoices.map((one) => one['Reference'])).toEqual([invoice.id]);
    expect(await syncOf(stage, place, invoice.id)).toMatchObject({ state: 'synced', xeroId: books.invoices[0]?.['InvoiceID'] });
    await compare(place);
    expect(await open(place)).toEqual([]);
  });

  test('two who choose at once: one way is taken', async () => {
    const { place, invoiceThere } = await scene();
    await tamper('invoices', invoiceThere, { set: { TotalTax: 1, Total: 126 }, silent: true });
    await compare(place);
    const [found] = await open(place);
    const answers = await Promise.all(
      Array.from({ length: 8 }, (_, n) => resolve(place, found.id, { way: 'ignore', reason: `reason ${n}` })),
    );
    expect(answers.map(({ status }) => status).toSorted()).toEqual([200, ...Array.from({ length: 7 }, () => 409)]);
    expect((await call(place, 'GET /v1/reconciliation')).body.open).toBe(0);
  });

  test('a way that is none of the safe ones is refused; ignoring needs a reason and lasts while nothing changes', async () => {
    const { place, invoiceThere } = await scene();
    await tamper('invoices', invoiceThere, { set: { TotalTax: 1, Total: 126 }, silent: true });
    await compare(place);
    const [found] = await open(place);
    expect((await resolve(place, found.id, { way: 'take-over' })).body.code).toBe('forbidden');
    expect((await resolve(place, found.id, { way: 'ignore' })).body.errors).toEqual([
      { path: 'reason', message: 'is needed to ignore a difference' },
    ]);
    expect((await resolve(place, found.id, { way: 'ignore', reason: 'Agreed with the accountant' })).status).toBe(200);
    await compare(place);
    expect(await open(place)).toEqual([]);
    await tamper('invoices', invoiceThere, { set: { TotalTax: 2, Total: 127 }, silent: true });
    await compare(place);
    expect(await open(place)).toMatchObject([{ id: found.id, theirs: 'GBP 2.00' }]);
  });

  test('a payment that was deleted there is sent again', async () => {
    const { place, invoice } = await scene();
    const { payment, paymentThere } = await paid(place, invoice);
    await tamper('payments', paymentThere, { set: { Status: 'DELETED' }, silent: true });
    await tamper('invoices', (await syncOf(stage, place, invoice.id))?.xeroId ?? '', {
      set: { Status: 'AUTHORISED', AmountDue: 150, AmountPaid: 0 },
      silent: true,
    });
    await compare(place);
    const [found] = await open(place);
    expect(found).toMatchObject({ kind: 'missing', subject: 'payment', documentId: payment.id });
    expect((await resolve(place, found.id, { way: 'push-again' })).status).toBe(200);
    await stage.work(place.workspace.id);
    const standing = (await stage.books()).payments.filter((one) => one['Status'] !== 'DELETED');
    expect(standing.map((one) => one['Reference'])).toEqual([payment.id]);
    await compare(place);
    expect(await open(place)).toEqual([]);
  });

  test('or it was given back: what is due grows by it, and nothing is asked again', async () => {
    const { place, invoice } = await scene();
    const { payment, paymentThere } = await paid(place, invoice);
    await tamper('payments', paymentThere, { set: { Status: 'DELETED' }, silent: true });
    await compare(place);
    const [found] = await open(place);
    stage.rung.length = 0;
    expect((await resolve(place, found.id, { way: 'record-refund' })).status).toBe(200);
    expect(stage.rung).toEqual([]);
    const { table } = stage.engine;
    expect(await readPayment(table)(place.workspace.id, payment.id)).toMatchObject({ status: 'refunded', counts: { amount: 0 } });
    expect(await readInvoice(table)(place.workspace.id, invoice.id)).toMatchObject({ status: 'issued', paid: { amount: 0 } });
    await compare(place);
    expect(await open(place)).toEqual([]);
  });

  test('what a credit note left open goes to Xero at once when the payment was given back', async () => {
    const { place, invoice } = await scene();
    const { paymentThere } = await paid(place, invoice);
    const credit = { kind: 'amount', amount: { amount: 5000, currency: 'GBP' } };
    await correctionsIn(stage, () => place).credit(invoice, credit);
    await stage.work(place.workspace.id);
    await byHand('delete-payment', { id: paymentThere });
    await compare(place);
    const [found] = await open(place);
    stage.rung.length = 0;
    expect((await resolve(place, found.id, { way: 'record-refund' })).status).toBe(200);
    expect(stage.rung).toEqual([place.workspace.id]);
    await stage.work(place.workspace.id);
    const due = (await stage.books()).invoices.map(({ AmountDue }) => AmountDue);
    expect(due).toEqual([100]);
    await compare(place);
    expect(await open(place)).toEqual([]);
  });

  test('a refund of a credit note that was taken back in Xero is told, and booked again', async () => {
    const { place, invoice } = await scene();
    await paid(place, invoice);
    const credit = { kind: 'amount', amount: { amount: 5000, currency: 'GBP' }, settle: 'refund' };
    const note = await correctionsIn(stage, () => place).credit(invoice, credit);
    await stage.work(place.workspace.id);
    const refunds = async () =>
      (await stage.books()).payments.filter((one) => one['CreditNote'] !== undefined && one['Status'] === 'AUTHORISED');
    const [refund] = await refunds();
    await compare(place);
    expect(await open(place)).toEqual([]);
    await byHand('delete-payment', { id: refund?.['PaymentID'] });
    await compare(place);
    const [found, ...others] = await open(place);
    expect(others).toEqual([]);
    expect(found).toMatchObject({
      ...{ kind: 'payment', subject: 'credit-note', documentId: note.id, ours: 'GBP 50.00', theirs: 'nothing' },
      cause: 'A refund of it that was booked from here was taken back in Xero',
    });
    expect((await resolve(place, found.id, { way: 'push-again' })).status).toBe(200);
    await stage.work(place.workspace.id);
    expect((await refunds()).map(({ Amount }) => Amount)).toEqual([50]);
    await compare(place);
    expect(await open(place)).toEqual([]);
  });

  test.each([
    ['record-refund', ''],
    ['push-again', 'and given back here'],
  ])('or it was made anew there under its reference: it counts as money that came in there, after %s %s', async (way, then) => {
    const { place, invoice, invoiceThere } = await scene();
    const { payment, paymentThere } = await paid(place, invoice);
    await byHand('delete-payment', { id: paymentThere });
    await byHand('pay', { id: invoiceThere, Amount: '140', Reference: payment.id });
    await compare(place);
    const missing = (await open(place)).find(({ kind }: { kind: string }) => kind === 'missing');
    expect((await resolve(place, missing.id, { way })).status).toBe(200);
    await stage.work(place.workspace.id);
    if (then !== '') await givenBack(place, payment.id);
    await stage.work(place.workspace.id);
    await compare(place);
    expect(await open(place)).toEqual([]);
    const after = await readInvoice(stage.engine.table)(place.workspace.id, invoice.id);
    expect(after).toMatchObject({ status: 'partially-paid', paid: { amount: 14_000 } });
  });

  test('an invoice that stands there under another id is linked, after it was looked at', async () => {
    const { place, invoice, invoiceThere } = await scene();
    const lost = '11111111-1111-4111-8111-111111111111';
    await stage.engine.table.commit([
      update('sync item', syncItemKey(place.workspace.id, invoice.id), { set: { xeroId: lost, jobSk: lost } }),
    ]);
    await tamper('invoices', invoiceThere, { set: { Reference: 'by hand' }, silent: true });
    await compare(place);
    const found = (await open(place)).find(({ kind }: { kind: string }) => kind === 'missing');
    expect((await resolve(place, found.id, { way: 'link' })).body.errors[0].path).toBe('outsideId');
    expect((await resolve(place, found.id, { way: 'link', outsideId: invoiceThere })).status).toBe(200);
    await stage.work(place.workspace.id);
    expect(await syncOf(stage, place, invoice.id)).toMatchObject({ xeroId: invoiceThere, state: 'synced' });
    await compare(place);
    expect(await open(place)).toEqual([]);
  });

  test('one that does not belong to it is not: the difference is back with the reason', async () => {
    const { place, invoice, invoiceThere } = await scene();
    await stage.control('POST', 'foreign', { tenantId, invoices: 1, contacts: 1 });
    const foreign = (await stage.books()).invoices.find((one) => String(one['InvoiceNumber']).startsWith('FOR-'));
    await tamper('invoices', invoiceThere, { remove: true, silent: true });
    await compare(place);
    const [found] = await open(place);
    await resolve(place, found.id, { way: 'link', outsideId: foreign?.['InvoiceID'] });
    await stage.work(place.workspace.id);
    expect(await open(place)).toMatchObject([
      { id: found.id, cause: expect.stringMatching(/neither its number nor its reference/) },
    ]);
    expect(await syncOf(stage, place, invoice.id)).toMatchObject({ xeroId: invoiceThere });
  });

  test('what is void here and still stands there is voided there', async () => {
    const { place, invoice, invoiceThere } = await scene();
    const { table } = stage.engine;
    const head = (await readInvoice(table)(place.workspace.id, invoice.id)) as InvoiceHead;
    await table.commit([replaceInvoice(place.workspace.id, { ...head, status: 'void' })]);
    await compare(place);
    const [found] = await open(place);
    expect(found).toMatchObject({ kind: 'status', ours: 'void', theirs: 'AUTHORISED' });
    await resolve(place, found.id, { way: 'push-again' });
    await stage.work(place.workspace.id);
    const [there] = (await stage.books()).invoices.filter((one) => one['InvoiceID'] === invoiceThere);
    expect(there?.['Status']).toBe('VOIDED');
    await compare(place);
    expect(await open(place)).toEqual([]);
  });
});
