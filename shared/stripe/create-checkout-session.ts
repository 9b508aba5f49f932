import * as z from 'zod';
import { callStripe } from './call-stripe.ts';
import type { StripeClient } from './client.ts';
import { toStripeAmount } from './minor-units.ts';
import { instant } from './shapes.ts';

const input = z.strictObject({
  accountId: z.string().startsWith('acct_'),
  amount: z.object({ amount: z.int().min(1), currency: z.string() }),
  /** What the payer reads, e.g. `Invoice INV-0001`. */
  productName: z.string().min(1).max(250),
  workspaceId: z.string().min(1),
  invoiceId: z.string().min(1),
  /** Names what was asked for, so that a payment can be held against it. */
  checkoutId: z.string().min(1),
  /** May hold Stripe's placeholder `{CHECKOUT_SESSION_ID}`. */
  successUrl: z.string().regex(/^https?:\/\//),
  cancelUrl: z.url().optional(),
  customerEmail: z.email().optional(),
  /** 30 minutes to 24 hours ahead. A repeated call must name the same instant: another one is another call. */
  expiresAt: z.iso.datetime(),
  idempotencyKey: z.string().min(1).max(255),
});

const answer = z
  .object({ id: z.string(), url: z.url(), expires_at: instant })
  .transform(({ id, url, expires_at }) => ({ sessionId: id, url, expiresAt: expires_at }));

export type CheckoutSession = z.output<typeof answer>;

/**
 * A page on which somebody pays this amount straight to the connected account. Session and payment intent both carry workspace,
 * invoice and checkout, since Stripe copies neither to the other. Within 24 hours the same key gives the same session; after that the session it
 * may have made is dead, so a new one does no harm. Refuses (`validation`) money that can't be charged exactly.
 */
export async function createCheckoutSession(stripe: StripeClient, request: z.input<typeof input>): Promise<CheckoutSession> {
  const call = input.parse(request);
  const { amount, currency } = toStripeAmount(call.amount);
  const metadata = { workspaceId: call.workspaceId, invoiceId: call.invoiceId, checkoutId: call.checkoutId };
  return callStripe(answer, () =>
    stripe.checkout.sessions.create(
      {
        mode: 'payment',
        ui_mode: 'hosted_page',
        line_items: [{ quantity: 1, price_data: { currency, unit_amount: amount, product_data: { name: call.productName } } }],
        // Otherwise Stripe may offer the payer another currency, and what arrives isn't what was asked for.
        adaptive_pricing: { enabled: false },
        client_reference_id: call.invoiceId,
        metadata,
        payment_intent_data: { metadata, description: call.productName },
        success_url: call.successUrl,
        expires_at: Math.floor(Date.parse(call.expiresAt) / 1_000),
        ...(call.cancelUrl === undefined ? {} : { cancel_url: call.cancelUrl }),
        ...(call.customerEmail === undefined ? {} : { customer_email: call.customerEmail }),
      },
      { stripeAccount: call.accountId, idempotencyKey: call.idempotencyKey },
    ),
  );
}
