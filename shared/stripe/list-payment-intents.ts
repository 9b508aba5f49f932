import * as z from 'zod';
import { callStripe } from './call-stripe.ts';
import type { StripeClient } from './client.ts';
import { fromStripeAmount } from './minor-units.ts';
import { instant, metadata } from './shapes.ts';

const input = z.strictObject({
  accountId: z.string().startsWith('acct_'),
  createdFrom: z.iso.datetime(),
  /** The last one of the page before. */
  after: z.string().optional(),
  pageSize: z.int().min(1).max(100).default(100),
});

const intent = z
  .object({
    id: z.string(),
    status: z.string(),
    amount_received: z.int(),
    currency: z.string(),
    created: instant,
    livemode: z.boolean(),
    metadata,
  })
  .transform(({ amount_received: received, id, ...rest }) => ({
    paymentIntentId: id,
    status: rest.status,
    amountReceived: fromStripeAmount(received, rest.currency),
    created: rest.created,
    livemode: rest.livemode,
    metadata: rest.metadata,
  }));

const answer = z.object({ data: z.array(intent), has_more: z.boolean() });

/** A payment of an account as a list shows it. */
export type ListedPayment = z.output<typeof intent>;

/** One page of an account's payments that were begun since an instant, the newest first. `nextAfter` is null on the last page. */
export async function listPaymentIntents(
  stripe: StripeClient,
  request: z.input<typeof input>,
): Promise<{ payments: ListedPayment[]; nextAfter: string | null }> {
  const { accountId, createdFrom, after, pageSize } = input.parse(request);
  const page = await callStripe(answer, () =>
    stripe.paymentIntents.list(
      {
        created: { gte: Math.floor(Date.parse(createdFrom) / 1_000) },
        limit: pageSize,
        ...(after === undefined ? {} : { starting_after: after }),
      },
      { stripeAccount: accountId },
    ),
  );
  return { payments: page.data, nextAfter: page.has_more ? (page.data.at(-1)?.paymentIntentId ?? null) : null };
}
