/** What payments and allocations do to the documents they touch: amounts due, remaining credit, PAID and back. */
import type { Books } from './books.ts';
import { difference, sum } from './decimal.ts';
import type { Allocation, CreditNote, Invoice, Overpayment, Payment } from './documents.ts';

export const paymentsOf = (books: Books, documentId: string): Payment[] =>
  books.payments.find('target', documentId).filter(({ Status }) => Status === 'AUTHORISED');

export const allocationsTo = (books: Books, invoiceId: string): Allocation[] => books.allocations.find('invoice', invoiceId);
export const allocationsFrom = (books: Books, sourceId: string): Allocation[] => books.allocations.find('source', sourceId);

/** Whether payments or credits stand against an invoice, or are taken from a credit note. */
export const isApplied = (books: Books, documentId: string): boolean =>
  paymentsOf(books, documentId).length > 0 ||
  allocationsTo(books, documentId).length > 0 ||
  allocationsFrom(books, documentId).length > 0;

const lastDay = (days: readonly string[]): string | undefined => [...days].sort().at(-1);

/** The invoice with its amounts found anew; PAID at nothing due, AUTHORISED otherwise. Doesn't write. */
export const settledInvoice = (books: Books, invoice: Invoice): Invoice => {
  const payments = paymentsOf(books, invoice.InvoiceID);
  const credits = allocationsTo(books, invoice.InvoiceID);
  const AmountPaid = sum(payments.map(({ Amount }) => Amount));
  const AmountCredited = sum(credits.map(({ Amount }) => Amount));
  const dead = invoice.Status === 'VOIDED' || invoice.Status === 'DELETED';
  const AmountDue = dead ? 0 : difference(difference(invoice.Total, AmountPaid), AmountCredited);
  const { FullyPaidOnDate: _paidOn, ...rest } = invoice;
  const settled = { ...rest, AmountPaid, AmountCredited, AmountDue };
  if (invoice.Status !== 'AUTHORISED' && invoice.Status !== 'PAID') return settled;
  if (AmountDue !== 0) return { ...settled, Status: 'AUTHORISED' };
  return {
    ...settled,
    Status: 'PAID',
    FullyPaidOnDate: lastDay([...payments, ...credits].map(({ Date }) => Date)) ?? invoice.Date,
  };
};

const usedOf = (books: Books, id: string): number =>
  sum([...paymentsOf(books, id), ...allocationsFrom(books, id)].map(({ Amount }) => Amount));

/** The credit note with its remaining credit found anew. Doesn't write. */
export const settledCreditNote = (books: Books, note: CreditNote): CreditNote => {
  const { FullyPaidOnDate: _paidOn, ...rest } = note;
  const dead = note.Status === 'VOIDED' || note.Status === 'DELETED';
  const settled = { ...rest, RemainingCredit: dead ? 0 : difference(note.Total, usedOf(books, note.CreditNoteID)) };
  if (note.Status !== 'AUTHORISED' && note.Status !== 'PAID') return settled;
  if (settled.RemainingCredit !== 0) return { ...settled, Status: 'AUTHORISED' };
  const days = [...paymentsOf(books, note.CreditNoteID), ...allocationsFrom(books, note.CreditNoteID)].map(({ Date }) => Date);
  return { ...settled, Status: 'PAID', FullyPaidOnDate: lastDay(days) ?? note.Date };
};

/** The overpayment or prepayment with its remaining credit found anew. Doesn't write. */
export const settledOverpayment = (books: Books, money: Overpayment): Overpayment => {
  if (money.Status === 'VOIDED') return { ...money, RemainingCredit: 0 };
  const RemainingCredit = difference(money.Total, usedOf(books, money.OverpaymentID));
  return { ...money, RemainingCredit, Status: RemainingCredit === 0 ? 'PAID' : 'AUTHORISED' };
};

/** Finds the amounts of a document anew, stamps and stores it. */
export const resettle = (books: Books, documentId: string): void => {
  const UpdatedDateUTC = books.stamp();
  const invoice = books.invoices.get(documentId);
  if (invoice) books.invoices.put({ ...settledInvoice(books, invoice), UpdatedDateUTC });
  const note = books.creditNotes.get(documentId);
  if (note) books.creditNotes.put({ ...settledCreditNote(books, note), UpdatedDateUTC });
  const money = books.overpayments.get(documentId);
  if (money) books.overpayments.put({ ...settledOverpayment(books, money), UpdatedDateUTC });
};
