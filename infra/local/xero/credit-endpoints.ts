/** Credit notes, overpayments and prepayments over HTTP, with their allocations. */
import type { ApiCall, Endpoint, Reply } from './api-call.ts';
import { envelope, notFound, problemsWire, validationException } from './api-call.ts';
import { createAllocation, deleteAllocation } from './allocations.ts';
import { findCreditNote, saveCreditNote } from './credit-notes.ts';
import type { Allocation, CreditNote, Overpayment } from './documents.ts';
import { Invalid } from './input.ts';
import { listReply } from './invoice-endpoints.ts';
import { fieldReader, list } from './list.ts';
import { requiredText } from './where-filter.ts';
import { allocationWire, creditNoteWire } from './wire.ts';
import { overpaymentWire } from './wire-money.ts';
import { writeElements } from './write.ts';

const shared = [
  'Type',
  'Status',
  'Reference',
  'Date',
  'SubTotal',
  'TotalTax',
  'Total',
  'RemainingCredit',
  'CurrencyCode',
  'CurrencyRate',
  'UpdatedDateUTC',
];
const noteScopes = ['accounting.invoices'];
const moneyScopes = ['accounting.payments'];

const view = (call: ApiCall, lines = true) => ({ unitPlaces: call.unitPlaces, lines });
const askedNote = (call: ApiCall): CreditNote | undefined => findCreditNote(call.books, call.segments[1] ?? '');

const listNotes = (call: ApiCall): Reply => {
  const { books } = call;
  const answer = list<CreditNote>({
    collection: books.creditNotes,
    idOf: ({ CreditNoteID }) => CreditNoteID,
    read: fieldReader([...shared, 'CreditNoteID', 'CreditNoteNumber', 'FullyPaidOnDate'], {
      Contact: ({ ContactID }) => books.contacts.get(ContactID),
    }),
    query: call.query,
    ifModifiedSince: call.headers['if-modified-since'],
    settings: books.settings,
    candidates: (where) => {
      const number = where && requiredText(where, 'CreditNoteNumber');
      return number ? books.creditNotes.find('number', number.toLowerCase()) : undefined;
    },
    paged: 'page-and-size',
  });
  return listReply(call, 'CreditNotes', answer, (note) =>
    creditNoteWire(books, note, view(call, answer.pagination !== undefined)),
  );
};

const getNote = (call: ApiCall): Reply => {
  const note = askedNote(call);
  return note ? envelope(call, { CreditNotes: [creditNoteWire(call.books, note, view(call))] }) : notFound();
};

const writeNotes =
  (mode: 'create' | 'upsert', withPath = false) =>
  (call: ApiCall): Reply => {
    if (withPath && !askedNote(call)) return notFound();
    const options = { mode, unitPlaces: call.unitPlaces, ...(withPath && { pathId: call.segments[1]! }) };
    return writeElements(
      call,
      {
        key: 'CreditNotes',
        idKey: 'CreditNoteID',
        save: (input) => saveCreditNote(call.books, input, options),
        render: (note: CreditNote) => creditNoteWire(call.books, note, view(call)),
      },
      withPath,
    );
  };

const allocate =
  (kind: Allocation['source']) =>
  (call: ApiCall): Reply => {
    const sourceId = call.segments[1] ?? '';
    const known = kind === 'CreditNote' ? call.books.creditNotes.get(sourceId) : call.books.overpayments.get(sourceId);
    if (!known) return notFound();
    return writeElements(call, {
      key: 'Allocations',
      idKey: 'AllocationID',
      save: (input) => ({ record: createAllocation(call.books, kind, sourceId, input), warnings: [] }),
      render: (allocation: Allocation) => ({
        ...allocationWire(call.books, allocation),
        [kind]: { [`${kind}ID`]: sourceId, ID: sourceId },
      }),
    });
  };

const unallocate = (call: ApiCall): Reply => {
  try {
    const gone = call.books.store.attempt(() => deleteAllocation(call.books, call.segments[1] ?? '', call.segments[3] ?? ''));
    if (!gone) return notFound();
    return { status: 200, json: { ...allocationWire(call.books, gone), IsDeleted: true } };
  } catch (error) {
    if (error instanceof Invalid) return validationException([{ ValidationErrors: problemsWire(error.messages) }]);
    throw error;
  }
};

const listMoney =
  (kind: Overpayment['kind']) =>
  (call: ApiCall): Reply => {
    const { books } = call;
    const answer = list<Overpayment>({
      collection: books.overpayments,
      idOf: ({ OverpaymentID }) => OverpaymentID,
      read: fieldReader([...shared, 'OverpaymentID'], { Contact: ({ ContactID }) => books.contacts.get(ContactID) }),
      query: call.query,
      ifModifiedSince: call.headers['if-modified-since'],
      settings: books.settings,
      filter: (money) => money.kind === kind,
      paged: 'page-and-size',
    });
    return listReply(call, `${kind}s`, answer, (money) =>
      overpaymentWire(books, money, view(call, answer.pagination !== undefined)),
    );
  };

const getMoney =
  (kind: Overpayment['kind']) =>
  (call: ApiCall): Reply => {
    const money = call.books.overpayments.get(call.segments[1] ?? '');
    return money?.kind === kind ? envelope(call, { [`${kind}s`]: [overpaymentWire(call.books, money, view(call))] }) : notFound();
  };

const moneyEndpoints = (kind: Overpayment['kind']): Endpoint[] => [
  { path: `${kind}s`, scopes: moneyScopes, handlers: { GET: listMoney(kind) } },
  { path: `${kind}s/{id}`, scopes: moneyScopes, handlers: { GET: getMoney(kind) } },
  { path: `${kind}s/{id}/Allocations`, scopes: moneyScopes, handlers: { PUT: allocate(kind) } },
  { path: `${kind}s/{id}/Allocations/{allocation}`, scopes: moneyScopes, handlers: { DELETE: unallocate } },
];

export const creditEndpoints: readonly Endpoint[] = [
  {
    path: 'CreditNotes',
    scopes: noteScopes,
    handlers: { GET: listNotes, PUT: writeNotes('create'), POST: writeNotes('upsert') },
  },
  { path: 'CreditNotes/{id}', scopes: noteScopes, handlers: { GET: getNote, POST: writeNotes('upsert', true) } },
  { path: 'CreditNotes/{id}/Allocations', scopes: noteScopes, handlers: { PUT: allocate('CreditNote') } },
  { path: 'CreditNotes/{id}/Allocations/{allocation}', scopes: noteScopes, handlers: { DELETE: unallocate } },
  ...moneyEndpoints('Overpayment'),
  ...moneyEndpoints('Prepayment'),
];
