import { addSeconds, epochMs, instantOf, type Instant } from '../../shared/domain/days.ts';
import { requireDue } from '../../shared/domain/invoice.ts';
import { isSame, type Money } from '../../shared/domain/money.ts';
import { moneyText } from '../../shared/domain/money-text.ts';
import { OutsideError } from '../../shared/domain/outside-error.ts';
import { refuse, refuseFields } from '../../shared/domain/refusal.ts';
import { audited } from '../../shared/store/audit.ts';
import { checkoutKey, parseCheckout, replaceCheckout, startCheckout, type Checkout } from '../../shared/store/checkouts.ts';
import { foundAt, mustBeAt } from '../../shared/store/found.ts';
import { invoiceKey, parseInvoice, stillAsRead, type InvoiceHead } from '../../shared/store/invoices.ts';
import { parseStripeConnection, stripeConnectionKey, type StripeConnection } from '../../shared/store/stripe-connections.ts';
import type { Table } from '../../shared/store/table.ts';
import type { Write } from '../../shared/store/write.ts';
import { createCheckoutSession } from '../../shared/stripe/create-checkout-session.ts';
import { readCheckoutSession } from '../../shared/stripe/read-checkout-session.ts';
import { closeCheckout } from './close-checkout.ts';
import { refreshConnection } from './refresh-connection.ts';
import { sessionRequest } from './session-request.ts';
import type { OpenStripe } from './stripe-app.ts';

// Flow of two doors: a payment page for what is due on an invoice at this moment, whoever asks for it.

export interface CheckoutNeeds {
  readonly table: Table;
  readonly stripe: OpenStripe;
  readonly now: () => Instant;
  readonly newId: (prefix: string) => string;
}

/** Stripe lets a page live for a day at most. */
const pageSeconds = 23 * 3600;
/** A page that ends sooner isn't handed out again. */
const leftSeconds = 30 * 60;

/** A page on which one can pay, and when it ends. */
export interface OpenPage {
  readonly url: string;
  readonly expiresAt: Instant;
}

/**
 * Opens the one payment page of an invoice: the open one is given again while it asks for the right amount and leads back to the
 * same address, else it is closed first. `who` is the member who asks, null for a client; `along` is written with it.
 */
export const openCheckout =
  (needs: CheckoutNeeds) =>
  async (
    ws: string,
    invoiceId: string,
    {
      returnUrl,
      who,
      along,
    }: { returnUrl: string; who: string | null; along: (page: OpenPage) => readonly (Write | undefined)[] },
  ): Promise<OpenPage> => {
    const { table, now, newId } = needs;
    const found = await table.batchGet([invoiceKey(ws, invoiceId), checkoutKey(ws, invoiceId), stripeConnectionKey(ws)]);
    const head = mustBeAt(found, invoiceKey(ws, invoiceId), parseInvoice);
    const amount = requireDue(head);
    const { accountId } = await ready(needs, ws, foundAt(found, stripeConnectionKey(ws), parseStripeConnection));
    const latest = foundAt(found, checkoutKey(ws, head.id), parseCheckout);
    const wanted = { amount, accountId, returnUrl };
    const fits = latest && isFitting(latest, wanted, now());
    if (fits && (await isOpen(needs, latest))) {
      const page = { url: latest.url ?? '', expiresAt: latest.endsAt };
      await table.commit([stillAsRead(ws, head), ...along(page)]);
      return page;
    }
    const checkout = fits && latest.state === 'making' ? latest : await begin(needs, ws, head, wanted, latest);
    const session = await makeSession(needs, ws, checkout);
    const page = { url: session.url, expiresAt: checkout.endsAt };
    const text = `A payment page over ${moneyText(amount)} was made for invoice ${head.number}`;
    await table.commit([
      // What is due must still be what the page asks for; otherwise it is asked for anew.
      stillAsRead(ws, head),
      replaceCheckout(ws, { ...checkout, state: 'open', sessionId: session.sessionId, url: session.url }),
      audited(ws, { id: newId('aud'), at: now(), who, what: 'checkout-made', about: head.id, text }),
      ...along(page),
    ]);
    return page;
  };

type Wanted = Pick<Checkout, 'amount' | 'accountId' | 'returnUrl'>;

/** The account, if it takes charges. One that didn't when it was last seen is looked at again: its owner may just have finished. */
const ready = async (needs: CheckoutNeeds, ws: string, stored: StripeConnection | undefined): Promise<StripeConnection> => {
  if (!stored || stored.state === 'disconnected')
    return refuse('stripe-not-connected', 'Connect a Stripe account first; then clients can pay by card');
  const connection = stored.chargesEnabled ? stored : await refreshConnection(needs)(ws, stored);
  if (connection.chargesEnabled) return connection;
  return refuse('stripe-not-ready', 'The Stripe account takes no payments yet', { missing: connection.missing });
};

const isFitting = (latest: Checkout, wanted: Wanted, now: Instant): boolean =>
  latest.state !== 'closed' &&
  isSame(latest.amount, wanted.amount) &&
  latest.accountId === wanted.accountId &&
  latest.returnUrl === wanted.returnUrl &&
  latest.endsAt >= addSeconds(now, leftSeconds);

/** Whether one can still pay by a page. Stripe is asked: somebody may just have paid by it. */
const isOpen = async ({ stripe }: CheckoutNeeds, { state, accountId, sessionId }: Checkout): Promise<boolean> => {
  if (state !== 'open' || sessionId === null) return false;
  const session = await readCheckoutSession((await stripe()).client, { accountId, sessionId });
  return session.state === 'open';
};

/**
 * Notes what is going to be asked for, before Stripe is. The page before is closed first: there is one at a time. Whoever has just
 * paid by that one must not be asked to pay twice.
 */
const begin = async (
  needs: CheckoutNeeds,
  ws: string,
  head: InvoiceHead,
  wanted: Wanted,
  latest: Checkout | undefined,
): Promise<Checkout> => {
  const closed = latest && (await closeCheckout(needs)(ws, latest));
  if (closed?.paid)
    return refuse('already-settled', 'A payment has just been made by the page before; it will be counted in a moment');
  const { live } = await needs.stripe();
  const startedAt = Math.floor(epochMs(needs.now()) / 1000) * 1000;
  const checkout = {
    ...wanted,
    id: needs.newId('chk'),
    invoiceId: head.id,
    livemode: live,
    state: 'making' as const,
    title: `Invoice ${head.number}`,
    endsAt: addSeconds(instantOf(startedAt), pageSeconds),
    sessionId: null,
    url: null,
  };
  await needs.table.commit(startCheckout(ws, checkout, closed?.checkout));
  return { ...checkout, version: (closed?.checkout.version ?? 0) + 1 };
};

const makeSession = async ({ stripe }: CheckoutNeeds, ws: string, checkout: Checkout) => {
  try {
    return await createCheckoutSession((await stripe()).client, sessionRequest(ws, checkout));
  } catch (error) {
    const code = error instanceof OutsideError && error.service === 'stripe' ? error.code : undefined;
    if (code === 'amount_too_small' || code === 'amount_too_large') return refuseAmount(checkout.amount, code);
    throw error;
  }
};

const refuseAmount = ({ currency }: Money, code: 'amount_too_small' | 'amount_too_large'): never =>
  refuseFields({
    path: 'amount',
    message: `is ${code === 'amount_too_small' ? 'less' : 'more'} than a card can pay in ${currency}`,
  });
