import { foundAt } from '../../shared/store/found.ts';
import { invoiceKey, parseInvoice } from '../../shared/store/invoices.ts';
import { parseSyncItem, stampSeen, syncItemKey } from '../../shared/store/sync-items.ts';
import { done, type WaitingWork } from '../../shared/store/waiting-work.ts';
import { markSent } from '../../shared/xero/mark-sent.ts';
import type { Run } from './run.ts';

// Flow of the worker: tells Xero which invoices were sent to their clients. Doing it twice changes nothing.

/**
 * Marks invoices that stand approved in Xero as sent, in one call. One that isn't there yet will carry the mark when it is pushed, and
 * one that waits for approval is marked when that is given; both need nothing now. What Xero refuses stays unmarked: the mark is a
 * courtesy to whoever reads the books, and holds nothing up.
 */
export const sendSentFlags = async (run: Run, works: readonly WaitingWork[]): Promise<void> => {
  const { ws, world } = run;
  const found = await world.table.batchGet(
    works.flatMap(({ documentId }) => [invoiceKey(ws, documentId), syncItemKey(ws, documentId)]),
  );
  const marked = works.flatMap(({ documentId }) => {
    const head = foundAt(found, invoiceKey(ws, documentId), parseInvoice);
    const item = foundAt(found, syncItemKey(ws, documentId), parseSyncItem);
    const isThere = item?.xeroId != null && (item.tenantId == null || item.tenantId === run.tenantId);
    const stands = item?.xeroStatus === 'AUTHORISED' || item?.xeroStatus === 'PAID';
    // Its push has said so already.
    const wasCarried = head?.version === item?.pushedVersion && run.settings.statusOnPush === 'AUTHORISED';
    return head?.sentAt != null && isThere && stands && !wasCarried ? [{ documentId, xeroId: item.xeroId ?? '' }] : [];
  });
  const ids = marked.map(({ xeroId }) => xeroId);
  const outcomes = ids.length === 0 ? [] : await markSent(run.books, ids, world.newId('sent'));
  const stamps = outcomes.flatMap((outcome, place) => {
    const one = marked[place];
    return one && outcome.ok && outcome.value.updatedAt !== null ? [stampSeen(ws, one.documentId, outcome.value.updatedAt)] : [];
  });
  await world.table.commit([...stamps, ...works.map((work) => done(ws, work))]);
};
