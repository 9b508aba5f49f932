import * as z from 'zod';
import { callStripe } from './call-stripe.ts';
import type { StripeClient } from './client.ts';

const input = z.strictObject({ accountId: z.string().startsWith('acct_') });

/** What we need to know of a connected account. `missing` names what Stripe still asks for, `disabledReason` why it takes no charges. */
export const stripeAccountSchema = z
  .object({
    id: z.string(),
    charges_enabled: z.boolean(),
    payouts_enabled: z.boolean(),
    details_submitted: z.boolean(),
    default_currency: z.string().nullish(),
    requirements: z
      .object({
        currently_due: z.array(z.string()).nullish(),
        past_due: z.array(z.string()).nullish(),
        disabled_reason: z.string().nullish(),
      })
      .nullish(),
  })
  .transform((account) => ({
    accountId: account.id,
    chargesEnabled: account.charges_enabled,
    payoutsEnabled: account.payouts_enabled,
    detailsSubmitted: account.details_submitted,
    defaultCurrency: account.default_currency?.toUpperCase() ?? null,
    missing: [...new Set([...(account.requirements?.past_due ?? []), ...(account.requirements?.currently_due ?? [])])],
    disabledReason: account.requirements?.disabled_reason ?? null,
  }));

export type StripeAccount = z.output<typeof stripeAccountSchema>;

/** The connected account as it is now. `OutsideError` 403 `account_invalid` when its owner took our access away. */
export async function readAccount(stripe: StripeClient, request: z.input<typeof input>): Promise<StripeAccount> {
  const { accountId } = input.parse(request);
  return callStripe(stripeAccountSchema, () => stripe.accounts.retrieve(accountId));
}
