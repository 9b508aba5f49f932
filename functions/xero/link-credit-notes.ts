import { findCreditNotesByNumber } from '../../shared/xero/find-credit-notes.ts';
import { totalsThatDiffer } from '../../shared/xero/map-invoice.ts';
import { gatherCreditNotes } from './gather-credit-notes.ts';
import { heldBy, type Judged, type ToJudge } from './link-existing.ts';
import type { Run } from './run.ts';
import { creditNumberTaken, settledCreditNote } from './send-credit-notes.ts';

// Flow of the worker: which credit notes are in Xero already. What is missing of their allocations is sent after them.

const gone = new Set(['VOIDED', 'DELETED']);

/** Judges credit notes by what Xero has under their numbers. Somebody else's stops ours. */
export const judgeCreditNotes = async (run: Run, { works }: ToJudge): Promise<Judged[]> => {
  const { toSend, links } = await gatherCreditNotes(run, works);
  const found = await findCreditNotesByNumber(
    run.books,
    toSend.map(({ note }) => note.number),
  );
  const there = new Map(found.map((one) => [one.number, one]));
  const held = await heldBy(run, toSend, {
    links,
    id: ({ note }) => note.id,
    party: ({ client }) => client,
    holder: ({ note }) => there.get(note.number),
    isSame: ({ note }, holder) =>
      !gone.has(holder.status) && holder.currency === note.currency && totalsThatDiffer(note, holder).length === 0,
  });
  return toSend.map((one): Judged => {
    const documentId = one.note.id;
    const holding = held.get(documentId);
    if (!holding) return { documentId };
    const { holder, isOurs } = holding;
    return {
      documentId,
      settled: isOurs ? settledCreditNote(run, one, { ok: true, value: holder }) : creditNumberTaken(run, one),
    };
  });
};
