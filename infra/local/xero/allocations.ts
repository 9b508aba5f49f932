/** Setting credit notes, overpayments and prepayments against invoices, and taking that back. */
import type { Books } from './books.ts';
import { fold } from './books.ts';
import { difference } from './decimal.ts';
import type { Allocation, Input, Invoice } from './documents.ts';
import { amount, dayOf, filled, Invalid, nested, refuseIf } from './input.ts';
import { lockProblems } from './locks.ts';
import { resettle } from './settlement.ts';

interface Source {
  id: string;
  contactId: string;
  currency: string;
  remaining: number;
  status: string;
  side: 'ACCREC' | 'ACCPAY';
}

const sourceOf = (books: Books, kind: Allocation['source'], id: string): Source | undefined => {
  if (kind === 'CreditNote') {
    const note = books.creditNotes.get(id);
    return (
      note && {
        id,
        contactId: note.ContactID,
        currency: note.CurrencyCode,
        remaining: note.RemainingCredit,
        status: note.Status,
        side: note.Type === 'ACCRECCREDIT' ? 'ACCREC' : 'ACCPAY',
      }
    );
  }
  const money = books.overpayments.get(id);
  return money?.kind === kind
    ? {
        id,
        contactId: money.ContactID,
        currency: money.CurrencyCode,
        remaining: money.RemainingCredit,
        status: money.Status,
        side: money.Type.startsWith('RECEIVE') ? 'ACCREC' : 'ACCPAY',
      }
    : undefined;
};

const invoiceOf = (books: Books, input: Input): Invoice | undefined => {
  const reference = nested(input, 'Invoice') ?? {};
  const id = filled(reference, 'InvoiceID');
  const number = filled(reference, 'InvoiceNumber');
  return id
    ? books.invoices.get(id)
    : number
      ? books.invoices.find('number', fold(number)).find(({ Status }) => Status !== 'DELETED')
      : undefined;
};

/**
 * Allocates an amount of a credit to an invoice.
 * @throws Invalid
 */
export const createAllocation = (books: Books, kind: Allocation['source'], sourceId: string, input: Input): Allocation => {
  const source = sourceOf(books, kind, sourceId);
  if (!source) throw new Invalid(['The document to allocate from could not be found.']);
  const invoice = invoiceOf(books, input);
  const Amount = amount(input, 'Amount');
  const Date = dayOf(input, 'Date');
  const problems: string[] = [];
  if (!invoice) problems.push('The invoice to allocate to could not be found.');
  if (Amount === undefined || Amount <= 0) problems.push('The allocated amount must be greater than zero.');
  if (!Date) problems.push('The allocation date is required.');
  if (source.status !== 'AUTHORISED') problems.push('Only an authorised document with remaining credit can be allocated.');
  refuseIf(problems);
  if (invoice!.Status !== 'AUTHORISED') problems.push('Allocations can only be made against Authorised documents');
  if (invoice!.Type !== source.side) problems.push('The invoice is not of the type this credit can be allocated to.');
  if (invoice!.ContactID !== source.contactId) problems.push('The invoice belongs to another contact.');
  if (invoice!.CurrencyCode !== source.currency) problems.push('The invoice is in another currency.');
  if (difference(source.remaining, Amount!) < 0)
    problems.push('The amount allocated exceeds the remaining credit on this document');
  if (difference(invoice!.AmountDue, Amount!) < 0)
    problems.push('The amount allocated exceeds the amount outstanding on this document');
  refuseIf([...problems, ...lockProblems(books, Date)]);
  const allocation: Allocation = {
    AllocationID: books.newId(),
    source: kind,
    sourceID: sourceId,
    invoiceID: invoice!.InvoiceID,
    Amount: Amount!,
    Date: Date!,
    UpdatedDateUTC: books.stamp(),
  };
  books.allocations.put(allocation);
  resettle(books, sourceId);
  resettle(books, invoice!.InvoiceID);
  return allocation;
};

/** Takes an allocation back; undefined when there is none. */
export const deleteAllocation = (books: Books, sourceId: string, allocationId: string): Allocation | undefined => {
  const allocation = books.allocations.get(allocationId);
  if (!allocation || allocation.sourceID !== sourceId) return undefined;
  refuseIf(lockProblems(books, allocation.Date));
  books.allocations.remove(allocationId);
  resettle(books, sourceId);
  resettle(books, allocation.invoiceID);
  return allocation;
};
