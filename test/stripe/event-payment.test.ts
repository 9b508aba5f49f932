import { describe, expect, test } from '@jest/globals';
import { eventAccount } from '../../shared/stripe/event-account.ts';
import { eventPayment, paymentEventTypes } from '../../shared/stripe/event-payment.ts';
import { receivedEvent, stripeEventSchema, type StripeEvent } from '../../shared/stripe/event.ts';

const eventOf = (type: string, object: object, account: string | undefined = 'acct_1'): StripeEvent =>
  receivedEvent.parse({
    id: 'evt_1',
    object: 'event',
    api_version: '2026-10-28.endive',
    created: 1_795_262_400,
    livemode: false,
    pending_webhooks: 1,
    request: { id: 'req_1', idempotency_key: null },
    type,
    ...(account === undefined ? {} : { account }),
    data: { object },
  });

const gbp = (amount: number) => ({ amount, currency: 'GBP' });
const intent = { object: 'payment_intent', id: 'pi_1', amount: 12_050, amount_received: 0, currency: 'gbp', latest_charge: null };
const charge = {
  object: 'charge',
  id: 'ch_1',
  amount: 12_050,
  amount_captured: 12_050,
  captured: true,
  currency: 'gbp',
  payment_intent: 'pi_1',
};
const refund = {
  object: 'refund',
  id: 're_1',
  amount: 50,
  currency: 'gbp',
  charge: 'ch_1',
  payment_intent: 'pi_1',
  status: 'succeeded',
};
const dispute = {
  object: 'dispute',
  id: 'du_1',
  amount: 12_050,
  currency: 'gbp',
  charge: 'ch_1',
  payment_intent: 'pi_1',
  status: 'needs_response',
};
const session = {
  object: 'checkout.session',
  id: 'cs_1',
  amount_total: 12_050,
  currency: 'gbp',
  payment_intent: 'pi_1',
  payment_status: 'paid',
  status: 'complete',
  metadata: { workspaceId: 'ws_1', invoiceId: 'inv_1' },
};
const opened = { kind: 'dispute-opened', disputeId: 'du_1', amount: gbp(12_050) };
const refunded = { kind: 'refunded', refundId: 're_1', amount: gbp(50) };

describe('what an event says of a payment', () => {
  test.each([
    [
      'payment_intent.succeeded',
      { ...intent, amount_received: 12_050, latest_charge: 'ch_1' },
      [{ kind: 'succeeded', amount: gbp(12_050) }],
    ],
    ['payment_intent.processing', { ...intent, latest_charge: 'py_1' }, [{ kind: 'processing', attempt: 'py_1' }]],
    [
      'payment_intent.payment_failed',
      { ...intent, latest_charge: 'py_1', last_payment_error: { charge: 'py_1' } },
      [{ kind: 'failed', attempt: 'py_1' }],
    ],
    ['payment_intent.payment_failed', { ...intent, last_payment_error: { code: 'x' } }, [{ kind: 'failed', attempt: 'pi_1' }]],
    ['payment_intent.canceled', intent, [{ kind: 'failed', attempt: 'pi_1' }]],
    ['charge.succeeded', charge, [{ kind: 'succeeded', amount: gbp(12_050) }]],
    ['charge.succeeded', { ...charge, captured: false, amount_captured: 0 }, []],
    ['charge.pending', { ...charge, id: 'py_1' }, [{ kind: 'processing', attempt: 'py_1' }]],
    ['charge.failed', { ...charge, captured: false, amount_captured: 0 }, [{ kind: 'failed', attempt: 'ch_1' }]],
    ['charge.refunded', { ...charge, amount_refunded: 50 }, []],
    ['refund.created', refund, [refunded]],
    ['refund.created', { ...refund, status: 'pending' }, [refunded]],
    ['refund.updated', { ...refund, status: 'requires_action' }, [refunded]],
    ['refund.failed', { ...refund, status: 'failed' }, [refunded, { kind: 'refund-failed', refundId: 're_1' }]],
    ['refund.updated', { ...refund, status: 'canceled' }, [refunded, { kind: 'refund-failed', refundId: 're_1' }]],
    ['charge.dispute.created', dispute, [opened]],
    ['charge.dispute.funds_withdrawn', { ...dispute, status: 'under_review' }, [opened]],
    ['charge.dispute.created', { ...dispute, status: 'warning_needs_response' }, []],
    ['charge.dispute.closed', { ...dispute, status: 'warning_closed' }, []],
    ['charge.dispute.updated', { ...dispute, status: 'prevented' }, []],
    ['charge.dispute.closed', { ...dispute, status: 'won' }, [opened, { kind: 'dispute-won', disputeId: 'du_1' }]],
    ['charge.dispute.closed', { ...dispute, status: 'lost' }, [opened, { kind: 'dispute-lost', disputeId: 'du_1' }]],
    ['checkout.session.completed', session, [{ kind: 'succeeded', amount: gbp(12_050) }]],
    ['checkout.session.completed', { ...session, payment_status: 'unpaid' }, []],
    ['checkout.session.async_payment_succeeded', session, [{ kind: 'succeeded', amount: gbp(12_050) }]],
    ['checkout.session.async_payment_failed', { ...session, payment_status: 'unpaid' }, []],
    ['checkout.session.expired', { ...session, payment_intent: null, payment_status: 'unpaid', status: 'expired' }, []],
  ])('%s (%#)', (type, object, facts) => {
    expect(eventPayment(eventOf(type, object))?.facts).toEqual(facts);
  });

  test('names the payment in all forms Stripe gives it', () => {
    expect(
      eventPayment(eventOf('charge.succeeded', { ...charge, payment_intent: { id: 'pi_1', object: 'payment_intent' } })),
    ).toMatchObject({
      paymentIntentId: 'pi_1',
      chargeId: 'ch_1',
      sessionId: null,
    });
    expect(eventPayment(eventOf('refund.created', { ...refund, payment_intent: null }))).toMatchObject({
      paymentIntentId: null,
      chargeId: 'ch_1',
    });
    expect(
      eventPayment(
        eventOf('checkout.session.expired', { ...session, status: 'expired', payment_intent: null, payment_status: 'unpaid' }),
      ),
    ).toMatchObject({
      sessionId: 'cs_1',
      session: { state: 'expired', isPaid: false },
    });
  });

  test('gives the account of the event, and what the metadata claims apart from it', () => {
    const foreign = { ...session, metadata: { workspaceId: 'ws_other', invoiceId: 'inv_1', note: 'x' } };
    expect(eventPayment(eventOf('checkout.session.completed', foreign))).toMatchObject({
      accountId: 'acct_1',
      claimed: { workspaceId: 'ws_other', invoiceId: 'inv_1' },
      livemode: false,
    });
    expect(eventPayment(eventOf('charge.succeeded', charge))?.claimed).toEqual({ workspaceId: null, invoiceId: null });
  });

  test('counts yen and dinars in their own decimals', () => {
    const yen = eventPayment(eventOf('charge.succeeded', { ...charge, amount_captured: 1_200, currency: 'jpy' }));
    expect(yen?.facts).toEqual([{ kind: 'succeeded', amount: { amount: 1_200, currency: 'JPY' } }]);
    const kronur = eventPayment(eventOf('charge.succeeded', { ...charge, amount_captured: 500, currency: 'isk' }));
    expect(kronur?.facts).toEqual([{ kind: 'succeeded', amount: { amount: 5, currency: 'ISK' } }]);
  });

  test.each([
    ['payment_intent.created', intent],
    ['customer.created', { object: 'customer', id: 'cus_1' }],
    ['balance.available', { object: 'balance', available: [] }],
    ['plan.created', { object: 'plan', id: 'plan_1', amount: null, currency: 7 }],
  ])('is not there for %s', (type, object) => {
    expect(eventPayment(eventOf(type, object))).toBeUndefined();
  });

  test('is an error when a relevant event lacks its amount', () => {
    expect(() => eventPayment(eventOf('refund.created', { ...refund, amount: undefined }))).toThrow();
  });

  test('survives the way through a queue', () => {
    const event = eventOf('checkout.session.completed', session);
    expect(stripeEventSchema.parse(JSON.parse(JSON.stringify(event)))).toEqual(event);
  });

  test('asks Stripe for no more types than it takes in one question', () => {
    expect(paymentEventTypes.length).toBeLessThanOrEqual(20);
  });
});

describe('what an event says of an account', () => {
  test.each([
    ['account.updated', 'acct_1', { accountId: 'acct_1', change: 'updated' }],
    ['account.application.deauthorized', 'acct_1', { accountId: 'acct_1', change: 'disconnected' }],
    ['charge.succeeded', 'acct_1', undefined],
  ])('%s', (type, account, expected) => {
    expect(eventAccount(eventOf(type, { object: 'account', id: 'acct_1' }, account))).toEqual(expected);
  });

  test('is nothing for the platform itself', () => {
    expect(eventAccount({ ...eventOf('account.updated', { object: 'account', id: 'acct_0' }), accountId: null })).toBeUndefined();
  });
});
