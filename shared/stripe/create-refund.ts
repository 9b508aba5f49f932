import * as z from 'zod';
import { callStripe } from './call-stripe.ts';
import type { StripeClient } from './client.ts';
import { listRefunds, refund, type StripeRefund } from './list-refunds.ts';
import { toStripeAmount } from './minor-units.ts';

const input = z.strictObject({
  accountId: z.string().startsWith('acct_'),
  paymentIntentId: z.string().startsWith('pi_'),
  amount: z.object({ amount: z.int().min(1), currency: z.string() }),
  /** Our id of the refund: its key, and what it is found by when an answer was lost. */
  refundId: z.string().min(1).max(255),
});

/**
 * Gives money back from the connected account, once for each of our ids: one that was made under it already is answered, also when
 * Stripe has forgotten the key. `OutsideError` 400 when more is asked for than is left of the charge.
 */
export async function createRefund(stripe: StripeClient, request: z.input<typeof input>): Promise<StripeRefund> {
  const { accountId, paymentIntentId, amount, refundId } = input.parse(request);
  const made = (await listRefunds(stripe, { accountId, paymentIntentId })).find((one) => one.refundId === refundId);
  if (made) return made;
  return callStripe(refund, () =>
    stripe.refunds.create(
      { payment_intent: paymentIntentId, amount: toStripeAmount(amount).amount, metadata: { refundId } },
      { stripeAccount: accountId, idempotencyKey: refundId },
    ),
  );
}
