import * as z from 'zod';
import type { Call, RouteOf } from './call.ts';
import { documentDate, id, listOf, moneySchema, pageQuery, positiveAmount, syncSchema, text } from './common.ts';
import { defineRoutes } from './route.ts';

export const paymentSchema = z
  .object({
    id: z.string(),
    invoiceId: z.string(),
    amount: moneySchema,
    method: z.enum(['card', 'manual', 'escrow', 'xero']),
    origin: z.enum(['platform', 'stripe', 'xero']),
    receivedOn: z.string(),
    reference: z.string(),
    status: z.enum(['succeeded', 'processing', 'failed', 'refunded', 'disputed', 'parked']),
    refunded: moneySchema,
    overpaid: moneySchema,
    sync: syncSchema,
  })
  .meta({ id: 'Payment' });

export const refundSchema = z
  .object({
    id: z.string(),
    paymentId: z.string(),
    invoiceId: z.string(),
    amount: moneySchema,
    reason: z.string(),
    status: z.enum(['pending', 'succeeded', 'failed']),
    payment: paymentSchema,
  })
  .meta({ id: 'Refund' });

export const checkoutSchema = z.object({ url: z.string(), expiresAt: z.string() }).meta({ id: 'Checkout' });

export const stripeConnectionSchema = z
  .object({
    state: z.enum(['disconnected', 'onboarding', 'connected']),
    accountId: z.string().nullable(),
    chargesEnabled: z.boolean(),
    payoutsEnabled: z.boolean(),
    missing: z.array(z.string()),
  })
  .meta({ id: 'StripeConnection' });

const room = { capability: 'payments' } as const;
const byInvoice = z.strictObject({ id: id('inv') });

export const paymentRoutes = defineRoutes([
  {
    id: 'createCheckout',
    method: 'POST',
    path: '/v1/invoices/{id}/checkout',
    ...room,
    access: 'finance',
    idempotency: 'required',
    summary: 'A Stripe Checkout page for what is due at this moment',
    params: byInvoice,
    body: z
      .strictObject({ returnUrl: z.url().max(500).optional() })
      .optional()
      .transform((body) => body ?? {}),
    reply: { status: 201, schema: checkoutSchema },
  },
  {
    id: 'recordPayment',
    method: 'POST',
    path: '/v1/invoices/{id}/payments',
    ...room,
    access: 'finance',
    idempotency: 'required',
    summary: 'Record a payment that arrived outside of Stripe',
    params: byInvoice,
    body: z.strictObject({ amount: positiveAmount, receivedOn: documentDate, reference: text(255).optional() }),
    reply: { status: 201, schema: paymentSchema },
  },
  {
    id: 'listPayments',
    method: 'GET',
    path: '/v1/payments',
    ...room,
    access: 'finance',
    summary: 'Payments, newest first',
    query: z.strictObject({ invoiceId: id('inv').optional(), ...pageQuery }),
    reply: { status: 200, schema: listOf(paymentSchema) },
  },
  {
    id: 'getPayment',
    method: 'GET',
    path: '/v1/payments/{id}',
    ...room,
    access: 'finance',
    summary: 'One payment',
    params: z.strictObject({ id: id('pay') }),
    reply: { status: 200, schema: paymentSchema },
  },
  {
    id: 'refundPayment',
    method: 'POST',
    path: '/v1/payments/{id}/refunds',
    ...room,
    access: 'finance',
    membershipAtOnce: true,
    idempotency: 'required',
    summary: 'Give a payment back, whole or in part: through Stripe where it came from there, else as recorded by hand',
    params: z.strictObject({ id: id('pay') }),
    body: z.strictObject({ amount: positiveAmount, reason: text(500).default('') }),
    reply: { status: 201, schema: refundSchema },
  },
  {
    id: 'connectStripe',
    method: 'POST',
    path: '/v1/stripe/connect',
    ...room,
    access: 'admin',
    membershipAtOnce: true,
    summary: 'Where to go to connect the Stripe account of the workspace',
    body: z
      .strictObject({ returnUrl: z.url().max(500).optional() })
      .optional()
      .transform((body) => body ?? {}),
    reply: { status: 200, schema: z.object({ url: z.string() }) },
  },
  {
    id: 'getStripeConnection',
    method: 'GET',
    path: '/v1/stripe/connection',
    ...room,
    access: 'finance',
    summary: 'The Stripe account of the workspace, and what it still lacks',
    reply: { status: 200, schema: stripeConnectionSchema },
  },
  {
    id: 'payOnPage',
    method: 'POST',
    path: '/i/{token}/pay',
    ...room,
    access: 'public',
    form: true,
    summary: "The button on an invoice's page: leads to a payment page over what is due",
    params: z.strictObject({ token: z.string().max(300) }),
    body: z.object({}),
    reply: { status: 303 },
  },
  {
    id: 'receiveStripeEvent',
    method: 'POST',
    path: '/v1/webhooks/stripe',
    ...room,
    access: 'public',
    idempotency: 'none',
    rawBody: true,
    summary: 'Signed events from Stripe',
    reply: { status: 200 },
  },
]);

/** A parsed request to one of the routes above. */
export type PaymentCall<Id extends (typeof paymentRoutes)[number]['id']> = Call<RouteOf<typeof paymentRoutes, Id>>;
