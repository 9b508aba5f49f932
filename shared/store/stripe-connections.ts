import * as z from 'zod';
import { timedKeys } from './due.ts';
import { keys } from './keys.ts';
import { maybe, version } from './shapes.ts';
import type { Table } from './table.ts';
import { unchangedSince } from './versioned.ts';
import { put, putNew, type Item, type Write } from './write.ts';

const record = z.object({
  version,
  accountId: z.string(),
  state: z.enum(['disconnected', 'onboarding', 'connected']),
  chargesEnabled: z.boolean(),
  payoutsEnabled: z.boolean(),
  /** What Stripe still asks for. */
  missing: z.array(z.string()),
  /** When Stripe was last asked. */
  seenAt: z.string(),
  /** How many accounts the workspace has had before; each gets an idempotency key of its own. */
  generation: z.int(),
  /** Everything that the account's events told before this instant is in the books, whether or not a webhook told it. */
  eventsUntil: maybe(z.string()),
  /** When missed events are fetched next. */
  fetchAt: maybe(z.string()),
  /** The event that couldn't be recorded and that somebody was told of. */
  toldEvent: maybe(z.string()),
  /** The account's payments up to this instant have been compared with those here. */
  comparedUntil: z.string().nullish(),
});

/** The Stripe account that a workspace is paid into, as last seen. */
export type StripeConnection = z.infer<typeof record>;

export const stripeConnectionKey = keys.stripeConnection;
export const parseStripeConnection = (item: Item): StripeConnection => record.parse(item);

const binding = z.object({ workspaceId: z.string() });
/** Which workspace an account belongs to. Written once and never changed: it is what an event's account proves. */
export const stripeAccountKey = keys.stripeAccount;
export const parseStripeAccount = (item: Item): { workspaceId: string } => binding.parse(item);

export const readStripeConnection =
  (table: Table) =>
  async (workspaceId: string): Promise<StripeConnection | undefined> => {
    const item = await table.get(keys.stripeConnection(workspaceId));
    return item && record.parse(item);
  };

/** The workspace that an account is bound to. */
export const workspaceOfAccount =
  (table: Table) =>
  async (accountId: string): Promise<string | undefined> => {
    const item = await table.get(keys.stripeAccount(accountId));
    return item && binding.parse(item).workspaceId;
  };

/** An account that we may look into is among those whose missed events are fetched. */
const asItem = (ws: string, connection: StripeConnection): Item => ({
  ...keys.stripeConnection(ws),
  v: 1,
  ...connection,
  ...(connection.state === 'disconnected' ? {} : timedKeys('stripe', ws, connection.fetchAt ?? connection.seenAt)),
});

/** Binds an account to a workspace that has none, or whose owner took the access to the former one away. */
export const bindStripeAccount = (
  ws: string,
  connection: Omit<StripeConnection, 'version'>,
  former: StripeConnection | undefined,
): Write[] => {
  const bound = { ...connection, version: (former?.version ?? 0) + 1 };
  return [
    former
      ? put('Stripe connection', asItem(ws, bound), unchangedSince('Stripe connection', former.version))
      : putNew('Stripe connection', asItem(ws, bound)),
    putNew('Stripe account', { ...keys.stripeAccount(connection.accountId), v: 1, workspaceId: ws }),
  ];
};

/** Replaces a connection as it was read; its version grows by one. */
export const replaceStripeConnection = (ws: string, connection: StripeConnection): Write =>
  put(
    'Stripe connection',
    asItem(ws, { ...connection, version: connection.version + 1 }),
    unchangedSince('Stripe connection', connection.version),
  );
