/** Contacts: names unique among the active, ContactNumber as the outside key, archive, merge, and being found from a document. */
import type { Books } from './books.ts';
import { fold } from './books.ts';
import type { Contact, Input } from './documents.ts';
import { defined, filled, Invalid, listOf, nested, refuseIf, text, tooLong } from './input.ts';

export const archivedText =
  'The contact with the specified contact details has been archived. The contact must be un-archived before creating new invoices or credit notes.';

const email = /^[^\s@<>"]+@[^\s@<>".]+(\.[^\s@<>".]+)*$/;
const plainFields = [
  'FirstName',
  'LastName',
  'CompanyNumber',
  'AccountNumber',
  'TaxNumber',
  'BankAccountDetails',
  'AccountsReceivableTaxType',
  'AccountsPayableTaxType',
  'DefaultCurrency',
] as const;
const limits = {
  Name: 255,
  FirstName: 255,
  LastName: 255,
  ContactNumber: 50,
  CompanyNumber: 50,
  AccountNumber: 50,
  EmailAddress: 255,
  TaxNumber: 50,
};

/** The active contact of that name, if there is one. */
export const activeByName = (books: Books, name: string): Contact | undefined =>
  books.contacts.find('name', fold(name)).find(({ ContactStatus }) => ContactStatus === 'ACTIVE');

export const byNumber = (books: Books, number: string): Contact | undefined => books.contacts.find('number', fold(number))[0];

const problemsOf = (books: Books, input: Input, contact: Contact): string[] => {
  const problems = tooLong(input, limits);
  if (!contact.Name.trim()) problems.push('The contact name cannot be empty.');
  if (contact.EmailAddress && !email.test(contact.EmailAddress)) problems.push('Email address must be valid.');
  const sameName = contact.ContactStatus === 'ACTIVE' ? activeByName(books, contact.Name) : undefined;
  if (sameName && sameName.ContactID !== contact.ContactID)
    problems.push(
      `The contact name ${contact.Name} is already assigned to another contact. The contact name must be unique across all active contacts.`,
    );
  const sameNumber = contact.ContactNumber ? byNumber(books, contact.ContactNumber) : undefined;
  if (sameNumber && sameNumber.ContactID !== contact.ContactID)
    problems.push('Another contact has this contact number. Please enter a different contact number.');
  return problems;
};

/** A field that was sent as '' is emptied; one that wasn't sent stays. */
const merged = (input: Input, old: Contact | undefined, name: keyof Contact & string): string | undefined =>
  input[name] === undefined || input[name] === null ? (old?.[name] as string | undefined) : filled(input, name);

const statusOf = (input: Input, old: Contact | undefined): Contact['ContactStatus'] => {
  const asked = filled(input, 'ContactStatus');
  if (asked === undefined || asked === old?.ContactStatus) return old?.ContactStatus ?? 'ACTIVE';
  if (asked === 'ACTIVE' || (asked === 'ARCHIVED' && old)) return asked;
  throw new Invalid([`The contact status ${asked} cannot be set.`]);
};

const write = (books: Books, input: Input, old: Contact | undefined): Contact => {
  const ContactStatus = statusOf(input, old);
  if (old && old.ContactStatus !== 'ACTIVE' && ContactStatus !== 'ACTIVE') throw new Invalid([archivedText]);
  const contact = defined<Contact>({
    ContactID: old?.ContactID ?? books.newId(),
    ContactStatus,
    Name: (text(input, 'Name') ?? old?.Name ?? '').trim(),
    ContactNumber: merged(input, old, 'ContactNumber'),
    EmailAddress: merged(input, old, 'EmailAddress'),
    ...Object.fromEntries(plainFields.map((name) => [name, merged(input, old, name)])),
    Addresses: listOf(input, 'Addresses') ?? old?.Addresses ?? [],
    Phones: listOf(input, 'Phones') ?? old?.Phones ?? [],
    // Contact persons that aren't sent again are dropped.
    ContactPersons: listOf(input, 'ContactPersons') ?? [],
    IsCustomer: old?.IsCustomer ?? false,
    IsSupplier: old?.IsSupplier ?? false,
    HasAttachments: old?.HasAttachments ?? false,
    MergedToContactID: ContactStatus === 'ACTIVE' ? undefined : old?.MergedToContactID,
    UpdatedDateUTC: books.stamp(),
  });
  refuseIf(problemsOf(books, input, contact));
  books.contacts.put(contact);
  return contact;
};

/** PUT: makes a contact; a name or number that is taken is refused. */
export const createContact = (books: Books, input: Input): Contact => {
  const id = filled(input, 'ContactID');
  if (id && books.contacts.get(id)) throw new Invalid(['A contact with this ContactID already exists.']);
  return write(books, input, undefined);
};

/** POST: changes the contact that id, number or name point to, or makes one. */
export const upsertContact = (books: Books, input: Input, pathId?: string): Contact => {
  const id = pathId ?? filled(input, 'ContactID');
  if (id) {
    const known = books.contacts.get(id);
    if (!known) throw new Invalid(['The contact could not be found.']);
    return write(books, input, known);
  }
  const number = filled(input, 'ContactNumber');
  const name = filled(input, 'Name');
  return write(books, input, (number ? byNumber(books, number) : undefined) ?? (name ? activeByName(books, name) : undefined));
};

const writable = ['Name', 'ContactNumber', 'EmailAddress', 'ContactPersons', 'Addresses', 'Phones', ...plainFields] as const;
const plain = (value: unknown): string =>
  Array.isArray(value) && value.length === 0 ? '' : JSON.stringify(value ?? '').replace(/^""$/, '');

/** Whether a document's contact says anything new of the contact. */
const changes = (input: Input, contact: Contact): boolean =>
  writable.some((name) => input[name] !== undefined && input[name] !== null && plain(input[name]) !== plain(contact[name]));

/**
 * The contact of a document: found by id, number or name; further fields change it; an unknown name makes a new contact.
 * @throws Invalid when nothing is given, it isn't there, or it is archived
 */
export const contactOfDocument = (books: Books, document: Input): Contact => {
  const input = nested(document, 'Contact');
  const id = input && filled(input, 'ContactID');
  const number = input && filled(input, 'ContactNumber');
  const name = input && filled(input, 'Name');
  if (!input || !(id ?? number ?? name)) throw new Invalid(['A Contact must be specified for this type of transaction']);
  const known = id
    ? books.contacts.get(id)
    : ((number ? byNumber(books, number) : undefined) ?? (name ? activeByName(books, name) : undefined));
  if (id && !known) throw new Invalid(['The contact with the specified ContactID could not be found.']);
  if (known && known.ContactStatus !== 'ACTIVE') throw new Invalid([archivedText]);
  if (!known && name && books.contacts.find('name', fold(name)).length > 0 && !number) throw new Invalid([archivedText]);
  if (!known) return write(books, input, undefined);
  return changes(input, known) ? write(books, input, known) : known;
};

/** Notes what a contact is; that alone doesn't count as a change of it. */
export const markRole = (books: Books, contactId: string, role: 'IsCustomer' | 'IsSupplier'): void => {
  const contact = books.contacts.get(contactId);
  if (contact && !contact[role]) books.contacts.put({ ...contact, [role]: true });
};

/** Merges one contact into another, as people do in the books: its documents move over, it is archived and says where it went. */
export const mergeContact = (books: Books, fromId: string, intoId: string): void => {
  const from = books.contacts.get(fromId);
  const into = books.contacts.get(intoId);
  if (!from || !into || fromId === intoId || into.ContactStatus !== 'ACTIVE')
    throw new Invalid(['These contacts cannot be merged.']);
  const UpdatedDateUTC = books.stamp();
  books.contacts.put({ ...from, ContactStatus: 'ARCHIVED', MergedToContactID: intoId, UpdatedDateUTC });
  books.contacts.put({
    ...into,
    IsCustomer: into.IsCustomer || from.IsCustomer,
    IsSupplier: into.IsSupplier || from.IsSupplier,
    UpdatedDateUTC,
  });
  for (const invoice of books.invoices.find('contact', fromId))
    books.invoices.put({ ...invoice, ContactID: intoId, UpdatedDateUTC });
  for (const note of books.creditNotes.find('contact', fromId))
    books.creditNotes.put({ ...note, ContactID: intoId, UpdatedDateUTC });
  for (const quote of books.quotes.find('contact', fromId)) books.quotes.put({ ...quote, ContactID: intoId, UpdatedDateUTC });
  for (const money of books.bankTransactions.find('contact', fromId))
    books.bankTransactions.put({ ...money, ContactID: intoId, UpdatedDateUTC });
  for (const money of books.overpayments.find('contact', fromId))
    books.overpayments.put({ ...money, ContactID: intoId, UpdatedDateUTC });
};
