import * as z from 'zod';
import { missing } from './errors.ts';
import { expandAnswer } from './expand.ts';
import type { FormParts } from './form.ts';
import { isCreatedWithin, listPage } from './lists.ts';
import { accountLinkParams, createAccountLink } from './objects/account-links.ts';
import { accountParams, createAccount, findAccount } from './objects/accounts.ts';
import { asOfNow } from './objects/balance.ts';
import { createSession, expireSession, findSession, sessionListParams, sessionParams } from './objects/checkout-sessions.ts';
import { eventListParams, findEvents, shownEvent } from './objects/events.ts';
import { createRefund, refundListParams, refundParams } from './objects/refunds.ts';
import { created, expand, page, parseParams, text } from './params.ts';
import type { Collection, StoredEvent } from './state.ts';
import type { World } from './world.ts';

export interface Call {
  world: World;
  /** The account the call is about: the platform's own, or that of the Stripe-Account header. */
  account: string;
  /** The id in the path, if the route has one. */
  id: string;
  params: FormParts;
}

type Route = { method: 'GET' | 'POST'; path: string; run: (call: Call) => object };

const onlyExpand = z.strictObject(expand);
const byIntent = z.strictObject({ payment_intent: text(255).optional(), charge: text(255).optional(), ...created, ...page });
const byCreated = z.strictObject({ ...created, ...page });

function retrieve<T extends { id: string }>(kind: string, of: (world: World) => Collection<T>) {
  return ({ world, account, id, params }: Call): object => {
    const query = parseParams(onlyExpand, params);
    const found = of(world).find(account, id);
    if (found === undefined) throw missing(kind, id);
    return expandAnswer(world, account, found, query.expand);
  };
}

const answerList = <T extends { id: string }>(
  { world, account }: Call,
  items: readonly T[],
  url: string,
  query: z.output<typeof byCreated>,
): object => expandAnswer(world, account, listPage(items, url, query), query.expand);

function listOf<T extends { id: string; created: number; payment_intent?: unknown; charge?: unknown }>(
  url: string,
  of: (world: World) => Collection<T>,
  schema: typeof byIntent | typeof byCreated | typeof refundListParams,
) {
  return (call: Call): object => {
    const query: z.output<typeof byIntent> = parseParams(schema, call.params);
    const items = of(call.world)
      .of(call.account)
      .filter((item) => isCreatedWithin(item.created, query.created))
      .filter((item) => query.payment_intent === undefined || item.payment_intent === query.payment_intent)
      .filter((item) => query.charge === undefined || item.charge === query.charge);
    return answerList(call, items, url, query);
  };
}

const accountRoutes: Route[] = [
  {
    method: 'POST',
    path: '/v1/accounts',
    run: ({ world, account, params }) => createAccount(world, account, parseParams(accountParams, params)),
  },
  {
    method: 'GET',
    path: '/v1/accounts',
    run: listOf('/v1/accounts', (world) => world.state.accounts as Collection<never>, byCreated),
  },
  { method: 'GET', path: '/v1/accounts/:id', run: ({ world, account, id }) => findAccount(world, account, id) },
  {
    method: 'POST',
    path: '/v1/account_links',
    run: ({ world, account, params }) => createAccountLink(world, account, parseParams(accountLinkParams, params)),
  },
];

const sessionRoutes: Route[] = [
  {
    method: 'POST',
    path: '/v1/checkout/sessions',
    run: ({ world, account, params }) => {
      const parsed = parseParams(sessionParams, params);
      return expandAnswer(world, account, createSession(world, account, parsed), parsed.expand);
    },
  },
  {
    method: 'GET',
    path: '/v1/checkout/sessions',
    run: (call) => {
      const query = parseParams(sessionListParams, call.params);
      const items = call.world.state.sessions
        .of(call.account)
        .filter((session) => query.payment_intent === undefined || session.payment_intent === query.payment_intent)
        .filter((session) => query.status === undefined || session.status === query.status);
      return answerList(call, items, '/v1/checkout/sessions', query);
    },
  },
  { method: 'GET', path: '/v1/checkout/sessions/:id', run: retrieve('checkout.session', (world) => world.state.sessions) },
  {
    method: 'POST',
    path: '/v1/checkout/sessions/:id/expire',
    run: ({ world, account, id, params }) => {
      const query = parseParams(onlyExpand, params);
      return expandAnswer(world, account, expireSession(world, account, findSession(world, account, id)), query.expand);
    },
  },
  {
    method: 'GET',
    path: '/v1/checkout/sessions/:id/line_items',
    run: (call) => {
      findSession(call.world, call.account, call.id);
      const items = call.world.state.checkoutDetails.find(call.account, call.id)?.items ?? [];
      return answerList(
        call,
        items,
        `/v1/checkout/sessions/${call.id}/line_items`,
        parseParams(z.strictObject(page), call.params),
      );
    },
  },
];

const balanceListParams = z.strictObject({
  payout: text(255).optional(),
  source: text(255).optional(),
  type: text(50).optional(),
  currency: text(3).optional(),
  ...created,
  ...page,
});

const moneyRoutes: Route[] = [
  {
    method: 'GET',
    path: '/v1/payment_intents',
    run: listOf('/v1/payment_intents', (world) => world.state.paymentIntents, byCreated),
  },
  { method: 'GET', path: '/v1/payment_intents/:id', run: retrieve('payment_intent', (world) => world.state.paymentIntents) },
  { method: 'GET', path: '/v1/charges', run: listOf('/v1/charges', (world) => world.state.charges, byIntent) },
  { method: 'GET', path: '/v1/charges/:id', run: retrieve('charge', (world) => world.state.charges) },
  {
    method: 'POST',
    path: '/v1/refunds',
    run: ({ world, account, params }) => {
      const parsed = parseParams(refundParams, params);
      return expandAnswer(world, account, createRefund(world, account, parsed), parsed.expand);
    },
  },
  { method: 'GET', path: '/v1/refunds', run: listOf('/v1/refunds', (world) => world.state.refunds, refundListParams) },
  { method: 'GET', path: '/v1/refunds/:id', run: retrieve('refund', (world) => world.state.refunds) },
  { method: 'GET', path: '/v1/disputes', run: listOf('/v1/disputes', (world) => world.state.disputes, byIntent) },
  { method: 'GET', path: '/v1/disputes/:id', run: retrieve('dispute', (world) => world.state.disputes) },
  { method: 'GET', path: '/v1/payouts', run: listOf('/v1/payouts', (world) => world.state.payouts, byCreated) },
  { method: 'GET', path: '/v1/payouts/:id', run: retrieve('payout', (world) => world.state.payouts) },
  {
    method: 'GET',
    path: '/v1/balance_transactions',
    run: (call) => {
      const { world, account } = call;
      const query = parseParams(balanceListParams, call.params);
      const items = world.state.balanceTransactions
        .of(account)
        .filter(
          (entry) => query.payout === undefined || world.state.payoutEntries.find(account, entry.id)?.payout === query.payout,
        )
        .filter((entry) => query.source === undefined || entry.source === query.source)
        .filter((entry) => query.type === undefined || entry.type === query.type)
        .filter((entry) => query.currency === undefined || entry.currency === query.currency)
        .filter((entry) => isCreatedWithin(entry.created, query.created))
        .map((entry) => asOfNow(world, entry));
      return answerList(call, items, '/v1/balance_transactions', query);
    },
  },
  {
    method: 'GET',
    path: '/v1/balance_transactions/:id',
    run: ({ world, account, id, params }) => {
      const query = parseParams(onlyExpand, params);
      const entry = world.state.balanceTransactions.find(account, id);
      if (entry === undefined) throw missing('balance_transaction', id);
      return expandAnswer(world, account, asOfNow(world, entry), query.expand);
    },
  },
];

const eventRoutes: Route[] = [
  {
    method: 'GET',
    path: '/v1/events',
    run: ({ world, account, params }) => {
      const query = parseParams(eventListParams, params);
      const page = listPage(findEvents(world, account, query), '/v1/events', query) as { data: StoredEvent[] };
      return { ...page, data: page.data.map(shownEvent) };
    },
  },
  {
    method: 'GET',
    path: '/v1/events/:id',
    run: ({ world, account, id }) => {
      const event = world.state.events.find(account, id);
      if (event === undefined) throw missing('event', id);
      return shownEvent(event);
    },
  },
];

const routes = [...accountRoutes, ...sessionRoutes, ...moneyRoutes, ...eventRoutes];

/** The route of a call and the id in its path; undefined when the sandbox doesn't know it. */
export function findRoute(method: string, path: string): { route: Route; id: string } | undefined {
  const parts = path.split('/');
  for (const route of routes) {
    const pattern = route.path.split('/');
    if (route.method !== method || pattern.length !== parts.length) continue;
    if (!pattern.every((part, index) => part === ':id' || part === parts[index])) continue;
    return { route, id: decodeURIComponent(parts[pattern.indexOf(':id')] ?? '') };
  }
  return undefined;
}
