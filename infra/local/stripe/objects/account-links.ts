import type Stripe from 'stripe';
import * as z from 'zod';
import { newId } from '../ids.ts';
import { expand, text, url } from '../params.ts';
import { secondsNow, type World } from '../world.ts';
import { findAccount } from './accounts.ts';

export const accountLinkParams = z.strictObject({
  account: text(255),
  type: z.enum(['account_onboarding', 'account_update']),
  refresh_url: url,
  return_url: url,
  collect: z.enum(['currently_due', 'eventually_due']).optional(),
  collection_options: z
    .strictObject({
      fields: z.enum(['currently_due', 'eventually_due']),
      future_requirements: z.enum(['include', 'omit']).optional(),
    })
    .optional(),
  ...expand,
});

/** Links die after five minutes, and with their first use. */
const lifetimeSeconds = 300;

/** A link to the sandbox's onboarding page. */
export function createAccountLink(
  world: World,
  platform: string,
  params: z.output<typeof accountLinkParams>,
): Stripe.AccountLink {
  findAccount(world, platform, params.account);
  const created = secondsNow(world);
  const link = world.state.accountLinks.add(platform, {
    id: newId('link', 40),
    account: params.account,
    returnUrl: params.return_url,
    refreshUrl: params.refresh_url,
    expiresAt: created + lifetimeSeconds,
    used: false,
  });
  return { object: 'account_link', created, expires_at: link.expiresAt, url: `${world.url}/setup/${link.id}` };
}
