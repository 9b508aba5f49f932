import { hundredthsOf } from '../../shared/domain/hundredths.ts';
import { creditNoteKey, parseCreditNote, type CreditNote } from '../../shared/store/credit-notes.ts';
import { foundAt } from '../../shared/store/found.ts';
import { invoiceKey, parseInvoice } from '../../shared/store/invoices.ts';
import { keepSyncItem, parseSyncItem, syncItemKey, type SyncItem } from '../../shared/store/sync-items.ts';
import { postponed, type WaitingWork } from '../../shared/store/waiting-work.ts';
import { allocateCredit, type CreditAllocation } from '../../shared/xero/allocate-credit.ts';
import type { XeroCreditNote } from '../../shared/xero/credit-note-answer.ts';
import type { Outcome } from '../../shared/xero/element.ts';
import { readCreditNoteThere } from '../../shared/xero/list-credit-notes.ts';
import { refusedByXero } from './blocks.ts';
import { firstOpenDate, followOrganisation, mayBeLocked } from './follow-organisation.ts';
import type { Run } from './run.ts';
import { sendBatch } from './send-batch.ts';
import { settle, syncItemOf, type Block, type Settled } from './settle.ts';
import { instantAt } from './world.ts';

// Flow of the worker: sets a credit note against its invoice in Xero, once; what stands there is looked at before anything is sent.

/** What of a credit note Xero has: first the document itself, then that it is set against its invoice. */
export const allocatedVersion = 2;

/** An unapproved credit note is looked at again after an hour. */
const approvalMs = 3_600_000;

interface Allocating {
  readonly work: WaitingWork;
  readonly note: CreditNote;
  readonly item: SyncItem & { xeroId: string };
  readonly invoiceThere: string;
}

/** Its invoice isn't there yet: that goes first. */
interface Awaiting {
  readonly awaits: SyncItem | undefined;
  readonly invoiceId: string;
}

/** Allocates what of a credit note isn't allocated yet. */
export const sendAllocation = async (run: Run, work: WaitingWork): Promise<void> => {
  const one = await gather(run, work);
  if (!one) return settle(run, [{ work }], { closing: false });
  if ('awaits' in one) return awaitInvoice(run, work, one);
  const there = await readCreditNoteThere(run.books, one.item.xeroId);
  const missing = there ? missingOf(one, there) : 0n;
  if (there && missing <= 0n) return settle(run, [settled(run, one)], { closing: false });
  if (!there || there.status === 'VOIDED' || there.status === 'DELETED')
    return settle(run, [stop(run, one, gone(one))], { closing: false });
  if (there.status === 'DRAFT' || there.status === 'SUBMITTED')
    return run.world.table.commit([postponed(run.ws, work, instantAt(run.world, approvalMs))]);
  const payload: CreditAllocation = {
    creditNoteId: one.item.xeroId,
    invoiceId: one.invoiceThere,
    amount: Number(missing) / 100,
    date: firstOpenDate(run, one.note.issueDate),
  };
  await sendBatch(run, [{ work, documentVersion: 1, payload }], {
    kind: 'credit-allocation',
    call: async ([wanted = payload], key) => [await allocateCredit(run.books, wanted, key)],
    settle: async ([result]) => settle(run, await after(run, one, result?.outcome), { closing: true }),
  });
};

/** Whether what was sent has arrived, when its answer was lost. */
export const isAllocated = async (run: Run, work: WaitingWork): Promise<boolean> => {
  const one = await gather(run, work);
  if (!one || 'awaits' in one) return true;
  const there = await readCreditNoteThere(run.books, one.item.xeroId);
  return there !== undefined && missingOf(one, there) <= 0n;
};

const gather = async (run: Run, work: WaitingWork): Promise<Allocating | Awaiting | undefined> => {
  const { ws, world, tenantId } = run;
  const id = work.documentId;
  const found = await world.table.batchGet([creditNoteKey(ws, id), syncItemKey(ws, id)]);
  const note = foundAt(found, creditNoteKey(ws, id), parseCreditNote);
  const item = foundAt(found, syncItemKey(ws, id), parseSyncItem);
  if (!note || item?.xeroId == null || (item.tenantId != null && item.tenantId !== tenantId)) return undefined;
  const beside = await world.table.batchGet([invoiceKey(ws, note.invoiceId), syncItemKey(ws, note.invoiceId)]);
  // It is void with its invoice.
  if (foundAt(beside, invoiceKey(ws, note.invoiceId), parseInvoice)?.status === 'void') return undefined;
  const awaits = foundAt(beside, syncItemKey(ws, note.invoiceId), parseSyncItem);
  if (awaits?.xeroId == null) return { awaits, invoiceId: note.invoiceId };
  return { work, note, item: { ...item, xeroId: item.xeroId }, invoiceThere: awaits.xeroId };
};

/** An invoice that can't go on itself lets it wait without anybody asking again. */
const awaitInvoice = async (run: Run, work: WaitingWork, { awaits, invoiceId }: Awaiting): Promise<void> => {
  if (awaits?.state !== 'blocked' && awaits?.state !== 'failed') return void run.deferred.set(work.documentId, invoiceId);
  const also = [keepSyncItem(run.ws, { ...awaits, awaited: true })];
  await settle(run, [{ work, waitsFor: { what: 'invoice', on: invoiceId }, also }], { closing: false });
};

const missingOf = ({ note, invoiceThere }: Allocating, { allocations }: Pick<XeroCreditNote, 'allocations'>): bigint => {
  const stands = allocations.reduce((sum, { invoiceId, amount }) => sum + (invoiceId === invoiceThere ? amount : 0n), 0n);
  return (hundredthsOf(note.allocated) ?? 0n) - stands;
};

const about = ({ note }: Allocating) => ({ documentId: note.id, kind: 'credit-note' as const });

const settled = (run: Run, one: Allocating): Settled => {
  const isDiffering = one.item.code === 'total-differs';
  const now = { lastSyncedAt: instantAt(run.world), pushedVersion: allocatedVersion };
  // That its sums differ stays told.
  const item = isDiffering ? { ...one.item, ...now } : syncItemOf(run, about(one), one.item, { state: 'synced', ...now });
  return { work: one.work, item };
};

const after = async (run: Run, one: Allocating, outcome: Outcome<true> | undefined): Promise<Settled[]> => {
  if (outcome?.ok) return [settled(run, one)];
  const messages = outcome?.messages ?? [];
  const before = run.connection.lockDate ?? '';
  if (mayBeLocked(messages)) await followOrganisation(run);
  // A period was closed meanwhile: it goes again with the first open date.
  if ((run.connection.lockDate ?? '') > before) return [];
  return [stop(run, one, refused(one, messages))];
};

const stop = (run: Run, one: Allocating, block: Block): Settled => ({
  work: one.work,
  item: syncItemOf(run, about(one), one.item, { state: 'blocked', ...block }),
  waitsFor: { what: 'person', on: one.note.id },
});

const gone = ({ note }: Allocating): Block => ({
  code: 'voided-in-xero',
  reason: `Credit note ${note.number} was voided or deleted in Xero`,
  mend: 'Make it anew in Xero with its number and set it against its invoice.',
});
const refused = ({ note }: Allocating, messages: readonly string[]): Block =>
  refusedByXero(
    `to set credit note ${note.number} against its invoice`,
    messages,
    'Compare what stands against the invoice in Xero with what stands here, then try again.',
  );
