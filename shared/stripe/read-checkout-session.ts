import * as z from 'zod';
import { callStripe } from './call-stripe.ts';
import type { StripeClient } from './client.ts';
import { reference } from './shapes.ts';

const input = z.strictObject({ accountId: z.string().startsWith('acct_'), sessionId: z.string().startsWith('cs_') });

/** What we need to know of a session. */
export const checkoutSessionState = z
  .object({ status: z.string(), payment_status: z.string(), payment_intent: reference.nullable() })
  .transform((session) => ({
    /** `open`, `complete` or `expired`. */
    state: session.status,
    isPaid: session.payment_status !== 'unpaid',
    paymentIntentId: session.payment_intent,
  }));

export type CheckoutSessionState = z.output<typeof checkoutSessionState>;

/** How a Checkout session stands now. `isPaid` false on a complete one means that the money is still on its way. */
export async function readCheckoutSession(stripe: StripeClient, request: z.input<typeof input>): Promise<CheckoutSessionState> {
  const { accountId, sessionId } = input.parse(request);
  return callStripe(checkoutSessionState, () => stripe.checkout.sessions.retrieve(sessionId, {}, { stripeAccount: accountId }));
}
