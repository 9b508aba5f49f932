import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type Stripe from 'stripe';
import { onboardedAccount, paidIntent, startStage, typesAt, type StripeStage } from '../../support/stripe-sandbox.ts';

let stage: StripeStage;
let account: string;
let options: { stripeAccount: string };
beforeAll(async () => {
  stage = await startStage();
});
afterAll(() => stage.close());
beforeEach(async () => {
  account = await onboardedAccount(stage);
  options = { stripeAccount: account };
  stage.receiver.received.length = 0;
});

const chargeOf = async (intent: string): Promise<Stripe.Charge> => {
  const { latest_charge: charge } = await stage.stripe.paymentIntents.retrieve(intent, { expand: ['latest_charge'] }, options);
  return charge as Stripe.Charge;
};
const balance = async (): Promise<number> => {
  const entries = await stage.stripe.balanceTransactions.list({ limit: 100 }, options);
  return entries.data.reduce((sum, entry) => sum + entry.net, 0);
};

describe('refunds', () => {
  test('come in parts, up to the whole charge', async () => {
    const intent = await paidIntent(stage, account, 'paid', 10_000);
    const refund = (amount?: number) =>
      stage.stripe.refunds.create({ payment_intent: intent, ...(amount === undefined ? {} : { amount }) }, options);
    expect(await refund(2_500)).toMatchObject({ amount: 2_500, status: 'succeeded', payment_intent: intent });
    expect(await chargeOf(intent)).toMatchObject({ amount_refunded: 2_500, refunded: false });
    await expect(refund(7_501)).rejects.toMatchObject({ statusCode: 400, param: 'amount' });
    expect(await refund()).toMatchObject({ amount: 7_500 });
    expect(await chargeOf(intent)).toMatchObject({ amount_refunded: 10_000, refunded: true });
    await expect(refund(1)).rejects.toMatchObject({ code: 'charge_already_refunded' });
    const listed = await stage.stripe.refunds.list({ payment_intent: intent }, options);
    expect(listed.data.map(({ amount }) => amount)).toEqual([7_500, 2_500]);
    expect(typesAt(stage).filter((type) => type === 'refund.created')).toHaveLength(2);
    expect(typesAt(stage).filter((type) => type === 'charge.refunded')).toHaveLength(2);
    // The fee of 170 stays with Stripe.
    expect(await balance()).toBe(-170);
  });

  test.each([['failed'], ['succeeded']])('may be pending first, then %s', async (status) => {
    await stage.control('next-refunds', { status: 'pending' });
    const intent = await paidIntent(stage, account, 'paid', 10_000);
    const refund = await stage.stripe.refunds.create({ payment_intent: intent, amount: 4_000 }, options);
    expect(refund.status).toBe('pending');
    await stage.control(`refunds/${refund.id}`, { status });
    expect(await stage.stripe.refunds.retrieve(refund.id, {}, options)).toMatchObject({ status });
    expect(await chargeOf(intent)).toMatchObject({ amount_refunded: status === 'failed' ? 0 : 4_000 });
    expect(typesAt(stage)).toContain('refund.updated');
    expect(typesAt(stage).includes('refund.failed')).toBe(status === 'failed');
    expect(await balance()).toBe(status === 'failed' ? 9_830 : 5_830);
  });

  test('may fail after they had looked done', async () => {
    const intent = await paidIntent(stage, account);
    const { id } = await stage.stripe.refunds.create({ payment_intent: intent }, options);
    expect(await stage.control(`refunds/${id}`, { status: 'failed' })).toMatchObject({ status: 'failed' });
    expect(await chargeOf(intent)).toMatchObject({ refunded: false });
    expect(await stage.control(`refunds/${id}`, { status: 'succeeded' })).toMatchObject({ error: {} });
  });

  test('can be made by hand in the dashboard, which is a control call here', async () => {
    const intent = await paidIntent(stage, account, 'paid', 10_000);
    expect(await stage.control('refunds', { paymentIntent: intent, amount: 100, status: 'failed' })).toMatchObject({
      status: 'failed',
    });
    expect(typesAt(stage)).toEqual(
      expect.arrayContaining(['refund.created', 'charge.refunded', 'refund.updated', 'refund.failed']),
    );
  });

  test.each([
    ['of a payment that is still processing', 'processing'],
    ['of a declined payment', 'declined'],
  ])('are refused %s', async (_, outcome) => {
    const intent = await paidIntent(stage, account, outcome);
    await expect(stage.stripe.refunds.create({ payment_intent: intent }, options)).rejects.toMatchObject({
      code: 'charge_not_refundable',
    });
  });

  test('need exactly one of payment intent and charge', async () => {
    const intent = await paidIntent(stage, account);
    const { id: charge } = await chargeOf(intent);
    await expect(stage.stripe.refunds.create({}, options)).rejects.toMatchObject({ statusCode: 400 });
    await expect(stage.stripe.refunds.create({ payment_intent: intent, charge }, options)).rejects.toMatchObject({
      statusCode: 400,
    });
    expect(await stage.stripe.refunds.create({ charge, amount: 1 }, options)).toMatchObject({ charge, payment_intent: intent });
  });
});

describe('disputes', () => {
  test.each([
    ['won', 9_830 - 2_000, ['charge.dispute.funds_reinstated', 'charge.dispute.closed']],
    ['lost', 9_830 - 2_000 - 10_000, ['charge.dispute.closed']],
  ])('take the money at once, and are %s later', async (status, left, events) => {
    const intent = await paidIntent(stage, account, 'paid', 10_000);
    const dispute = (await stage.control('disputes', { paymentIntent: intent })) as unknown as Stripe.Dispute;
    expect(dispute).toMatchObject({ status: 'needs_response', amount: 10_000, payment_intent: intent });
    expect(await chargeOf(intent)).toMatchObject({ disputed: true });
    await expect(stage.stripe.refunds.create({ payment_intent: intent }, options)).rejects.toMatchObject({
      code: 'charge_disputed',
    });
    await stage.control(`disputes/${dispute.id}`, { status });
    expect(await stage.stripe.disputes.retrieve(dispute.id, {}, options)).toMatchObject({ status });
    expect(typesAt(stage)).toEqual(
      expect.arrayContaining(['charge.dispute.created', 'charge.dispute.funds_withdrawn', ...events]),
    );
    expect(await balance()).toBe(left);
  });
});

describe('payouts', () => {
  test('send what has been available for two days, once, and list what they were made of', async () => {
    await paidIntent(stage, account, 'paid', 10_000);
    const early = await stage.control('payouts', { account, currency: 'gbp' });
    expect(early).toMatchObject({ error: {} });
    await stage.clock.advance(2 * 86_400);
    const late = await paidIntent(stage, account, 'paid', 20_000);
    const payout = await stage.control('payouts', { account, currency: 'gbp' });
    expect(payout).toMatchObject({ amount: 9_830, status: 'paid', currency: 'gbp' });
    const entries = await stage.stripe.balanceTransactions.list({ payout: String(payout['id']) }, options);
    expect(entries.data.map(({ type, net }) => [type, net])).toEqual([
      ['payout', -9_830],
      ['charge', 9_830],
    ]);
    const { balance_transaction: waiting } = await chargeOf(late);
    expect(await stage.stripe.balanceTransactions.retrieve(String(waiting), {}, options)).toMatchObject({ status: 'pending' });
    expect(typesAt(stage)).toEqual(expect.arrayContaining(['payout.created', 'payout.paid', 'payout.reconciliation_completed']));
  });

  test('send at once what is made available', async () => {
    await paidIntent(stage, account, 'paid', 10_000);
    await stage.control('available', { account });
    expect(await stage.control('payouts', { account, currency: 'gbp' })).toMatchObject({ amount: 9_830, status: 'paid' });
  });

  test('that fail bring the money back for the next one', async () => {
    await paidIntent(stage, account, 'paid', 10_000);
    await stage.clock.advance(2 * 86_400);
    expect(await stage.control('payouts', { account, currency: 'gbp', outcome: 'failed' })).toMatchObject({ status: 'failed' });
    expect(await balance()).toBe(9_830);
    expect(await stage.control('payouts', { account, currency: 'gbp' })).toMatchObject({ amount: 9_830, status: 'paid' });
    expect(await balance()).toBe(0);
  });
});
