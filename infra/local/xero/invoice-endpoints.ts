/** Invoices and bills over HTTP: lists, one, writes, e-mail, online address, PDF. */
import type { ApiCall, Endpoint, Reply } from './api-call.ts';
import { badRequest, envelope, notFound, validationException, problemsWire } from './api-call.ts';
import { fold } from './books.ts';
import type { Books } from './books.ts';
import type { Invoice } from './documents.ts';
import { findInvoice, saveInvoice } from './invoices.ts';
import type { ListAnswer } from './list.ts';
import { commaList, fieldReader, list } from './list.ts';
import { onePagePdf } from './pdf.ts';
import type { Expression } from './where-filter.ts';
import { requiredText } from './where-filter.ts';
import { invoiceSummaryWire, invoiceWire } from './wire.ts';
import { writeElements } from './write.ts';

const scopes = ['accounting.invoices'];
const fields = [
  'InvoiceID',
  'InvoiceNumber',
  'Type',
  'Status',
  'Reference',
  'Date',
  'DueDate',
  'ExpectedPaymentDate',
  'PlannedPaymentDate',
  'FullyPaidOnDate',
  'LineAmountTypes',
  'SubTotal',
  'TotalTax',
  'Total',
  'AmountDue',
  'AmountPaid',
  'AmountCredited',
  'CurrencyCode',
  'CurrencyRate',
  'SentToContact',
  'HasAttachments',
  'Url',
  'BrandingThemeID',
  'UpdatedDateUTC',
];

/** Invoices an index can give for the asked ids, numbers or contacts. */
const candidates =
  (books: Books, query: URLSearchParams) =>
  (where: Expression | undefined): Invoice[] | undefined => {
    const ids = commaList(query, 'IDs');
    if (ids) return [...ids].flatMap((id) => books.invoices.get(id) ?? []);
    const single = where && (requiredText(where, 'InvoiceID') ?? requiredText(where, 'InvoiceId'));
    if (single) return [single.toLowerCase()].flatMap((id) => books.invoices.get(id) ?? []);
    const number = where && requiredText(where, 'InvoiceNumber');
    const numbers = commaList(query, 'InvoiceNumbers') ?? (number ? new Set([fold(number)]) : undefined);
    if (numbers) return [...numbers].flatMap((each) => books.invoices.find('number', each));
    const contact = where && requiredText(where, 'Contact.ContactID');
    const contacts = commaList(query, 'ContactIDs') ?? (contact ? new Set([contact.toLowerCase()]) : undefined);
    return contacts && [...contacts].flatMap((id) => books.invoices.find('contact', id));
  };

const passes = (query: URLSearchParams): ((invoice: Invoice) => boolean) => {
  const ids = commaList(query, 'IDs');
  const numbers = commaList(query, 'InvoiceNumbers');
  const contacts = commaList(query, 'ContactIDs');
  const statuses = commaList(query, 'Statuses');
  const mine = query.get('createdByMyApp')?.toLowerCase() === 'true';
  const term = query.get('searchTerm')?.trim() ? fold(query.get('searchTerm')!) : undefined;
  return (invoice) =>
    (!ids || ids.has(invoice.InvoiceID)) &&
    (!numbers || numbers.has(fold(invoice.InvoiceNumber ?? ''))) &&
    (!contacts || contacts.has(invoice.ContactID)) &&
    (!statuses || statuses.has(invoice.Status.toLowerCase())) &&
    (!mine || invoice.createdByApp) &&
    (!term || fold(invoice.InvoiceNumber ?? '').includes(term) || fold(invoice.Reference ?? '').includes(term));
};

/** Answers a list, with its pagination where there is one. */
export const listReply = <T>(call: ApiCall, key: string, answer: ListAnswer<T>, render: (record: T) => object): Reply => {
  if (!answer.modified && call.books.settings.notModified === 304) return { status: 304, body: '' };
  if (answer.records.length > 100_000) return badRequest(0, 'QueryTooLargeException', 'Too many records; ask for pages');
  const pages = answer.pagination ? { pagination: answer.pagination } : {};
  return envelope(call, { ...pages, [key]: answer.records.map(render) });
};

const listInvoices = (call: ApiCall): Reply => {
  const { books, query } = call;
  const summary = query.get('summaryOnly')?.toLowerCase() === 'true';
  const answer = list<Invoice>({
    collection: books.invoices,
    idOf: ({ InvoiceID }) => InvoiceID,
    read: fieldReader(fields, { Contact: ({ ContactID }) => books.contacts.get(ContactID) }),
    query,
    ifModifiedSince: call.headers['if-modified-since'],
    settings: books.settings,
    candidates: candidates(books, query),
    filter: passes(query),
    paged: 'page-and-size',
  });
  const view = { unitPlaces: call.unitPlaces, lines: answer.pagination !== undefined };
  const render = summary ? invoiceSummaryWire : invoiceWire;
  return listReply(call, 'Invoices', answer, (invoice) => render(books, invoice, view));
};

const view = (call: ApiCall) => ({ unitPlaces: call.unitPlaces, lines: true });
const asked = (call: ApiCall): Invoice | undefined => findInvoice(call.books, call.segments[1] ?? '');

const getInvoice = (call: ApiCall): Reply => {
  const invoice = asked(call);
  if (!invoice) return notFound();
  if (call.headers['accept']?.includes('application/pdf')) {
    const text = `${invoice.Type === 'ACCREC' ? 'Invoice' : 'Bill'} ${invoice.InvoiceNumber ?? ''}: ${invoice.Total} ${invoice.CurrencyCode}`;
    return { status: 200, headers: { 'content-type': 'application/pdf' }, body: onePagePdf(text) };
  }
  return envelope(call, { Invoices: [invoiceWire(call.books, invoice, view(call))] });
};

const write =
  (mode: 'create' | 'upsert', withPath = false) =>
  (call: ApiCall): Reply => {
    if (withPath && !asked(call)) return notFound();
    return writeElements(
      call,
      {
        key: 'Invoices',
        idKey: 'InvoiceID',
        save: (input) =>
          saveInvoice(call.books, input, {
            mode,
            unitPlaces: call.unitPlaces,
            byApp: true,
            ...(withPath && { pathId: call.segments[1]! }),
          }),
        render: (invoice: Invoice) => invoiceWire(call.books, invoice, view(call)),
      },
      withPath,
    );
  };

const emailable = new Set(['SUBMITTED', 'AUTHORISED', 'PAID']);

const emailInvoice = (call: ApiCall): Reply => {
  const invoice = asked(call);
  if (!invoice) return notFound();
  const contact = call.books.contacts.get(invoice.ContactID);
  const problem = !emailable.has(invoice.Status)
    ? 'Invoice not of valid status for emailing'
    : invoice.Type !== 'ACCREC'
      ? 'Only sales invoices can be emailed'
      : !contact?.EmailAddress
        ? 'The contact has no email address'
        : undefined;
  if (problem) return validationException([{ InvoiceID: invoice.InvoiceID, ValidationErrors: problemsWire([problem]) }]);
  call.books.invoices.put({ ...invoice, SentToContact: true, UpdatedDateUTC: call.books.stamp() });
  return { status: 204, body: '' };
};

const onlineInvoice = (call: ApiCall): Reply => {
  const invoice = asked(call);
  if (!invoice || invoice.Type !== 'ACCREC') return notFound();
  return envelope(call, {
    OnlineInvoices: [{ OnlineInvoiceUrl: `${call.url}/org/${call.books.tenantId}/invoice/${invoice.InvoiceID}` }],
  });
};

export const invoiceEndpoints: readonly Endpoint[] = [
  { path: 'Invoices', scopes, handlers: { GET: listInvoices, PUT: write('create'), POST: write('upsert') } },
  { path: 'Invoices/{id}', scopes, handlers: { GET: getInvoice, POST: write('upsert', true) } },
  { path: 'Invoices/{id}/Email', scopes, handlers: { POST: emailInvoice } },
  { path: 'Invoices/{id}/OnlineInvoice', scopes, handlers: { GET: onlineInvoice } },
];
