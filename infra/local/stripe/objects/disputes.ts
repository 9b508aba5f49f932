import type Stripe from 'stripe';
import { StripeFailure } from '../errors.ts';
import { newId } from '../ids.ts';
import { emit, secondsNow, type World } from '../world.ts';
import { book } from './balance.ts';

/** Stripe's fee for a dispute, minor units; kept even when the dispute is won. */
const disputeFee = 2_000;
const responseSeconds = 7 * 24 * 3_600;

/** The payer's bank takes money back: at once, with a fee, and the account may answer. */
export function openDispute(
  world: World,
  account: string,
  charge: Stripe.Charge,
  amount: number = charge.amount,
): Stripe.Dispute {
  if (charge.status !== 'succeeded' || charge.disputed) {
    throw new StripeFailure({ message: `Charge ${charge.id} is ${charge.disputed ? 'already disputed' : charge.status}.` });
  }
  if (!Number.isSafeInteger(amount) || amount < 1 || amount > charge.amount) {
    throw new StripeFailure({ param: 'amount', message: `A dispute is about 1 to ${charge.amount} minor units.` });
  }
  const created = secondsNow(world);
  const dispute: Stripe.Dispute = {
    id: newId('du'),
    object: 'dispute',
    amount,
    balance_transactions: [],
    charge: charge.id,
    created,
    currency: charge.currency,
    enhanced_eligibility_types: [],
    evidence: { ...noEvidence, enhanced_evidence: {} },
    evidence_details: {
      due_by: created + responseSeconds,
      enhanced_eligibility: {},
      has_evidence: false,
      past_due: false,
      submission_count: 0,
      submission_method: 'not_submitted',
    },
    intended_submission_method: null,
    is_charge_refundable: false,
    livemode: world.livemode,
    metadata: {},
    payment_intent: charge.payment_intent,
    reason: 'fraudulent',
    status: 'needs_response',
  };
  const entry = { type: 'adjustment', category: 'dispute', currency: charge.currency, source: dispute.id };
  dispute.balance_transactions.push(book(world, account, { ...entry, amount: -amount, fee: disputeFee }));
  world.state.disputes.add(account, dispute);
  charge.disputed = true;
  emit(world, account, 'charge.dispute.created', dispute);
  emit(world, account, 'charge.dispute.funds_withdrawn', dispute);
  return dispute;
}

/** The bank decides. A dispute that was won brings the money back, without the fee. */
export function closeDispute(world: World, account: string, dispute: Stripe.Dispute, outcome: 'won' | 'lost'): void {
  if (dispute.status === 'won' || dispute.status === 'lost')
    throw new StripeFailure({ message: `The dispute is already ${dispute.status}.` });
  const before = { status: dispute.status };
  dispute.status = outcome;
  if (outcome === 'won') {
    const entry = {
      type: 'adjustment',
      category: 'dispute_reversal',
      amount: dispute.amount,
      currency: dispute.currency,
      source: dispute.id,
    };
    dispute.balance_transactions.push(book(world, account, entry));
    emit(world, account, 'charge.dispute.funds_reinstated', dispute);
  }
  emit(world, account, 'charge.dispute.closed', dispute, before);
}

const noEvidence = {
  access_activity_log: null,
  billing_address: null,
  cancellation_policy: null,
  cancellation_policy_disclosure: null,
  cancellation_rebuttal: null,
  customer_communication: null,
  customer_email_address: null,
  customer_name: null,
  customer_purchase_ip: null,
  customer_signature: null,
  duplicate_charge_documentation: null,
  duplicate_charge_explanation: null,
  duplicate_charge_id: null,
  product_description: null,
  receipt: null,
  refund_policy: null,
  refund_policy_disclosure: null,
  refund_refusal_explanation: null,
  service_date: null,
  service_documentation: null,
  shipping_address: null,
  shipping_carrier: null,
  shipping_date: null,
  shipping_documentation: null,
  shipping_tracking_number: null,
  uncategorized_file: null,
  uncategorized_text: null,
};
