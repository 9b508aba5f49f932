import type { Difference } from '../../shared/domain/discrepancy.ts';
import { isGoneThere, type DocumentThere } from '../../shared/domain/compare-document.ts';
import { holdsMoney } from '../../shared/domain/invoice.ts';
import type { InvoiceThere } from '../../shared/domain/compare-invoice.ts';
import { readCreditNote } from '../../shared/store/credit-notes.ts';
import { readDiscrepancy, type Discrepancy } from '../../shared/store/discrepancies.ts';
import { foundAt } from '../../shared/store/found.ts';
import { invoiceKey, parseInvoice, readInvoice, type InvoiceHead } from '../../shared/store/invoices.ts';
import { documentsThere, keepSyncItem, parseSyncItem, syncItemKey, type SyncItem } from '../../shared/store/sync-items.ts';
import { done, waits, type WaitingWork } from '../../shared/store/waiting-work.ts';
import type { Write } from '../../shared/store/write.ts';
import { changeInvoiceStatus } from '../../shared/xero/change-invoice-status.ts';
import { XeroError } from '../../shared/xero/failure.ts';
import { findInvoicesByNumber } from '../../shared/xero/find-invoices.ts';
import { findInvoicesThere, readInvoiceThere } from '../../shared/xero/list-invoices.ts';
import { readPaymentThere } from '../../shared/xero/list-payments.ts';
import { saidBy } from './blocks.ts';
import { followInvoices } from './follow-invoices.ts';
import { refundsBooked } from './missing-refunds.ts';
import { noteDrift } from './note-drift.ts';
import { belongsTo, linkedAs, pushDocument, readResolvable, type Resolvable } from './resolve-document.ts';
import type { Run } from './run.ts';
import { countingWaits } from './settle.ts';
import { takeOverRefund } from './take-over-refund.ts';
import { instantAt } from './world.ts';

// Flow of the worker: carries out the way that somebody chose out of a discrepancy. It looks first; a way that turns out not to
// lead anywhere opens the discrepancy again, with the reason.

/** Carries out one way. May be cut off anywhere and begun again. */
export const resolveDrift = async (run: Run, work: WaitingWork): Promise<void> => {
  const chosen = await readDiscrepancy(run.world.table)(run.ws, work.documentId);
  const writes = chosen?.state === 'resolved' ? await carryOut(run, chosen) : [];
  await run.world.table.commit([...writes, done(run.ws, work), ...countingWaits(run)]);
};

/** What is to be written with the end of the work. */
const carryOut = async (run: Run, chosen: Discrepancy): Promise<Write[]> => {
  const { way, difference } = chosen;
  if (way === 'take-over') return takeOver(run, difference);
  const { documentId } = difference;
  if (documentId === null) return [];
  if (way === 'push-again' && difference.kind === 'payment' && difference.subject === 'credit-note')
    return giveBackAgain(run, documentId);
  const other = await readResolvable(run, difference);
  if (other) return resolveOther(run, chosen, other);
  const { ws, world } = run;
  const found = await world.table.batchGet([invoiceKey(ws, documentId), syncItemKey(ws, documentId)]);
  const head = foundAt(found, invoiceKey(ws, documentId), parseInvoice);
  const sync = foundAt(found, syncItemKey(ws, documentId), parseSyncItem);
  if (sync?.tenantId != null && sync.tenantId !== run.tenantId) return inOtherBooks(run, difference);
  if (way === 'link') return head && sync ? link(run, chosen, head, sync) : [];
  if (way !== 'push-again') return [];
  if (head && difference.kind === 'status') return voidThere(run, difference);
  if (head && difference.kind === 'allocation') return allocateAgain(run, head);
  return head ? pushInvoice(run, head, sync) : pushPayment(run, documentId, sync);
};

/** Ways out for a credit note, a bill, an expense or a quote. */
const resolveOther = async (run: Run, chosen: Discrepancy, other: Resolvable): Promise<Write[]> => {
  const { way, difference, linkTo } = chosen;
  const { ours, read } = other;
  const { sync } = ours;
  if (sync?.tenantId != null && sync.tenantId !== run.tenantId) return inOtherBooks(run, difference);
  if (way === 'push-again') return pushDocument(run, other, difference.outsideId);
  if (way !== 'link' || !sync) return [];
  const wanted = linkTo ?? difference.outsideId ?? '';
  const seen = await read(wanted);
  const refused = await whyNot(run, ours.id, wanted, seen && { ...seen.there, belongs: belongsTo(ours, seen) });
  return refused === undefined ? linkedAs(run, ours, sync, wanted) : again(run, difference, refused);
};

const inOtherBooks = (run: Run, difference: Difference): Promise<Write[]> =>
  again(run, difference, 'It is in the books of an organisation that was connected before');

const takeOver = async (run: Run, difference: Difference): Promise<Write[]> => {
  const { kind, subject, documentId, outsideId } = difference;
  if (outsideId === null) return [];
  if (subject === 'credit-note') {
    const refused = await takeOverRefund(run, difference);
    return refused === undefined ? [] : again(run, difference, refused);
  }
  const invoiceId = subject === 'payment' ? (await readPaymentThere(run.books, outsideId))?.invoiceId : outsideId;
  const found = invoiceId ? await findInvoicesThere(run.books, [invoiceId]) : [];
  await followInvoices(run, found);
  if (kind !== 'status' || documentId === null || !found.some(isGoneThere)) return [];
  // With money on it nothing here follows a void: that must not look as if it were settled.
  const head = await readInvoice(run.world.table)(run.ws, documentId);
  const isHeld = head !== undefined && head.status !== 'void' && holdsMoney(head);
  return isHeld ? again(run, difference, heldHere) : [];
};

const heldHere = 'It does not count in Xero any more, and can not be void here: money stands on it';

/** Each payment of which something went back for the credit note looks for itself whether that is still booked there. */
const giveBackAgain = async (run: Run, noteId: string): Promise<Write[]> => {
  const note = await readCreditNote(run.world.table)(run.ws, noteId);
  const booked = note ? await refundsBooked(run, note) : new Map<string, bigint>();
  const at = instantAt(run.world);
  const work = { lane: 'urgent', kind: 'payment-change', version: run.world.clock(), dueAt: at, since: at } as const;
  return [...booked.keys()].map((documentId) => waits(run.ws, { ...work, documentId }));
};

/** Each credit note of the invoice looks for itself whether it is still set against it. */
const allocateAgain = (run: Run, { creditNoteIds = [] }: InvoiceHead): Write[] => {
  const at = instantAt(run.world);
  const work = { lane: 'urgent', kind: 'credit-allocation', version: run.world.clock(), dueAt: at, since: at } as const;
  return creditNoteIds.map((documentId) => waits(run.ws, { ...work, documentId }));
};

/** The invoice of ours that stands there by now, whoever made it so; else it is sent once more. */
const pushInvoice = async (run: Run, head: InvoiceHead, sync: SyncItem | undefined): Promise<Write[]> => {
  const numbered = head.number === null ? [] : await findInvoicesByNumber(run.books, [head.number]);
  const there = numbered.find((one) => one.reference === head.id && !isGoneThere(one));
  if (there && sync) return [linked(run, sync, there.invoiceId)];
  return sendAgain(run, 'invoice', head.id, sync);
};

const pushPayment = async (run: Run, id: string, sync: SyncItem | undefined): Promise<Write[]> => {
  const there = sync?.xeroId == null ? undefined : await readPaymentThere(run.books, sync.xeroId);
  return there && there.status !== 'DELETED' ? [] : sendAgain(run, 'payment', id, sync);
};

/** Forgets that it was there, and lets it wait in the lane of those whom somebody waits for. */
const sendAgain = (run: Run, kind: 'invoice' | 'payment', documentId: string, sync: SyncItem | undefined): Write[] => {
  const at = instantAt(run.world);
  const before = sync && {
    ...sync,
    state: 'pending' as const,
    xeroId: null,
    xeroStatus: null,
    reason: null,
    code: null,
    mend: null,
  };
  return [
    ...(before ? [keepSyncItem(run.ws, { ...before, differs: null, at })] : []),
    waits(run.ws, { lane: 'urgent', kind, documentId, version: run.world.clock(), dueAt: at, since: at }),
  ];
};

const linked = (run: Run, sync: SyncItem, xeroId: string): Write => {
  const at = instantAt(run.world);
  if (sync.state === 'blocked') run.blockage.touched = true;
  const clean = { state: 'synced', reason: null, code: null, mend: null } as const;
  return keepSyncItem(run.ws, { ...sync, ...clean, xeroId, tenantId: run.tenantId, lastSyncedAt: at, at });
};

/** What was named must be there, stand, carry our number or reference, and be no other document of ours. */
const link = async (run: Run, { difference, linkTo }: Discrepancy, head: InvoiceHead, sync: SyncItem): Promise<Write[]> => {
  const wanted = linkTo ?? difference.outsideId ?? '';
  const there = await readInvoiceThere(run.books, wanted);
  const refused = await whyNot(run, head.id, wanted, there && { ...there, belongs: belongs(there, head) });
  return refused === undefined ? [linked(run, sync, wanted)] : again(run, difference, refused);
};

/** Why a document of ours can't be the one that was named; undefined when it can. */
const whyNot = async (
  run: Run,
  id: string,
  wanted: string,
  there: (Pick<DocumentThere, 'status' | 'unclear'> & { belongs: boolean }) | undefined,
): Promise<string | undefined> => {
  if (!there || isGoneThere(there)) return 'The document that was named does not stand in Xero';
  if (!there.belongs) return 'The document that was named has neither its number nor its reference';
  const owner = (await documentsThere(run.world.table)(run.ws, run.tenantId, [wanted])).get(wanted);
  return owner && owner.documentId !== id ? 'The document that was named is another one of ours' : undefined;
};

const belongs = ({ number, reference }: InvoiceThere, head: InvoiceHead): boolean =>
  reference === head.id || (head.number !== null && number === head.number);

/** Void here, and still standing there: the state there decides how. */
const voidThere = async (run: Run, difference: Difference): Promise<Write[]> => {
  const there = await readInvoiceThere(run.books, difference.outsideId ?? '');
  if (!there || isGoneThere(there)) return [];
  const status = there.status === 'DRAFT' || there.status === 'SUBMITTED' ? 'DELETED' : 'VOIDED';
  try {
    await changeInvoiceStatus(run.books, { invoiceId: there.invoiceId, status, key: run.world.newId('void') });
    return [];
  } catch (error) {
    if (!(error instanceof XeroError) || error.code !== 'validation') throw error;
    return again(run, difference, `Xero refused to void it: ${saidBy(error.messages)}`);
  }
};

/** Opens the discrepancy again and says why. */
const again = async (run: Run, difference: Difference, cause: string): Promise<Write[]> => {
  await noteDrift(run.world)(run.ws, { ...difference, cause }, instantAt(run.world));
  return [];
};
