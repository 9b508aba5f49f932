import { statusAfter } from '../../shared/domain/invoice.ts';
import { zero } from '../../shared/domain/money.ts';
import type { Reply } from '../../shared/domain/once.ts';
import { refuse } from '../../shared/domain/refusal.ts';
import { readWholeInvoice, type InvoiceHead } from '../../shared/store/invoices.ts';
import { syncView } from '../../shared/store/sync-items.ts';
import type { Table } from '../../shared/store/table.ts';
import { mustReachXero } from './read-documents.ts';
import { entriesPerTransactionMax } from './take-entries.ts';
import { invoiceView } from './views.ts';

/**
 * Answers a repeated "make this invoice" with the very words of the first answer, written again from the document: what was issued
 * never changes, and all that changes since (payments, its way to Xero) is shown as it was then.
 */
export const replayInvoice =
  ({ table }: { table: Table }) =>
  async (ws: string, _routeId: string, id: string): Promise<Reply> => {
    const whole = await readWholeInvoice(table)(ws, id);
    if (!whole) return refuse('not-found', 'There is no such thing here');
    const head = asMade(
      whole.head,
      whole.lines.reduce((count, { timeEntryIds }) => count + timeEntryIds.length, 0),
    );
    const sync = syncView(undefined, mustReachXero(head));
    return { status: 201, etag: String(head.version), body: invoiceView({ ...whole, head }, sync, head.createdAt.slice(0, 10)) };
  };

/** A draft that was issued since, or edited, shows as it is: only its first answer could have said what it was. */
const asMade = (head: InvoiceHead, entries: number): InvoiceHead => {
  if (head.number === null) return head;
  const status = statusAfter(head.total, zero(head.currency));
  return {
    ...head,
    status,
    paid: zero(head.currency),
    credited: undefined,
    sentAt: null,
    version: entries > entriesPerTransactionMax ? 2 : 1,
  };
};
