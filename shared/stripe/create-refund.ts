import * as z from 'zod';
import { callStripe } from './call-stripe.ts';
import type { StripeClient } from './client.ts';
import { toStripeAmount } from './minor-units.ts';

const input = z.strictObject({
  accountId: z.string().startsWith('acct_'),
  paymentIntentId: z.string().startsWith('pi_'),
  amount: z.object({ amount: z.int().min(1), currency: z.string() }),
  /** Our id of the refund: its key, and what it is found by when an answer was lost. */
  refundId: z.string().min(1).max(255),
});

const refund = z
  .object({ id: z.string(), status: z.string().nullable(), metadata: z.record(z.string(), z.string()).nullable() })
  .transform(({ id, status, metadata: marks }) => ({
    stripeId: id,
    status: status ?? 'pending',
    refundId: marks?.['refundId'] ?? '',
  }));

export type StripeRefund = z.output<typeof refund>;

const list = z.object({ data: z.array(refund), has_more: z.boolean() });

/**
 * Gives money back from the connected account, once for each of our ids: one that was made under it already is answered, also when
 * Stripe has forgotten the key. `OutsideError` 400 when more is asked for than is left of the charge.
 */
export async function createRefund(stripe: StripeClient, request: z.input<typeof input>): Promise<StripeRefund> {
  const { accountId, paymentIntentId, amount, refundId } = input.parse(request);
  const made = await findRefund(stripe, { accountId, paymentIntentId, refundId });
  if (made) return made;
  return callStripe(refund, () =>
    stripe.refunds.create(
      { payment_intent: paymentIntentId, amount: toStripeAmount(amount).amount, metadata: { refundId } },
      { stripeAccount: accountId, idempotencyKey: refundId },
    ),
  );
}

async function findRefund(
  stripe: StripeClient,
  { accountId, paymentIntentId, refundId }: { accountId: string; paymentIntentId: string; refundId: string },
): Promise<StripeRefund | undefined> {
  let after: string | undefined;
  for (;;) {
    const page: z.output<typeof list> = await callStripe(list, () =>
      stripe.refunds.list(
        { payment_intent: paymentIntentId, limit: 100, ...(after === undefined ? {} : { starting_after: after }) },
        { stripeAccount: accountId },
      ),
    );
    const found = page.data.find((one) => one.refundId === refundId);
    after = page.data.at(-1)?.stripeId;
    if (found || !page.has_more || after === undefined) return found;
  }
}
