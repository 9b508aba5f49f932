import { dateIn, type DateText, type Instant } from '../../shared/domain/days.ts';
import { refuse } from '../../shared/domain/refusal.ts';
import { invoiceKey, parseInvoice, readLines, type InvoiceHead, type WholeInvoice } from '../../shared/store/invoices.ts';
import { syncItemKey, syncView, type SyncView } from '../../shared/store/sync-items.ts';
import { keyText, type Table } from '../../shared/store/table.ts';
import { parseWorkspace, workspaceKey } from '../../shared/store/workspaces.ts';

/** An invoice with what is needed to show it. */
export interface Shown {
  readonly head: InvoiceHead;
  readonly sync: SyncView;
  readonly today: DateText;
}

/** Whether a head may be seen: what is still collecting, or was given up, was never a document. */
export const isDocument = ({ status }: InvoiceHead): boolean => status !== 'collecting' && status !== 'abandoned';

/** Whether a document has to get to Xero as it stands. One that is void and never got there has not. */
export const mustReachXero = ({ toXero, status }: InvoiceHead): boolean => toXero && status !== 'draft' && status !== 'void';

/** Reads an invoice's head, its way to Xero and today's date in one round trip. Refuses one that isn't there. */
export const readShown =
  ({ table, now }: { table: Table; now: () => Instant }) =>
  async (ws: string, id: string): Promise<Shown> => {
    const found = await table.batchGet([invoiceKey(ws, id), syncItemKey(ws, id), workspaceKey(ws)]);
    const item = found.get(keyText(invoiceKey(ws, id)));
    const workspace = found.get(keyText(workspaceKey(ws)));
    const head = item && parseInvoice(item);
    if (!head || !workspace || !isDocument(head)) return refuse('not-found', 'There is no such thing here');
    const sync = syncView(found.get(keyText(syncItemKey(ws, id))), mustReachXero(head));
    return { head, sync, today: dateIn(parseWorkspace(workspace).zone, now()) };
  };

/** The first lines of an invoice and the parties' details, beside its head. */
export const withLines =
  (table: Table) =>
  async (ws: string, head: InvoiceHead, limit?: number): Promise<WholeInvoice> => ({
    head,
    ...(await readLines(table)(ws, head, 0, limit)),
  });
