/** Contacts over HTTP. */
import type { ApiCall, Endpoint, Reply } from './api-call.ts';
import { envelope, notFound } from './api-call.ts';
import type { Books } from './books.ts';
import { fold } from './books.ts';
import { byNumber, createContact, upsertContact } from './contacts.ts';
import { sum } from './decimal.ts';
import type { Contact } from './documents.ts';
import { listReply } from './invoice-endpoints.ts';
import { commaList, fieldReader, list } from './list.ts';
import { requiredText } from './where-filter.ts';
import type { Wire } from './wire.ts';
import { contactWire } from './wire.ts';
import { writeElements } from './write.ts';

const scopes = ['accounting.contacts'];
const fields = [
  'ContactID',
  'ContactNumber',
  'ContactStatus',
  'Name',
  'FirstName',
  'LastName',
  'CompanyNumber',
  'AccountNumber',
  'EmailAddress',
  'TaxNumber',
  'BankAccountDetails',
  'DefaultCurrency',
  'IsCustomer',
  'IsSupplier',
  'HasAttachments',
  'MergedToContactID',
  'UpdatedDateUTC',
];
const searched = ['Name', 'FirstName', 'LastName', 'ContactNumber', 'CompanyNumber', 'EmailAddress'] as const;

const find = (books: Books, idOrNumber: string): Contact | undefined =>
  books.contacts.get(idOrNumber) ?? byNumber(books, idOrNumber);

const summaryOf = ({ Addresses: _a, Phones: _p, ContactPersons: _c, ContactGroups: _g, ...rest }: Wire): Wire => rest;

const listContacts = (call: ApiCall): Reply => {
  const { books, query } = call;
  const ids = commaList(query, 'IDs');
  const term = query.get('searchTerm')?.trim() ? fold(query.get('searchTerm')!) : undefined;
  const archived = query.get('includeArchived')?.toLowerCase() === 'true' || ids !== undefined;
  // Asking for a status by name is asking for it.
  const byStatus = /ContactStatus/i.test(query.get('where') ?? '');
  const answer = list<Contact>({
    collection: books.contacts,
    idOf: ({ ContactID }) => ContactID,
    read: fieldReader(fields),
    query,
    ifModifiedSince: call.headers['if-modified-since'],
    settings: books.settings,
    candidates: (where) => {
      if (ids) return [...ids].flatMap((id) => books.contacts.get(id) ?? []);
      const name = where && requiredText(where, 'Name');
      const email = where && requiredText(where, 'EmailAddress');
      const number = where && requiredText(where, 'ContactNumber');
      if (name) return books.contacts.find('name', fold(name));
      if (email) return books.contacts.find('email', fold(email));
      return number ? books.contacts.find('number', fold(number)) : undefined;
    },
    filter: (contact) =>
      (archived || byStatus || contact.ContactStatus === 'ACTIVE') &&
      (!term || searched.some((name) => fold(contact[name] ?? '').includes(term))),
    paged: 'page-and-size',
  });
  const summary = query.get('summaryOnly')?.toLowerCase() === 'true';
  return listReply(call, 'Contacts', answer, (contact) =>
    summary ? summaryOf(contactWire(books, contact)) : contactWire(books, contact),
  );
};

/** What a contact owes and is owed; only given with a single contact. */
const balances = (books: Books, contactId: string): Wire => {
  const today = books.today();
  const side = (type: 'ACCREC' | 'ACCPAY'): Wire => {
    const open = books.invoices.find('contact', contactId).filter(({ Type, Status }) => Type === type && Status === 'AUTHORISED');
    return {
      Outstanding: sum(open.map(({ AmountDue }) => AmountDue)),
      Overdue: sum(open.filter(({ DueDate }) => DueDate !== undefined && DueDate < today).map(({ AmountDue }) => AmountDue)),
    };
  };
  return { Balances: { AccountsReceivable: side('ACCREC'), AccountsPayable: side('ACCPAY') } };
};

const getContact = (call: ApiCall): Reply => {
  const contact = find(call.books, call.segments[1] ?? '');
  if (!contact) return notFound();
  return envelope(call, { Contacts: [{ ...contactWire(call.books, contact), ...balances(call.books, contact.ContactID) }] });
};

const write =
  (mode: 'create' | 'upsert', withPath = false) =>
  (call: ApiCall): Reply => {
    const known = withPath ? find(call.books, call.segments[1] ?? '') : undefined;
    if (withPath && !known) return notFound();
    return writeElements(
      call,
      {
        key: 'Contacts',
        idKey: 'ContactID',
        save: (input) => ({
          record: mode === 'create' ? createContact(call.books, input) : upsertContact(call.books, input, known?.ContactID),
          warnings: [],
        }),
        render: (contact: Contact) => contactWire(call.books, contact),
      },
      withPath,
    );
  };

export const contactEndpoints: readonly Endpoint[] = [
  { path: 'Contacts', scopes, handlers: { GET: listContacts, PUT: write('create'), POST: write('upsert') } },
  { path: 'Contacts/{id}', scopes, handlers: { GET: getContact, POST: write('upsert', true) } },
];
