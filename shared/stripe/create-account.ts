import * as z from 'zod';
import { callStripe } from './call-stripe.ts';
import type { StripeClient } from './client.ts';
import { stripeAccountSchema, type StripeAccount } from './read-account.ts';

const input = z.strictObject({
  workspaceId: z.string().min(1),
  email: z.email().optional(),
  /** ISO 3166 code; without it the owner chooses during onboarding. */
  country: z
    .string()
    .regex(/^[A-Z]{2}$/)
    .optional(),
  idempotencyKey: z.string().min(1).max(255),
});

/**
 * Makes the Stripe account a workspace is paid into. It belongs to its owner: the owner has Stripe's own dashboard, pays Stripe's
 * fees, and Stripe, not the platform, answers for losses. The same key makes no second account for 24 hours.
 */
export async function createAccount(stripe: StripeClient, request: z.input<typeof input>): Promise<StripeAccount> {
  const { workspaceId, email, country, idempotencyKey } = input.parse(request);
  return callStripe(stripeAccountSchema, () =>
    stripe.accounts.create(
      {
        controller: {
          fees: { payer: 'account' },
          losses: { payments: 'stripe' },
          requirement_collection: 'stripe',
          stripe_dashboard: { type: 'full' },
        },
        metadata: { workspaceId },
        ...(email === undefined ? {} : { email }),
        ...(country === undefined ? {} : { country }),
      },
      { idempotencyKey },
    ),
  );
}
