import type Stripe from 'stripe';
import * as z from 'zod';
import { StripeFailure } from '../errors.ts';
import { newId } from '../ids.ts';
import { expand, flag, metadata, text, url } from '../params.ts';
import { emit, secondsNow, type World } from '../world.ts';

const requested = z.strictObject({ requested: flag });

export const accountParams = z.strictObject({
  type: z.enum(['standard', 'express', 'custom']).optional(),
  controller: z
    .strictObject({
      fees: z.strictObject({ payer: z.enum(['account', 'application']) }).optional(),
      losses: z.strictObject({ payments: z.enum(['stripe', 'application']) }).optional(),
      requirement_collection: z.enum(['stripe', 'application']).optional(),
      stripe_dashboard: z.strictObject({ type: z.enum(['full', 'express', 'none']) }).optional(),
    })
    .optional(),
  country: z
    .string()
    .regex(/^[A-Z]{2}$/, 'country_unsupported')
    .optional(),
  default_currency: text(3).optional(),
  email: z.email('email_invalid').optional(),
  business_type: z.enum(['company', 'individual', 'non_profit', 'government_entity']).optional(),
  business_profile: z.strictObject({ name: text(200).optional(), url: url.optional(), mcc: text(4).optional() }).optional(),
  capabilities: z.strictObject({ card_payments: requested.optional(), transfers: requested.optional() }).optional(),
  metadata: metadata.optional(),
  ...expand,
});

const toBeAsked = ['business_profile.url', 'external_account', 'tos_acceptance.date', 'tos_acceptance.ip'];
const currencyOf: Readonly<Record<string, string>> = {
  GB: 'gbp',
  US: 'usd',
  AU: 'aud',
  NZ: 'nzd',
  CA: 'cad',
  JP: 'jpy',
  KW: 'kwd',
  CH: 'chf',
};

/** A connected account as it is before anybody onboarded: it can take no charges. */
export function createAccount(world: World, platform: string, params: z.output<typeof accountParams>): Stripe.Account {
  if (params.type !== undefined && params.controller !== undefined) {
    throw new StripeFailure({ param: 'type', message: 'An account is made with either type or controller, not with both.' });
  }
  const country = params.country ?? 'US';
  const account: Stripe.Account = {
    id: newId('acct', 16),
    object: 'account',
    business_profile: {
      mcc: params.business_profile?.mcc ?? null,
      minority_owned_business_designation: null,
      name: params.business_profile?.name ?? null,
      specified_commercial_transactions_act_url: null,
      support_address: null,
      support_email: null,
      support_phone: null,
      support_url: null,
      url: params.business_profile?.url ?? null,
    },
    business_type: params.business_type ?? null,
    capabilities: { card_payments: 'inactive', transfers: 'inactive' },
    charges_enabled: false,
    controller: controllerOf(params),
    country,
    created: secondsNow(world),
    default_currency: params.default_currency ?? currencyOf[country] ?? 'eur',
    details_submitted: false,
    email: params.email ?? null,
    metadata: params.metadata ?? {},
    payouts_enabled: false,
    requirements: requirements(toBeAsked, [], 'requirements.past_due'),
    type:
      params.type ??
      (params.controller?.stripe_dashboard?.type === 'express'
        ? 'express'
        : params.controller === undefined
          ? 'standard'
          : 'none'),
  };
  if (account.controller?.stripe_dashboard?.type === 'full') account.type = 'standard';
  return world.state.accounts.add(platform, account);
}

function controllerOf({ type, controller }: z.output<typeof accountParams>): Stripe.Account.Controller {
  const custom = type === 'custom';
  const stripePays = (type ?? 'standard') === 'standard';
  return {
    type: 'application',
    is_controller: true,
    fees: { payer: controller?.fees?.payer ?? (stripePays ? 'account' : 'application') },
    losses: { payments: controller?.losses?.payments ?? (stripePays ? 'stripe' : 'application') },
    requirement_collection: controller?.requirement_collection ?? (custom ? 'application' : 'stripe'),
    stripe_dashboard: { type: controller?.stripe_dashboard?.type ?? (custom ? 'none' : type === 'express' ? 'express' : 'full') },
  };
}

function requirements(
  due: string[],
  pending: string[],
  disabled: Stripe.Account.Requirements.DisabledReason | null,
): Stripe.Account.Requirements {
  return {
    alternatives: [],
    current_deadline: null,
    currently_due: due,
    disabled_reason: disabled,
    errors: [],
    eventually_due: due,
    past_due: [],
    pending_verification: pending,
  };
}

/** The account as its platform, or the account itself, may see it. As at Stripe, one that was withdrawn looks like none: 403. */
export function findAccount(world: World, asker: string, id: string): Stripe.Account {
  const { accounts } = world.state;
  const account = asker === id ? accounts.locate(id)?.object : accounts.find(asker, id);
  if (account !== undefined) return account;
  const message = `The key has no access to account '${id}', or there is no such account.`;
  throw new StripeFailure({ status: 403, code: 'account_invalid', message });
}

/** How far a person came with onboarding: all done, submitted but still being checked, or left for later. */
export type OnboardingOutcome = 'complete' | 'review' | 'later';

/** Applies the outcome and tells it by `account.updated`, as an event of the connected account. */
export function onboard(world: World, account: Stripe.Account, outcome: OnboardingOutcome): void {
  const before = { charges_enabled: account.charges_enabled, details_submitted: account.details_submitted };
  const isComplete = outcome === 'complete';
  account.details_submitted = outcome !== 'later';
  account.charges_enabled = isComplete;
  account.payouts_enabled = isComplete;
  account.capabilities = { card_payments: isComplete ? 'active' : 'inactive', transfers: isComplete ? 'active' : 'inactive' };
  account.requirements = isComplete
    ? requirements([], [], null)
    : outcome === 'review'
      ? requirements([], ['individual.verification.document'], 'requirements.pending_verification')
      : requirements(toBeAsked, [], 'requirements.past_due');
  emit(world, account.id, 'account.updated', account, before);
}
