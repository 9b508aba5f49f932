import type { Instant } from '../../shared/domain/days.ts';
import { OutsideError } from '../../shared/domain/outside-error.ts';
import { audited } from '../../shared/store/audit.ts';
import { notified, resolved } from '../../shared/store/notifications.ts';
import { replaceStripeConnection, type StripeConnection } from '../../shared/store/stripe-connections.ts';
import type { Table } from '../../shared/store/table.ts';
import type { Write } from '../../shared/store/write.ts';
import { readAccount, type StripeAccount } from '../../shared/stripe/read-account.ts';
import type { OpenStripe } from './stripe-app.ts';

interface Needs {
  readonly table: Table;
  readonly stripe: OpenStripe;
  readonly now: () => Instant;
  readonly newId: (prefix: string) => string;
}

/** Asks Stripe how the account stands and keeps what changed. It must have been read before: Stripe's word is newer then. */
export const refreshConnection =
  (needs: Needs) =>
  async (ws: string, connection: StripeConnection): Promise<StripeConnection> =>
    keepSeen(needs)(ws, connection, await look(needs.stripe, connection.accountId));

type Seen = Pick<StripeConnection, 'state' | 'chargesEnabled' | 'payoutsEnabled' | 'missing'>;

/** Keeps how an account stands, if that is news. Whoever finds out that our access is gone tells of it, once. */
export const keepSeen =
  ({ table, now, newId }: Omit<Needs, 'stripe'>) =>
  async (ws: string, connection: StripeConnection, seen: Seen): Promise<StripeConnection> => {
    const changed = { ...connection, ...seen };
    if (JSON.stringify(changed) === JSON.stringify(connection)) return connection;
    const kept = { ...changed, seenAt: now() };
    const by = { ws, now: now(), newId };
    await table.commit([replaceStripeConnection(ws, kept), ...accessWrites(connection, kept, by)]);
    return { ...kept, version: connection.version + 1 };
  };

/** What is told while a workspace's account isn't ours to look into. */
export const lostAccessCause = 'stripe-access';

const accessWrites = (
  before: StripeConnection,
  after: StripeConnection,
  { ws, now, newId }: { ws: string; now: Instant; newId: Needs['newId'] },
): Write[] => {
  const cause = lostAccessCause;
  if (after.state !== 'disconnected') return before.state === 'disconnected' ? [resolved(ws, cause, now)] : [];
  const text = 'Stripe does not let us into the account any more: clients cannot pay by card';
  const mend = 'An admin connects Stripe again; that makes a new account';
  const { accountId: about } = after;
  return [
    notified(ws, { id: newId('ntf'), cause, text, mend, about, at: now }),
    audited(ws, { id: newId('aud'), at: now, who: null, what: 'stripe-access-lost', about, text }),
  ];
};

const look = async (stripe: OpenStripe, accountId: string): Promise<Seen> => {
  const { client } = await stripe();
  try {
    return asSeen(await readAccount(client, { accountId }));
  } catch (error) {
    if (isWithdrawn(error)) return withdrawn;
    throw error;
  }
};

/** So Stripe says that the owner took our access away. A 403 with another code is about our own key, which may do too little. */
const isWithdrawn = (error: unknown): boolean =>
  error instanceof OutsideError && error.service === 'stripe' && error.status === 403 && error.code === 'account_invalid';

/** How an account stands to which we have no access any more. */
export const withdrawn: Seen = { state: 'disconnected', chargesEnabled: false, payoutsEnabled: false, missing: [] };

/** An account is connected once it takes charges; until then its owner, or Stripe, has something to do. */
export const asSeen = ({ chargesEnabled, payoutsEnabled, missing }: StripeAccount): Seen => ({
  state: chargesEnabled ? 'connected' : 'onboarding',
  chargesEnabled,
  payoutsEnabled,
  missing,
});
