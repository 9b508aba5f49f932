import * as z from 'zod';
import { OutsideError } from '../domain/outside-error.ts';
import type { BalanceMove } from '../domain/payout.ts';
import { callStripe } from './call-stripe.ts';
import type { StripeClient } from './client.ts';
import { fromStripeAmount } from './minor-units.ts';
import { instant, reference } from './shapes.ts';

const payout = z
  .object({
    id: z.string(),
    status: z.enum(['pending', 'in_transit', 'paid', 'failed', 'canceled']),
    amount: z.int(),
    currency: z.string(),
    arrival_date: instant,
    created: instant,
    automatic: z.boolean(),
    livemode: z.boolean(),
    reconciliation_status: z.string(),
  })
  .transform((one) => ({
    stripeId: one.id,
    status: one.status,
    amount: fromStripeAmount(one.amount, one.currency),
    /** As Stripe counts, for sums with its other amounts. */
    stripeAmount: one.amount,
    stripeCurrency: one.currency,
    arrivalDate: one.arrival_date.slice(0, 10),
    created: one.created,
    automatic: one.automatic,
    livemode: one.livemode,
    /** Whether Stripe knows already all that it is made of; never for payouts that somebody asked for by hand. */
    isReconciled: one.reconciliation_status === 'completed',
  }));

/** Money on its way from Stripe to the bank, as it is now. */
export type StripePayout = z.output<typeof payout>;

/** One payout. `OutsideError` 404 `resource_missing` if the account has none such. */
export async function readPayout(
  stripe: StripeClient,
  { accountId, stripeId }: { accountId: string; stripeId: string },
): Promise<StripePayout> {
  return callStripe(payout, () => stripe.payouts.retrieve(stripeId, {}, { stripeAccount: accountId }));
}

const payouts = z.object({ data: z.array(payout), has_more: z.boolean() });

/** An account's payouts that were made since an instant, the newest first. One call for each hundred. */
export async function listPayouts(
  stripe: StripeClient,
  { accountId, createdFrom }: { accountId: string; createdFrom: string },
): Promise<StripePayout[]> {
  const found: StripePayout[] = [];
  for (;;) {
    const after = found.at(-1)?.stripeId;
    const page: z.output<typeof payouts> = await callStripe(payouts, () =>
      stripe.payouts.list(
        {
          created: { gte: Math.floor(Date.parse(createdFrom) / 1_000) },
          limit: 100,
          ...(after === undefined ? {} : { starting_after: after }),
        },
        { stripeAccount: accountId },
      ),
    );
    found.push(...page.data);
    if (!page.has_more || page.data.length === 0) return found;
  }
}

const move = z.object({
  id: z.string(),
  type: z.string(),
  reporting_category: z.string(),
  amount: z.int(),
  fee: z.int(),
  currency: z.string(),
  source: reference.nullable(),
});
const moves = z.object({ data: z.array(move), has_more: z.boolean() });

/** All movements of the balance that went out with a payout, its own among them. One call for each hundred. */
export async function listPayoutMoves(
  stripe: StripeClient,
  { accountId, stripeId, stripeCurrency }: { accountId: string; stripeId: string; stripeCurrency: string },
): Promise<BalanceMove[]> {
  const found: BalanceMove[] = [];
  let after: string | undefined;
  for (;;) {
    const page: z.output<typeof moves> = await callStripe(moves, () =>
      stripe.balanceTransactions.list(
        { payout: stripeId, limit: 100, ...(after === undefined ? {} : { starting_after: after }) },
        { stripeAccount: accountId },
      ),
    );
    // Sums over several currencies would say nothing.
    if (page.data.some(({ currency }) => currency !== stripeCurrency))
      throw new OutsideError({ service: 'stripe', status: 200, code: 'unexpected-answer' });
    found.push(
      ...page.data.map(({ reporting_category: category, type, amount, fee, source }) => ({
        type,
        category,
        amount,
        fee,
        source,
      })),
    );
    after = page.data.at(-1)?.id;
    if (!page.has_more || after === undefined) return found;
  }
}
