import * as z from 'zod';
import { callStripe } from './call-stripe.ts';
import type { StripeClient } from './client.ts';
import { readCheckoutSession } from './read-checkout-session.ts';
import { reference } from './shapes.ts';

const input = z.strictObject({
  accountId: z.string().startsWith('acct_'),
  chargeId: z.string().nullable(),
  sessionId: z.string().nullable(),
});

const charge = z.object({ payment_intent: reference.nullable() });

/** The payment intent behind a charge or a Checkout session; null when there is none. */
export async function findPaymentIntent(stripe: StripeClient, request: z.input<typeof input>): Promise<string | null> {
  const { accountId, chargeId, sessionId } = input.parse(request);
  if (chargeId !== null) {
    const found = await callStripe(charge, () => stripe.charges.retrieve(chargeId, {}, { stripeAccount: accountId }));
    return found.payment_intent;
  }
  return sessionId === null ? null : (await readCheckoutSession(stripe, { accountId, sessionId })).paymentIntentId;
}
