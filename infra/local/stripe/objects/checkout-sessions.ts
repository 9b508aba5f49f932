import type Stripe from 'stripe';
import * as z from 'zod';
import { StripeFailure, missing } from '../errors.ts';
import { newId } from '../ids.ts';
import { expand, integer, list, metadata, page, text, url } from '../params.ts';
import { emit, platformAccount, secondsNow, type World } from '../world.ts';
import { checkAmount, currency } from './amounts.ts';

const lineItem = z.strictObject({
  quantity: integer.refine((value) => value > 0, 'parameter_invalid_integer'),
  price_data: z.strictObject({
    currency,
    unit_amount: integer.refine((value) => value >= 0, 'parameter_invalid_integer'),
    product_data: z.strictObject({ name: text(500), description: text(500).optional(), metadata: metadata.optional() }),
    tax_behavior: z.enum(['exclusive', 'inclusive', 'unspecified']).optional(),
  }),
});

const email = z.email('email_invalid');

export const sessionParams = z.strictObject({
  mode: z.enum(['payment']),
  adaptive_pricing: z.strictObject({ enabled: z.literal('false', 'adaptive_pricing_unsupported') }).optional(),
  line_items: list(lineItem),
  success_url: url,
  cancel_url: url.optional(),
  client_reference_id: text(200).optional(),
  customer_email: email.optional(),
  expires_at: integer.optional(),
  locale: text(10).optional(),
  metadata: metadata.optional(),
  payment_intent_data: z
    .strictObject({ description: text(1_000).optional(), metadata: metadata.optional(), receipt_email: email.optional() })
    .optional(),
  payment_method_types: list(text(50)).optional(),
  submit_type: z.enum(['auto', 'book', 'donate', 'pay']).optional(),
  ui_mode: z.enum(['hosted_page']).optional(),
  ...expand,
});

export const sessionListParams = z.strictObject({
  payment_intent: text(255).optional(),
  status: z.enum(['open', 'complete', 'expired']).optional(),
  ...page,
});

type Params = z.output<typeof sessionParams>;

const halfHourSeconds = 30 * 60;
const daySeconds = 24 * 3_600;
/** A request takes time to arrive; Stripe doesn't count the seconds either. */
const toleranceSeconds = 60;

/** A hosted Checkout page for one direct payment to the account. The payment intent comes only when somebody pays. */
export function createSession(world: World, account: string, params: Params): Stripe.Checkout.Session {
  const created = secondsNow(world);
  const items = lineItemsOf(params);
  const total = items.reduce((sum, item) => sum + item.amount_total, 0);
  const code = items[0]?.currency ?? '';
  checkAmount(total, code, 'line_items');
  checkLifetime(params.expires_at, created);
  checkCharges(world, account);
  const id = newId(world.livemode ? 'cs_live' : 'cs_test', 58);
  const intent = params.payment_intent_data;
  world.state.checkoutDetails.add(account, {
    id,
    items,
    intent: {
      description: intent?.description ?? null,
      metadata: intent?.metadata ?? {},
      receiptEmail: intent?.receipt_email ?? null,
    },
  });
  const session = world.state.sessions.add(account, {
    ...notUsedHere,
    id,
    object: 'checkout.session',
    amount_subtotal: total,
    amount_total: total,
    cancel_url: params.cancel_url ?? null,
    client_reference_id: params.client_reference_id ?? null,
    created,
    currency: code,
    customer_email: params.customer_email ?? null,
    expires_at: params.expires_at ?? created + daySeconds,
    livemode: world.livemode,
    locale: params.locale ?? null,
    metadata: params.metadata ?? {},
    payment_method_types: params.payment_method_types ?? ['card'],
    payment_status: 'unpaid',
    status: 'open',
    submit_type: params.submit_type ?? null,
    success_url: params.success_url,
    url: `${world.url}/c/pay/${id}`,
  });
  watchExpiry(world, account, session);
  return session;
}

/** The session if the account has it; what has outlived its time is expired first. */
export function findSession(world: World, account: string, id: string): Stripe.Checkout.Session {
  const session = world.state.sessions.find(account, id);
  if (session === undefined) throw missing('checkout.session', id);
  return session;
}

/** Ends an open session; 400 for any other. */
export function expireSession(world: World, account: string, session: Stripe.Checkout.Session): Stripe.Checkout.Session {
  if (session.status !== 'open') {
    throw new StripeFailure({
      message: `Only open Checkout Sessions can be expired; this one is ${session.status}.`,
      param: 'session',
    });
  }
  session.status = 'expired';
  session.url = null;
  emit(world, account, 'checkout.session.expired', session);
  return session;
}

/** Expires the session when its time has come; called again for every open session after a restart. */
export function watchExpiry(world: World, account: string, session: Stripe.Checkout.Session): void {
  world.later(session.expires_at * 1_000 - world.clock.now(), () => {
    if (session.status === 'open') expireSession(world, account, session);
  });
}

function lineItemsOf(params: Params): Stripe.LineItem[] {
  if (params.line_items.length === 0)
    throw new StripeFailure({ code: 'parameter_missing', param: 'line_items', message: 'At least one line item is needed.' });
  if (new Set(params.line_items.map((item) => item.price_data.currency)).size > 1) {
    throw new StripeFailure({ param: 'line_items', message: 'All line items must be in one currency.' });
  }
  return params.line_items.map(({ quantity, price_data: price }) => {
    const total = price.unit_amount * quantity;
    return {
      id: newId('li'),
      object: 'item',
      adjustable_quantity: null,
      amount_discount: 0,
      amount_subtotal: total,
      amount_tax: 0,
      amount_total: total,
      currency: price.currency,
      description: price.product_data.name,
      metadata: {},
      price: null,
      quantity,
    };
  });
}

function checkLifetime(expiresAt: number | undefined, now: number): void {
  if (expiresAt === undefined) return;
  const seconds = expiresAt - now;
  if (seconds >= halfHourSeconds - toleranceSeconds && seconds <= daySeconds + toleranceSeconds) return;
  throw new StripeFailure({
    param: 'expires_at',
    message: 'expires_at must lie between 30 minutes and 24 hours after the session is made.',
  });
}

function checkCharges(world: World, account: string): void {
  if (account === platformAccount || world.state.accounts.locate(account)?.object.charges_enabled === true) return;
  throw new StripeFailure({
    code: 'payment_method_unactivated',
    message: 'The account can take no charges yet: its onboarding is not complete.',
  });
}

const notUsedHere = {
  adaptive_pricing: { enabled: false },
  after_expiration: null,
  allow_promotion_codes: null,
  allowed_payment_method_types: null,
  automatic_tax: { enabled: false, liability: null, provider: null, status: null },
  billing_address_collection: null,
  client_secret: null,
  collected_information: null,
  consent: null,
  consent_collection: null,
  currency_conversion: null,
  custom_fields: [],
  custom_text: { after_submit: null, shipping_address: null, submit: null, terms_of_service_acceptance: null },
  customer: null,
  customer_account: null,
  customer_creation: 'if_required',
  customer_details: null,
  discounts: [],
  integration_identifier: null,
  invoice: null,
  invoice_creation: null,
  managed_payments: null,
  mode: 'payment',
  origin_context: null,
  payment_intent: null,
  payment_link: null,
  payment_method_collection: 'if_required',
  payment_method_configuration_details: null,
  payment_method_options: {},
  permissions: null,
  phone_number_collection: { enabled: false },
  recovered_from: null,
  saved_payment_method_options: null,
  setup_intent: null,
  shipping_address_collection: null,
  shipping_cost: null,
  shipping_options: [],
  subscription: null,
  total_details: { amount_discount: 0, amount_shipping: 0, amount_tax: 0 },
  ui_mode: 'hosted_page',
  wallet_options: null,
} satisfies Partial<Stripe.Checkout.Session>;
