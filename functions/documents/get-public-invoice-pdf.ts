import type { DocumentCall } from '../../shared/api/documents.ts';
import type { Instant } from '../../shared/domain/days.ts';
import type { PrintedDocument } from '../../shared/domain/printed.ts';
import type { Reply } from '../../shared/domain/once.ts';
import type { Table } from '../../shared/store/table.ts';
import { pageUrl } from './page-url.ts';
import { fileName, pdfReply, printedInvoice } from './printed-invoice.ts';
import { readShared } from './read-shared.ts';

interface Needs {
  readonly table: Table;
  readonly now: () => Instant;
  readonly publicUrl: string;
  readonly draw: (document: PrintedDocument) => Promise<Uint8Array>;
}

/** Draws an invoice for whoever has its link, which the file leads back to. */
export const getPublicInvoicePdf =
  (needs: Needs) =>
  async ({ params }: DocumentCall<'getPublicInvoicePdf'>): Promise<Reply> => {
    const { workspaceId, head, today } = await readShared(needs)(params.token);
    const link = pageUrl(needs.publicUrl, params.token);
    const document = await printedInvoice(needs.table)(workspaceId, head, { today, link });
    return pdfReply(await needs.draw(document), fileName(document));
  };
