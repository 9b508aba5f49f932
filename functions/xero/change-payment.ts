import { hundredthsOf } from '../../shared/domain/hundredths.ts';
import type { PaymentThere } from '../../shared/domain/compare-payment.ts';
import { bookedAmount } from '../../shared/domain/open-credit.ts';
import { syncForgotten } from '../../shared/store/forget-sync.ts';
import { foundAt } from '../../shared/store/found.ts';
import { parsePayment, paymentKey, type Payment } from '../../shared/store/payments.ts';
import { keepSyncItem, parseSyncItem, syncItemKey, type SyncItem } from '../../shared/store/sync-items.ts';
import { done, unparked, waits, type WaitingWork } from '../../shared/store/waiting-work.ts';
import type { Write } from '../../shared/store/write.ts';
import { deletePayment } from '../../shared/xero/delete-payment.ts';
import { XeroError } from '../../shared/xero/failure.ts';
import { readPaymentThere } from '../../shared/xero/list-payments.ts';
import { amountNotSayable, refusedByXero } from './blocks.ts';
import { giveBackCredits } from './give-back-credits.ts';
import type { Run } from './run.ts';
import { syncItemOf, type Block } from './settle.ts';
import { instantAt } from './world.ts';

// Flow of the worker: money went back, or came here again, after its payment was booked in Xero. What stands there is looked at and
// put right: for credit notes their refund is booked and the payment stays; else the payment is taken back and booked anew with what
// is left of it. One that an accountant has matched with the bank is never touched.

/** Between taking a payment back and booking it anew it stands nowhere there; nobody else is to be blamed for that. */
export const rebooking = 'rebooking';

export interface Changing {
  readonly work: WaitingWork;
  readonly payment: Payment;
  readonly item: SyncItem | undefined;
}

/** Puts one payment right. May be cut off anywhere and begun again. */
export const changePayment = async (run: Run, work: WaitingWork): Promise<void> => {
  const { ws, world, tenantId } = run;
  const found = await world.table.batchGet([paymentKey(ws, work.documentId), syncItemKey(ws, work.documentId)]);
  const payment = foundAt(found, paymentKey(ws, work.documentId), parsePayment);
  const item = foundAt(found, syncItemKey(ws, work.documentId), parseSyncItem);
  const isElsewhere = item?.xeroId != null && item.tenantId != null && item.tenantId !== tenantId;
  if (!payment || isElsewhere) return world.table.commit([done(ws, work)]);
  const one = { work, payment, item };
  // What came from there stands as it stands there; only what went back of it for credit notes is looked after.
  if (payment.origin === 'xero') return giveBackCredits(run, one);
  if (item?.xeroId != null && !(await rebook(run, one, item.xeroId))) return;
  if (item && item.xeroId === null) await (isNothing(payment) ? forget(run, one) : trySmaller(run, payment, item));
  await giveBackCredits(run, one);
};

/** Nothing of it came in, or all that did has gone back: what came in beyond what is due has to be told. */
const isNothing = (payment: Payment): boolean => bookedAmount(payment).amount === 0 && payment.counts.amount === 0;

/** What Xero refused may fit now that less of it is left. */
const trySmaller = async ({ ws, world }: Run, payment: Payment, item: SyncItem): Promise<void> => {
  if (item.state !== 'blocked' && item.state !== 'failed') return;
  const at = instantAt(world);
  const work = { kind: 'payment', documentId: payment.id } as const;
  await world.table.commit([
    unparked(ws, work),
    keepSyncItem(ws, { ...item, state: 'pending', code: null, reason: null, mend: null, at }),
    waits(ws, { ...work, lane: 'payments', version: world.clock(), dueAt: at, since: at }),
  ]);
};

/** It was refunded before it ever got there: nothing holds it up any more. */
const forget = ({ ws, world }: Run, { payment, item }: Changing): Promise<void> => {
  const idle = { kind: 'payment', documentId: payment.id } as const;
  const keep = (item?.refundedFrom ?? []).length > 0 || (payment.covers ?? []).length > 0;
  const at = instantAt(world);
  return world.table.commit([unparked(ws, idle), ...(keep ? [] : syncForgotten(ws, payment.id, item, at))]);
};

/** Sees to it that the payment stands on its invoice with the right amount. Returns whether the work goes on. */
const rebook = async (run: Run, one: Changing, xeroId: string): Promise<boolean> => {
  const there = await readPaymentThere(run.books, xeroId);
  const wanted = hundredthsOf(bookedAmount(one.payment));
  if (wanted === undefined) return stop(run, one, notSayable);
  if (!there || there.status === 'DELETED') return bookAnew(run, one, wanted);
  if (there.amount === wanted) return true;
  if (there.isReconciled) return stop(run, one, reconciled(one.payment));
  return takeBack(run, one, there, wanted);
};

/** It stands there no more. What we took back ourselves is booked anew; what somebody else took back is told as a difference. */
const bookAnew = async (run: Run, { payment, item }: Changing, wanted: bigint): Promise<boolean> => {
  const ours = item?.code === rebooking || item?.xeroStatus === 'DELETED';
  if (!item || !ours) return true;
  // What is all beyond what is due goes the way of every payment, and is told there.
  const comesIn = wanted > 0n || payment.counts.amount > 0;
  const at = instantAt(run.world);
  const clean = { code: null, reason: null, mend: null, at } as const;
  const work = { lane: 'payments', kind: 'payment', documentId: payment.id } as const;
  await run.world.table.commit(
    comesIn
      ? [
          keepSyncItem(run.ws, { ...item, ...clean, state: 'pending', xeroId: null, xeroStatus: null }),
          waits(run.ws, { ...work, version: run.world.clock(), dueAt: at, since: at }),
        ]
      : [keepSyncItem(run.ws, { ...item, ...clean, state: 'synced', xeroStatus: 'DELETED', lastSyncedAt: at })],
  );
  return true;
};

const takeBack = async (run: Run, one: Changing, there: PaymentThere, wanted: bigint): Promise<boolean> => {
  const { payment, item } = one;
  const now = { state: 'pending', code: rebooking, reason: 'It is booked anew in Xero with what is left of it' } as const;
  const marked = syncItemOf(run, { documentId: payment.id, kind: 'payment' }, item, now);
  await run.world.table.commit([keepSyncItem(run.ws, marked)]);
  try {
    await deletePayment(run.books, { paymentId: there.paymentId, key: run.world.newId('back') });
  } catch (error) {
    if (!(error instanceof XeroError) || (error.code !== 'validation' && error.code !== 'not-found')) throw error;
    const again = await readPaymentThere(run.books, there.paymentId);
    if (again && again.status !== 'DELETED') return stop(run, { ...one, item: marked }, refused(error.messages));
  }
  return bookAnew(run, { ...one, item: marked }, wanted);
};

/** A person is told; nothing is left that could be sent. */
export const stopChange = async (run: Run, { work, payment, item }: Changing, block: Block): Promise<void> => {
  const blocked = syncItemOf(run, { documentId: payment.id, kind: 'payment' }, item, { state: 'blocked', ...block });
  const writes: Write[] = [keepSyncItem(run.ws, blocked), done(run.ws, work)];
  await run.world.table.commit(writes);
};

const stop = async (run: Run, one: Changing, block: Block): Promise<boolean> => {
  await stopChange(run, one, block);
  return false;
};

const reconciled = ({ receivedOn }: Payment): Block => ({
  code: 'reconciled-in-xero',
  reason: `Money of the payment of ${receivedOn} went back, and in Xero it is matched with the bank: it is not touched`,
  mend: 'Book what went back in Xero by hand, or credit the invoice here: the credit note is paid back there without touching the payment.',
});
const notSayable = amountNotSayable('what is left of the payment', 'Change the payment in Xero by hand.');
const refused = (messages: readonly string[]): Block =>
  refusedByXero('to take the payment back', messages, 'Mend what Xero names, then try again.');
