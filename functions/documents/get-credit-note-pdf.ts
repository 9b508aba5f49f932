import type { DocumentCall } from '../../shared/api/documents.ts';
import type { Reply } from '../../shared/domain/once.ts';
import { printCreditNote } from '../../shared/domain/print-credit-note.ts';
import type { PrintedDocument } from '../../shared/domain/printed.ts';
import { readCreditNotes } from '../../shared/store/credit-notes.ts';
import { mustExist } from '../../shared/store/found.ts';
import { readInvoice, readLines } from '../../shared/store/invoices.ts';
import { readLogo } from '../../shared/store/logos.ts';
import type { Table } from '../../shared/store/table.ts';
import { fileName, pdfReply } from './printed-invoice.ts';

interface Needs {
  readonly table: Table;
  readonly draw: (document: PrintedDocument) => Promise<Uint8Array>;
}

/** Draws a credit note as a PDF file for finance, with the parties as they stand on its invoice. */
export const getCreditNotePdf =
  ({ table, draw }: Needs) =>
  async ({ caller, params }: DocumentCall<'getCreditNotePdf'>): Promise<Reply> => {
    const ws = caller.workspaceId;
    const [found] = await readCreditNotes(table)(ws, [params.id]);
    const { note, lines } = mustExist(found);
    const head = mustExist(await readInvoice(table)(ws, note.invoiceId));
    const [{ parties }, logo] = await Promise.all([readLines(table)(ws, head, 0, 1), readLogo(table)(ws)]);
    const copies = parties ?? { supplier: {}, client: {} };
    const document = printCreditNote(note, lines, copies, { logo, isVoid: head.status === 'void' });
    return pdfReply(await draw(document), fileName(document));
  };
