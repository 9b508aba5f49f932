import type { DocumentCall } from '../../shared/api/documents.ts';
import { dateIn, type Instant } from '../../shared/domain/days.ts';
import type { PrintedDocument } from '../../shared/domain/printed.ts';
import type { Reply } from '../../shared/domain/once.ts';
import { mustBeAt } from '../../shared/store/found.ts';
import { invoiceKey, parseInvoice } from '../../shared/store/invoices.ts';
import { mustExist } from '../../shared/store/found.ts';
import type { Table } from '../../shared/store/table.ts';
import { parseWorkspace, workspaceKey } from '../../shared/store/workspaces.ts';
import { fileName, pdfReply, printedInvoice } from './printed-invoice.ts';

interface Needs {
  readonly table: Table;
  readonly now: () => Instant;
  readonly draw: (document: PrintedDocument) => Promise<Uint8Array>;
}

/** Draws an invoice as a PDF file for finance. A draft says that it is one. */
export const getInvoicePdf =
  ({ table, now, draw }: Needs) =>
  async ({ caller, params }: DocumentCall<'getInvoicePdf'>): Promise<Reply> => {
    const ws = caller.workspaceId;
    const found = await table.batchGet([invoiceKey(ws, params.id), workspaceKey(ws)]);
    const head = mustBeAt(found, invoiceKey(ws, params.id), parseInvoice);
    const { zone } = mustBeAt(found, workspaceKey(ws), parseWorkspace);
    mustExist(head.status === 'collecting' || head.status === 'abandoned' ? undefined : head);
    const document = await printedInvoice(table)(ws, head, { today: dateIn(zone, now()) });
    return pdfReply(await draw(document), fileName(document));
  };
