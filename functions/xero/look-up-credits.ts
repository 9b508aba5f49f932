import { foundAt } from '../../shared/store/found.ts';
import { parsePayment, paymentKey } from '../../shared/store/payments.ts';
import { parseSyncItem, syncItemKey } from '../../shared/store/sync-items.ts';
import type { WaitingWork } from '../../shared/store/waiting-work.ts';
import { findCreditNotesByNumber } from '../../shared/xero/find-credit-notes.ts';
import { gatherCreditNotes } from './gather-credit-notes.ts';
import { isGivenBack } from './give-back-credits.ts';
import type { Run } from './run.ts';
import { creditNumberTaken, settledCreditNote } from './send-credit-notes.ts';
import type { Settled } from './settle.ts';

// Flow of the worker: what became of credit notes, and of their refunds, whose answers were lost.

/** Credit notes by number: ours are adopted, a number that somebody else has stops ours, the rest is missing. */
export const foundCreditNotes = async (
  run: Run,
  works: readonly WaitingWork[],
): Promise<{ found: Settled[]; missing: ReadonlySet<string> }> => {
  const { toSend, idle, over, there: known } = await gatherCreditNotes(run, works);
  const there = await findCreditNotesByNumber(
    run.books,
    toSend.map(({ note }) => note.number),
  );
  const found: Settled[] = [...idle.map((work) => ({ work })), ...[...known, ...over].map(({ work }) => ({ work }))];
  const missing = new Set<string>();
  for (const one of toSend) {
    const holder = there.find(({ number }) => number === one.note.number);
    if (!holder) missing.add(one.note.id);
    else if (holder.reference === one.note.id) found.push(settledCreditNote(run, one, { ok: true, value: holder }));
    else found.push(creditNumberTaken(run, one));
  }
  return { found, missing };
};

/** Whether all that went back of a payment for credit notes stands there. */
export const isRefunded = async (run: Run, { documentId }: Pick<WaitingWork, 'documentId'>): Promise<boolean> => {
  const items = await run.world.table.batchGet([paymentKey(run.ws, documentId), syncItemKey(run.ws, documentId)]);
  const payment = foundAt(items, paymentKey(run.ws, documentId), parsePayment);
  return payment === undefined || isGivenBack(run, payment, foundAt(items, syncItemKey(run.ws, documentId), parseSyncItem));
};
