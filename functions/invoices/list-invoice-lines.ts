import type { InvoiceCall } from '../../shared/api/invoices.ts';
import type { Reply } from '../../shared/domain/once.ts';
import { refuse, refuseFields } from '../../shared/domain/refusal.ts';
import { readInvoice, readLines } from '../../shared/store/invoices.ts';
import type { Table } from '../../shared/store/table.ts';
import { isDocument } from './read-documents.ts';

/** Pages through the lines of an invoice. The cursor is a line's place: lines of a document don't move. */
export const listInvoiceLines =
  ({ table }: { table: Table }) =>
  async ({ caller, params, query }: InvoiceCall<'listInvoiceLines'>): Promise<Reply> => {
    const head = await readInvoice(table)(caller.workspaceId, params.id);
    if (!head || !isDocument(head)) return refuse('not-found', 'There is no such thing here');
    const first = query.cursor === undefined ? 0 : Number(query.cursor);
    if (!/^\d{1,5}$/.test(query.cursor ?? '0') || first > head.lineCount)
      return refuseFields({ path: 'cursor', message: 'is not a cursor of this list' });
    const { lines } = await readLines(table)(caller.workspaceId, head, first, query.limit);
    const next = first + lines.length;
    return { status: 200, body: { items: lines, ...(next < head.lineCount ? { nextCursor: String(next) } : {}) } };
  };
