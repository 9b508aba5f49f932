import { describe, expect, test } from '@jest/globals';
import { readInvoice, replaceInvoice } from '../../../shared/store/invoices.ts';
import { readSums } from '../../../shared/store/aggregates.ts';
import { readWaitingWork } from '../../../shared/store/waiting-work.ts';
import { dyingTable } from '../../support/dying-table.ts';
import { forAllTests } from '../../support/for-all-tests.ts';
import {
  byHand,
  checkoutFor,
  connected,
  fromStripe,
  invoiceNow,
  issued,
  noticesOf,
  openTill,
  payAt,
  paymentsOf,
  ringFor,
  type Body,
} from '../../support/till.ts';

const gbp = (amount: number) => ({ amount, currency: 'GBP' });

const till = await forAllTests(openTill());
const shop = await connected(till);

/** An invoice over 120.00 whose page was paid (or tried); what Stripe sent isn't delivered yet. */
const paidInvoice = async (outcome = 'paid'): Promise<{ invoice: Body; url: string }> => {
  const invoice = await issued(till, shop);
  const { body } = await checkoutFor(till, shop, invoice.id);
  await payAt(body.url, outcome);
  return { invoice, url: body.url };
};
/** What Stripe has sent about the arrival, undelivered; the rest is lost. */
const arrivalHook = () => till.stage.receiver.received.splice(0).find(({ event }) => event.type === 'payment_intent.succeeded')!;
/** All that is due in the workspace, as the dashboard adds it up. */
const dueSum = async (): Promise<number> => {
  const { dues } = await readSums(till.engine.table)(shop.workspace.id, '2026-01-01');
  return dues.reduce((sum, { amount }) => sum + amount.amount, 0);
};
const intentOf = (payment: Body): string => payment.reference;
/** The messages of everything that Stripe has sent, without a worker that takes them. */
const messages = async (): Promise<object[]> => {
  for (const hook of till.stage.receiver.received.splice(0)) await till.payments(fromStripe(hook));
  return till.queue.splice(0);
};

describe('an invoice paid by card', () => {
  test('from the page to paid', async () => {
    const dueBefore = await dueSum();
    const { invoice } = await paidInvoice();
    expect(invoice.total).toEqual(gbp(12_000));
    expect(await dueSum()).toBe(dueBefore + 12_000);
    expect(await till.settle()).toBe(0);
    expect(await dueSum()).toBe(dueBefore);
    expect(await invoiceNow(till, shop, invoice.id)).toMatchObject({ status: 'paid', due: gbp(0) });
    const [payment, ...others] = await paymentsOf(till, shop, invoice.id);
    expect(others).toEqual([]);
    expect(payment).toMatchObject({
      invoiceId: invoice.id,
      amount: gbp(12_000),
      method: 'card',
      origin: 'stripe',
      status: 'succeeded',
      refunded: gbp(0),
      overpaid: gbp(0),
      sync: { state: 'off' },
      reference: expect.stringMatching(/^pi_/),
      receivedOn: new Date(till.stage.clock.now()).toISOString().slice(0, 10),
    });
    const one = await till.payments({ route: 'GET /v1/payments/{id}', from: shop.from, params: { id: payment.id } });
    expect(one.body).toEqual(payment);
  });

  test('costs two round trips and at most 16 write units the first time, one trip and no write after that (G15)', async () => {
    const { invoice } = await paidInvoice();
    const [first, second] = await messages();
    till.engine.reset();
    expect(await till.work([first])).toBe(0);
    expect(till.engine.counted.trips).toBe(2);
    expect(till.engine.counted.writeUnits).toBeLessThanOrEqual(16);
    till.engine.reset();
    expect(await till.work([second])).toBe(0);
    expect(await till.work([first])).toBe(0);
    expect(till.engine.counted).toMatchObject({ trips: 2, writeUnits: 0 });
    expect(await paymentsOf(till, shop, invoice.id)).toHaveLength(1);
  });

  test('F37: one event five times at once is one payment, and every answer is 200', async () => {
    const { invoice } = await paidInvoice();
    const hook = arrivalHook();
    const answers = await Promise.all(Array.from({ length: 5 }, () => till.payments(fromStripe(hook))));
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200]);
    const failures = await Promise.all(till.queue.splice(0).map((message) => till.work([message])));
    expect(failures).toEqual([0, 0, 0, 0, 0]);
    expect(await paymentsOf(till, shop, invoice.id)).toHaveLength(1);
    expect(await invoiceNow(till, shop, invoice.id)).toMatchObject({ status: 'paid', due: gbp(0) });
  });

  test('F38: the events of one payment are one payment, in any order', async () => {
    const { invoice } = await paidInvoice();
    const types = till.stage.receiver.received.map((hook) => hook.event.type);
    expect(types).toEqual(expect.arrayContaining(['payment_intent.succeeded', 'charge.succeeded', 'checkout.session.completed']));
    expect(await till.work((await messages()).reverse())).toBe(0);
    expect(await paymentsOf(till, shop, invoice.id)).toHaveLength(1);
    expect(await invoiceNow(till, shop, invoice.id)).toMatchObject({ status: 'paid' });
  });

  test('F39: a refund and a dispute that are told before the payment lead to the same end', async () => {
    const ends: Body[] = [];
    for (const reversed of [false, true]) {
      const { invoice } = await paidInvoice();
      const [first] = await messages();
      const intent = (first as { paymentIntentId: string }).paymentIntentId;
      await till.stage.control('refunds', { paymentIntent: intent, amount: 2_000 });
      await till.stage.control('disputes', { paymentIntent: intent, amount: 3_000 });
      const all = [first, ...(await messages())];
      expect(await till.work(reversed ? all.reverse() : all)).toBe(0);
      const [payment] = await paymentsOf(till, shop, invoice.id);
      ends.push([payment.status, payment.refunded, (await invoiceNow(till, shop, invoice.id)).due]);
    }
    expect(ends[0]).toEqual(['disputed', gbp(2_000), gbp(5_000)]);
    expect(ends[1]).toEqual(ends[0]);
  });

  test('F44: a worker that dies after its commit leaves nothing to repair', async () => {
    const { invoice } = await paidInvoice();
    const [message] = await messages();
    const { table, died } = dyingTable(till.engine.table, { atWrite: 1, after: true });
    expect(await till.another({ table }).work([message])).toBe(1);
    expect(died()).toBe(true);
    expect(await till.work([message])).toBe(0);
    expect(await paymentsOf(till, shop, invoice.id)).toHaveLength(1);
    expect(await invoiceNow(till, shop, invoice.id)).toMatchObject({ status: 'paid', due: gbp(0) });
  });

  test('F44: a door that dies before the queue took the event does not answer 200; the repeat does', async () => {
    const { invoice } = await paidInvoice();
    const hook = arrivalHook();
    const broken = till.another({ events: { send: async () => Promise.reject(new Error('gone')) } });
    expect((await broken.payments(fromStripe(hook))).status).toBe(500);
    expect((await till.payments(fromStripe(hook))).status).toBe(200);
    expect(await till.settle()).toBe(0);
    expect(await paymentsOf(till, shop, invoice.id)).toHaveLength(1);
  });

  test('F75: messages that come back days later, doubled and in any order, change nothing', async () => {
    const { invoice } = await paidInvoice();
    const all = await messages();
    expect(await till.work([...all, ...all].reverse())).toBe(0);
    const payments = await paymentsOf(till, shop, invoice.id);
    await till.stage.clock.advance(4 * 24 * 3600);
    expect(await till.work([...all, ...all])).toBe(0);
    expect(await paymentsOf(till, shop, invoice.id)).toEqual(payments);
  });
});

describe('what Stripe changes later', () => {
  test('a bank debit is on its way, then arrives; until then the invoice is not paid', async () => {
    const { invoice } = await paidInvoice('processing');
    await till.settle();
    const [processing] = await paymentsOf(till, shop, invoice.id);
    expect(processing).toMatchObject({ status: 'processing', amount: gbp(12_000) });
    expect(await invoiceNow(till, shop, invoice.id)).toMatchObject({ status: 'issued', due: gbp(12_000) });
    await till.stage.control(`payments/${intentOf(processing)}`, { outcome: 'succeeded' });
    await till.settle();
    expect(await paymentsOf(till, shop, invoice.id)).toMatchObject([{ id: processing.id, status: 'succeeded' }]);
    expect(await invoiceNow(till, shop, invoice.id)).toMatchObject({ status: 'paid' });
  });

  test('a bank debit that fails leaves the invoice as it was', async () => {
    const { invoice } = await paidInvoice('processing');
    await till.settle();
    const [processing] = await paymentsOf(till, shop, invoice.id);
    await till.stage.control(`payments/${intentOf(processing)}`, { outcome: 'failed' });
    await till.settle();
    expect(await paymentsOf(till, shop, invoice.id)).toMatchObject([{ id: processing.id, status: 'failed' }]);
    expect(await invoiceNow(till, shop, invoice.id)).toMatchObject({ status: 'issued', due: gbp(12_000) });
  });

  test('a declined card, and then another on the same page', async () => {
    const { invoice, url } = await paidInvoice('declined');
    await till.settle();
    expect(await paymentsOf(till, shop, invoice.id)).toMatchObject([{ status: 'failed' }]);
    await payAt(url);
    await till.settle();
    expect(await paymentsOf(till, shop, invoice.id)).toMatchObject([{ status: 'succeeded' }]);
    expect(await invoiceNow(till, shop, invoice.id)).toMatchObject({ status: 'paid' });
  });

  test('refunds in part, in full, and one that fails afterwards', async () => {
    const { invoice } = await paidInvoice();
    await till.settle();
    const due = await dueSum();
    const intent = intentOf((await paymentsOf(till, shop, invoice.id))[0]);
    await till.stage.control('refunds', { paymentIntent: intent, amount: 2_000 });
    await till.settle();
    expect(await paymentsOf(till, shop, invoice.id)).toMatchObject([{ status: 'succeeded', refunded: gbp(2_000) }]);
    expect(await invoiceNow(till, shop, invoice.id)).toMatchObject({ status: 'partially-paid', due: gbp(2_000) });
    expect(await dueSum()).toBe(due + 2_000);
    const rest = await till.stage.control('refunds', { paymentIntent: intent });
    await till.settle();
    expect(await paymentsOf(till, shop, invoice.id)).toMatchObject([{ status: 'refunded', refunded: gbp(12_000) }]);
    expect(await invoiceNow(till, shop, invoice.id)).toMatchObject({ status: 'issued', due: gbp(12_000) });
    await till.stage.control(`refunds/${rest['id'] as string}`, { status: 'failed' });
    await till.settle();
    expect(await paymentsOf(till, shop, invoice.id)).toMatchObject([{ status: 'succeeded', refunded: gbp(2_000) }]);
    expect(await invoiceNow(till, shop, invoice.id)).toMatchObject({ status: 'partially-paid', due: gbp(2_000) });
  });

  test('a dispute takes the money, winning it brings the money back', async () => {
    const { invoice } = await paidInvoice();
    await till.settle();
    const intent = intentOf((await paymentsOf(till, shop, invoice.id))[0]);
    const dispute = await till.stage.control('disputes', { paymentIntent: intent });
    await till.settle();
    expect(await paymentsOf(till, shop, invoice.id)).toMatchObject([{ status: 'disputed' }]);
    expect(await invoiceNow(till, shop, invoice.id)).toMatchObject({ status: 'issued', due: gbp(12_000) });
    await till.stage.control(`disputes/${dispute['id'] as string}`, { status: 'won' });
    await till.settle();
    expect(await paymentsOf(till, shop, invoice.id)).toMatchObject([{ status: 'succeeded' }]);
    expect(await invoiceNow(till, shop, invoice.id)).toMatchObject({ status: 'paid', due: gbp(0) });
  });

  test('an answer of Stripe that has grown old overwrites nothing that was learned meanwhile', async () => {
    const { invoice } = await paidInvoice();
    await till.settle();
    const intent = intentOf((await paymentsOf(till, shop, invoice.id))[0]);
    let raced = false;
    const slow = {
      ...till.engine.table,
      // Between asking Stripe and reading the table, somebody refunds and another worker records it.
      batchGet: async (keys: Parameters<typeof till.engine.table.batchGet>[0]) => {
        if (!raced) {
          raced = true;
          await till.stage.control('refunds', { paymentIntent: intent, amount: 2_000 });
          await till.settle();
        }
        return till.engine.table.batchGet(keys);
      },
    };
    expect(await till.another({ table: slow }).work([ringFor(shop.accountId, intent)])).toBe(0);
    expect(await paymentsOf(till, shop, invoice.id)).toMatchObject([{ status: 'succeeded', refunded: gbp(2_000) }]);
    expect(await invoiceNow(till, shop, invoice.id)).toMatchObject({ due: gbp(2_000) });
  });
});

describe('more than was due', () => {
  test('F43: paid by card and by hand: both are recorded, nothing is due, somebody is told once', async () => {
    const { invoice } = await paidInvoice();
    const hand = await byHand(till, shop, invoice.id, { amount: gbp(12_000), receivedOn: invoice.issueDate });
    expect(hand.status).toBe(201);
    await till.settle();
    await till.settle();
    const payments = await paymentsOf(till, shop, invoice.id);
    expect(payments.map(({ method }) => method).sort()).toEqual(['card', 'manual']);
    expect(payments.find(({ method }) => method === 'card').overpaid).toEqual(gbp(12_000));
    expect(await invoiceNow(till, shop, invoice.id)).toMatchObject({ status: 'paid', due: gbp(0) });
    const notices = (await noticesOf(till, shop)).filter(({ about }) => about === invoice.id);
    expect(notices).toMatchObject([{ text: expect.stringContaining('overpaid by GBP 120.00'), resolvedAt: null }]);

    await till.stage.control('refunds', { paymentIntent: intentOf(payments.find(({ method }) => method === 'card')) });
    await till.settle();
    expect(await invoiceNow(till, shop, invoice.id)).toMatchObject({ status: 'paid', due: gbp(0) });
    expect((await noticesOf(till, shop)).find(({ about }) => about === invoice.id)?.resolvedAt).not.toBeNull();
  });

  test('money that reaches a void invoice is recorded and shows as too much', async () => {
    const { invoice } = await paidInvoice();
    const voided = await till.invoices({ route: 'POST /v1/invoices/{id}/void', from: shop.from, params: { id: invoice.id } });
    expect(voided.status).toBe(200);
    await till.settle();
    expect(await invoiceNow(till, shop, invoice.id)).toMatchObject({ status: 'void', due: gbp(0) });
    expect(await paymentsOf(till, shop, invoice.id)).toMatchObject([{ status: 'succeeded', overpaid: gbp(12_000) }]);
  });
});

describe('an invoice whose books are in Xero', () => {
  test('its payment waits to be sent there, and the doorbell rings', async () => {
    const { table } = till.engine;
    const { invoice } = await paidInvoice();
    const head = (await readInvoice(table)(shop.workspace.id, invoice.id))!;
    await table.commit([replaceInvoice(shop.workspace.id, { ...head, toXero: true })]);
    till.rung.length = 0;
    await till.settle();
    const [payment] = await paymentsOf(till, shop, invoice.id);
    expect(payment.sync).toEqual({ state: 'pending' });
    expect(till.rung).toEqual([shop.workspace.id]);
    const waiting = await readWaitingWork(table)(shop.workspace.id);
    expect(waiting).toMatchObject([{ lane: 'payments', kind: 'payment', documentId: payment.id }]);
  });
});
