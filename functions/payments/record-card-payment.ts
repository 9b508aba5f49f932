import type { Instant } from '../../shared/domain/days.ts';
import { creditNoteOf, type Covers } from '../../shared/domain/open-credit.ts';
import { OutsideError } from '../../shared/domain/outside-error.ts';
import { paymentIdOf } from '../../shared/domain/payment-id.ts';
import { log } from '../../shared/runtime/log.ts';
import { count } from '../../shared/runtime/metrics.ts';
import type { RingDoorbell } from '../../shared/runtime/queue.ts';
import { checkoutAskedKey, checkoutKey, parseCheckout, replaceCheckout, type Checkout } from '../../shared/store/checkouts.ts';
import { foundAt, type Found } from '../../shared/store/found.ts';
import { invoiceKey, parseInvoice, type InvoiceHead } from '../../shared/store/invoices.ts';
import { parsePayment, paymentKey, type Payment } from '../../shared/store/payments.ts';
import { parseStripeAccount, stripeAccountKey } from '../../shared/store/stripe-connections.ts';
import type { Table } from '../../shared/store/table.ts';
import { parseWorkspace, workspaceKey } from '../../shared/store/workspaces.ts';
import type { Key } from '../../shared/store/write.ts';
import { readPayment, type StripePayment } from '../../shared/stripe/read-payment.ts';
import { paymentWrites, type Applied, type PaymentChange } from './apply-payment.ts';
import { closeStaleCheckout } from './close-checkout.ts';
import { isKnown, judgePayment, type Surroundings } from './judge-payment.ts';
import type { OpenStripe, StripeApp } from './stripe-app.ts';

interface Needs {
  readonly table: Table;
  readonly stripe: OpenStripe;
  readonly now: () => Instant;
  readonly newId: (prefix: string) => string;
  readonly ring: RingDoorbell;
}

/** Which payment to look at, and in which mode the event was that rang for it. */
export interface PaymentRing {
  readonly accountId: string;
  readonly paymentIntentId: string;
  readonly livemode: boolean;
}

/**
 * Records what Stripe has to say of one payment, for the workspace that its account is bound to. Events only ring: what is stored is
 * what Stripe says now, so that their order, number and delay don't matter. A ring that brings nothing new writes nothing, and is answered with false.
 */
export const recordCardPayment =
  (needs: Needs) =>
  async (ring: PaymentRing): Promise<boolean> => {
    const app = await needs.stripe();
    const truth = await readTruth(app, ring);
    const named = truth && namedIn(truth);
    // Accounts take other payments too: what doesn't carry our marks is none of our business.
    if (!truth || !named) return false;
    const place = await findPlace(needs.table, ring.accountId, truth, named);
    if (!place) return false;
    const { ws, checkout } = place;
    const around = { ...place.around, live: app.live, now: needs.now() };
    const seen = await newest(app, ring, truth, around);
    const applied = seen && paymentWrites({ before: around.before, head: around.head, ...seen }, by(needs, ws));
    const isOwnPage = checkout !== undefined && checkout.id === named.checkoutId;
    if (applied) await commit(needs, ws, applied, isOwnPage ? checkout : undefined);
    const head = applied?.head ?? around.head;
    if (head && !isOwnPage) await closeStaleCheckout(needs)(ws, head, checkout);
    return applied !== undefined;
  };

const by = ({ now, newId }: Needs, ws: string) => ({ ws, who: null, now: now(), newId });

/** The payment as Stripe has it. Undefined for one of the other mode, which our key can't see: a test on an account in use. */
const readTruth = async ({ client, live }: StripeApp, ring: PaymentRing): Promise<StripePayment | undefined> => {
  const { accountId, paymentIntentId, livemode } = ring;
  try {
    return await readPayment(client, { accountId, paymentIntentId });
  } catch (error) {
    if (livemode === live || !(error instanceof OutsideError) || error.status !== 404) throw error;
    count('StripeModeMismatch');
    log.warn('an event of the other mode was dropped', { accountId, paymentIntentId, livemode });
    return undefined;
  }
};

interface Named {
  readonly workspaceId: string;
  readonly invoiceId: string;
  readonly checkoutId: string | undefined;
}

/** What the payment says it is for. It tells where to look first; what is true, the account's binding and the table say. */
const namedIn = ({ metadata: { workspaceId = '', invoiceId, checkoutId } }: StripePayment): Named | undefined =>
  invoiceId !== undefined && /^inv_[0-9A-Z]{26}$/.test(invoiceId) ? { workspaceId, invoiceId, checkoutId } : undefined;

interface Place {
  readonly ws: string;
  /** The latest page of the invoice. */
  readonly checkout: Checkout | undefined;
  readonly around: Omit<Surroundings, 'live' | 'now'>;
}

/**
 * Everything that the payment is held against, in one read of the workspace that it names; if its account is bound to another
 * one, that one is read. Undefined when nobody has such an account.
 */
const findPlace = async (table: Table, accountId: string, truth: StripePayment, named: Named): Promise<Place | undefined> => {
  const id = paymentIdOf(truth.paymentIntentId, truth.created);
  const guessed = await table.batchGet([stripeAccountKey(accountId), ...keysIn(named.workspaceId, id, named)]);
  const ws = foundAt(guessed, stripeAccountKey(accountId), parseStripeAccount)?.workspaceId;
  if (ws === undefined) {
    count('StripeAccountUnknown');
    log.warn('an event of an account that no workspace has was dropped', { accountId });
    return undefined;
  }
  const found = ws === named.workspaceId ? guessed : await table.batchGet(keysIn(ws, id, named));
  return placeIn(found, ws, { id, accountId, named });
};

const keysIn = (ws: string, id: string, { invoiceId, checkoutId }: Named): Key[] => [
  workspaceKey(ws),
  paymentKey(ws, id),
  invoiceKey(ws, invoiceId),
  checkoutKey(ws, invoiceId),
  ...(checkoutId === undefined ? [] : [checkoutAskedKey(ws, invoiceId, checkoutId)]),
];

const placeIn = (found: Found, ws: string, { id, accountId, named }: { id: string; accountId: string; named: Named }): Place => {
  const { invoiceId, checkoutId } = named;
  const workspace = foundAt(found, workspaceKey(ws), parseWorkspace);
  if (!workspace) throw new Error('the workspace of the account is gone');
  const head: InvoiceHead | undefined = foundAt(found, invoiceKey(ws, invoiceId), parseInvoice);
  const before: Payment | undefined = foundAt(found, paymentKey(ws, id), parsePayment);
  const asked = checkoutId === undefined ? undefined : foundAt(found, checkoutAskedKey(ws, invoiceId, checkoutId), parseCheckout);
  return {
    ws,
    checkout: foundAt(found, checkoutKey(ws, invoiceId), parseCheckout),
    around: { id, invoiceId, head, asked, before, accountId, zone: workspace.zone },
  };
};

/** A payment as it has to be stored, with what of it went back for credit notes. */
type Seen = Required<Pick<PaymentChange, 'after' | 'backFor'>>;

/**
 * What has to be stored, undefined when it stands so already. What replaces a stored payment is asked for once more: the answer must
 * be younger than what was read, or an old one could overwrite what somebody learned meanwhile.
 */
const newest = async (
  { client }: StripeApp,
  { accountId, paymentIntentId }: PaymentRing,
  truth: StripePayment,
  around: Surroundings,
): Promise<Seen | undefined> => {
  const first = seenIn(truth, around);
  if (!first || isKnown(around.before, first.after)) return undefined;
  if (!around.before) return first;
  const again = seenIn(await readPayment(client, { accountId, paymentIntentId }), around);
  return again && !isKnown(around.before, again.after) ? again : undefined;
};

const seenIn = (truth: StripePayment, around: Surroundings): Seen | undefined => {
  const after = judgePayment(truth, around);
  return after && { after, backFor: backFor(truth) };
};

const backFor = ({ refunds }: StripePayment): Covers =>
  refunds.flatMap(({ refundId, amount, outcome }) => {
    const creditNoteId = creditNoteOf(refundId);
    return creditNoteId === undefined || outcome === 'failed' ? [] : [{ creditNoteId, amount }];
  });

const commit = async ({ table, ring }: Needs, ws: string, applied: Applied, ownPage: Checkout | undefined): Promise<void> => {
  const { payment, writes, rings } = applied;
  // After a try that failed the payer may try again on the same page.
  const ends = ownPage !== undefined && ownPage.state !== 'closed' && payment.status !== 'failed';
  await table.commit([...writes, ends ? replaceCheckout(ws, { ...ownPage, state: 'closed' }) : undefined]);
  if (payment.status === 'parked') count('PaymentParked');
  if (payment.overpaid.amount > 0) count('PaymentOverpaid');
  if (rings) await ring([ws]).catch(() => undefined);
};
