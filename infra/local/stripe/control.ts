import type { IncomingMessage, ServerResponse } from 'node:http';
import * as z from 'zod';
import type { Api } from './api.ts';
import { StripeFailure, missing } from './errors.ts';
import { faultSchema, type Faults } from './faults.ts';
import { parseForm } from './form.ts';
import { readBody, redirect, sendJson } from './http.ts';
import { onboard } from './objects/accounts.ts';
import { asOfNow, makeAvailable } from './objects/balance.ts';
import { closeDispute, openDispute } from './objects/disputes.ts';
import { shownEvent } from './objects/events.ts';
import { settle } from './objects/payments.ts';
import { payOut } from './objects/payouts.ts';
import { createRefund, settleRefund } from './objects/refunds.ts';
import type { Collection } from './state.ts';
import type { Webhooks } from './webhooks.ts';
import type { World } from './world.ts';

export interface ControlParts {
  world: World;
  api: Api;
  faults: Faults;
  webhooks: Webhooks;
  /** Stores what changed and sends its events. */
  commit: () => Promise<void>;
}

/** JSON numbers, or text when a form of the page sends them; an empty field counts as absent. */
const units = z.preprocess((value) => (value === '' ? undefined : value), z.coerce.number().int().positive().optional());

const bodies = {
  clock: z.strictObject({ advanceSeconds: z.coerce.number().min(0) }),
  payment: z.strictObject({ outcome: z.enum(['succeeded', 'failed']) }),
  refund: z.strictObject({
    paymentIntent: z.string(),
    amount: units,
    status: z.enum(['succeeded', 'pending', 'failed']).default('succeeded'),
  }),
  refundStatus: z.strictObject({ status: z.enum(['succeeded', 'failed']) }),
  nextRefunds: z.strictObject({
    status: z.enum(['pending', 'failed']),
    times: z.coerce.number().int().min(1).max(100).default(1),
  }),
  dispute: z.strictObject({ paymentIntent: z.string(), amount: units }),
  disputeOutcome: z.strictObject({ status: z.enum(['won', 'lost']) }),
  available: z.strictObject({ account: z.string() }),
  payout: z.strictObject({
    account: z.string(),
    currency: z.string().toLowerCase(),
    outcome: z.enum(['paid', 'failed']).default('paid'),
  }),
  onboarding: z.strictObject({ outcome: z.enum(['complete', 'review', 'later']) }),
};

type Run = (parts: ControlParts, id: string, body: unknown) => Promise<object> | object;

const locate = <T extends { id: string }>(
  collection: Collection<T>,
  kind: string,
  id: string,
): { account: string; object: T } => {
  const row = collection.locate(id);
  if (row === undefined) throw missing(kind, id);
  return row;
};

const chargeOf = (world: World, intentId: string) => {
  const { object: intent } = locate(world.state.paymentIntents, 'payment_intent', intentId);
  return locate(world.state.charges, 'charge', String(intent.latest_charge));
};

const actions: readonly (readonly [method: string, pattern: RegExp, run: Run])[] = [
  ['GET', /^\/requests$/, ({ api }) => ({ items: api.log.items })],
  ['GET', /^\/state$/, ({ world }) => shownState(world)],
  ['GET', /^\/faults$/, ({ faults }) => ({ items: faults.list() })],
  ['POST', /^\/faults$/, ({ faults }, _, body) => (faults.add(faultSchema.parse(body)), { items: faults.list() })],
  ['DELETE', /^\/faults$/, ({ faults }) => (faults.clear(), { items: [] })],
  [
    'POST',
    /^\/clock$/,
    async ({ world }, _, body) => {
      await world.clock.advance(bodies.clock.parse(body).advanceSeconds);
      return { now: new Date(world.clock.now()).toISOString() };
    },
  ],
  [
    'POST',
    /^\/events\/([^/]+)\/resend$/,
    async ({ world, webhooks }, id) => {
      const { object: event } = locate(world.state.events, 'event', id);
      await webhooks.resend(event);
      return { deliveries: event.deliveries };
    },
  ],
  [
    'POST',
    /^\/payments\/([^/]+)$/,
    ({ world }, id, body) => {
      const { account, object: intent } = locate(world.state.paymentIntents, 'payment_intent', id);
      settle(world, account, intent, bodies.payment.parse(body).outcome);
      return intent;
    },
  ],
  [
    'POST',
    /^\/refunds$/,
    ({ world }, _, body) => {
      const { paymentIntent, amount, status } = bodies.refund.parse(body);
      const { account } = locate(world.state.paymentIntents, 'payment_intent', paymentIntent);
      return createRefund(world, account, { payment_intent: paymentIntent, amount }, status);
    },
  ],
  [
    'POST',
    /^\/next-refunds$/,
    ({ world }, _, body) => {
      const { status, times } = bodies.nextRefunds.parse(body);
      world.nextRefundStatuses.push(...Array.from({ length: times }, () => status));
      return { waiting: world.nextRefundStatuses };
    },
  ],
  [
    'POST',
    /^\/refunds\/([^/]+)$/,
    ({ world }, id, body) => {
      const { account, object: refund } = locate(world.state.refunds, 'refund', id);
      settleRefund(world, account, refund, bodies.refundStatus.parse(body).status);
      return refund;
    },
  ],
  [
    'POST',
    /^\/disputes$/,
    ({ world }, _, body) => {
      const { paymentIntent, amount } = bodies.dispute.parse(body);
      const { account, object: charge } = chargeOf(world, paymentIntent);
      return openDispute(world, account, charge, amount);
    },
  ],
  [
    'POST',
    /^\/disputes\/([^/]+)$/,
    ({ world }, id, body) => {
      const { account, object: dispute } = locate(world.state.disputes, 'dispute', id);
      closeDispute(world, account, dispute, bodies.disputeOutcome.parse(body).status);
      return dispute;
    },
  ],
  [
    'POST',
    /^\/available$/,
    ({ world }, _, body) => {
      const { account } = bodies.available.parse(body);
      makeAvailable(world, account);
      return { account };
    },
  ],
  [
    'POST',
    /^\/payouts$/,
    ({ world }, _, body) => {
      const { account, currency, outcome } = bodies.payout.parse(body);
      return payOut(world, account, currency, outcome);
    },
  ],
  [
    'POST',
    /^\/accounts\/([^/]+)$/,
    ({ world }, id, body) => {
      const { object: account } = locate(world.state.accounts, 'account', id);
      onboard(world, account, bodies.onboarding.parse(body).outcome);
      return account;
    },
  ],
];

/** Everything the sandbox holds, in Stripe's own field names, each object with the account it belongs to. */
function shownState({ clock, state }: World): object {
  const owned = <T extends { id: string }>(
    collection: Collection<T>,
    show: (object: T) => object = (object) => object,
  ): object[] => collection.rows().map(({ account, object }) => ({ ...show(object), account }));
  return {
    now: new Date(clock.now()).toISOString(),
    accounts: state.accounts.rows().map(({ object }) => object),
    sessions: owned(state.sessions),
    paymentIntents: owned(state.paymentIntents),
    charges: owned(state.charges),
    refunds: owned(state.refunds),
    disputes: owned(state.disputes),
    payouts: owned(state.payouts),
    balanceTransactions: owned(state.balanceTransactions, (entry) => ({
      ...asOfNow({ clock }, entry),
      payout: state.payoutEntries.locate(entry.id)?.object.payout ?? null,
    })),
    events: owned(state.events, (event) => ({ ...shownEvent(event), deliveries: event.deliveries })),
  };
}

/** Control calls below /_sandbox. Forms of the page get sent back to it, everybody else gets JSON. */
export async function handleControl(
  parts: ControlParts,
  request: IncomingMessage,
  response: ServerResponse,
  path: string,
): Promise<void> {
  const isForm = request.headers['content-type']?.startsWith('application/x-www-form-urlencoded') === true;
  try {
    const text = await readBody(request);
    const body: unknown = isForm ? parseForm(text) : text === '' ? {} : JSON.parse(text);
    for (const [method, pattern, run] of actions) {
      const match = pattern.exec(path);
      if (match === null || method !== request.method) continue;
      const answer = await run(parts, decodeURIComponent(match[1] ?? ''), body);
      if (method !== 'GET') await parts.commit();
      if (isForm) redirect(response, '/');
      else sendJson(response, 200, answer);
      return;
    }
    sendJson(response, 404, { error: { message: `There is no control call ${request.method ?? ''} ${path}.` } });
  } catch (error) {
    const status =
      error instanceof StripeFailure ? error.status : error instanceof z.ZodError || error instanceof SyntaxError ? 400 : 500;
    sendJson(response, status, { error: { message: error instanceof Error ? error.message : 'unknown' } });
  }
}
