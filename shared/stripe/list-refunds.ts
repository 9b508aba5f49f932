import * as z from 'zod';
import { callStripe } from './call-stripe.ts';
import type { StripeClient } from './client.ts';
import { fromStripeAmount } from './minor-units.ts';

const input = z.strictObject({ accountId: z.string().startsWith('acct_'), paymentIntentId: z.string().startsWith('pi_') });

export const refund = z
  .object({
    id: z.string(),
    amount: z.int(),
    currency: z.string(),
    status: z.string().nullable(),
    metadata: z.record(z.string(), z.string()).nullable(),
  })
  .transform(({ id, amount, currency, status, metadata: marks }) => ({
    stripeId: id,
    amount: fromStripeAmount(amount, currency),
    outcome: outcomeOf(status),
    /** Our id of it; empty where it wasn't made from here. */
    refundId: marks?.['refundId'] ?? '',
  }));

export type StripeRefund = z.output<typeof refund>;

const list = z.object({ data: z.array(refund), has_more: z.boolean() });

/** Whether the money is on its way, has arrived, or stayed here after all. */
function outcomeOf(status: string | null): 'pending' | 'succeeded' | 'failed' {
  if (status === 'succeeded') return 'succeeded';
  return status === 'failed' || status === 'canceled' ? 'failed' : 'pending';
}

/** Everything that was given back of a payment, or was meant to be, the latest first. */
export async function listRefunds(stripe: StripeClient, request: z.input<typeof input>): Promise<StripeRefund[]> {
  const { accountId, paymentIntentId } = input.parse(request);
  const refunds: StripeRefund[] = [];
  for (;;) {
    const after = refunds.at(-1)?.stripeId;
    const page: z.output<typeof list> = await callStripe(list, () =>
      stripe.refunds.list(
        { payment_intent: paymentIntentId, limit: 100, ...(after === undefined ? {} : { starting_after: after }) },
        { stripeAccount: accountId },
      ),
    );
    refunds.push(...page.data);
    if (!page.has_more || page.data.length === 0) return refunds;
  }
}
