/** Bank transactions over HTTP. */
import type { ApiCall, Endpoint, Reply } from './api-call.ts';
import { envelope, notFound } from './api-call.ts';
import { saveBankTransaction } from './bank-transactions.ts';
import type { BankTransaction } from './documents.ts';
import { listReply } from './invoice-endpoints.ts';
import { fieldReader, list } from './list.ts';
import { bankTransactionWire } from './wire-money.ts';
import { writeElements } from './write.ts';

const scopes = ['accounting.banktransactions'];
const fields = [
  'BankTransactionID',
  'Type',
  'Status',
  'Reference',
  'Date',
  'SubTotal',
  'TotalTax',
  'Total',
  'CurrencyCode',
  'IsReconciled',
  'Url',
  'UpdatedDateUTC',
];
const view = (call: ApiCall, lines = true) => ({ unitPlaces: call.unitPlaces, lines });

const listTransactions = (call: ApiCall): Reply => {
  const { books } = call;
  const answer = list<BankTransaction>({
    collection: books.bankTransactions,
    idOf: ({ BankTransactionID }) => BankTransactionID,
    read: fieldReader(fields, {
      Contact: ({ ContactID }) => books.contacts.get(ContactID),
      BankAccount: ({ bankAccountID }) => books.accounts.get(bankAccountID),
    }),
    query: call.query,
    ifModifiedSince: call.headers['if-modified-since'],
    settings: books.settings,
    paged: 'page-and-size',
  });
  return listReply(call, 'BankTransactions', answer, (money) =>
    bankTransactionWire(books, money, view(call, answer.pagination !== undefined)),
  );
};

const getTransaction = (call: ApiCall): Reply => {
  const money = call.books.bankTransactions.get(call.segments[1] ?? '');
  return money ? envelope(call, { BankTransactions: [bankTransactionWire(call.books, money, view(call))] }) : notFound();
};

const write =
  (mode: 'create' | 'upsert', withPath = false) =>
  (call: ApiCall): Reply => {
    if (withPath && !call.books.bankTransactions.get(call.segments[1] ?? '')) return notFound();
    const options = { mode, unitPlaces: call.unitPlaces, ...(withPath && { pathId: call.segments[1]! }) };
    return writeElements(
      call,
      {
        key: 'BankTransactions',
        idKey: 'BankTransactionID',
        save: (input) => saveBankTransaction(call.books, input, options),
        render: (money: BankTransaction) => bankTransactionWire(call.books, money, view(call)),
      },
      withPath,
    );
  };

export const bankEndpoints: readonly Endpoint[] = [
  { path: 'BankTransactions', scopes, handlers: { GET: listTransactions, PUT: write('create'), POST: write('upsert') } },
  { path: 'BankTransactions/{id}', scopes, handlers: { GET: getTransaction, POST: write('upsert', true) } },
];
