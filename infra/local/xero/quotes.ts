/** Quotes: which status may follow which, and that a change brings everything along again. */
import type { Books } from './books.ts';
import { fold } from './books.ts';
import type { Input, Quote, QuoteStatus } from './documents.ts';
import { dayOf, defined, filled, Invalid, listOf, nested, refuseIf, text, tooLong } from './input.ts';
import type { Saved, WriteOptions } from './invoices.ts';
import { tradeFields } from './trade-document.ts';

const next: Record<QuoteStatus, readonly QuoteStatus[]> = {
  DRAFT: ['SENT', 'DELETED'],
  SENT: ['ACCEPTED', 'DECLINED', 'DELETED'],
  DECLINED: ['SENT', 'DELETED'],
  ACCEPTED: ['SENT', 'INVOICED', 'DELETED'],
  INVOICED: ['SENT', 'DELETED'],
  DELETED: [],
};

const limits = { QuoteNumber: 255, Title: 100, Summary: 3000, Terms: 4000, Reference: 4000 };

const live = (books: Books, number: string): Quote | undefined =>
  books.quotes.find('number', fold(number)).find(({ Status }) => !(Status === 'DELETED' && books.settings.deletedNumberReuse));

const existingFor = (books: Books, input: Input, options: WriteOptions): Quote | undefined => {
  if (options.mode === 'create') return undefined;
  const id = options.pathId ?? filled(input, 'QuoteID');
  if (id) {
    const found = books.quotes.get(id);
    if (!found) throw new Invalid(['The quote with the specified QuoteID could not be found.']);
    return found;
  }
  const number = filled(input, 'QuoteNumber');
  return number ? live(books, number) : undefined;
};

const statusOf = (input: Input, old: Quote | undefined): QuoteStatus => {
  const asked = filled(input, 'Status') ?? old?.Status ?? 'DRAFT';
  if (!Object.hasOwn(next, asked)) throw new Invalid([`The status ${asked} is not a valid quote status.`]);
  const Status = asked as QuoteStatus;
  if (!old && Status !== 'DRAFT' && Status !== 'SENT') throw new Invalid(['Quote not of valid status for creation']);
  if (old && Status !== old.Status && !next[old.Status].includes(Status))
    throw new Invalid([`The status of a quote cannot be changed from ${old.Status} to ${Status}`]);
  return Status;
};

/** What a change must say again, whatever it changes. */
const required = (input: Input, old: Quote | undefined): string[] => {
  const problems: string[] = [];
  if (!nested(input, 'Contact')) problems.push('Contact is required');
  if (!filled(input, 'Date')) problems.push('Date is required');
  if (!old && !listOf(input, 'LineItems')?.length) problems.push('One or more line items must be specified');
  return problems;
};

const numberOf = (books: Books, input: Input, old: Quote | undefined): string => {
  const asked = filled(input, 'QuoteNumber') ?? old?.QuoteNumber;
  if (!asked) return books.nextNumber('QU-', (number) => live(books, number) !== undefined);
  const holder = live(books, asked);
  if (holder && holder.QuoteID !== old?.QuoteID) throw new Invalid(['Quote # must be unique.']);
  return asked;
};

/** What a quote says beside its status. A quote that left DRAFT may only change that. */
const said = ({ Status: _s, UpdatedDateUTC: _u, LineItems, ...rest }: Quote): string =>
  JSON.stringify({ ...rest, lines: LineItems.map(({ LineItemID: _id, ...line }) => line) });

/**
 * Creates or changes a quote. Unit prices have 2 decimals.
 * @throws Invalid
 */
export const saveQuote = (books: Books, input: Input, options: WriteOptions): Saved<Quote> => {
  const old = existingFor(books, input, options);
  if (old?.Status === 'DELETED') throw new Invalid(['Quote not of valid status for modification']);
  const Status = statusOf(input, old);
  refuseIf(required(input, old));
  const rules = { unitPlaces: 2 as const, approved: false, discounts: true, lineAmountTypes: 'Exclusive' as const };
  const { fields, problems } = tradeFields(books, input, old, rules);
  refuseIf([...problems, ...tooLong(input, limits)]);
  const record = defined<Quote>({
    QuoteID: old?.QuoteID ?? books.newId(),
    QuoteNumber: numberOf(books, input, old),
    Status,
    ...fields,
    Reference: text(input, 'Reference') ?? old?.Reference,
    ExpiryDate: dayOf(input, 'ExpiryDate') ?? old?.ExpiryDate,
    Title: text(input, 'Title') ?? old?.Title,
    Summary: text(input, 'Summary') ?? old?.Summary,
    Terms: text(input, 'Terms') ?? old?.Terms,
    BrandingThemeID: filled(input, 'BrandingThemeID') ?? old?.BrandingThemeID,
    HasAttachments: old?.HasAttachments ?? false,
    UpdatedDateUTC: books.stamp(),
  });
  if (old && old.Status !== 'DRAFT' && said(record) !== said(old)) throw new Invalid(['Only draft quotes can be edited']);
  books.quotes.put(record);
  return { record, warnings: [] };
};
