import { minorUnits, unitsOf, type Money } from '../../shared/domain/money.ts';
import { bookedAmount } from '../../shared/domain/open-credit.ts';
import { foundAt } from '../../shared/store/found.ts';
import { invoiceKey, parseInvoice, type InvoiceHead } from '../../shared/store/invoices.ts';
import { parsePayment, paymentKey, type Payment } from '../../shared/store/payments.ts';
import { keepSyncItem, parseSyncItem, stampSeen, syncItemKey, type SyncItem } from '../../shared/store/sync-items.ts';
import type { WaitingWork } from '../../shared/store/waiting-work.ts';
import { createPayments, type PaymentMade } from '../../shared/xero/create-payments.ts';
import type { Outcome } from '../../shared/xero/element.ts';
import { findInvoicesThere } from '../../shared/xero/list-invoices.ts';
import { paymentFor } from '../../shared/xero/map-payment.ts';
import {
  amountNotSayable,
  awaitsApproval,
  invoiceNotThere,
  mappingMissing,
  refusedByXero,
  syncIsOff,
  waitsForInvoice,
} from './blocks.ts';
import { followInvoices } from './follow-invoices.ts';
import { firstOpenDate, followOrganisation, mayBeLocked } from './follow-organisation.ts';
import { liftInvoices } from './lift-invoices.ts';
import { accountFor } from './payment-account.ts';
import type { Run } from './run.ts';
import { sendBatch, type Element, type Sending } from './send-batch.ts';
import { blocked, settle, syncItemOf, type Block, type Settled } from './settle.ts';
import { instantAt } from './world.ts';

// Flow of the worker: records payments in Xero once their invoice stands there and is approved.

type PaymentWork = WaitingWork & { kind: 'payment' };
type XeroPayment = ReturnType<typeof paymentFor>;

export interface PaymentToSend {
  readonly work: PaymentWork;
  readonly payment: Payment;
  readonly before: SyncItem | undefined;
  readonly head: InvoiceHead;
  readonly invoiceItem: SyncItem | undefined;
}

export interface ReadyPayment extends PaymentToSend {
  readonly document: XeroPayment;
}

/**
 * Sends a batch of payments; those whose invoice isn't there yet wait for it. Returns whether some have to go again at once, with
 * another day, because a period turned out to be closed.
 */
export const sendPayments = async (run: Run, works: readonly WaitingWork[]): Promise<boolean> => {
  const openFrom = run.connection.lockDate;
  const { ready, stopped } = await preparePayments(run, works);
  if (stopped.length > 0) await settle(run, stopped, { closing: false });
  await sendBatch(run, ready.map(paymentElement), sendingPayments(run, ready));
  const lifted = await liftInvoices(run, invoicesAwaited(run, works));
  return lifted || run.connection.lockDate !== openFrom;
};

/** The invoices that new payments of this batch wait for; what a backfill has queued waits its turn. */
const invoicesAwaited = (run: Run, works: readonly WaitingWork[]): string[] => [
  ...new Set(works.flatMap(({ documentId, lane }) => (lane === 'backfill' ? [] : (run.deferred.get(documentId) ?? [])))),
];

export const paymentElement = ({ work, payment, document }: ReadyPayment): Element<XeroPayment> => ({
  work,
  documentVersion: payment.version,
  payload: document,
});

/** Payments with the invoices they belong to. `idle`: nothing is to be sent for it. */
export const gatherPayments = async (run: Run, works: readonly WaitingWork[]) => {
  const { ws, world } = run;
  const first = await world.table.batchGet(
    works.flatMap(({ documentId }) => [paymentKey(ws, documentId), syncItemKey(ws, documentId)]),
  );
  const payments = works.flatMap((work) => foundAt(first, paymentKey(ws, work.documentId), parsePayment) ?? []);
  const second = await world.table.batchGet(
    payments.flatMap(({ invoiceId }) => [invoiceKey(ws, invoiceId), syncItemKey(ws, invoiceId)]),
  );
  const idle: WaitingWork[] = [];
  const toSend: PaymentToSend[] = [];
  for (const work of works) {
    const payment = payments.find(({ id }) => id === work.documentId);
    const before = foundAt(first, syncItemKey(ws, work.documentId), parseSyncItem);
    const head = payment && foundAt(second, invoiceKey(ws, payment.invoiceId), parseInvoice);
    if (!payment || !head || !mustBeSent(payment, before)) idle.push(work);
    else {
      const invoiceItem = foundAt(second, syncItemKey(ws, head.id), parseSyncItem);
      toSend.push({ work: { ...work, kind: 'payment' }, payment, before, head, invoiceItem });
    }
  }
  return { toSend, idle };
};

/** Money that has arrived here and isn't in Xero yet; what came from there goes nowhere. */
const mustBeSent = ({ origin, status, counts, covers = [] }: Payment, before: SyncItem | undefined): boolean =>
  origin !== 'xero' &&
  (status === 'succeeded' || status === 'refunded' || status === 'disputed') &&
  counts.amount + covers.length > 0 &&
  (before?.xeroId ?? null) === null;

export const preparePayments = async (run: Run, works: readonly WaitingWork[]) => {
  const { toSend, idle } = await gatherPayments(run, works);
  const stopped: Settled[] = idle.map((work) => ({ work }));
  const ready: ReadyPayment[] = [];
  for (const one of toSend) {
    const found = judge(run, one);
    if (found === 'later') run.deferred.set(one.work.documentId, one.head.id);
    else if ('work' in found) stopped.push(found);
    else ready.push({ ...one, document: found.document });
  }
  return { ready, stopped };
};

/** Whether a payment can be sent, has to wait for its invoice in this run, or is stopped until something changes. */
const judge = (run: Run, one: PaymentToSend): Settled | 'later' | { document: XeroPayment } => {
  const { invoiceItem, payment, head } = one;
  if (!run.settings.sync.payments) return stop(run, one, syncIsOff('payments'));
  const account = accountFor(run, payment);
  if (account === null) return stop(run, one, accountMissing(payment));
  const amount = forInvoice(payment);
  if (unitsOf(amount) <= 0n) return stop(run, one, allOverpaid);
  if (!isSayable(amount)) return stop(run, one, notSayable);
  if (invoiceItem?.xeroId == null) return awaiting(run, one);
  if (invoiceItem.tenantId != null && invoiceItem.tenantId !== run.tenantId) return stop(run, one, otherBooks);
  if (invoiceItem.code === 'not-understood')
    return stop(run, one, waitsForInvoice(head.number, 'payment'), { what: 'approval', on: head.id });
  if (invoiceItem.xeroStatus === 'DRAFT' || invoiceItem.xeroStatus === 'SUBMITTED') return awaitingApproval(run, one);
  if (invoiceItem.xeroStatus === 'VOIDED' || invoiceItem.xeroStatus === 'DELETED') return stop(run, one, voided(head));
  const { id, receivedOn } = payment;
  const bookedOn = firstOpenDate(run, receivedOn);
  return { document: paymentFor({ id, amount, receivedOn, bookedOn, invoiceId: invoiceItem.xeroId }, account) };
};

/** What came in beyond what was due can't be a payment of the invoice in Xero; what went back isn't there any more. */
const forInvoice = (payment: Payment): Money => bookedAmount(payment);

const isSayable = (amount: Money): boolean => {
  const beyond = minorUnits(amount.currency) - 2;
  return beyond <= 0 || unitsOf(amount) % 10n ** BigInt(beyond) === 0n;
};

/** The invoice goes first. One that can't go on itself lets its payments wait without anybody asking again. */
const awaiting = (run: Run, one: PaymentToSend): Settled | 'later' => {
  const { invoiceItem, head } = one;
  if (!head.toXero) return stop(run, one, invoiceNotThere(head.number, 'payment'));
  const keptBack = invoiceItem?.code === 'waiting-for-calendar' && invoiceItem.state === 'pending';
  if (!keptBack && invoiceItem?.state !== 'blocked' && invoiceItem?.state !== 'failed') return 'later';
  return {
    ...stop(run, one, waitsForInvoice(head.number, 'payment'), { what: 'invoice', on: head.id }),
    also: [keepSyncItem(run.ws, { ...invoiceItem, awaited: true })],
  };
};

const awaitingApproval = (run: Run, one: PaymentToSend): Settled => ({
  work: one.work,
  item: syncItemOf(run, one.work, one.before, {
    ...{ state: 'pending', number: one.head.number },
    ...awaitsApproval(one.head.number, 'payment'),
  }),
  waitsFor: { what: 'approval', on: one.head.id },
});

const stop = (
  run: Run,
  one: PaymentToSend,
  block: Block,
  waitsFor?: { what: 'invoice' | 'approval' | 'person'; on: string },
): Settled => named(blocked(run, one.work, one.before, block, waitsFor), one);

/** A payment has no number of its own: people know it by its invoice's. */
const named = (settled: Settled, { head: { number } }: PaymentToSend): Settled =>
  settled.item ? { ...settled, item: { ...settled.item, number } } : settled;

const accountMissing = ({ method }: Payment): Block =>
  mappingMissing('paymentAccount', `No account in Xero is chosen for ${method} payments`);
const notSayable = amountNotSayable('this amount', 'Record the payment in Xero by hand.');
const allOverpaid = {
  code: 'overpayment',
  reason: 'All of this payment came in beyond what was due',
  mend: 'Refund it, or record it in Xero as an overpayment.',
};
const otherBooks = {
  code: 'other-organisation',
  reason: 'The invoice is in the books of an organisation that was connected before',
  mend: 'Record the payment there.',
};
const voided = ({ number }: InvoiceHead) => ({
  code: 'voided-in-xero',
  reason: `Invoice ${number ?? ''} is void in Xero`,
  mend: 'Refund the payment, or make a new invoice for it.',
});

/** How payments are recorded, and what is kept of each answer. */
export const sendingPayments = (run: Run, batch: readonly PaymentToSend[]): Sending<XeroPayment, PaymentMade> => ({
  kind: 'payment',
  call: (payloads, key) => createPayments(run.books, payloads, key),
  settle: async (results) => {
    const moved = await closedSince(run, results);
    await settle(
      run,
      results.flatMap(({ element, outcome }) => {
        const one = batch.find(({ payment }) => payment.id === element.work.documentId);
        // What was refused because a period was closed meanwhile stays waiting, and goes again with the first open date.
        return one && !(moved && isLockedOut(outcome)) ? [settledPayment(run, one, outcome)] : [];
      }),
      { closing: true },
    );
    await lookWhy(
      run,
      batch.filter(({ payment }) =>
        results.some(({ element, outcome }) => element.work.documentId === payment.id && isRefused(outcome)),
      ),
    );
  },
});

const isRefused = (outcome: Outcome<unknown>): boolean => !outcome.ok && !isLockedOut(outcome);

/** What was refused may have crossed what somebody did in Xero, of which we have not heard: how its invoice stands there is followed. */
const lookWhy = async (run: Run, refused: readonly PaymentToSend[]): Promise<void> => {
  const ids = [...new Set(refused.flatMap(({ invoiceItem }) => invoiceItem?.xeroId ?? []))];
  if (ids.length > 0) await followInvoices(run, await findInvoicesThere(run.books, ids));
};

const isLockedOut = (outcome: Outcome<unknown>): boolean => !outcome.ok && mayBeLocked(outcome.messages);

/** Whether the books turn out to be closed further than was known, when Xero's refusals make it worth a look. */
const closedSince = async (run: Run, results: readonly { outcome: Outcome<unknown> }[]): Promise<boolean> => {
  if (!results.some(({ outcome }) => isLockedOut(outcome))) return false;
  const before = run.connection.lockDate ?? '';
  await followOrganisation(run);
  return (run.connection.lockDate ?? '') > before;
};

/** What an answer says of a payment. */
export const settledPayment = (run: Run, one: PaymentToSend, outcome: Outcome<PaymentMade>): Settled =>
  outcome.ok
    ? {
        work: one.work,
        item: syncItemOf(run, one.work, one.before, {
          ...{ state: 'synced', number: one.head.number },
          xeroId: outcome.value.paymentId,
          xeroStatus: 'AUTHORISED',
          pushedVersion: one.payment.version,
          lastSyncedAt: instantAt(run.world),
        }),
        also: outcome.value.updatedAt == null ? [] : [stampSeen(run.ws, one.head.id, outcome.value.updatedAt)],
      }
    : stop(
        run,
        one,
        refusedByXero(
          'the payment',
          outcome.messages,
          'Compare the invoice and its payments in Xero with those here, then try again.',
        ),
      );
