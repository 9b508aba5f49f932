import * as z from 'zod';
import { OutsideError } from '../domain/outside-error.ts';
import { callStripe } from './call-stripe.ts';
import type { StripeClient } from './client.ts';
import { checkoutSessionState, readCheckoutSession, type CheckoutSessionState } from './read-checkout-session.ts';

const input = z.strictObject({ accountId: z.string().startsWith('acct_'), sessionId: z.string().startsWith('cs_') });

/**
 * Sees to it that nobody can pay by this session any more, and tells how it ended: `expired`, or `complete` when somebody was
 * faster (`isPaid` false then means that the money is still on its way). A session that had ended before is no error.
 */
export async function expireCheckoutSession(stripe: StripeClient, request: z.input<typeof input>): Promise<CheckoutSessionState> {
  const { accountId, sessionId } = input.parse(request);
  try {
    return await callStripe(checkoutSessionState, () =>
      stripe.checkout.sessions.expire(sessionId, {}, { stripeAccount: accountId }),
    );
  } catch (error) {
    // Stripe gives no code of its own to "isn't open any more", so what is true is asked for.
    if (!(error instanceof OutsideError) || error.status !== 400) throw error;
    const session = await readCheckoutSession(stripe, { accountId, sessionId });
    if (session.state === 'open') throw error;
    return session;
  }
}
