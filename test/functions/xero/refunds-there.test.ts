import { beforeEach, describe, expect, test } from '@jest/globals';
import type { Client } from '../../../shared/store/clients.ts';
import type { InvoiceHead } from '../../../shared/store/invoices.ts';
import { readNotice } from '../../../shared/store/notifications.ts';
import { readWaitingWork } from '../../../shared/store/waiting-work.ts';
import { comparedBooks } from '../../support/compared-books.ts';
import { correctionsIn, type Body } from '../../support/credits.ts';
import { forAllTests } from '../../support/for-all-tests.ts';
import { overviewOf } from '../../support/overview-room.ts';
import { changesIn } from '../../support/xero-changes.ts';
import { anInvoice } from '../../support/xero-documents.ts';
import type { TestWorkspace } from '../../support/workspace.ts';
import { startXeroStage } from '../../support/xero-stage.ts';

// An accountant gives money back in Xero for a credit note of ours: with one decision it went back here, too.

const stage = await forAllTests(startXeroStage({ tier: 5000 }));
let place: TestWorkspace;
let bakery: Client;
beforeEach(async () => {
  place = await stage.fresh();
  bakery = await comparedBooks(stage, () => place).begin();
});

const gbp = (amount: number) => ({ amount, currency: 'GBP' });
const work = () => stage.work(place.workspace.id);
const xero = () => changesIn(stage, () => place);
const compare = () => comparedBooks(stage, () => place).compare();
const credit = (invoice: InvoiceHead, amount = 3_000): Promise<Body> =>
  correctionsIn(stage, () => place).credit(invoice, { kind: 'amount', amount: gbp(amount) });
const open = async () =>
  (await xero().discrepancies()).map(({ difference: { kind, subject, ours, theirs } }) => [subject, kind, ours, theirs]);
const overview = overviewOf(stage);
const listed = async (): Promise<Body[]> => (await overview(place.admin, 'GET /v1/discrepancies')).body.items;
const resolve = (id: string, body: object): Promise<Body> =>
  overview(place.admin, 'POST /v1/discrepancies/{id}/resolve', { params: { id }, body });
/** Takes the way, and lets the worker carry it out. Returns what Xero was asked to write for it. */
const take = async (way: string): Promise<string[]> => {
  const [found] = await listed();
  await stage.resetCalls();
  expect((await resolve(found.id, { way })).status).toBe(200);
  await work();
  return (await stage.calls()).filter(({ method }) => method !== 'GET').map(({ method, path }) => `${method} ${path}`);
};
/** An invoice over 150.00 that is paid in Xero, by what an accountant entered there. */
const paidThere = async (...amounts: number[]): Promise<InvoiceHead> => {
  const invoice = await anInvoice(stage, place, bakery);
  await work();
  for (const Amount of amounts) await xero().on(invoice, 'pay', { Amount });
  await xero().event([invoice]);
  await work();
  return invoice;
};
const settled = async (): Promise<void> => {
  await compare();
  await comparedBooks(stage, () => place).compare('changed');
  await xero().poll();
  expect(await open()).toEqual([]);
  expect(await readWaitingWork(stage.engine.table)(place.workspace.id)).toEqual([]);
};

describe('F55: what an accountant gives back for a credit note', () => {
  test('of money that was entered there went back here, too, once somebody takes it over', async () => {
    const invoice = await paidThere(150);
    const note = await credit(invoice);
    await work();
    await xero().accountant('refund-credit', { id: note.number });
    await compare();
    expect(await open()).toEqual([['credit-note', 'payment', 'nothing', 'GBP 30.00']]);
    const [found] = await listed();
    expect(found.ways.map(({ way }: Body) => way)).toEqual(['take-over', 'ignore']);
    const { steps } = (await resolve(found.id, { way: 'take-over', preview: true })).body;
    expect(steps.map(({ where, what }: Body) => `${where}: ${what}`)).toEqual([
      `xero: Read the credit note ${note.number} once more`,
      'here: Record that GBP 30.00 went back, of payments in Xero that did not come by card; nothing is sent',
    ]);
    expect(await take('take-over')).toEqual([]);
    expect(await xero().now(invoice)).toMatchObject({
      ...{ status: 'paid', paid: gbp(12_000), credited: gbp(3_000), openCredits: [], creditRefunded: gbp(3_000) },
    });
    expect(await xero().payments(invoice)).toMatchObject([
      { amount: gbp(15_000), counts: gbp(12_000), refunded: gbp(3_000), status: 'succeeded' },
    ]);
    const notice = await readNotice(stage.engine.table)(place.workspace.id, `invoice-overpaid#${invoice.id}`);
    expect(notice?.resolvedAt).toEqual(expect.any(String));
    await settled();
    expect(await xero().now(invoice)).toMatchObject({ status: 'paid', paid: gbp(12_000) });
  });

  test('of several payments is taken off them until nothing is left, whoever entered them', async () => {
    const invoice = await paidThere(40);
    await xero().paid(invoice, 11_000);
    await work();
    const note = await credit(invoice, 13_000);
    await work();
    await xero().accountant('refund-credit', { id: note.number });
    await compare();
    expect(await take('take-over')).toEqual([]);
    const payments = await xero().payments(invoice);
    const back = payments.reduce((sum, { refunded }) => sum + refunded.amount, 0);
    expect(back).toBe(13_000);
    expect(await xero().now(invoice)).toMatchObject({ paid: gbp(2_000), creditRefunded: gbp(13_000), openCredits: [] });
    await settled();
  });

  test('and is taken back there again can be booked again from here', async () => {
    const invoice = await paidThere(150);
    const note = await credit(invoice);
    await work();
    await xero().accountant('refund-credit', { id: note.number });
    await compare();
    await take('take-over');
    const refund = (await stage.books()).payments.find(({ Amount }) => Amount === 30);
    await xero().accountant('delete-payment', { id: refund?.['PaymentID'] });
    await compare();
    expect(await open()).toEqual([['credit-note', 'payment', 'GBP 30.00', 'nothing']]);
    expect(await take('push-again')).toEqual(['PUT /api.xro/2.0/Payments']);
    await settled();
  });

  test('beyond what stands open here is told again, with the reason', async () => {
    const invoice = await paidThere(150);
    const note = await credit(invoice, 3_000);
    await work();
    await xero().accountant('refund-credit', { id: note.number });
    await compare();
    // Meanwhile the payment is taken back there, so that the credit note is set against what is due again.
    const [found] = await listed();
    const payment = (await stage.books()).payments.find(({ Amount }) => Amount === 150);
    await xero().accountant('delete-payment', { id: payment?.['PaymentID'] });
    await xero().event([invoice]);
    await work();
    expect((await resolve(found.id, { way: 'take-over' })).status).toBe(200);
    await work();
    const [again] = (await xero().discrepancies()).filter(({ difference }) => difference.subject === 'credit-note');
    expect(again?.difference.cause).toMatch(/^More of it was given back in Xero than can be taken off payments here/);
  });
});
