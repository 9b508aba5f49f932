/** Credit notes: as invoices, but without discounts; what remains of them is allocated or paid back. */
import type { Books } from './books.ts';
import { fold } from './books.ts';
import { markRole } from './contacts.ts';
import type { CreditNote, Input, InvoiceStatus } from './documents.ts';
import { defined, filled, flag, Invalid, refuseIf, text, tooLong } from './input.ts';
import type { Saved, WriteOptions } from './invoices.ts';
import { statusProblems } from './invoices.ts';
import { lockProblems } from './locks.ts';
import { isApplied, settledCreditNote } from './settlement.ts';
import { tradeFields } from './trade-document.ts';

const holders = (books: Books, number: string): CreditNote[] =>
  books.creditNotes
    .find('number', fold(number))
    .filter(({ Type, Status }) => Type === 'ACCRECCREDIT' && !(Status === 'DELETED' && books.settings.deletedNumberReuse));

/** By id or number. */
export const findCreditNote = (books: Books, idOrNumber: string): CreditNote | undefined => {
  const named = books.creditNotes.find('number', fold(idOrNumber));
  return books.creditNotes.get(idOrNumber) ?? named.find(({ Status }) => Status !== 'DELETED') ?? named[0];
};

const existingFor = (books: Books, input: Input, options: WriteOptions): CreditNote | undefined => {
  const id = options.pathId ?? filled(input, 'CreditNoteID');
  if (options.mode === 'create') {
    if (id && books.creditNotes.get(id)) throw new Invalid(['A credit note with this CreditNoteID already exists.']);
    return undefined;
  }
  if (id) {
    const found = options.pathId ? findCreditNote(books, id) : books.creditNotes.get(id);
    if (!found) throw new Invalid(['The credit note with the specified CreditNoteID could not be found.']);
    return found;
  }
  const number = filled(input, 'CreditNoteNumber');
  return number && filled(input, 'Type') !== 'ACCPAYCREDIT' ? holders(books, number)[0] : undefined;
};

const typeOf = (input: Input, old: CreditNote | undefined): CreditNote['Type'] => {
  const type = old?.Type ?? filled(input, 'Type');
  if (type !== 'ACCRECCREDIT' && type !== 'ACCPAYCREDIT')
    throw new Invalid(['The credit note Type must be ACCRECCREDIT or ACCPAYCREDIT.']);
  return type;
};

const numberOf = (books: Books, input: Input, type: CreditNote['Type'], old: CreditNote | undefined): string | undefined => {
  const asked = filled(input, 'CreditNoteNumber') ?? old?.CreditNoteNumber;
  if (type === 'ACCPAYCREDIT') return asked;
  if (!asked) return books.nextNumber('CN-', (number) => holders(books, number).length > 0);
  if (holders(books, asked).some(({ CreditNoteID }) => CreditNoteID !== old?.CreditNoteID))
    throw new Invalid(['Credit note # must be unique.']);
  return asked;
};

/**
 * Creates or changes a credit note.
 * @throws Invalid
 */
export const saveCreditNote = (books: Books, input: Input, options: WriteOptions): Saved<CreditNote> => {
  const old = existingFor(books, input, options);
  if (old && (old.Status === 'VOIDED' || old.Status === 'DELETED'))
    throw new Invalid(['Credit note not of valid status for modification']);
  const Status = (filled(input, 'Status') ?? old?.Status ?? 'DRAFT') as InvoiceStatus;
  const used = old !== undefined && isApplied(books, old.CreditNoteID);
  refuseIf(statusProblems(old?.Status, Status, used, 'Credit note'));
  if (used)
    throw new Invalid([
      'Credit note not of valid status for modification. This document cannot be edited as it has been allocated or refunded.',
    ]);
  const Type = typeOf(input, old);
  const approved = Status === 'SUBMITTED' || Status === 'AUTHORISED';
  const rules = { unitPlaces: options.unitPlaces, approved, discounts: false, lineAmountTypes: 'Exclusive' as const };
  const { fields, problems } = tradeFields(books, input, old, rules);
  refuseIf([
    ...problems,
    ...tooLong(input, { CreditNoteNumber: 255, Reference: 255 }),
    ...lockProblems(books, fields.Date, old?.Date),
  ]);
  const record = settledCreditNote(
    books,
    defined<CreditNote>({
      CreditNoteID: old?.CreditNoteID ?? books.newId(),
      Type,
      CreditNoteNumber: numberOf(books, input, Type, old),
      Status,
      ...fields,
      Reference: Type === 'ACCRECCREDIT' ? (text(input, 'Reference') ?? old?.Reference) : undefined,
      BrandingThemeID: filled(input, 'BrandingThemeID') ?? old?.BrandingThemeID,
      SentToContact: (approved ? flag(input, 'SentToContact') : undefined) ?? old?.SentToContact ?? false,
      RemainingCredit: fields.Total,
      FullyPaidOnDate: undefined,
      HasAttachments: old?.HasAttachments ?? false,
      UpdatedDateUTC: books.stamp(),
    }),
  );
  books.creditNotes.put(record);
  markRole(books, record.ContactID, Type === 'ACCRECCREDIT' ? 'IsCustomer' : 'IsSupplier');
  return { record, warnings: [] };
};
