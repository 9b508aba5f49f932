import type Stripe from 'stripe';
import * as z from 'zod';
import { StripeFailure, missing } from '../errors.ts';
import { newId } from '../ids.ts';
import { created, expand, integer, metadata, page, text } from '../params.ts';
import { emit, secondsNow, type World } from '../world.ts';
import { book } from './balance.ts';

export const refundParams = z.strictObject({
  payment_intent: text(255).optional(),
  charge: text(255).optional(),
  amount: integer.refine((value) => value > 0, 'parameter_invalid_integer').optional(),
  reason: z.enum(['duplicate', 'fraudulent', 'requested_by_customer']).optional(),
  metadata: metadata.optional(),
  ...expand,
});

export const refundListParams = z.strictObject({
  payment_intent: text(255).optional(),
  charge: text(255).optional(),
  ...created,
  ...page,
});

export type RefundStatus = 'succeeded' | 'pending' | 'failed';

/** Gives back all or part of a charge; without an amount, what is left of it. A refund born `failed` first looks pending. */
export function createRefund(
  world: World,
  account: string,
  params: z.output<typeof refundParams>,
  status: RefundStatus = world.nextRefundStatuses.shift() ?? 'succeeded',
): Stripe.Refund {
  const charge = refundableCharge(world, account, params);
  const left = charge.amount - charge.amount_refunded;
  const amount = params.amount ?? left;
  if (left === 0)
    throw new StripeFailure({ code: 'charge_already_refunded', message: `Charge ${charge.id} has already been refunded.` });
  if (amount > left) {
    throw new StripeFailure({
      param: 'amount',
      message: `The refund (${amount}) is more than what is left of the charge (${left}).`,
    });
  }
  const refund: Stripe.Refund = {
    id: newId('re'),
    object: 'refund',
    amount,
    balance_transaction: null,
    charge: charge.id,
    created: secondsNow(world),
    currency: charge.currency,
    customer: null,
    customer_account: null,
    destination_details: { type: 'card', card: { type: 'refund' } },
    metadata: params.metadata ?? {},
    payment_intent: charge.payment_intent,
    payment_method: charge.payment_method,
    reason: params.reason ?? null,
    receipt_number: null,
    source_transfer_reversal: null,
    status: status === 'succeeded' ? 'succeeded' : 'pending',
    transfer_reversal: null,
  };
  world.state.refunds.add(account, refund);
  const common = { category: 'refund', currency: refund.currency, source: refund.id };
  refund.balance_transaction = book(world, account, { ...common, type: 'refund', amount: -amount }).id;
  charge.amount_refunded += amount;
  charge.refunded = charge.amount_refunded === charge.amount;
  emit(world, account, 'refund.created', refund);
  emit(world, account, 'charge.refunded', charge);
  if (status === 'failed') settleRefund(world, account, refund, 'failed');
  return refund;
}

/** A pending refund arrives; or a refund fails, even one that looked done, and the money comes back to the account. */
export function settleRefund(world: World, account: string, refund: Stripe.Refund, outcome: 'succeeded' | 'failed'): void {
  const isOpen = refund.status === 'pending' || (outcome === 'failed' && refund.status === 'succeeded');
  if (!isOpen) throw new StripeFailure({ message: `The refund is ${refund.status}; it can't become ${outcome}.` });
  const before = { status: refund.status };
  refund.status = outcome;
  if (outcome === 'failed') {
    refund.failure_reason = 'expired_or_canceled_card';
    const entry = {
      type: 'refund_failure',
      category: 'refund_failure',
      amount: refund.amount,
      currency: refund.currency,
      source: refund.id,
    };
    refund.failure_balance_transaction = book(world, account, entry).id;
    const charge = world.state.charges.find(account, String(refund.charge));
    if (charge !== undefined) {
      charge.amount_refunded -= refund.amount;
      charge.refunded = false;
    }
  }
  emit(world, account, 'refund.updated', refund, before);
  if (outcome === 'failed') emit(world, account, 'refund.failed', refund);
}

function refundableCharge(
  world: World,
  account: string,
  { payment_intent: intentId, charge: chargeId }: { payment_intent?: string | undefined; charge?: string | undefined },
): Stripe.Charge {
  const { charges, paymentIntents } = world.state;
  if ((intentId === undefined) === (chargeId === undefined)) {
    throw new StripeFailure({
      code: 'parameter_missing',
      param: 'payment_intent',
      message: 'Either payment_intent or charge is needed.',
      beforeExecution: true,
    });
  }
  const intent = intentId === undefined ? undefined : paymentIntents.find(account, intentId);
  if (intentId !== undefined && intent === undefined) throw missing('payment_intent', intentId, 'payment_intent');
  const charge = charges.find(account, chargeId ?? String(intent?.latest_charge));
  if (charge === undefined && chargeId !== undefined) throw missing('charge', chargeId, 'charge');
  if (charge?.status !== 'succeeded') {
    throw new StripeFailure({
      code: 'charge_not_refundable',
      param: 'payment_intent',
      message: 'There is no successful charge to refund.',
    });
  }
  if (
    charge.disputed &&
    world.state.disputes.of(account).some((dispute) => dispute.charge === charge.id && dispute.status !== 'won')
  ) {
    throw new StripeFailure({ code: 'charge_disputed', message: `Charge ${charge.id} is disputed and can't be refunded.` });
  }
  return charge;
}
