import type { DocumentCall } from '../../shared/api/documents.ts';
import { dateIn, type Instant } from '../../shared/domain/days.ts';
import type { Reply } from '../../shared/domain/once.ts';
import { printQuote } from '../../shared/domain/print-quote.ts';
import type { PrintedDocument } from '../../shared/domain/printed.ts';
import { quoteStatusAt } from '../../shared/domain/quote.ts';
import { mustExist } from '../../shared/store/found.ts';
import { readLogo } from '../../shared/store/logos.ts';
import { readQuote } from '../../shared/store/quotes.ts';
import type { Table } from '../../shared/store/table.ts';
import { readWorkspace } from '../../shared/store/workspaces.ts';
import { fileName, pdfReply } from './printed-invoice.ts';

interface Needs {
  readonly table: Table;
  readonly now: () => Instant;
  readonly draw: (document: PrintedDocument) => Promise<Uint8Array>;
}

/** Draws a quote as a PDF file for finance. A draft says that it is one. */
export const getQuotePdf =
  ({ table, now, draw }: Needs) =>
  async ({ caller, params }: DocumentCall<'getQuotePdf'>): Promise<Reply> => {
    const ws = caller.workspaceId;
    const [found, workspace, logo] = await Promise.all([
      readQuote(table)(ws, params.id),
      readWorkspace(table)(ws),
      readLogo(table)(ws),
    ]);
    const { head, lines, words } = mustExist(found);
    const date = dateIn(head.zone ?? mustExist(workspace).zone, head.sentAt ?? head.createdAt);
    const document = printQuote({ ...head, ...words }, lines, { status: quoteStatusAt(head, now()), date, logo });
    return pdfReply(await draw(document), fileName(document));
  };
