import { foundAt } from '../../shared/store/found.ts';
import { invoiceKey, parseInvoice, type InvoiceHead } from '../../shared/store/invoices.ts';
import { keepSyncItem, parseSyncItem, syncItemKey, type SyncItem } from '../../shared/store/sync-items.ts';
import { done, type WaitingWork } from '../../shared/store/waiting-work.ts';
import { changeInvoiceStatus } from '../../shared/xero/change-invoice-status.ts';
import { XeroError } from '../../shared/xero/failure.ts';
import { readInvoiceThere } from '../../shared/xero/list-invoices.ts';
import { renameInvoice } from '../../shared/xero/rename-invoice.ts';
import type { Run } from './run.ts';
import { syncItemOf } from './settle.ts';

// Flow of the worker: takes the unapproved document of an invoice that goes back to a draft out of Xero. It is renamed first, because
// a deleted document may keep its number taken, and the invoice will come again under it. Each step looks first; asking twice does
// no harm.

const unapproved = new Set(['DRAFT', 'SUBMITTED']);
const gone = new Set(['DELETED', 'VOIDED']);

/** Takes one document out of Xero, and tells the invoice how that went. */
export const sendWithdrawal = async (run: Run, work: WaitingWork): Promise<void> => {
  const { ws, world } = run;
  const found = await world.table.batchGet([invoiceKey(ws, work.documentId), syncItemKey(ws, work.documentId)]);
  const head = foundAt(found, invoiceKey(ws, work.documentId), parseInvoice);
  const item = foundAt(found, syncItemKey(ws, work.documentId), parseSyncItem);
  if (head?.status !== 'voiding' || !head.returning) return world.table.commit([done(ws, work)]);
  // It was being sent when it was called back, and turned out never to have arrived.
  if (item?.xeroId == null) return run.flows.returnConfirmed(ws, head.id, [done(ws, work)]);
  if (item.tenantId != null && item.tenantId !== run.tenantId)
    return refused(run, work, item, { head, reason: 'it is in the books of an organisation that was connected before' });
  const there = await readInvoiceThere(run.books, item.xeroId);
  if (!there || gone.has(there.status)) return run.flows.returnConfirmed(ws, head.id, [done(ws, work)]);
  if (!unapproved.has(there.status)) return approved(run, work, { ...item, xeroStatus: there.status }, head);
  try {
    await takeOut(run, head, { invoiceId: there.invoiceId, number: there.number });
  } catch (error) {
    if (!(error instanceof XeroError) || error.code !== 'validation') throw error;
    return afterRefusal(run, work, item, { head, messages: error.messages });
  }
  return run.flows.returnConfirmed(ws, head.id, [done(ws, work)]);
};

const takeOut = async (run: Run, { number }: InvoiceHead, there: { invoiceId: string; number: string }): Promise<void> => {
  const { invoiceId } = there;
  // Somebody may have freed the number already; a number that is none of ours is left as it is.
  if (number !== null && there.number === number)
    await renameInvoice(run.books, { invoiceId, number: `${number} (${invoiceId.slice(0, 8)})`, key: run.world.newId('name') });
  await changeInvoiceStatus(run.books, { invoiceId, status: 'DELETED', key: run.world.newId('draft') });
};

/** Xero's own state tells what a refusal means. */
const afterRefusal = async (
  run: Run,
  work: WaitingWork,
  item: SyncItem,
  { head, messages }: { head: InvoiceHead; messages: readonly string[] },
): Promise<void> => {
  const there = await readInvoiceThere(run.books, item.xeroId ?? '');
  if (!there || gone.has(there.status)) return run.flows.returnConfirmed(run.ws, head.id, [done(run.ws, work)]);
  const seen = { ...item, xeroStatus: there.status };
  if (!unapproved.has(there.status)) return approved(run, work, seen, head);
  return refused(run, work, seen, { head, reason: messages.join(' ') || 'Xero refused it and gave no reason' });
};

/** Somebody approved it in the meantime. Its number may be the one it was given on the way out: it gets its own back. */
const approved = async (run: Run, work: WaitingWork, item: SyncItem, head: InvoiceHead): Promise<void> => {
  const there = await readInvoiceThere(run.books, item.xeroId ?? '');
  if (there && head.number !== null && there.number.startsWith(`${head.number} (`))
    await renameInvoice(run.books, { invoiceId: there.invoiceId, number: head.number, key: run.world.newId('name') });
  return refused(run, work, item, { head, reason: 'it has been approved in Xero meanwhile' });
};

const refused = (
  run: Run,
  work: WaitingWork,
  item: SyncItem,
  { head, reason }: { head: InvoiceHead; reason: string },
): Promise<void> => {
  const kept = keepSyncItem(
    run.ws,
    syncItemOf(run, { documentId: head.id, kind: 'invoice' }, item, {
      state: 'synced',
      code: 'return-refused',
      reason: `Invoice ${head.number ?? ''} could not go back to a draft: ${reason}`,
      mend: 'Void the invoice, or make a credit note.',
    }),
  );
  return run.flows.returnRefused(run.ws, head.id, reason, [kept, done(run.ws, work)]);
};
