import type { Instant } from '../../shared/domain/days.ts';
import { OutsideError } from '../../shared/domain/outside-error.ts';
import { replaceStripeConnection, type StripeConnection } from '../../shared/store/stripe-connections.ts';
import type { Table } from '../../shared/store/table.ts';
import { readAccount, type StripeAccount } from '../../shared/stripe/read-account.ts';
import type { OpenStripe } from './stripe-app.ts';

interface Needs {
  readonly table: Table;
  readonly stripe: OpenStripe;
  readonly now: () => Instant;
}

/** Asks Stripe how the account stands and keeps what changed. It must have been read before: Stripe's word is newer then. */
export const refreshConnection =
  ({ table, stripe, now }: Needs) =>
  async (ws: string, connection: StripeConnection): Promise<StripeConnection> => {
    const seen = { ...connection, ...(await look(stripe, connection.accountId)) };
    if (JSON.stringify(seen) === JSON.stringify(connection)) return connection;
    await table.commit([replaceStripeConnection(ws, { ...seen, seenAt: now() })]);
    return { ...seen, seenAt: now(), version: connection.version + 1 };
  };

type Seen = Pick<StripeConnection, 'state' | 'chargesEnabled' | 'payoutsEnabled' | 'missing'>;

const look = async (stripe: OpenStripe, accountId: string): Promise<Seen> => {
  const { client } = await stripe();
  try {
    return asSeen(await readAccount(client, { accountId }));
  } catch (error) {
    // So Stripe says that the owner took our access away.
    if (error instanceof OutsideError && error.status === 403) return withdrawn;
    throw error;
  }
};

/** How an account stands to which we have no access any more. */
export const withdrawn: Seen = { state: 'disconnected', chargesEnabled: false, payoutsEnabled: false, missing: [] };

/** An account is connected once it takes charges; until then its owner, or Stripe, has something to do. */
export const asSeen = ({ chargesEnabled, payoutsEnabled, missing }: StripeAccount): Seen => ({
  state: chargesEnabled ? 'connected' : 'onboarding',
  chargesEnabled,
  payoutsEnabled,
  missing,
});
