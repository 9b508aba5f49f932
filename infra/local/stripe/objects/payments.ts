import type Stripe from 'stripe';
import { StripeFailure } from '../errors.ts';
import { newId } from '../ids.ts';
import { emit, secondsNow, type World } from '../world.ts';
import { bookCharge, createCharge, type Method } from './charges.ts';

/** What the payer does on the Checkout page. `processing` is a bank debit whose outcome comes days later. */
export type PayOutcome = 'paid' | 'declined' | 'processing';

/** The payer presses the button of an open session. */
export function pay(world: World, account: string, session: Stripe.Checkout.Session, outcome: PayOutcome): void {
  const intent = intentOf(world, account, session);
  const payerEmail = session.customer_email ?? 'payer@example.com';
  if (outcome === 'declined') {
    const charge = createCharge(world, account, intent, { method: 'card', status: 'failed', payerEmail });
    fail(world, account, intent, charge, 'card_declined');
    return;
  }
  const method = outcome === 'paid' ? 'card' : debitFor(intent.currency);
  const charge = createCharge(world, account, intent, {
    method,
    status: outcome === 'paid' ? 'succeeded' : 'pending',
    payerEmail,
  });
  intent.latest_charge = charge.id;
  intent.last_payment_error = null;
  intent.payment_method = charge.payment_method;
  session.status = 'complete';
  session.url = null;
  session.customer_details = payerDetails(payerEmail);
  if (outcome === 'paid') {
    succeed(world, account, intent, charge);
    session.payment_status = 'paid';
  } else {
    intent.status = 'processing';
    emit(world, account, 'charge.pending', charge);
    emit(world, account, 'payment_intent.processing', intent);
  }
  emit(world, account, 'checkout.session.completed', session);
}

/** The outcome of a payment that was processing: the money came, or the bank refused. */
export function settle(world: World, account: string, intent: Stripe.PaymentIntent, outcome: 'succeeded' | 'failed'): void {
  const charge = world.state.charges.find(account, String(intent.latest_charge));
  if (intent.status !== 'processing' || charge === undefined) {
    throw new StripeFailure({
      code: 'payment_intent_unexpected_state',
      message: `The payment is ${intent.status}, not processing.`,
    });
  }
  const session = world.state.sessions.of(account).find((candidate) => candidate.payment_intent === intent.id);
  if (outcome === 'succeeded') {
    charge.status = 'succeeded';
    charge.paid = true;
    bookCharge(world, account, charge);
    succeed(world, account, intent, charge);
    if (session !== undefined) session.payment_status = 'paid';
  } else {
    charge.status = 'failed';
    charge.failure_code = 'insufficient_funds';
    charge.captured = false;
    charge.amount_captured = 0;
    fail(world, account, intent, charge, 'insufficient_funds');
  }
  if (session !== undefined) emit(world, account, `checkout.session.async_payment_${outcome}`, session);
}

function succeed(world: World, account: string, intent: Stripe.PaymentIntent, charge: Stripe.Charge): void {
  intent.status = 'succeeded';
  intent.amount_received = intent.amount;
  emit(world, account, 'charge.succeeded', charge);
  emit(world, account, 'payment_intent.succeeded', intent);
}

function fail(world: World, account: string, intent: Stripe.PaymentIntent, charge: Stripe.Charge, code: string): void {
  intent.status = 'requires_payment_method';
  intent.latest_charge = charge.id;
  intent.payment_method = null;
  intent.last_payment_error = {
    type: 'card_error',
    charge: charge.id,
    code,
    decline_code: 'generic_decline',
    message: 'The payment was refused.',
  };
  emit(world, account, 'charge.failed', charge);
  emit(world, account, 'payment_intent.payment_failed', intent);
}

const debitFor = (currency: string): Method =>
  currency === 'gbp' ? 'bacs_debit' : currency === 'eur' ? 'sepa_debit' : 'us_bank_account';

/** The session's payment intent, made with the first attempt to pay and used again after a decline. */
function intentOf(world: World, account: string, session: Stripe.Checkout.Session): Stripe.PaymentIntent {
  const made = world.state.paymentIntents.find(account, String(session.payment_intent));
  if (made !== undefined) return made;
  const details = world.state.checkoutDetails.find(account, session.id);
  const id = newId('pi');
  const intent = world.state.paymentIntents.add(account, {
    ...notUsedHere,
    id,
    object: 'payment_intent',
    amount: session.amount_total ?? 0,
    amount_received: 0,
    client_secret: `${id}_secret_${newId('s', 20).slice(2)}`,
    created: secondsNow(world),
    currency: session.currency ?? 'usd',
    description: details?.intent.description ?? null,
    last_payment_error: null,
    latest_charge: null,
    livemode: world.livemode,
    metadata: { ...details?.intent.metadata },
    payment_method: null,
    payment_method_types: session.payment_method_types,
    receipt_email: details?.intent.receiptEmail ?? null,
    status: 'requires_payment_method',
  });
  session.payment_intent = id;
  emit(world, account, 'payment_intent.created', intent);
  return intent;
}

const payerDetails = (email: string): Stripe.Checkout.Session.CustomerDetails => ({
  address: null,
  business_name: null,
  email,
  individual_name: null,
  name: 'Sandbox Payer',
  phone: null,
  tax_exempt: 'none',
  tax_ids: [],
});

const notUsedHere = {
  allowed_payment_method_types: null,
  amount_capturable: 0,
  amount_details: { tip: {} },
  application: null,
  application_fee_amount: null,
  automatic_payment_methods: null,
  canceled_at: null,
  cancellation_reason: null,
  capture_method: 'automatic_async',
  confirmation_method: 'automatic',
  customer: null,
  customer_account: null,
  excluded_payment_method_types: null,
  managed_payments: null,
  next_action: null,
  on_behalf_of: null,
  payment_method_configuration_details: null,
  payment_method_options: {},
  payment_record: null,
  processing: null,
  review: null,
  setup_future_usage: null,
  shipping: null,
  source: null,
  statement_descriptor: null,
  statement_descriptor_suffix: null,
  transfer_data: null,
  transfer_group: null,
} satisfies Partial<Stripe.PaymentIntent>;
