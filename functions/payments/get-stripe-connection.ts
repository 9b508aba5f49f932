import type { PaymentCall } from '../../shared/api/payments.ts';
import { Conflict } from '../../shared/domain/conflict.ts';
import type { Instant } from '../../shared/domain/days.ts';
import type { Reply } from '../../shared/domain/once.ts';
import { readStripeConnection } from '../../shared/store/stripe-connections.ts';
import type { Table } from '../../shared/store/table.ts';
import { refreshConnection, withdrawn } from './refresh-connection.ts';
import type { OpenStripe } from './stripe-app.ts';

/** Shows whether the workspace can be paid by card, and what its Stripe account still lacks. Stripe is asked each time. */
export const getStripeConnection =
  (needs: { table: Table; stripe: OpenStripe; now: () => Instant; newId: (prefix: string) => string }) =>
  async ({ caller }: PaymentCall<'getStripeConnection'>): Promise<Reply> => {
    const ws = caller.workspaceId;
    const stored = await readStripeConnection(needs.table)(ws);
    if (!stored) return { status: 200, body: { ...withdrawn, accountId: null } };
    const connection = await refreshConnection(needs)(ws, stored).catch((error: unknown) => {
      // Somebody else looked at the same moment: what they stored is as fresh.
      if (error instanceof Conflict) return readStripeConnection(needs.table)(ws);
      throw error;
    });
    const { state, accountId, chargesEnabled, payoutsEnabled, missing } = connection ?? stored;
    return {
      status: 200,
      body: { state, accountId: state === 'disconnected' ? null : accountId, chargesEnabled, payoutsEnabled, missing },
    };
  };
