/** Records as they go out: dates in wire form, linked records beside them, unit prices in the asked number of decimals. */
import type { Books } from './books.ts';
import { dayText, instantText, wireDay, wireInstant } from './dates.ts';
import { decimal, round, toNumber } from './decimal.ts';
import type { Account, Allocation, Contact, CreditNote, Invoice, LineItem, Payment, Quote, TradeDocument } from './documents.ts';
import { allocationsFrom, allocationsTo, paymentsOf } from './settlement.ts';

export type Wire = Record<string, unknown>;

export interface View {
  unitPlaces: 2 | 4;
  /** Lists without a page come without line items. */
  lines: boolean;
}

export const fullView: View = { unitPlaces: 2, lines: true };

export const stamp = (ms: number): Wire => ({ UpdatedDateUTC: wireInstant(ms) });
/** Invoices, credit notes, payments, overpayments and prepayments say it as text too. */
export const stamps = (ms: number): Wire => ({ ...stamp(ms), UpdatedDateUTCString: `${instantText(ms)}Z` });
export const dated = (name: string, day: string | undefined): Wire =>
  day === undefined ? {} : { [name]: wireDay(day), [`${name}String`]: dayText(day) };

export const lineWire = (line: LineItem, unitPlaces: 2 | 4): Wire => ({
  ...line,
  ...(line.UnitAmount !== undefined && { UnitAmount: toNumber(round(decimal(line.UnitAmount), unitPlaces, 'half-up')) }),
});

export const contactBrief = (books: Books, contactId: string): Wire => {
  const contact = books.contacts.get(contactId);
  return {
    ContactID: contactId,
    ...(contact?.ContactNumber && { ContactNumber: contact.ContactNumber }),
    Name: contact?.Name ?? '',
    Addresses: [],
    Phones: [],
    ContactGroups: [],
    ContactPersons: [],
    HasValidationErrors: false,
  };
};

export const tradeWire = (books: Books, document: TradeDocument, view: View): Wire => ({
  Contact: contactBrief(books, document.ContactID),
  ...dated('Date', document.Date),
  LineAmountTypes: document.LineAmountTypes,
  LineItems: view.lines ? document.LineItems.map((line) => lineWire(line, view.unitPlaces)) : [],
  SubTotal: document.SubTotal,
  TotalTax: document.TotalTax,
  Total: document.Total,
  ...(document.TotalDiscount !== 0 && { TotalDiscount: document.TotalDiscount }),
  CurrencyCode: document.CurrencyCode,
  CurrencyRate: document.CurrencyRate,
  ...(document.Reference !== undefined && { Reference: document.Reference }),
  HasAttachments: document.HasAttachments,
  ...stamps(document.UpdatedDateUTC),
});

export const paymentBrief = (payment: Payment): Wire => ({
  PaymentID: payment.PaymentID,
  Date: wireDay(payment.Date),
  Amount: payment.Amount,
  Reference: payment.Reference ?? '',
  CurrencyRate: payment.CurrencyRate,
  HasAccount: false,
  HasValidationErrors: false,
});

const creditBrief = (books: Books, allocation: Allocation): Wire => {
  const common = { AppliedAmount: allocation.Amount, Date: wireDay(allocation.Date), DateString: dayText(allocation.Date) };
  if (allocation.source !== 'CreditNote')
    return { [`${allocation.source}ID`]: allocation.sourceID, ID: allocation.sourceID, ...common };
  const note = books.creditNotes.get(allocation.sourceID);
  return {
    CreditNoteID: allocation.sourceID,
    ID: allocation.sourceID,
    CreditNoteNumber: note?.CreditNoteNumber ?? '',
    HasErrors: false,
    ...common,
  };
};

export const invoiceWire = (books: Books, invoice: Invoice, view: View = fullView): Wire => {
  const credits = allocationsTo(books, invoice.InvoiceID);
  const briefs = (source: Allocation['source']): Wire[] =>
    credits.filter((allocation) => allocation.source === source).map((allocation) => creditBrief(books, allocation));
  return {
    Type: invoice.Type,
    InvoiceID: invoice.InvoiceID,
    InvoiceNumber: invoice.InvoiceNumber ?? '',
    ...(invoice.Type === 'ACCREC' && { Reference: '' }),
    ...tradeWire(books, invoice, view),
    Payments: paymentsOf(books, invoice.InvoiceID).map(paymentBrief),
    CreditNotes: briefs('CreditNote'),
    Prepayments: briefs('Prepayment'),
    Overpayments: briefs('Overpayment'),
    AmountDue: invoice.AmountDue,
    AmountPaid: invoice.AmountPaid,
    AmountCredited: invoice.AmountCredited,
    SentToContact: invoice.SentToContact,
    IsDiscounted: invoice.TotalDiscount !== 0,
    HasErrors: false,
    Status: invoice.Status,
    ...dated('DueDate', invoice.DueDate),
    ...(invoice.ExpectedPaymentDate && { ExpectedPaymentDate: wireDay(invoice.ExpectedPaymentDate) }),
    ...(invoice.PlannedPaymentDate && { PlannedPaymentDate: wireDay(invoice.PlannedPaymentDate) }),
    ...(invoice.FullyPaidOnDate && { FullyPaidOnDate: wireDay(invoice.FullyPaidOnDate) }),
    ...(invoice.Url && { Url: invoice.Url }),
    ...(invoice.BrandingThemeID && { BrandingThemeID: invoice.BrandingThemeID }),
  };
};

/** The few fields of a `summaryOnly` list. */
export const invoiceSummaryWire = (books: Books, invoice: Invoice, view: View): Wire => {
  const {
    LineItems: _lines,
    Payments: _p,
    CreditNotes: _c,
    Prepayments: _pre,
    Overpayments: _over,
    ...rest
  } = invoiceWire(books, invoice, view);
  return rest;
};

export const allocationWire = (books: Books, allocation: Allocation): Wire => ({
  AllocationID: allocation.AllocationID,
  Amount: allocation.Amount,
  Date: wireDay(allocation.Date),
  Invoice: {
    InvoiceID: allocation.invoiceID,
    InvoiceNumber: books.invoices.get(allocation.invoiceID)?.InvoiceNumber ?? '',
    HasErrors: false,
  },
  IsDeleted: false,
});

export const creditNoteWire = (books: Books, note: CreditNote, view: View = fullView): Wire => ({
  Type: note.Type,
  CreditNoteID: note.CreditNoteID,
  ID: note.CreditNoteID,
  CreditNoteNumber: note.CreditNoteNumber ?? '',
  ...tradeWire(books, note, view),
  Status: note.Status,
  RemainingCredit: note.RemainingCredit,
  AppliedAmount: toNumber(round(decimal(note.Total - note.RemainingCredit), 2, 'half-up')),
  Allocations: allocationsFrom(books, note.CreditNoteID).map((allocation) => allocationWire(books, allocation)),
  Payments: paymentsOf(books, note.CreditNoteID).map(paymentBrief),
  SentToContact: note.SentToContact,
  HasErrors: false,
  ...(note.FullyPaidOnDate && { FullyPaidOnDate: wireDay(note.FullyPaidOnDate) }),
  ...(note.BrandingThemeID && { BrandingThemeID: note.BrandingThemeID }),
});

/** Quotes shout their line amount types, and their dates have no offset. */
export const quoteWire = (books: Books, quote: Quote, view: View = fullView): Wire => {
  const bare = (day: string): string => wireDay(day).replace('+0000', '');
  const { HasAttachments: _attachments, UpdatedDateUTCString: _stamp, ...trade } = tradeWire(books, quote, view);
  return {
    QuoteID: quote.QuoteID,
    QuoteNumber: quote.QuoteNumber,
    ...trade,
    LineAmountTypes: quote.LineAmountTypes.toUpperCase(),
    Date: bare(quote.Date),
    ...(quote.ExpiryDate && { ExpiryDate: bare(quote.ExpiryDate), ExpiryDateString: dayText(quote.ExpiryDate) }),
    UpdatedDateUTC: wireInstant(quote.UpdatedDateUTC).replace('+0000', ''),
    Status: quote.Status,
    Title: quote.Title ?? '',
    Summary: quote.Summary ?? '',
    Terms: quote.Terms ?? '',
    ...(quote.BrandingThemeID && { BrandingThemeID: quote.BrandingThemeID }),
  };
};

export const contactWire = (_books: Books, contact: Contact): Wire => {
  const { UpdatedDateUTC, ...fields } = contact;
  return { ...fields, ContactGroups: [], ...stamp(UpdatedDateUTC), HasValidationErrors: false };
};

export const accountWire = (account: Account): Wire => {
  const { UpdatedDateUTC, ...fields } = account;
  const bank = account.Type === 'BANK' ? { BankAccountType: 'BANK', BankAccountNumber: account.BankAccountNumber ?? '' } : {};
  return {
    ...fields,
    ...bank,
    ShowInExpenseClaims: false,
    HasAttachments: false,
    AddToWatchlist: false,
    ...stamp(UpdatedDateUTC),
  };
};
