/** Quotes over HTTP: pages of 100, filters of their own instead of `where`. */
import type { ApiCall, Endpoint, Reply } from './api-call.ts';
import { envelope, notFound } from './api-call.ts';
import { fold } from './books.ts';
import { parseDay } from './dates.ts';
import type { Quote } from './documents.ts';
import { listReply } from './invoice-endpoints.ts';
import { fieldReader, list } from './list.ts';
import { onePagePdf } from './pdf.ts';
import { saveQuote } from './quotes.ts';
import { quoteWire } from './wire.ts';
import { writeElements } from './write.ts';

const scopes = ['accounting.invoices'];
const fields = [
  'QuoteID',
  'QuoteNumber',
  'Status',
  'Reference',
  'Date',
  'ExpiryDate',
  'Total',
  'CurrencyCode',
  'Title',
  'UpdatedDateUTC',
];

const passes = (query: URLSearchParams): ((quote: Quote) => boolean) => {
  const day = (name: string): string | undefined => parseDay(query.get(name) ?? undefined);
  const [from, to, expiresFrom, expiresTo] = [day('DateFrom'), day('DateTo'), day('ExpiryDateFrom'), day('ExpiryDateTo')];
  const status = query.get('Status');
  const contact = query.get('ContactID');
  const number = query.get('QuoteNumber');
  return (quote) =>
    (!from || quote.Date >= from) &&
    (!to || quote.Date <= to) &&
    (!expiresFrom || (quote.ExpiryDate ?? '') >= expiresFrom) &&
    (!expiresTo || (quote.ExpiryDate !== undefined && quote.ExpiryDate <= expiresTo)) &&
    (!status || quote.Status === status.toUpperCase()) &&
    (!contact || quote.ContactID === contact) &&
    (!number || fold(quote.QuoteNumber) === fold(number));
};

const listQuotes = (call: ApiCall): Reply => {
  const { books } = call;
  const query = new URLSearchParams(call.query);
  query.delete('where');
  query.delete('pageSize');
  const number = query.get('QuoteNumber');
  const answer = list<Quote>({
    collection: books.quotes,
    idOf: ({ QuoteID }) => QuoteID,
    read: fieldReader(fields),
    query,
    ifModifiedSince: call.headers['if-modified-since'],
    settings: books.settings,
    candidates: () => (number ? books.quotes.find('number', fold(number)) : undefined),
    filter: passes(query),
    paged: 'page',
  });
  return listReply(call, 'Quotes', { records: answer.records, modified: answer.modified }, (quote) => quoteWire(books, quote));
};

const getQuote = (call: ApiCall): Reply => {
  const quote = call.books.quotes.get(call.segments[1] ?? '');
  if (!quote) return notFound();
  if (call.headers['accept']?.includes('application/pdf') || call.segments[2]?.toLowerCase() === 'pdf')
    return {
      status: 200,
      headers: { 'content-type': 'application/pdf' },
      body: onePagePdf(`Quote ${quote.QuoteNumber}: ${quote.Total} ${quote.CurrencyCode}`),
    };
  return envelope(call, { Quotes: [quoteWire(call.books, quote)] });
};

const write =
  (mode: 'create' | 'upsert', withPath = false) =>
  (call: ApiCall): Reply => {
    if (withPath && !call.books.quotes.get(call.segments[1] ?? '')) return notFound();
    const options = { mode, unitPlaces: 2 as const, ...(withPath && { pathId: call.segments[1]! }) };
    return writeElements(
      call,
      {
        key: 'Quotes',
        idKey: 'QuoteID',
        save: (input) => saveQuote(call.books, input, options),
        render: (quote: Quote) => quoteWire(call.books, quote),
      },
      withPath,
    );
  };

export const quoteEndpoints: readonly Endpoint[] = [
  { path: 'Quotes', scopes, handlers: { GET: listQuotes, PUT: write('create'), POST: write('upsert') } },
  { path: 'Quotes/{id}', scopes, handlers: { GET: getQuote, POST: write('upsert', true) } },
  { path: 'Quotes/{id}/pdf', scopes, handlers: { GET: getQuote } },
];
