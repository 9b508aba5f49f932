import type { DateText } from '../../shared/domain/days.ts';
import { printInvoice } from '../../shared/domain/print-invoice.ts';
import type { PrintedDocument } from '../../shared/domain/printed.ts';
import { readLines, type InvoiceHead } from '../../shared/store/invoices.ts';
import { readLogo } from '../../shared/store/logos.ts';
import type { Table } from '../../shared/store/table.ts';

/** An invoice with its lines, ready to be drawn. `link` leads to its page; `limit` is how many lines are needed. */
export const printedInvoice =
  (table: Table) =>
  async (
    ws: string,
    head: InvoiceHead,
    { today, link, limit }: { today: DateText; link?: string | undefined; limit?: number },
  ): Promise<PrintedDocument> => {
    const [{ lines, parties }, logo] = await Promise.all([readLines(table)(ws, head, 0, limit), readLogo(table)(ws)]);
    return printInvoice(head, lines, parties ?? { supplier: {}, client: {} }, { today, link, logo });
  };

/** What the file of a document is called: its number, without what file systems don't like. */
export const fileName = ({ title, number }: Pick<PrintedDocument, 'title' | 'number'>): string =>
  `${`${title} ${number === '' ? 'draft' : number}`.replace(/[^A-Za-z0-9 ._-]+/g, '-')}.pdf`;

/** A file as a browser shows or keeps it. */
export const pdfReply = (body: Uint8Array, name: string) => ({
  status: 200,
  headers: {
    'content-type': 'application/pdf',
    'content-disposition': `inline; filename="${name}"`,
    'cache-control': 'no-store',
    'referrer-policy': 'no-referrer',
    'x-content-type-options': 'nosniff',
  },
  body,
});
