import { dateIn } from '../../shared/domain/days.ts';
import { hundredthsOf } from '../../shared/domain/hundredths.ts';
import type { Payment } from '../../shared/store/payments.ts';
import { foundAt } from '../../shared/store/found.ts';
import { keepSyncItem, parseSyncItem, syncItemKey, type SyncItem } from '../../shared/store/sync-items.ts';
import { done, parked, postponed, type WaitingWork } from '../../shared/store/waiting-work.ts';
import type { XeroCreditNote } from '../../shared/xero/credit-note-answer.ts';
import { createPayments } from '../../shared/xero/create-payments.ts';
import { deletePayment } from '../../shared/xero/delete-payment.ts';
import { readCreditNoteThere } from '../../shared/xero/list-credit-notes.ts';
import { readPaymentThere } from '../../shared/xero/list-payments.ts';
import { refundReference } from '../../shared/xero/map-credit-note.ts';
import { mappingMissing, saidBy } from './blocks.ts';
import { firstOpenDate } from './follow-organisation.ts';
import { foreignRefundsOf, notStanding, refundsBooked } from './missing-refunds.ts';
import type { Run } from './run.ts';
import { sendBatch } from './send-batch.ts';
import { accountFor } from './payment-account.ts';
import { settle, syncItemOf } from './settle.ts';
import { instantAt } from './world.ts';

// Flow of the worker: what of a payment went back for credit notes is booked there as a refund of each credit note, from the account
// on which the payment stands. What stands there is looked at before anything is sent.

/** An unapproved credit note is looked at again after an hour. */
const approvalMs = 3_600_000;

interface Changing {
  readonly work: WaitingWork;
  readonly payment: Payment;
  readonly item: SyncItem | undefined;
}

/** Sees to it that the refunds of credit notes stand there as they stand here; ends the work once they do. */
export const giveBackCredits = async (run: Run, { work, payment }: Changing): Promise<void> => {
  const { ws, world } = run;
  const found = await world.table.batchGet([syncItemKey(ws, payment.id)]);
  const item = foundAt(found, syncItemKey(ws, payment.id), parseSyncItem);
  for (const noteId of notesOf(payment, item)) if (!(await giveBack(run, { work, payment, item }, noteId))) return;
  await world.table.commit([...cleaned(run, item), done(ws, work)]);
};

const notesOf = ({ covers = [] }: Payment, item: SyncItem | undefined): string[] => [
  ...new Set([...covers.map(({ creditNoteId }) => creditNoteId), ...(item?.refundedFrom ?? [])]),
];

/** What an earlier try was blocked by is over. */
const cleaned = (run: Run, item: SyncItem | undefined) => {
  const isOurs = item?.code === 'reconciled-in-xero' || item?.code === 'refund-refused';
  if (!item || item.state === 'synced' || (item.xeroId === null && !isOurs)) return [];
  const now = item.xeroId === null ? ({ state: 'pending' } as const) : ({ state: 'synced' } as const);
  return [keepSyncItem(run.ws, syncItemOf(run, { documentId: item.documentId, kind: 'payment' }, item, now))];
};

const wantedFrom = ({ covers = [] }: Payment, noteId: string): bigint => {
  const cover = covers.find(({ creditNoteId }) => creditNoteId === noteId);
  return (cover && hundredthsOf(cover.amount)) ?? 0n;
};

const refundsOf = ({ payments }: Pick<XeroCreditNote, 'payments'>, paymentId: string) =>
  payments.filter(({ reference }) => reference === refundReference(paymentId));

const sumOf = (payments: readonly { amount: bigint }[]): bigint => payments.reduce((sum, { amount }) => sum + amount, 0n);

/** Whether everything that went back for a payment stands there, when the answer to a refund was lost. */
export const isGivenBack = async (run: Run, payment: Payment, item: SyncItem | undefined): Promise<boolean> => {
  for (const noteId of notesOf(payment, item)) {
    const noteItem = await itemOf(run, noteId);
    const there = noteItem?.xeroId == null ? undefined : await readCreditNoteThere(run.books, noteItem.xeroId);
    if (there && sumOf(refundsOf(there, payment.id)) < wantedFrom(payment, noteId)) return false;
  }
  return true;
};

const itemOf = async ({ ws, world }: Run, id: string): Promise<SyncItem | undefined> => {
  const found = await world.table.get(syncItemKey(ws, id));
  return found && parseSyncItem(found);
};

/** Puts the refund of one credit note right. Returns whether it stands as it should and the next one can be looked at. */
const giveBack = async (run: Run, one: Changing, noteId: string): Promise<boolean> => {
  const { work, payment } = one;
  const noteItem = await itemOf(run, noteId);
  if (noteItem?.xeroId == null) return awaitNote(run, work, noteId, noteItem);
  const there = await readCreditNoteThere(run.books, noteItem.xeroId);
  if (there?.status === 'DRAFT' || there?.status === 'SUBMITTED') {
    await run.world.table.commit([postponed(run.ws, work, instantAt(run.world, approvalMs))]);
    return false;
  }
  if (!there || there.status === 'VOIDED' || there.status === 'DELETED') return stop(run, one, noteGone(noteItem.number));
  const stands = refundsOf(there, payment.id);
  const missing = wantedFrom(payment, noteId) - sumOf(stands);
  if (missing === 0n) return true;
  if (missing < 0n) return takeBack(run, one, stands);
  const unbooked = missing - (await bookedByOthers(run, one, noteId, there));
  if (unbooked > 0n) return book(run, one, { noteId, creditNoteID: there.creditNoteId, missing: unbooked });
  await remember(run, one, noteId);
  return true;
};

/** Refunds of the credit note that somebody has booked there by hand, as far as none of our other payments has gone back by them. */
const bookedByOthers = async (
  run: Run,
  { payment }: Changing,
  noteId: string,
  there: Pick<XeroCreditNote, 'payments'>,
): Promise<bigint> => {
  const byHand = sumOf(foreignRefundsOf(there));
  if (byHand === 0n) return 0n;
  const booked = await refundsBooked(run, { id: noteId, invoiceId: payment.invoiceId });
  const free = byHand - notStanding(new Map([...booked].filter(([id]) => id !== payment.id)), there);
  return free > 0n ? free : 0n;
};

/** The credit note goes first. One that can't go on itself lets its refunds wait without anybody asking again. */
const awaitNote = async (run: Run, work: WaitingWork, noteId: string, noteItem: SyncItem | undefined): Promise<boolean> => {
  if (noteItem?.state === 'blocked' || noteItem?.code === 'waiting-for-approval')
    await run.world.table.commit([parked(run.ws, work, 'invoice', noteId), done(run.ws, work)]);
  else run.deferred.set(work.documentId, noteId);
  return false;
};

/** A refund failed later, or a part of it: what stands there is taken back, and what is left of it is booked anew. */
const takeBack = async (run: Run, one: Changing, stands: readonly { paymentId: string }[]): Promise<boolean> => {
  for (const { paymentId } of stands) {
    const there = await readPaymentThere(run.books, paymentId);
    if (there?.isReconciled) return stop(run, one, refundReconciled);
    if (there && there.status !== 'DELETED') await deletePayment(run.books, { paymentId, key: run.world.newId('back') });
  }
  return false;
};

const book = async (
  run: Run,
  one: Changing,
  { noteId, creditNoteID, missing }: { noteId: string; creditNoteID: string; missing: bigint },
): Promise<boolean> => {
  const { work, payment } = one;
  const account = accountFor(run, payment);
  if (account === null) return stop(run, one, noAccount);
  await remember(run, one, noteId);
  const today = dateIn(run.zone, instantAt(run.world));
  const payload = {
    creditNote: { creditNoteID },
    account: { code: account },
    date: firstOpenDate(run, today),
    amount: Number(missing) / 100,
    reference: refundReference(payment.id),
  };
  await sendBatch(run, [{ work, documentVersion: payment.version, payload }], {
    kind: 'credit-refund',
    call: (payloads, key) => createPayments(run.books, payloads, key),
    settle: async ([result]) => {
      const item = await itemOf(run, payment.id);
      const words = result?.outcome.ok === false ? result.outcome.messages : undefined;
      // What was booked is looked at once more: the work ends when everything stands.
      await settle(run, words ? [blocked(run, { ...one, item }, refused(words))] : [], { closing: true });
    },
  });
  return false;
};

/** From where something is given back is known before it is: a refund that fails later is looked for there. */
const remember = async (run: Run, { payment, item }: Changing, noteId: string): Promise<void> => {
  const before = (await itemOf(run, payment.id)) ?? item;
  if (before?.refundedFrom?.includes(noteId)) return;
  const now = before ?? syncItemOf(run, { documentId: payment.id, kind: 'payment' }, undefined, { state: 'pending' });
  await run.world.table.commit([keepSyncItem(run.ws, { ...now, refundedFrom: [...(now.refundedFrom ?? []), noteId] })]);
};

type Block = { code: string; reason: string; mend: string };

const blocked = (run: Run, { work, payment, item }: Changing, block: Block) => ({
  work,
  item: syncItemOf(run, { documentId: payment.id, kind: 'payment' }, item, { state: 'blocked', ...block }),
});

const stop = async (run: Run, one: Changing, block: Block): Promise<boolean> => {
  await settle(run, [blocked(run, { ...one, item: await itemOf(run, one.payment.id) }, block)], { closing: false });
  return false;
};

const noAccount = mappingMissing('paymentAccount', 'No account in Xero is chosen from which payments go back');
const refundReconciled: Block = {
  code: 'reconciled-in-xero',
  reason: 'A refund failed, and in Xero it is matched with the bank: it is not touched',
  mend: 'Take the refund of the credit note back in Xero by hand.',
};
const noteGone = (number: string | null): Block => ({
  code: 'refund-refused',
  reason: `Credit note ${number ?? ''} was voided or deleted in Xero, so that nothing can be given back from it`,
  mend: 'Make it anew in Xero and book its refund there.',
});
const refused = (messages: readonly string[]): Block => ({
  code: 'refund-refused',
  reason: `Xero refused to book what was given back: ${saidBy(messages)}`,
  mend: 'Compare the credit note and its refunds in Xero with those here, then try again.',
});
