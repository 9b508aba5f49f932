import type { InvoiceCall } from '../../shared/api/invoices.ts';
import type { Instant } from '../../shared/domain/days.ts';
import type { Reply } from '../../shared/domain/once.ts';
import type { Table } from '../../shared/store/table.ts';
import { readShown, withLines } from './read-documents.ts';
import { invoiceView, linesShown } from './views.ts';

/** Shows one invoice with its first lines. */
export const getInvoice =
  ({ table, now }: { table: Table; now: () => Instant }) =>
  async ({ caller, params }: InvoiceCall<'getInvoice'>): Promise<Reply> => {
    const { head, sync, today } = await readShown({ table, now })(caller.workspaceId, params.id);
    const whole = await withLines(table)(caller.workspaceId, head, linesShown);
    return { status: 200, etag: String(head.version), body: invoiceView(whole, sync, today) };
  };
