import type Stripe from 'stripe';
import { newId } from '../ids.ts';
import { secondsNow, type World } from '../world.ts';
import { feeOf } from './amounts.ts';
import { book } from './balance.ts';

/** How a payer pays: at once by card, or by a bank debit that takes days. */
export type Method = 'card' | 'bacs_debit' | 'sepa_debit' | 'us_bank_account';

/** An attempt to collect what a payment intent asks for. */
export function createCharge(
  world: World,
  account: string,
  intent: Stripe.PaymentIntent,
  attempt: { method: Method; status: 'succeeded' | 'pending' | 'failed'; payerEmail: string },
): Stripe.Charge {
  const { method, status, payerEmail } = attempt;
  const failed = status === 'failed';
  const charge = world.state.charges.add(account, {
    ...notUsedHere,
    id: newId(method === 'card' ? 'ch' : 'py'),
    object: 'charge',
    amount: intent.amount,
    amount_captured: failed ? 0 : intent.amount,
    amount_refunded: 0,
    balance_transaction: null,
    billing_details: { address: null, email: payerEmail, name: 'Sandbox Payer', phone: null, tax_id: null },
    captured: !failed,
    created: secondsNow(world),
    currency: intent.currency,
    description: intent.description,
    disputed: false,
    failure_code: failed ? 'card_declined' : null,
    failure_message: failed ? 'The card was declined.' : null,
    livemode: world.livemode,
    metadata: { ...intent.metadata },
    outcome: outcomeOf(failed),
    paid: status === 'succeeded',
    payment_intent: intent.id,
    payment_method: newId('pm'),
    payment_method_details: method === 'card' ? { type: 'card', card } : { type: method },
    receipt_email: intent.receipt_email,
    refunded: false,
    status,
  });
  if (status === 'succeeded') bookCharge(world, account, charge);
  return charge;
}

/** Puts the collected money, less the fee, on the account's balance. */
export function bookCharge(world: World, account: string, charge: Stripe.Charge): void {
  const entry = book(world, account, {
    type: charge.payment_method_details?.type === 'card' ? 'charge' : 'payment',
    category: 'charge',
    amount: charge.amount,
    fee: feeOf(charge.amount, charge.currency),
    currency: charge.currency,
    source: charge.id,
    description: charge.description,
  });
  charge.balance_transaction = entry.id;
}

const outcomeOf = (failed: boolean): Stripe.Charge.Outcome => ({
  advice_code: failed ? 'try_again_later' : null,
  network_advice_code: null,
  network_decline_code: failed ? '05' : null,
  network_status: failed ? 'declined_by_network' : 'approved_by_network',
  reason: failed ? 'generic_decline' : null,
  risk_level: 'normal',
  seller_message: failed ? 'The bank returned the decline code generic_decline.' : 'Payment complete.',
  type: failed ? 'issuer_declined' : 'authorized',
});

const card: Stripe.Charge.PaymentMethodDetails.Card = {
  amount_authorized: null,
  authorization_code: null,
  brand: 'visa',
  checks: { address_line1_check: null, address_postal_code_check: 'pass', cvc_check: 'pass' },
  country: 'GB',
  electronic_commerce_indicator: null,
  exp_month: 12,
  exp_year: 2034,
  fingerprint: 'SandboxFingerprt',
  funding: 'credit',
  installments: null,
  last4: '4242',
  mandate: null,
  network: 'visa',
  network_transaction_id: null,
  regulated_status: 'unregulated',
  three_d_secure: null,
  transaction_link_id: null,
  wallet: null,
};

const notUsedHere = {
  application: null,
  application_fee: null,
  application_fee_amount: null,
  calculated_statement_descriptor: 'SANDBOX',
  customer: null,
  failure_balance_transaction: null,
  fraud_details: {},
  on_behalf_of: null,
  receipt_number: null,
  receipt_url: null,
  review: null,
  shipping: null,
  source: null,
  source_transfer: null,
  statement_descriptor: null,
  statement_descriptor_suffix: null,
  transfer_data: null,
  transfer_group: null,
} satisfies Partial<Stripe.Charge>;
