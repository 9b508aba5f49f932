/** Sales invoices and bills: numbers, status table, what may still change once money stands against them. */
import type { Books } from './books.ts';
import { fold } from './books.ts';
import { contactOfDocument, markRole } from './contacts.ts';
import type { Input, Invoice, InvoiceStatus, LineItem } from './documents.ts';
import { amount, dayOf, defined, filled, flag, Invalid, listOf, nested, refuseIf, text, tooLong } from './input.ts';
import { buildLines } from './lines.ts';
import { lockProblems } from './locks.ts';
import { isApplied, settledInvoice } from './settlement.ts';
import { tradeFields } from './trade-document.ts';

export interface Saved<T> {
  record: T;
  warnings: string[];
}

/** How a document is written: by which verb, and with how many decimals in unit prices. */
export interface WriteOptions {
  mode: 'create' | 'upsert';
  unitPlaces: 2 | 4;
  /** Id from the path, when there is one. */
  pathId?: string;
  byApp?: boolean;
}

export const notModifiable = 'Invoice not of valid status for modification';
const applied = 'This document cannot be edited as it has a payment or credit note allocated to it.';

const next: Record<InvoiceStatus, readonly InvoiceStatus[]> = {
  DRAFT: ['DRAFT', 'SUBMITTED', 'AUTHORISED', 'DELETED'],
  SUBMITTED: ['SUBMITTED', 'DRAFT', 'AUTHORISED', 'DELETED'],
  AUTHORISED: ['AUTHORISED', 'VOIDED'],
  PAID: ['PAID', 'AUTHORISED'],
  VOIDED: [],
  DELETED: [],
};

/** Text of refusal when a status can't follow another. Shared with credit notes. */
export const statusProblems = (
  from: InvoiceStatus | undefined,
  to: InvoiceStatus,
  hasApplied: boolean,
  noun: string,
): string[] => {
  if (!from) return ['DRAFT', 'SUBMITTED', 'AUTHORISED'].includes(to) ? [] : [`${noun} not of valid status for creation`];
  if (hasApplied && to !== from && to !== 'AUTHORISED')
    return [
      `The status ${to} cannot be applied to the ${noun.toLowerCase()} because it has payments or credit notes allocated to it.`,
    ];
  return next[from]?.includes(to) ? [] : [`${noun} not of valid status for modification`];
};

/** Sales invoices that hold a number; voided ones always do, deleted ones unless the switch frees them. */
const holders = (books: Books, number: string): Invoice[] =>
  books.invoices
    .find('number', fold(number))
    .filter(({ Type, Status }) => Type === 'ACCREC' && !(Status === 'DELETED' && books.settings.deletedNumberReuse));

/** GET by id or number. */
export const findInvoice = (books: Books, idOrNumber: string): Invoice | undefined => {
  const named = books.invoices.find('number', fold(idOrNumber));
  return (
    books.invoices.get(idOrNumber) ?? named.find(({ Type, Status }) => Type === 'ACCREC' && Status !== 'DELETED') ?? named[0]
  );
};

const existingFor = (books: Books, input: Input, options: WriteOptions): Invoice | undefined => {
  const id = options.pathId ?? filled(input, 'InvoiceID');
  const number = filled(input, 'InvoiceNumber');
  if (options.mode === 'create') {
    if (id && books.invoices.get(id)) throw new Invalid(['An invoice with this InvoiceID already exists.']);
    return undefined;
  }
  if (id) {
    const found = options.pathId ? findInvoice(books, id) : books.invoices.get(id);
    if (!found) throw new Invalid(['The invoice with the specified InvoiceID could not be found.']);
    return found;
  }
  return number && filled(input, 'Type') !== 'ACCPAY' ? holders(books, number)[0] : undefined;
};

/** Fields that may change however much is paid. */
const lightFields = (
  books: Books,
  input: Input,
  old: Invoice | undefined,
): { fields: Partial<Invoice>; problems: string[]; warnings: string[] } => {
  const problems = tooLong(input, { InvoiceNumber: 255, Reference: 255, Url: 255 });
  const url = text(input, 'Url') ?? old?.Url;
  if (url && !/^https?:\/\/.+/i.test(url)) problems.push('The URL must be a valid absolute address.');
  const theme =
    filled(input, 'BrandingThemeID') ?? old?.BrandingThemeID ?? books.organisation().brandingThemes[0]?.BrandingThemeID;
  return {
    fields: defined<Partial<Invoice>>({
      Reference: text(input, 'Reference') ?? old?.Reference,
      Url: url,
      BrandingThemeID: theme,
      DueDate: dayOf(input, 'DueDate') ?? old?.DueDate,
      ExpectedPaymentDate: dayOf(input, 'ExpectedPaymentDate') ?? old?.ExpectedPaymentDate,
      PlannedPaymentDate: dayOf(input, 'PlannedPaymentDate') ?? old?.PlannedPaymentDate,
    }),
    problems,
    warnings: [],
  };
};

const numberOf = (
  books: Books,
  input: Input,
  type: Invoice['Type'],
  old: Invoice | undefined,
  problems: string[],
): string | undefined => {
  const asked = filled(input, 'InvoiceNumber') ?? old?.InvoiceNumber;
  if (type === 'ACCPAY') return asked;
  if (!asked) return books.nextNumber('INV-', (number) => holders(books, number).length > 0);
  if (holders(books, asked).some(({ InvoiceID }) => InvoiceID !== old?.InvoiceID)) problems.push('Invoice # must be unique.');
  return asked;
};

/** Lines of a paid document: descriptions, accounts and tracking may change, line by line; amounts may not. */
const paidLines = (books: Books, inputs: readonly Input[], old: Invoice): LineItem[] => {
  if (inputs.some((line) => !old.LineItems.some(({ LineItemID }) => LineItemID === filled(line, 'LineItemID'))))
    throw new Invalid(['To update fields on a paid invoice line item, you must supply a LineItemID']);
  const rules = {
    lineAmountTypes: old.LineAmountTypes,
    unitPlaces: 4 as const,
    approved: true,
    discounts: true,
    existing: old.LineItems,
  };
  const { lines, problems } = buildLines(books, inputs, rules);
  refuseIf(problems);
  const amounts = (line: LineItem): string =>
    [line.Quantity, line.UnitAmount, line.LineAmount, line.TaxType, line.DiscountRate].join();
  const before = new Map(old.LineItems.map((line) => [line.LineItemID, line]));
  if (lines.length !== old.LineItems.length || lines.some((line) => amounts(line) !== amounts(before.get(line.LineItemID)!)))
    throw new Invalid([`${notModifiable}. ${applied}`]);
  return lines.map((line) => ({ ...line, TaxAmount: before.get(line.LineItemID)!.TaxAmount }));
};

const sameText = (asked: string | undefined, current: string | undefined): boolean => asked === undefined || asked === current;

/** An update of an invoice that money stands against. */
const updateApplied = (books: Books, input: Input, old: Invoice): Invoice => {
  const frozen =
    !sameText(dayOf(input, 'Date'), old.Date) ||
    !sameText(filled(input, 'CurrencyCode'), old.CurrencyCode) ||
    !sameText(filled(input, 'LineAmountTypes')?.toLowerCase(), old.LineAmountTypes.toLowerCase()) ||
    !sameText(filled(input, 'Type'), old.Type);
  if (frozen) throw new Invalid([`${notModifiable}. ${applied}`]);
  if (nested(input, 'Contact') && contactOfDocument(books, input).ContactID !== old.ContactID)
    throw new Invalid([`${notModifiable}. ${applied}`]);
  const inputs = listOf(input, 'LineItems');
  const light = lightFields(books, input, old);
  const problems = light.problems;
  const number = numberOf(books, input, old.Type, old, problems);
  refuseIf(problems);
  return defined<Invoice>({
    ...old,
    ...light.fields,
    InvoiceNumber: number,
    LineItems: inputs ? paidLines(books, inputs, old) : old.LineItems,
  });
};

const build = (books: Books, input: Input, old: Invoice | undefined, Status: InvoiceStatus, options: WriteOptions): Invoice => {
  const Type = old?.Type ?? filled(input, 'Type');
  if (Type !== 'ACCREC' && Type !== 'ACCPAY') throw new Invalid(['The invoice Type must be ACCREC or ACCPAY.']);
  const approved = Status !== 'DRAFT' && Status !== 'DELETED' && Status !== 'VOIDED';
  const rules = { unitPlaces: options.unitPlaces, approved, discounts: Type === 'ACCREC', lineAmountTypes: 'Exclusive' as const };
  const { fields, problems } = tradeFields(books, input, old, rules);
  const light = lightFields(books, input, old);
  const number = numberOf(books, input, Type, old, problems);
  refuseIf([...problems, ...light.problems, ...lockProblems(books, fields.Date, old?.Date)]);
  const DueDate = light.fields.DueDate ?? (approved ? fields.Date : undefined);
  return defined<Invoice>({
    InvoiceID: old?.InvoiceID ?? books.newId(),
    Type,
    InvoiceNumber: number,
    Status,
    ...fields,
    ...light.fields,
    // A bill's reference is its number; it has no other.
    Reference: Type === 'ACCPAY' ? undefined : light.fields.Reference,
    DueDate,
    SentToContact: old?.SentToContact ?? false,
    AmountDue: fields.Total,
    AmountPaid: 0,
    AmountCredited: 0,
    FullyPaidOnDate: undefined,
    HasAttachments: old?.HasAttachments ?? false,
    createdByApp: old?.createdByApp ?? options.byApp ?? false,
    UpdatedDateUTC: books.stamp(),
  });
};

const statusAsked = (input: Input, old: Invoice | undefined): InvoiceStatus => {
  const asked = filled(input, 'Status') ?? old?.Status ?? 'DRAFT';
  if (!Object.hasOwn(next, asked)) throw new Invalid([`The status ${asked} is not a valid invoice status.`]);
  return asked as InvoiceStatus;
};

/** Due date and "sent" of a part-paid invoice change without a new stamp. */
const silently = (old: Invoice, now: Invoice): boolean => {
  const rest = ({ DueDate: _due, SentToContact: _sent, UpdatedDateUTC: _stamp, ...other }: Invoice): string =>
    JSON.stringify(other);
  return old.AmountPaid + old.AmountCredited > 0 && rest(old) === rest(now);
};

/**
 * Creates or changes an invoice or bill.
 * @throws Invalid with Xero's words
 */
export const saveInvoice = (books: Books, input: Input, options: WriteOptions): Saved<Invoice> => {
  const old = existingFor(books, input, options);
  if (old && (old.Status === 'VOIDED' || old.Status === 'DELETED')) throw new Invalid([notModifiable]);
  const Status = statusAsked(input, old);
  const hasApplied = old !== undefined && isApplied(books, old.InvoiceID);
  refuseIf(statusProblems(old?.Status, Status, hasApplied, 'Invoice'));
  if (old) refuseIf(lockProblems(books, old.Date));
  const changed = old && hasApplied ? updateApplied(books, input, old) : build(books, input, old, Status, options);
  const warnings: string[] = [];
  const sent = flag(input, 'SentToContact');
  const approved = Status === 'AUTHORISED' || Status === 'PAID';
  if (sent !== undefined && !approved) warnings.push('Only AUTHORISED invoices may have SentToContact updated.');
  const settled = settledInvoice(books, {
    ...changed,
    SentToContact: sent !== undefined && approved ? sent : changed.SentToContact,
  });
  const record = { ...settled, UpdatedDateUTC: old && silently(old, settled) ? old.UpdatedDateUTC : books.stamp() };
  if (amount(input, 'CurrencyRate') === 0) warnings.push('The currency rate of 0 was ignored.');
  books.invoices.put(record);
  markRole(books, record.ContactID, record.Type === 'ACCREC' ? 'IsCustomer' : 'IsSupplier');
  return { record, warnings };
};
