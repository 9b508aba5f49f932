import { isInvoiceId } from '../../shared/domain/claimed.ts';
import { cardPaymentUnknown, compareCardPayment, type CardPaymentThere } from '../../shared/domain/compare-card-payment.ts';
import { addSeconds, type Instant } from '../../shared/domain/days.ts';
import type { Difference } from '../../shared/domain/discrepancy.ts';
import { isSame } from '../../shared/domain/money.ts';
import { OutsideError } from '../../shared/domain/outside-error.ts';
import { paymentIdOf } from '../../shared/domain/payment-id.ts';
import { count } from '../../shared/runtime/metrics.ts';
import { openDiscrepancies } from '../../shared/store/discrepancies.ts';
import { foundAt } from '../../shared/store/found.ts';
import { invoiceKey, parseInvoice } from '../../shared/store/invoices.ts';
import { parsePayment, paymentKey, paymentsReceivedSince, type Payment } from '../../shared/store/payments.ts';
import { replaceStripeConnection, type StripeConnection } from '../../shared/store/stripe-connections.ts';
import { listPaymentIntents, type ListedPayment } from '../../shared/stripe/list-payment-intents.ts';
import { readPayment } from '../../shared/stripe/read-payment.ts';
import { closeDrift, noteDrift } from '../xero/note-drift.ts';
import type { PastNeeds } from './handle-past.ts';
import { notePayment } from './note-payment.ts';

// Flow of the schedule: the payments of a connected account, held against those that are here.

const daySeconds = 24 * 3600;
/** What was begun a few days ago may have arrived today. */
const overlapSeconds = 3 * daySeconds;
const reachSeconds = 30 * daySeconds;

/** Whether an account's payments are to be compared: once a day. */
export const isComparisonDue = ({ state, comparedUntil }: StripeConnection, now: Instant): boolean =>
  state === 'connected' && (comparedUntil == null || comparedUntil <= addSeconds(now, -daySeconds));

/**
 * Compares an account's payments since the last comparison. Paid there and not here, or another sum: it is recorded again from what
 * Stripe says; what still differs then is told. Here and not there counts only after Stripe was asked for that very payment.
 */
export const compareAccount =
  (needs: PastNeeds) =>
  async (ws: string, connection: StripeConnection, isLate: () => boolean): Promise<void> => {
    const startedAt = needs.now();
    const since = sinceOf(connection, startedAt);
    const listed = await listAll(needs, connection.accountId, since, isLate);
    if (!listed) return;
    const differences = [
      ...(await comparePaidThere(needs, ws, connection.accountId, listed, isLate)),
      ...(await comparePaidHere(needs, ws, connection, { since, listed })),
    ];
    if (isLate()) return;
    for (const difference of differences) await noteDrift(needs)(ws, difference, needs.now());
    await closeGone(needs, ws, connection, startedAt);
    await needs.table.commit([replaceStripeConnection(ws, { ...connection, comparedUntil: startedAt })]);
  };

const sinceOf = ({ comparedUntil }: StripeConnection, now: Instant): Instant => {
  const earliest = addSeconds(now, -reachSeconds);
  const wanted = comparedUntil == null ? earliest : addSeconds(comparedUntil, -overlapSeconds);
  return wanted > earliest ? wanted : earliest;
};

/** Every payment of ours on the account since an instant; undefined when time ran out before the last page. */
const listAll = async (
  needs: PastNeeds,
  accountId: string,
  createdFrom: Instant,
  isLate: () => boolean,
): Promise<ListedPayment[] | undefined> => {
  const { client, live } = await needs.stripe();
  const found: ListedPayment[] = [];
  let after: string | null | undefined;
  while (after !== null) {
    if (isLate()) return undefined;
    const page = await listPaymentIntents(client, { accountId, createdFrom, ...(after === undefined ? {} : { after }) });
    // Accounts take other payments too: what doesn't carry our marks is none of our business.
    found.push(...page.payments.filter(({ metadata, livemode }) => livemode === live && isInvoiceId(metadata.invoiceId ?? '')));
    after = page.nextAfter;
  }
  return found;
};

const hasArrived = ({ status }: Pick<ListedPayment, 'status'>): boolean => status === 'succeeded';

const comparePaidThere = async (
  { table, ...needs }: PastNeeds,
  ws: string,
  accountId: string,
  listed: readonly ListedPayment[],
  isLate: () => boolean,
): Promise<Difference[]> => {
  const arrived = listed.filter(hasArrived);
  const keyOf = ({ paymentIntentId, created }: ListedPayment) => paymentKey(ws, paymentIdOf(paymentIntentId, created));
  const before = await table.batchGet(arrived.map(keyOf));
  const odd = arrived.filter((one) => !agrees(foundAt(before, keyOf(one), parsePayment), one));
  for (const { paymentIntentId, livemode } of odd) {
    if (isLate()) return [];
    const named = { accountId, livemode, paymentIntentId, chargeId: null, sessionId: null };
    if (await needs.retry(() => notePayment({ table, ...needs })(named))) count('StripePaymentRecovered');
  }
  const after = await table.batchGet(odd.map(keyOf));
  return odd.flatMap((one): Difference[] => {
    const payment = foundAt(after, keyOf(one), parsePayment);
    if (!payment) return [cardPaymentUnknown(one.paymentIntentId, one.amountReceived)];
    return compareCardPayment(hereOf(payment, null), { amountReceived: one.amountReceived, hasArrived: true });
  });
};

const agrees = (payment: Payment | undefined, { amountReceived }: ListedPayment): boolean =>
  payment !== undefined && payment.status !== 'processing' && isSame(payment.amount, amountReceived);

const hereOf = ({ id, amount, counts, paymentIntentId }: Payment, number: string | null) => ({
  ...{ id, amount, counts, number, paymentIntentId: paymentIntentId ?? '' },
});

/** Card payments that count here and that the list did not show. */
const comparePaidHere = async (
  needs: PastNeeds,
  ws: string,
  connection: StripeConnection,
  { since, listed }: { since: Instant; listed: readonly ListedPayment[] },
): Promise<Difference[]> => {
  const there = new Set(listed.filter(hasArrived).map(({ paymentIntentId }) => paymentIntentId));
  const ours = await paymentsReceivedSince(needs.table)(ws, since.slice(0, 10));
  const unseen = ours.filter(({ paymentIntentId }) => paymentIntentId !== null && !there.has(paymentIntentId));
  const found: Difference[] = [];
  for (const payment of unseen) found.push(...(await compareOne(needs, ws, connection, payment)));
  return found;
};

const compareOne = async (
  needs: PastNeeds,
  ws: string,
  { accountId, generation }: StripeConnection,
  payment: Payment,
): Promise<Difference[]> => {
  const { paymentIntentId } = payment;
  if (paymentIntentId === null || payment.counts.amount === 0) return [];
  const theirs = await askFor(needs, accountId, paymentIntentId);
  // It may have come to an account that the workspace had before.
  if (theirs === null && generation > 1) return [];
  const key = invoiceKey(ws, payment.invoiceId);
  const number = foundAt(await needs.table.batchGet([key]), key, parseInvoice)?.number ?? null;
  return compareCardPayment(hereOf(payment, number), theirs);
};

const askFor = async ({ stripe }: PastNeeds, accountId: string, paymentIntentId: string): Promise<CardPaymentThere> => {
  try {
    const { amountReceived, status } = await readPayment((await stripe()).client, { accountId, paymentIntentId });
    return { amountReceived, hasArrived: status === 'succeeded' };
  } catch (error) {
    if (error instanceof OutsideError && error.status === 404) return null;
    throw error;
  }
};

/** What was told earlier and wasn't found this time is asked for once more, and closed when both sides agree. */
const closeGone = async (needs: PastNeeds, ws: string, connection: StripeConnection, startedAt: Instant): Promise<void> => {
  const open = await openDiscrepancies(needs.table)(ws);
  for (const { difference, seenAt } of open) {
    if (difference.system !== 'stripe' || seenAt >= startedAt) continue;
    const key = paymentKey(ws, difference.documentId ?? '');
    const payment = foundAt(await needs.table.batchGet([key]), key, parsePayment);
    const still = payment ? await compareOne(needs, ws, connection, payment) : [];
    if (still.length === 0) await closeDrift(needs)(ws, difference, needs.now());
  }
};
