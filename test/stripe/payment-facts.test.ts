import { describe, expect, test } from '@jest/globals';
import type { StripeDispute } from '../../shared/stripe/list-disputes.ts';
import { paymentFacts } from '../../shared/stripe/payment-facts.ts';
import type { StripePayment } from '../../shared/stripe/read-payment.ts';

const gbp = (amount: number) => ({ amount, currency: 'GBP' });
const payment = (changes: Partial<StripePayment>): StripePayment => ({
  paymentIntentId: 'pi_1',
  status: 'succeeded',
  amountAsked: gbp(12_000),
  amountReceived: gbp(0),
  created: '2026-11-20T09:00:00.000Z',
  livemode: false,
  metadata: {},
  chargeId: null,
  refunded: gbp(0),
  disputed: false,
  arrivedAt: null,
  fee: null,
  disputes: [],
  refunds: [],
  ...changes,
});
const dispute = (outcome: StripeDispute['outcome']): StripeDispute => ({ disputeId: 'du_1', amount: gbp(500), outcome });

describe('what a payment tells as it stands', () => {
  test.each([
    ['requires_payment_method', null, []],
    ['requires_payment_method', 'ch_1', [{ kind: 'failed', attempt: 'ch_1' }]],
    ['requires_confirmation', null, []],
    ['requires_action', 'ch_1', []],
    ['requires_capture', 'ch_1', []],
    ['processing', 'py_1', [{ kind: 'processing', attempt: 'py_1' }]],
    ['canceled', null, [{ kind: 'failed', attempt: 'pi_1' }]],
    ['of a kind that Stripe invents tomorrow', 'ch_1', []],
  ])('%s, charge %s', (status, chargeId, facts) => {
    expect(paymentFacts(payment({ status, chargeId }))).toEqual(facts);
  });

  test('what arrived and what was given back', () => {
    expect(paymentFacts(payment({ amountReceived: gbp(12_000), chargeId: 'ch_1', refunded: gbp(700) }))).toEqual([
      { kind: 'succeeded', amount: gbp(12_000) },
      { kind: 'refunded', refundId: 'all', amount: gbp(700) },
    ]);
  });

  test.each([
    ['none-taken', []],
    ['open', [{ kind: 'dispute-opened', disputeId: 'du_1', amount: gbp(500) }]],
    [
      'won',
      [
        { kind: 'dispute-opened', disputeId: 'du_1', amount: gbp(500) },
        { kind: 'dispute-won', disputeId: 'du_1' },
      ],
    ],
    [
      'lost',
      [
        { kind: 'dispute-opened', disputeId: 'du_1', amount: gbp(500) },
        { kind: 'dispute-lost', disputeId: 'du_1' },
      ],
    ],
  ] as const)('a dispute: %s', (outcome, facts) => {
    const told = paymentFacts(payment({ amountReceived: gbp(12_000), disputes: [dispute(outcome)] }));
    expect(told.slice(1)).toEqual(facts);
  });
});
