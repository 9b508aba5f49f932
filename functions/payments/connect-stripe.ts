import type { PaymentCall } from '../../shared/api/payments.ts';
import type { Instant } from '../../shared/domain/days.ts';
import type { Reply } from '../../shared/domain/once.ts';
import { returnUrl } from '../../shared/domain/return-url.ts';
import { audited } from '../../shared/store/audit.ts';
import { foundAt, mustBeAt } from '../../shared/store/found.ts';
import { answered, claim } from '../../shared/store/idempotency.ts';
import { resolved } from '../../shared/store/notifications.ts';
import {
  bindStripeAccount,
  parseStripeConnection,
  stripeConnectionKey,
  type StripeConnection,
} from '../../shared/store/stripe-connections.ts';
import type { Table } from '../../shared/store/table.ts';
import { parseWorkspace, workspaceKey, type Workspace } from '../../shared/store/workspaces.ts';
import { createAccount } from '../../shared/stripe/create-account.ts';
import { createAccountLink } from '../../shared/stripe/create-account-link.ts';
import { asSeen, lostAccessCause } from './refresh-connection.ts';
import type { OpenStripe } from './stripe-app.ts';

interface Needs {
  readonly table: Table;
  readonly stripe: OpenStripe;
  readonly now: () => Instant;
  readonly newId: (prefix: string) => string;
  /** The addresses that a browser may be sent back to. */
  readonly appUrls: readonly string[];
}

/** Tells an admin where to go to connect the workspace's own Stripe account; the account is made with the first asking. */
export const connectStripe =
  (needs: Needs) =>
  async ({ caller, body, once }: PaymentCall<'connectStripe'>): Promise<Reply> => {
    const { table, stripe } = needs;
    const ws = caller.workspaceId;
    const back = returnUrl(needs.appUrls, body.returnUrl);
    await claim(table)(once);
    const found = await table.batchGet([workspaceKey(ws), stripeConnectionKey(ws)]);
    const workspace = mustBeAt(found, workspaceKey(ws), parseWorkspace);
    const stored = foundAt(found, stripeConnectionKey(ws), parseStripeConnection);
    const accountId =
      stored && stored.state !== 'disconnected' ? stored.accountId : await newAccount(needs, workspace, stored, caller.memberId);
    const { client } = await stripe();
    const link = await createAccountLink(client, { accountId, refreshUrl: back, returnUrl: back });
    const reply: Reply = { status: 200, body: { url: link.url } };
    await table.commit([answered(once, reply)]);
    return reply;
  };

/**
 * Makes an account and binds it to the workspace. Its key names the workspace and how many accounts came before, so that two who
 * ask at once, and one who asks again after a lost answer, get the same account.
 */
const newAccount = async (
  { table, stripe, now, newId }: Needs,
  { id: ws, country }: Workspace,
  former: StripeConnection | undefined,
  memberId: string,
): Promise<string> => {
  const generation = former ? former.generation + 1 : 1;
  const { client } = await stripe();
  const idempotencyKey = `connect-${ws}-${generation}-${country}`;
  const account = await createAccount(client, { workspaceId: ws, country, idempotencyKey });
  const { accountId } = account;
  const trail = {
    id: newId('aud'),
    at: now(),
    who: memberId,
    what: 'stripe-account-made',
    about: ws,
    text: 'A Stripe account was made for the workspace',
    after: { accountId },
  };
  const seen = { ...asSeen(account), seenAt: now() };
  // It is new: nothing has happened on it that could have been missed.
  const missed = { eventsUntil: now(), fetchAt: now(), toldEvent: null };
  await table.commit([
    ...bindStripeAccount(ws, { accountId, ...seen, ...missed, generation }, former),
    former ? resolved(ws, lostAccessCause, now()) : undefined,
    audited(ws, trail),
  ]);
  return accountId;
};
