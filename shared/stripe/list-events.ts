import * as z from 'zod';
import { callStripe } from './call-stripe.ts';
import type { StripeClient } from './client.ts';
import { receivedEvent, type StripeEvent } from './event.ts';

const input = z.strictObject({
  /** Null: the platform's own account. */
  accountId: z.string().startsWith('acct_').nullable(),
  /** At most 20 types, as Stripe takes no more. */
  types: z.array(z.string()).min(1).max(20),
  createdFrom: z.iso.datetime(),
  /** Up to this instant, its second included; up to now without it. */
  createdTo: z.iso.datetime().optional(),
  /** The last event of the page before. */
  after: z.string().optional(),
  pageSize: z.int().min(1).max(100).default(100),
});

const seconds = (instant: string): number => Math.floor(Date.parse(instant) / 1_000);

const answer = z.object({ data: z.array(receivedEvent), has_more: z.boolean() });

/**
 * One page of an account's events of some time, newest first, whether or not a webhook brought them: finds what was missed.
 * Stripe keeps them for 30 days. `nextAfter` is null on the last page.
 */
export async function listEvents(
  stripe: StripeClient,
  request: z.input<typeof input>,
): Promise<{ events: StripeEvent[]; nextAfter: string | null }> {
  const { accountId, types, createdFrom, createdTo, after, pageSize } = input.parse(request);
  const page = await callStripe(answer, () =>
    stripe.events.list(
      {
        types: [...types],
        created: { gte: seconds(createdFrom), ...(createdTo === undefined ? {} : { lte: seconds(createdTo) }) },
        limit: pageSize,
        ...(after === undefined ? {} : { starting_after: after }),
      },
      accountId === null ? {} : { stripeAccount: accountId },
    ),
  );
  return { events: page.data, nextAfter: page.has_more ? (page.data.at(-1)?.id ?? null) : null };
}
