import { givenBackOf, sumOf } from '../../shared/domain/open-credit.ts';
import type { CreditLine } from '../../shared/domain/credit-note.ts';
import type { CreditNote } from '../../shared/store/credit-notes.ts';
import type { InvoiceHead } from '../../shared/store/invoices.ts';
import { syncView, syncViewOfOver } from '../../shared/store/sync-items.ts';
import type { Item } from '../../shared/store/write.ts';

/** A credit note in a list. What of it is still open stands on its invoice. */
export const creditNoteHeadView = (note: CreditNote, invoice: InvoiceHead | undefined, sync: Item | undefined) => {
  const { id, number, invoiceId, invoiceNumber, clientId, jobId, currency, kind, reason, settle, issueDate } = note;
  const { subtotal, tax, total, allocated } = note;
  const open = sumOf(
    (invoice?.openCredits ?? []).filter(({ creditNoteId }) => creditNoteId === id),
    currency,
  );
  // What was credited of an invoice counts no more than the invoice.
  const isVoid = invoice?.status === 'void';
  const about = { id, number, invoiceId, invoiceNumber, clientId, jobId, currency, kind, reason, settle, issueDate };
  return {
    ...about,
    status: isVoid ? 'void' : 'issued',
    subtotal,
    tax,
    total,
    allocated,
    open,
    refunded: givenBackOf(note, invoice),
    onlyHere: note.onlyHere === true,
    sync: isVoid ? syncViewOfOver(sync) : syncView(sync, !note.onlyHere && (note.toXero || invoice?.toXero === true)),
  };
};

/** A credit note as the API shows it. */
export const creditNoteView = (
  note: CreditNote,
  lines: readonly CreditLine[],
  invoice: InvoiceHead | undefined,
  sync: Item | undefined,
) => ({ ...creditNoteHeadView(note, invoice, sync), lines: [...lines] });
