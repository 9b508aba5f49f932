import type { Instant } from '../../shared/domain/days.ts';
import { askable, type InvoiceState } from '../../shared/domain/invoice.ts';
import { isSame } from '../../shared/domain/money.ts';
import { OutsideError } from '../../shared/domain/outside-error.ts';
import { replaceCheckout, type Checkout } from '../../shared/store/checkouts.ts';
import type { Table } from '../../shared/store/table.ts';
import { createCheckoutSession } from '../../shared/stripe/create-checkout-session.ts';
import { expireCheckoutSession } from '../../shared/stripe/expire-checkout-session.ts';
import type { StripeClient } from '../../shared/stripe/client.ts';
import { sessionRequest } from './session-request.ts';
import type { OpenStripe } from './stripe-app.ts';

interface Needs {
  readonly table: Table;
  readonly stripe: OpenStripe;
  readonly now: () => Instant;
}

/** How a page ended. `paid`: somebody was faster; the page stays noted as open until that payment is recorded. */
export interface Closed {
  readonly paid: boolean;
  /** The page as it is stored from now on. */
  readonly checkout: Checkout;
}

/** Sees to it that nobody can pay by a page any more. A page that nobody can pay by stays as it is. */
export const closeCheckout =
  ({ table, stripe, now }: Needs) =>
  async (ws: string, checkout: Checkout): Promise<Closed> => {
    if (checkout.state === 'closed') return { paid: false, checkout };
    if (checkout.endsAt > now() && (await end((await stripe()).client, ws, checkout))) return { paid: true, checkout };
    const closed: Checkout = { ...checkout, state: 'closed' };
    await table.commit([replaceCheckout(ws, closed)]);
    return { paid: false, checkout: { ...closed, version: checkout.version + 1 } };
  };

/** Closes a page that asks for anything else than what is due. May be said again, late, and by several at once. */
export const closeStaleCheckout =
  (needs: Needs) =>
  async (ws: string, invoice: InvoiceState, checkout: Checkout | undefined): Promise<void> => {
    if (checkout && !isSame(checkout.amount, askable(invoice))) await closeCheckout(needs)(ws, checkout);
  };

/** Whether somebody has paid by the page before it could be ended. */
const end = async (client: StripeClient, ws: string, checkout: Checkout): Promise<boolean> => {
  try {
    // An answer that was lost: the same call again tells which page it made, or makes the one that is ended here.
    const sessionId = checkout.sessionId ?? (await createCheckoutSession(client, sessionRequest(ws, checkout))).sessionId;
    const ended = await expireCheckoutSession(client, { accountId: checkout.accountId, sessionId });
    return ended.state === 'complete' && ended.isPaid;
  } catch (error) {
    if (isGone(error, checkout)) return false;
    throw error;
  }
};

/** The page was never made and can't be made now, or the account's owner took our access away: there is nothing to end. */
const isGone = (error: unknown, { sessionId }: Checkout): boolean =>
  error instanceof OutsideError &&
  error.service === 'stripe' &&
  (error.status === 403 || (error.status === 400 && sessionId === null));
