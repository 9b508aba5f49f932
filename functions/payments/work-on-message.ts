import type { Instant } from '../../shared/domain/days.ts';
import { OutsideError } from '../../shared/domain/outside-error.ts';
import { log } from '../../shared/runtime/log.ts';
import { count } from '../../shared/runtime/metrics.ts';
import type { RingDoorbell } from '../../shared/runtime/queue.ts';
import type { Deadline } from '../../shared/runtime/worker-door.ts';
import { checkoutKey, parseCheckout } from '../../shared/store/checkouts.ts';
import { foundAt } from '../../shared/store/found.ts';
import { invoiceKey, parseInvoice } from '../../shared/store/invoices.ts';
import { readStripeConnection, replaceStripeConnection, workspaceOfAccount } from '../../shared/store/stripe-connections.ts';
import type { Table } from '../../shared/store/table.ts';
import { findPaymentIntent } from '../../shared/stripe/find-payment-intent.ts';
import { closeStaleCheckout } from './close-checkout.ts';
import { recordCardPayment } from './record-card-payment.ts';
import { refreshConnection, withdrawn } from './refresh-connection.ts';
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
      return message.type.startsWith('account.') ? noteAccount(needs, message) : notePayment(needs, message);
    });
  };

const closeOne = async (needs: Needs, ws: string, invoiceId: string): Promise<void> => {
  const found = await needs.table.batchGet([invoiceKey(ws, invoiceId), checkoutKey(ws, invoiceId)]);
  const head = foundAt(found, invoiceKey(ws, invoiceId), parseInvoice);
  if (head) await closeStaleCheckout(needs)(ws, head, foundAt(found, checkoutKey(ws, invoiceId), parseCheckout));
};

const notePayment = async (needs: Needs, { accountId, livemode, ...ids }: StripeEventMessage): Promise<void> => {
  try {
    const { chargeId, sessionId } = ids;
    const paymentIntentId =
      ids.paymentIntentId ?? (await findPaymentIntent((await needs.stripe()).client, { accountId, chargeId, sessionId }));
    // Null: a page that ended without anybody having tried to pay.
    if (paymentIntentId !== null) await recordCardPayment(needs)({ accountId, paymentIntentId, livemode });
  } catch (error) {
    const isForbidden = error instanceof OutsideError && error.service === 'stripe' && error.status === 403;
    // An account that we may not look into matters only if a workspace is paid into it.
    if (!isForbidden || (await workspaceOfAccount(needs.table)(accountId)) !== undefined) throw error;
    dropUnknown(accountId);
  }
};

const dropUnknown = (accountId: string): void => {
  count('StripeAccountUnknown');
  log.warn('an event of an account that no workspace has was dropped', { accountId });
};

const noteAccount = async (needs: Needs, { accountId, type }: StripeEventMessage): Promise<void> => {
  const { table } = needs;
  const ws = await workspaceOfAccount(table)(accountId);
  const connection = ws === undefined ? undefined : await readStripeConnection(table)(ws);
  if (ws === undefined || !connection) return dropUnknown(accountId);
  // The workspace may have another account by now.
  if (connection.accountId !== accountId) return;
  if (type === 'account.updated') await refreshConnection(needs)(ws, connection);
  else if (connection.state !== 'disconnected')
    await table.commit([replaceStripeConnection(ws, { ...connection, ...withdrawn, seenAt: needs.now() })]);
};
