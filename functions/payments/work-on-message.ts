import type { Instant } from '../../shared/domain/days.ts';
import type { RingDoorbell } from '../../shared/runtime/queue.ts';
import type { Deadline } from '../../shared/runtime/worker-door.ts';
import { checkoutKey, parseCheckout } from '../../shared/store/checkouts.ts';
import { foundAt } from '../../shared/store/found.ts';
import { invoiceKey, parseInvoice } from '../../shared/store/invoices.ts';
import { readStripeConnection, workspaceOfAccount } from '../../shared/store/stripe-connections.ts';
import type { Table } from '../../shared/store/table.ts';
import { closeStaleCheckout } from './close-checkout.ts';
import { dropUnknown, notePayment } from './note-payment.ts';
import { recordPayout } from './record-payout.ts';
import { keepSeen, refreshConnection, withdrawn } from './refresh-connection.ts';
import type { OpenStripe } from './stripe-app.ts';
import { readMessage, type StripeEventMessage } from './stripe-messages.ts';

interface Needs {
  readonly table: Table;
  readonly stripe: OpenStripe;
  readonly now: () => Instant;
  readonly newId: (prefix: string) => string;
  readonly ring: RingDoorbell;
  /** Runs again what lost a race. */
  readonly retry: <T>(run: () => Promise<T>) => Promise<T>;
}

/** A message may take a few calls to Stripe. With less time than this it is given back instead of being cut off half-way. */
const messageMs = 20_000;

/** Does what a message from Stripe's queue asks for, as often and in whichever order it comes. */
export const workOnMessage =
  (needs: Needs) =>
  async (body: unknown, { remainingMs }: Deadline): Promise<void> => {
    const message = readMessage(body);
    if (remainingMs() < messageMs) throw new Error('no time is left for this message');
    await needs.retry(async () => {
      if (message.kind === 'close-checkout') return closeOne(needs, message.workspaceId, message.invoiceId);
      if (message.type.startsWith('account.')) return noteAccount(needs, message);
      const { accountId, livemode, payoutId } = message;
      if (payoutId !== undefined) await recordPayout(needs)({ accountId, livemode, stripeId: payoutId });
      else await notePayment(needs)(message);
    });
  };

const closeOne = async (needs: Needs, ws: string, invoiceId: string): Promise<void> => {
  const found = await needs.table.batchGet([invoiceKey(ws, invoiceId), checkoutKey(ws, invoiceId)]);
  const head = foundAt(found, invoiceKey(ws, invoiceId), parseInvoice);
  if (head) await closeStaleCheckout(needs)(ws, head, foundAt(found, checkoutKey(ws, invoiceId), parseCheckout));
};

const noteAccount = async (needs: Needs, { accountId, type }: StripeEventMessage): Promise<void> => {
  const { table } = needs;
  const ws = await workspaceOfAccount(table)(accountId);
  const connection = ws === undefined ? undefined : await readStripeConnection(table)(ws);
  if (ws === undefined || !connection) return dropUnknown(accountId);
  // The workspace may have another account by now.
  if (connection.accountId !== accountId) return;
  if (type === 'account.updated') await refreshConnection(needs)(ws, connection);
  else await keepSeen(needs)(ws, connection, withdrawn);
};
