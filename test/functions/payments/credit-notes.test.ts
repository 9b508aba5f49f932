import { describe, expect, test } from '@jest/globals';
import { readSums } from '../../../shared/store/aggregates.ts';
import { readTimeEntry } from '../../../shared/store/time-entries.ts';
import { storeEntries } from '../../support/billing.ts';
import { forAllTests } from '../../support/for-all-tests.ts';
import {
  byHand,
  checkoutFor,
  connected,
  invoiceNow,
  issued,
  noticesOf,
  openTill,
  payAt,
  paymentsOf,
  type Body,
} from '../../support/till.ts';
import type { Answer } from '../../support/send.ts';

const gbp = (amount: number) => ({ amount, currency: 'GBP' });

const till = await forAllTests(openTill());
const shop = await connected(till);

const credit = (id: string, body: object, key?: string): Promise<Answer<Body>> =>
  till.payments({
    route: 'POST /v1/invoices/{id}/credit-notes',
    from: shop.from,
    params: { id },
    body,
    ...(key === undefined ? {} : { headers: { 'idempotency-key': key } }),
  });
const refund = (id: string, amount: number, key?: string): Promise<Answer<Body>> =>
  till.payments({
    route: 'POST /v1/payments/{id}/refunds',
    from: shop.from,
    params: { id },
    body: { amount: gbp(amount), reason: 'Agreed' },
    ...(key === undefined ? {} : { headers: { 'idempotency-key': key } }),
  });
const noteNow = async (id: string): Promise<Body> =>
  (await till.payments<Body>({ route: 'GET /v1/credit-notes/{id}', from: shop.from, params: { id } })).body;
const today = (): string => new Date(till.stage.clock.now()).toISOString().slice(0, 10);
const paidByHand = async (amount = 12_000): Promise<{ invoice: Body; payment: Body }> => {
  const invoice = await issued(till, shop);
  const { body: payment } = await byHand(till, shop, invoice.id, { amount: gbp(amount), receivedOn: today() });
  return { invoice, payment };
};
const paidByCard = async (): Promise<{ invoice: Body; payment: Body }> => {
  const invoice = await issued(till, shop);
  await payAt((await checkoutFor(till, shop, invoice.id)).body.url);
  await till.settle();
  const [payment] = await paymentsOf(till, shop, invoice.id);
  return { invoice, payment };
};
const refundsAtStripe = async (payment: Body): Promise<number[]> => {
  const { data } = await till.stage.stripe.refunds.list({ payment_intent: payment.reference }, { stripeAccount: shop.accountId });
  return data.map(({ amount }) => amount);
};
const sums = async (): Promise<{ due: number; revenue: number }> => {
  const { dues, revenue } = await readSums(till.engine.table)(shop.workspace.id, '2026-01-01');
  const sum = (all: typeof dues): number => all.reduce((total, { amount }) => total + amount.amount, 0);
  return { due: sum(dues), revenue: sum(revenue) };
};

describe('a credit note', () => {
  test('is set against what is due, with a number of its own series, and counts off the sums', async () => {
    const invoice = await issued(till, shop);
    const before = await sums();
    const made = await credit(invoice.id, { kind: 'amount', amount: gbp(2_400), reason: 'Late delivery' });
    expect(made).toMatchObject({
      status: 201,
      body: {
        ...{ id: expect.stringMatching(/^cn_[0-9A-Z]{26}$/), number: 'CN-0001', invoiceId: invoice.id, kind: 'amount' },
        ...{ invoiceNumber: invoice.number, reason: 'Late delivery', settle: 'allocate', sync: { state: 'off' } },
        ...{ subtotal: gbp(2_000), tax: gbp(400), total: gbp(2_400) },
        ...{ allocated: gbp(2_400), open: gbp(0), refunded: gbp(0) },
        lines: [{ lineId: invoice.lines[0].id, amount: gbp(2_000), tax: { amount: gbp(400), rate: '0.2' } }],
      },
    });
    expect(await invoiceNow(till, shop, invoice.id)).toMatchObject({
      ...{ status: 'issued', total: gbp(12_000), credited: gbp(2_400), due: gbp(9_600) },
    });
    expect(await sums()).toEqual({ due: before.due - 2_400, revenue: before.revenue - 2_000 });
    const { body: list } = await till.payments<Body>({
      ...{ route: 'GET /v1/credit-notes', from: shop.from, query: { invoiceId: invoice.id } },
    });
    expect(list.items).toMatchObject([{ id: made.body.id, total: gbp(2_400) }]);
    const whole = await credit(invoice.id, { kind: 'full' });
    expect(whole.body).toMatchObject({ number: 'CN-0002', total: gbp(9_600), subtotal: gbp(8_000) });
    expect(await invoiceNow(till, shop, invoice.id)).toMatchObject({ status: 'paid', due: gbp(0) });
    expect((await credit(invoice.id, { kind: 'full' })).body.code).toBe('credit-exceeds-invoice');
  });

  test('sent twice under one key is one', async () => {
    const invoice = await issued(till, shop);
    const answers = await Promise.all([
      credit(invoice.id, { kind: 'amount', amount: gbp(100) }, 'twice'),
      credit(invoice.id, { kind: 'amount', amount: gbp(100) }, 'twice'),
    ]);
    const late = await credit(invoice.id, { kind: 'amount', amount: gbp(100) }, 'twice');
    expect(new Set([...answers, late].flatMap(({ status, body }) => (status === 201 ? [body.id] : []))).size).toBe(1);
    expect(await invoiceNow(till, shop, invoice.id)).toMatchObject({ credited: gbp(100) });
  });

  test('several at the same moment never add up to more than the invoice', async () => {
    const invoice = await issued(till, shop);
    const answers = await Promise.all(
      Array.from({ length: 5 }, () => credit(invoice.id, { kind: 'amount', amount: gbp(5_000) })),
    );
    const { credited, due } = await invoiceNow(till, shop, invoice.id);
    const given = answers.filter(({ status }) => status === 201).length;
    expect(given).toBeGreaterThan(0);
    expect(given).toBeLessThan(3);
    expect([credited.amount, due.amount]).toEqual([given * 5_000, 12_000 - given * 5_000]);
  });

  test('F22: over all of it frees its time with the rates that it had, once; or keeps it billed where that is asked for', async () => {
    const [entry, kept] = await storeEntries(till.engine.table, shop, 2);
    const invoiceFor = async (id: string): Promise<Body> =>
      (
        await till.invoices<Body>({
          route: 'POST /v1/invoices',
          from: shop.from,
          body: { jobId: shop.job.id, timeEntryIds: [id] },
        })
      ).body;
    const first = await invoiceFor(entry!.id);
    expect((await credit(first.id, { kind: 'full' })).status).toBe(201);
    expect(await readTimeEntry(till.engine.table)(shop.workspace.id, entry!.id)).toMatchObject({
      ...{ invoiceId: null, rate: gbp(9_500) },
    });
    const second = await invoiceFor(entry!.id);
    expect(second).toMatchObject({ status: 'issued', total: gbp(11_400) });
    const other = await invoiceFor(kept!.id);
    await credit(other.id, { kind: 'full', releaseTime: false });
    expect(await readTimeEntry(till.engine.table)(shop.workspace.id, kept!.id)).toMatchObject({ invoiceId: other.id });
  });

  test('of what was paid leaves it overpaid, and somebody is told; a refund by hand settles it', async () => {
    const { invoice, payment } = await paidByHand();
    const { body: note } = await credit(invoice.id, { kind: 'amount', amount: gbp(3_000) });
    expect(note).toMatchObject({ allocated: gbp(0), open: gbp(3_000) });
    const told = async () =>
      (await noticesOf(till, shop))
        .filter(({ cause }) => cause === `invoice-overpaid#${invoice.id}`)
        .map(({ resolvedAt }) => resolvedAt !== null);
    expect(await told()).toEqual([false]);
    expect((await refund(payment.id, 12_001)).body.code).toBe('refund-exceeds-payment');
    const given = await refund(payment.id, 3_000);
    expect(given).toMatchObject({
      ...{ status: 201, body: { paymentId: payment.id, amount: gbp(3_000), status: 'succeeded', reason: 'Agreed' } },
    });
    expect(await noteNow(note.id)).toMatchObject({ open: gbp(0), refunded: gbp(3_000) });
    expect(await invoiceNow(till, shop, invoice.id)).toMatchObject({ status: 'paid', due: gbp(0), paid: gbp(9_000) });
    expect(await told()).toEqual([true]);
    await refund(payment.id, 1_000);
    expect(await invoiceNow(till, shop, invoice.id)).toMatchObject({ status: 'partially-paid', due: gbp(1_000) });
  });

  test('that is given back at once goes back through Stripe and by hand, from the latest payment on', async () => {
    const invoice = await issued(till, shop);
    await byHand(till, shop, invoice.id, { amount: gbp(5_000), receivedOn: today() });
    await payAt((await checkoutFor(till, shop, invoice.id)).body.url);
    await till.settle();
    const made = await credit(invoice.id, { kind: 'full', settle: 'refund' });
    expect(made).toMatchObject({ status: 201, body: { total: gbp(12_000), open: gbp(0), refunded: gbp(12_000) } });
    const payments = await paymentsOf(till, shop, invoice.id);
    expect(payments.map(({ method, status, refunded }) => [method, status, refunded.amount]).sort()).toEqual([
      ['card', 'refunded', 7_000],
      ['manual', 'refunded', 5_000],
    ]);
    expect(await refundsAtStripe(payments.find(({ method }) => method === 'card'))).toEqual([7_000]);
    expect(await invoiceNow(till, shop, invoice.id)).toMatchObject({ status: 'paid', due: gbp(0), paid: gbp(0) });
    await till.settle();
    expect(await invoiceNow(till, shop, invoice.id)).toMatchObject({ status: 'paid', due: gbp(0), paid: gbp(0) });
  });

  test('beside one that stands open: what goes back is its own amount, through Stripe and by hand', async () => {
    const invoice = await issued(till, shop);
    await byHand(till, shop, invoice.id, { amount: gbp(4_000), receivedOn: today() });
    await byHand(till, shop, invoice.id, { amount: gbp(6_000), receivedOn: today() });
    await payAt((await checkoutFor(till, shop, invoice.id)).body.url);
    await till.settle();
    const { body: open } = await credit(invoice.id, { kind: 'amount', amount: gbp(2_400) });
    const { body: first } = await credit(invoice.id, { kind: 'amount', amount: gbp(3_600), settle: 'refund' });
    expect(first).toMatchObject({ open: gbp(0), refunded: gbp(3_600) });
    expect(await noteNow(open.id)).toMatchObject({ open: gbp(2_400), refunded: gbp(0) });
    const { body: second } = await credit(invoice.id, { kind: 'amount', amount: gbp(1_200), settle: 'refund' });
    await till.settle();
    expect(await noteNow(second.id)).toMatchObject({ open: gbp(0), refunded: gbp(1_200) });
    expect(await noteNow(open.id)).toMatchObject({ open: gbp(2_400), refunded: gbp(0) });
    const payments = await paymentsOf(till, shop, invoice.id);
    expect(payments.reduce((sum, { refunded }) => sum + refunded.amount, 0)).toBe(4_800);
    expect(await invoiceNow(till, shop, invoice.id)).toMatchObject({ status: 'paid', due: gbp(0), paid: gbp(7_200) });
  });

  test('can not be given back where nothing was paid, nor be made for what is no invoice', async () => {
    const invoice = await issued(till, shop);
    expect((await credit(invoice.id, { kind: 'full', settle: 'refund' })).status).toBe(400);
    await till.invoices({ route: 'POST /v1/invoices/{id}/void', from: shop.from, params: { id: invoice.id } });
    expect((await credit(invoice.id, { kind: 'full' })).body.code).toBe('invoice-void');
  });
});

describe('a refund of a card payment', () => {
  test('goes through Stripe once, and makes the invoice due again', async () => {
    const { invoice, payment } = await paidByCard();
    const given = await refund(payment.id, 2_000, 'once');
    expect(given).toMatchObject({ status: 201, body: { status: 'succeeded', payment: { refunded: gbp(2_000) } } });
    expect((await refund(payment.id, 2_000, 'once')).body).toEqual(given.body);
    await till.settle();
    expect(await refundsAtStripe(payment)).toEqual([2_000]);
    expect(await invoiceNow(till, shop, invoice.id)).toMatchObject({ status: 'partially-paid', due: gbp(2_000) });
    expect((await refund(payment.id, 10_001)).body.code).toBe('refund-exceeds-payment');
  });

  test('F43: whose answer was lost is found by its mark and not made again', async () => {
    const { invoice, payment } = await paidByCard();
    await till.stage.control('faults', { fault: 'drop-answer', match: { method: 'POST', path: '/v1/refunds' }, times: 2 });
    const lost = await refund(payment.id, 2_000, 'lost');
    const again = lost.status === 201 ? lost : await refund(payment.id, 2_000, 'lost');
    expect(again).toMatchObject({ status: 201, body: { payment: { refunded: gbp(2_000) } } });
    expect(await refundsAtStripe(payment)).toEqual([2_000]);
    await till.settle();
    expect(await invoiceNow(till, shop, invoice.id)).toMatchObject({ due: gbp(2_000) });
  });

  test('F39: that fails later stands open on its credit note again', async () => {
    const { invoice, payment } = await paidByCard();
    const { body: note } = await credit(invoice.id, { kind: 'amount', amount: gbp(3_000), settle: 'refund' });
    expect(note).toMatchObject({ open: gbp(0), refunded: gbp(3_000) });
    const { data } = await till.stage.stripe.refunds.list(
      { payment_intent: payment.reference },
      { stripeAccount: shop.accountId },
    );
    await till.stage.control(`refunds/${data[0]!.id}`, { status: 'failed' });
    await till.settle();
    expect(await noteNow(note.id)).toMatchObject({ open: gbp(3_000), refunded: gbp(0) });
    expect(await invoiceNow(till, shop, invoice.id)).toMatchObject({ status: 'paid', due: gbp(0), paid: gbp(12_000) });
  });
});
