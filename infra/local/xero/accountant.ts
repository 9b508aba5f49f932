/** What people do in the books by hand: the forms of the page, and the same things as one call each for tests. */
import type { Books } from './books.ts';
import { createAllocation, deleteAllocation } from './allocations.ts';
import { mergeContact, upsertContact } from './contacts.ts';
import { findCreditNote, saveCreditNote } from './credit-notes.ts';
import { parseDay } from './dates.ts';
import type { Contact, Input, Invoice } from './documents.ts';
import { defined, filled, Invalid } from './input.ts';
import { findInvoice, saveInvoice } from './invoices.ts';
import { createPayment, deletePayment } from './payments.ts';
import { saveQuote } from './quotes.ts';
import { saveAccount } from './setup.ts';

const options = { mode: 'upsert' as const, unitPlaces: 4 as const };

const invoiceOf = (books: Books, input: Input): Invoice => {
  const invoice = findInvoice(books, filled(input, 'id') ?? '');
  if (!invoice) throw new Invalid(['There is no such invoice.']);
  return invoice;
};
const contactOf = (books: Books, input: Input): Contact => {
  const contact = books.contacts.get(filled(input, 'id') ?? '');
  if (!contact) throw new Invalid(['There is no such contact.']);
  return contact;
};

const change = (books: Books, input: Input, fields: Input): void => {
  const { InvoiceID } = invoiceOf(books, input);
  saveInvoice(books, { InvoiceID, ...fields }, { ...options, pathId: InvoiceID });
};

/** Changes one line, and says all the others again so that they stay. */
const editLine = (books: Books, input: Input): void => {
  const { LineItems } = invoiceOf(books, input);
  const wanted = defined<Input>({
    Description: filled(input, 'Description'),
    Quantity: filled(input, 'Quantity'),
    UnitAmount: filled(input, 'UnitAmount'),
    AccountCode: filled(input, 'AccountCode'),
    TaxType: filled(input, 'TaxType'),
  });
  const line = filled(input, 'LineItemID') ?? LineItems[0]?.LineItemID;
  change(books, input, { LineItems: LineItems.map(({ LineItemID }) => ({ LineItemID, ...(LineItemID === line && wanted) })) });
};

/** A credit note over an amount, approved, and set against the invoice. */
const credit = (books: Books, input: Input): void => {
  const invoice = invoiceOf(books, input);
  const Amount = filled(input, 'Amount') ?? String(invoice.AmountDue);
  const account = invoice.LineItems.find(({ AccountCode }) => AccountCode)?.AccountCode;
  const { record } = saveCreditNote(
    books,
    {
      Type: invoice.Type === 'ACCREC' ? 'ACCRECCREDIT' : 'ACCPAYCREDIT',
      Contact: { ContactID: invoice.ContactID },
      Status: 'AUTHORISED',
      CurrencyCode: invoice.CurrencyCode,
      LineAmountTypes: 'NoTax',
      LineItems: [{ Description: 'Credit', Quantity: 1, UnitAmount: Amount, AccountCode: account }],
    },
    { mode: 'create', unitPlaces: 2 },
  );
  createAllocation(books, 'CreditNote', record.CreditNoteID, {
    Amount,
    Date: books.today(),
    Invoice: { InvoiceID: invoice.InvoiceID },
  });
};

/** Takes one credit off what it was set against; what it was of is left as it is. */
const takeOff = (books: Books, input: Input): void => {
  const allocation = books.allocations.get(filled(input, 'id') ?? '');
  if (!allocation) throw new Invalid(['There is no such allocation.']);
  deleteAllocation(books, allocation.sourceID, allocation.AllocationID);
};

const voidCredit = (books: Books, input: Input): void => {
  const note = findCreditNote(books, filled(input, 'id') ?? '');
  if (!note) throw new Invalid(['There is no such credit note.']);
  const { CreditNoteID, ContactID, Date } = note;
  const fields = { CreditNoteID, Contact: { ContactID }, Date, Status: 'VOIDED' };
  saveCreditNote(books, fields, { ...options, pathId: CreditNoteID });
};

/** What is left of a credit note, or a part of it, goes back from the bank. */
const refundCredit = (books: Books, input: Input): void => {
  const note = findCreditNote(books, filled(input, 'id') ?? '');
  if (!note) throw new Invalid(['There is no such credit note.']);
  createPayment(books, {
    CreditNote: { CreditNoteID: note.CreditNoteID },
    Account: { Code: filled(input, 'Account') ?? '090' },
    Amount: filled(input, 'Amount') ?? note.RemainingCredit,
    Date: books.today(),
  });
};

const lock = (books: Books, input: Input): void => {
  const { PeriodLockDate: _period, EndOfYearLockDate: _year, ...rest } = books.organisation();
  const day = (name: string): string | undefined => {
    const text = filled(input, name);
    if (text !== undefined && !parseDay(text)) throw new Invalid([`${name} is not a valid date`]);
    return text;
  };
  books.setOrganisation({
    ...rest,
    ...defined({ PeriodLockDate: day('PeriodLockDate'), EndOfYearLockDate: day('EndOfYearLockDate') }),
  });
};

type Act = (books: Books, input: Input) => void;

/** Every action by name. All take `id` (an invoice's or credit note's id or number, a contact's or an allocation's id) where they are about one. */
const acts: Record<string, Act> = {
  approve: (books, input) => change(books, input, { Status: 'AUTHORISED' }),
  submit: (books, input) => change(books, input, { Status: 'SUBMITTED' }),
  void: (books, input) => change(books, input, { Status: 'VOIDED' }),
  delete: (books, input) => change(books, input, { Status: 'DELETED' }),
  'due-date': (books, input) => change(books, input, { DueDate: filled(input, 'DueDate') }),
  reference: (books, input) => change(books, input, { Reference: input['Reference'] }),
  edit: (books, input) => {
    const { id: _id, action: _action, ContactID, ...fields } = input;
    change(books, input, { ...fields, ...(ContactID !== undefined && { Contact: { ContactID } }) });
  },
  'edit-line': editLine,
  credit,
  'take-off': takeOff,
  'void-credit': voidCredit,
  'refund-credit': refundCredit,
  quote: (books, input) => {
    const quote = books.quotes.get(filled(input, 'id') ?? '');
    if (!quote) throw new Invalid(['There is no such quote.']);
    const { QuoteID, ContactID, Date } = quote;
    const same = { QuoteID, Contact: { ContactID }, Date, Status: filled(input, 'Status') };
    saveQuote(books, same, { mode: 'upsert', unitPlaces: 2, pathId: QuoteID });
  },
  pay: (books, input) => {
    const invoice = invoiceOf(books, input);
    createPayment(books, {
      Invoice: { InvoiceID: invoice.InvoiceID },
      Account: { Code: filled(input, 'Account') ?? '090' },
      Amount: filled(input, 'Amount') ?? invoice.AmountDue,
      Date: filled(input, 'Date') ?? books.today(),
      Reference: filled(input, 'Reference'),
    });
  },
  'delete-payment': (books, input) => void deletePayment(books, filled(input, 'id') ?? ''),
  rename: (books, input) => {
    const contact = contactOf(books, input);
    upsertContact(books, { Name: input['Name'], ContactPersons: contact.ContactPersons }, contact.ContactID);
  },
  email: (books, input) => {
    const contact = contactOf(books, input);
    upsertContact(books, { EmailAddress: input['EmailAddress'], ContactPersons: contact.ContactPersons }, contact.ContactID);
  },
  archive: (books, input) => void upsertContact(books, { ContactStatus: 'ARCHIVED' }, contactOf(books, input).ContactID),
  restore: (books, input) => void upsertContact(books, { ContactStatus: 'ACTIVE' }, contactOf(books, input).ContactID),
  merge: (books, input) => mergeContact(books, contactOf(books, input).ContactID, filled(input, 'into') ?? ''),
  'new-contact': (books, input) => void upsertContact(books, { Name: input['Name'], EmailAddress: input['EmailAddress'] }),
  lock,
  'archive-account': (books, input) => {
    const account = books.accounts.find('code', filled(input, 'Code') ?? '')[0];
    if (!account) throw new Invalid(['There is no such account.']);
    saveAccount(books, { Status: account.Status === 'ACTIVE' ? 'ARCHIVED' : 'ACTIVE' }, account.AccountID);
  },
};

/**
 * Does what a person asks for.
 * @throws Invalid when the books refuse, or there is no such action
 */
export const act = (books: Books, action: string, input: Input): void => {
  const known = Object.hasOwn(acts, action) ? acts[action] : undefined;
  if (!known) throw new Invalid(['There is no such action.']);
  books.store.attempt(() => known(books, input));
};
