import * as z from 'zod';
import { callStripe } from './call-stripe.ts';
import type { StripeClient } from './client.ts';
import { instant } from './shapes.ts';

const input = z.strictObject({
  accountId: z.string().startsWith('acct_'),
  /** Where the browser goes when the link is used or too old: it is to ask for a new one. */
  refreshUrl: z.url(),
  /** Where the browser goes afterwards; that doesn't mean that everything was given. */
  returnUrl: z.url(),
});

const answer = z
  .object({ url: z.url(), expires_at: instant })
  .transform(({ url, expires_at }) => ({ url, expiresAt: expires_at }));

/** A page of Stripe on which the owner gives what is missing; good for one visit within minutes, so it is made for each visit. */
export async function createAccountLink(stripe: StripeClient, request: z.input<typeof input>): Promise<z.output<typeof answer>> {
  const { accountId, refreshUrl, returnUrl } = input.parse(request);
  return callStripe(answer, () =>
    stripe.accountLinks.create({
      account: accountId,
      type: 'account_onboarding',
      refresh_url: refreshUrl,
      return_url: returnUrl,
    }),
  );
}
