import { foundAt } from '../../shared/store/found.ts';
import { syncForgotten } from '../../shared/store/forget-sync.ts';
import { invoiceKey, parseInvoice, type InvoiceHead } from '../../shared/store/invoices.ts';
import { keepSyncItem, parseSyncItem, syncItemKey, type SyncItem } from '../../shared/store/sync-items.ts';
import { done, type WaitingWork } from '../../shared/store/waiting-work.ts';
import type { Write } from '../../shared/store/write.ts';
import { changeInvoiceStatus } from '../../shared/xero/change-invoice-status.ts';
import { XeroError } from '../../shared/xero/failure.ts';
import { findInvoicesById } from '../../shared/xero/find-invoices.ts';
import type { XeroInvoice } from '../../shared/xero/invoice-answer.ts';
import type { Run } from './run.ts';
import { countingWaits, syncItemOf } from './settle.ts';
import { instantAt } from './world.ts';

// Flow of the worker: voids an invoice in Xero, and tells the invoice how that went.

type VoidWork = WaitingWork & { kind: 'void' };

/** Voids what is approved, deletes what isn't. The state in Xero decides; asking twice changes nothing. */
export const sendVoid = async (run: Run, waiting: WaitingWork): Promise<void> => {
  const work: VoidWork = { ...waiting, kind: 'void' };
  const { ws, world } = run;
  const found = await world.table.batchGet([invoiceKey(ws, work.documentId), syncItemKey(ws, work.documentId)]);
  const head = foundAt(found, invoiceKey(ws, work.documentId), parseInvoice);
  const before = foundAt(found, syncItemKey(ws, work.documentId), parseSyncItem);
  if (head?.status !== 'voiding') return world.table.commit([done(ws, work)]);
  // It was being sent when the void was asked for, and turned out never to have arrived.
  if (before?.xeroId == null)
    return run.flows.voidConfirmed(ws, head.id, [...syncForgotten(ws, head.id, before, instantAt(world)), done(ws, work)]);
  if (before.tenantId != null && before.tenantId !== run.tenantId)
    return refused(run, work, before, { head, reason: 'it is in the books of an organisation that was connected before' });
  await voidThere(run, work, head, before);
};

const voidThere = async (run: Run, work: VoidWork, head: InvoiceHead, before: SyncItem): Promise<void> => {
  const invoiceId = before.xeroId ?? '';
  const status = before.xeroStatus === 'DRAFT' || before.xeroStatus === 'SUBMITTED' ? 'DELETED' : 'VOIDED';
  try {
    const now = await changeInvoiceStatus(run.books, { invoiceId, status, key: run.world.newId('void') });
    await confirmed(run, work, before, now);
  } catch (error) {
    if (!(error instanceof XeroError) || (error.code !== 'validation' && error.code !== 'not-found')) throw error;
    await afterRefusal(run, work, { head, before, tried: status, messages: error.messages });
  }
};

const gone = new Set(['VOIDED', 'DELETED']);

/** A refusal may mean that it is void already, or that its status is another than we knew: Xero's own state tells. */
const afterRefusal = async (
  run: Run,
  work: VoidWork,
  { head, before, tried, messages }: { head: InvoiceHead; before: SyncItem; tried: string; messages: readonly string[] },
): Promise<void> => {
  const [there] = await findInvoicesById(run.books, [before.xeroId ?? '']);
  if (there && gone.has(there.status)) return confirmed(run, work, before, there.status);
  const other = there && otherWay(there, tried);
  if (other) {
    const now = await changeInvoiceStatus(run.books, { invoiceId: there.invoiceId, status: other, key: run.world.newId('void') });
    return confirmed(run, work, before, now);
  }
  await refused(run, work, { ...before, xeroStatus: there?.status ?? before.xeroStatus }, { head, reason: messages.join(' ') });
};

const otherWay = ({ status }: XeroInvoice, tried: string): 'VOIDED' | 'DELETED' | undefined => {
  if (status === 'AUTHORISED' && tried === 'DELETED') return 'VOIDED';
  return (status === 'DRAFT' || status === 'SUBMITTED') && tried === 'VOIDED' ? 'DELETED' : undefined;
};

const confirmed = (run: Run, work: VoidWork, before: SyncItem, xeroStatus: string): Promise<void> =>
  run.flows.voidConfirmed(run.ws, work.documentId, [
    keepSyncItem(run.ws, syncItemOf(run, work, before, { state: 'synced', xeroStatus, lastSyncedAt: instantAt(run.world) })),
    done(run.ws, work),
    ...countingWaits(run),
  ]);

const refused = (
  run: Run,
  work: VoidWork,
  before: SyncItem,
  { head, reason }: { head: InvoiceHead; reason: string },
): Promise<void> => {
  const said = reason || 'it gave no reason';
  const item: Write = keepSyncItem(
    run.ws,
    syncItemOf(run, { documentId: work.documentId, kind: 'invoice' }, before, {
      state: 'synced',
      code: 'void-refused',
      reason: `Xero refused to void invoice ${head.number ?? ''}: ${said}`,
      mend: 'Make a credit note, or remove the payment in Xero and void the invoice again.',
    }),
  );
  return run.flows.voidRefused(run.ws, head.id, said, [item, done(run.ws, work), ...countingWaits(run)]);
};
