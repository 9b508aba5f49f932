import { waits } from '../../shared/store/waiting-work.ts';
import type { CreditNoteThere } from '../../shared/xero/list-credit-notes.ts';
import type { Pair } from './compare-documents.ts';
import { creditNoteKind, type OurCreditNote } from './credit-note-kind.ts';
import { followDocuments } from './follow-documents.ts';
import type { Run } from './run.ts';
import { allocatedVersion } from './send-allocation.ts';
import { instantAt } from './world.ts';

// Flow of the worker: credit notes of ours as they stand in Xero. Nothing of them is taken over by itself; one that was approved
// there is set against its invoice at once.

type CreditPair = Pair<CreditNoteThere, OurCreditNote>;

const unapproved = new Set(['DRAFT', 'SUBMITTED']);
const approved = new Set(['AUTHORISED', 'PAID']);

const wasApproved = ({ sync, there, ours }: CreditPair): boolean =>
  unapproved.has(sync.xeroStatus ?? '') &&
  approved.has(there.status) &&
  ours.note.allocated.amount > 0 &&
  sync.pushedVersion !== allocatedVersion;

/** Lets the allocation of what was approved go on, which else is tried once an hour. */
const takeOver = async (run: Run, pairs: readonly CreditPair[]): Promise<boolean> => {
  const at = instantAt(run.world);
  const work = { lane: 'payments', kind: 'credit-allocation', version: run.world.clock(), dueAt: at, since: at } as const;
  const writes = pairs.filter(wasApproved).map(({ ours }) => waits(run.ws, { ...work, documentId: ours.id }));
  for (const write of writes) await run.world.table.commit([write]);
  return false;
};

/** Follows credit notes for sales invoices. */
export const followCreditNotes = followDocuments(creditNoteKind, {
  takeOver,
  remembers: ({ status, updatedAt }) => ({ xeroStatus: status, xeroUpdatedAt: updatedAt ?? null }),
});
