import { isGoneThere, type DocumentThere } from '../../shared/domain/compare-document.ts';
import type { Difference } from '../../shared/domain/discrepancy.ts';
import { quoteNumberThere } from '../../shared/domain/quote-in-xero.ts';
import { keepSyncItem, type SyncItem } from '../../shared/store/sync-items.ts';
import { waits } from '../../shared/store/waiting-work.ts';
import type { Write } from '../../shared/store/write.ts';
import { findCreditNotesByNumber } from '../../shared/xero/find-credit-notes.ts';
import { findPurchasesByNumber } from '../../shared/xero/find-purchases.ts';
import { findQuotesByNumber } from '../../shared/xero/find-quotes.ts';
import { readCreditNoteThere } from '../../shared/xero/list-credit-notes.ts';
import { readPurchaseThere, readSpendThere } from '../../shared/xero/list-purchases.ts';
import { readQuoteThere } from '../../shared/xero/list-quotes.ts';
import { findSpends } from '../../shared/xero/spends.ts';
import type { OurDocument } from './compare-documents.ts';
import { creditNoteKind } from './credit-note-kind.ts';
import { billKind, spendKind } from './purchase-kind.ts';
import { quoteKind } from './quote-kind.ts';
import type { Run } from './run.ts';
import { workOf } from './work-of-documents.ts';
import { instantAt } from './world.ts';

// Flow of the worker: ways out for credit notes, bills, expenses and quotes. Each looks at Xero before it writes anything.

/** A document of ours, and how it is looked for in Xero. */
export interface Resolvable {
  readonly ours: OurDocument;
  /** By Xero's id: how it stands there, and what of ours it claims to be. */
  readonly read: (xeroId: string) => Promise<{ there: DocumentThere; claim: string | undefined } | undefined>;
  /** Xero's id of the one that stands there and carries our id, if any does. */
  readonly findOwn: () => Promise<string | undefined>;
}

const gone = new Set(['VOIDED', 'DELETED']);

/** What a difference is about, unless that is an invoice, a payment or a contact. */
export const readResolvable = async (run: Run, { documentId, subject }: Difference): Promise<Resolvable | undefined> => {
  const id = documentId ?? '';
  if (subject === 'credit-note') {
    const ours = (await creditNoteKind.read(run, [id])).get(id);
    return ours && creditNote(run, ours);
  }
  if (subject === 'quote') {
    const ours = (await quoteKind.read(run, [id])).get(id);
    return ours && quote(run, ours);
  }
  if (subject !== 'bill' && subject !== 'expense') return undefined;
  const owed = (await billKind.read(run, [id])).get(id);
  if (owed) return bill(run, owed);
  const spent = (await spendKind.read(run, [id])).get(id);
  return spent && spend(run, spent);
};

const creditNote = (run: Run, ours: OurDocument): Resolvable => ({
  ours,
  read: async (xeroId) => {
    const there = await readCreditNoteThere(run.books, xeroId);
    return there && { there, claim: creditNoteKind.claimOf(there) };
  },
  findOwn: async () => {
    const found = await findCreditNotesByNumber(run.books, [ours.number ?? '']);
    return found.find(({ reference, status }) => reference === ours.id && !gone.has(status))?.creditNoteId;
  },
});

const quote = (run: Run, ours: OurDocument & { head: { edition: number } }): Resolvable => ({
  ours,
  read: async (xeroId) => {
    const there = await readQuoteThere(run.books, xeroId);
    return there && { there, claim: quoteKind.claimOf(there) };
  },
  findOwn: async () => {
    const found = await findQuotesByNumber(run.books, [quoteNumberThere(ours.number ?? '', ours.head.edition)]);
    return found.find(({ reference, status }) => reference === ours.id && !gone.has(status))?.quoteId;
  },
});

const bill = (run: Run, ours: OurDocument): Resolvable => ({
  ours,
  read: async (xeroId) => {
    const there = await readPurchaseThere(run.books, xeroId);
    return there && { there, claim: billKind.claimOf(there) };
  },
  findOwn: async () => (await findPurchasesByNumber(run.books, [ours.id])).find(({ status }) => !gone.has(status))?.invoiceId,
});

const spend = (run: Run, ours: OurDocument): Resolvable => ({
  ours,
  read: async (xeroId) => {
    const there = await readSpendThere(run.books, xeroId);
    return there && { there, claim: spendKind.claimOf(there) };
  },
  findOwn: async () => (await findSpends(run.books, [ours.id])).find(({ status }) => !gone.has(status))?.spendId,
});

/** Sends it once more, unless it stands there by now; takes it out there where it counts no more here. */
export const pushDocument = async (run: Run, { ours, read, findOwn }: Resolvable, outsideId: string | null): Promise<Write[]> => {
  const { sync, standing, id } = ours;
  const known = sync?.xeroId ?? outsideId;
  const seen = known === null ? undefined : await read(known);
  const stands = seen !== undefined && !isGoneThere(seen.there);
  if (standing === 'off') {
    if (!sync || !stands) return [];
    // How it stands there is what its own work goes on from.
    return [keepSyncItem(run.ws, { ...sync, xeroStatus: seen.there.status, differs: null }), ...workWaits(run, id)];
  }
  if (stands) return [];
  const own = await findOwn();
  if (own !== undefined && sync) return linkedAs(run, ours, sync, own);
  const clean = {
    state: 'pending',
    xeroId: null,
    xeroStatus: null,
    reason: null,
    code: null,
    mend: null,
    differs: null,
  } as const;
  return [...(sync ? [keepSyncItem(run.ws, { ...sync, ...clean, at: instantAt(run.world) })] : []), ...workWaits(run, id)];
};

/** What was named belongs to it when it carries our id or number. */
export const belongsTo = ({ id, number }: OurDocument, seen: { there: DocumentThere; claim: string | undefined }): boolean =>
  seen.claim === id || (number !== null && seen.there.number === number);

/** It is the one there from now on. A credit note is set against its invoice if it isn't yet. */
export const linkedAs = (run: Run, { id }: Pick<OurDocument, 'id'>, sync: SyncItem, xeroId: string): Write[] => {
  const at = instantAt(run.world);
  if (sync.state === 'blocked') run.blockage.touched = true;
  const clean = { state: 'synced', reason: null, code: null, mend: null, xeroStatus: null, differs: null } as const;
  const item = keepSyncItem(run.ws, { ...sync, ...clean, xeroId, tenantId: run.tenantId, lastSyncedAt: at, at });
  if (workOf(id) !== 'credit-note') return [item];
  const work = { lane: 'urgent', kind: 'credit-allocation', documentId: id } as const;
  return [item, waits(run.ws, { ...work, version: run.world.clock(), dueAt: at, since: at })];
};

/** Its work waits in the lane of those whom somebody waits for. */
const workWaits = (run: Run, documentId: string): Write[] => {
  const at = instantAt(run.world);
  return [
    waits(run.ws, { lane: 'urgent', kind: workOf(documentId), documentId, version: run.world.clock(), dueAt: at, since: at }),
  ];
};
