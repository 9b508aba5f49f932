/** Bank transfers over HTTP. Without pages: a list is always whole. */
import type { ApiCall, Endpoint, Reply } from './api-call.ts';
import { envelope, notFound } from './api-call.ts';
import { bankTransferWire, createBankTransfer } from './bank-transfers.ts';
import type { BankTransfer } from './documents.ts';
import { listReply } from './invoice-endpoints.ts';
import { fieldReader, list } from './list.ts';
import { writeElements } from './write.ts';

const scopes = ['accounting.banktransactions'];
const fields = [
  'BankTransferID',
  'Amount',
  'Date',
  'Reference',
  'Status',
  'FromIsReconciled',
  'ToIsReconciled',
  'FromBankTransactionID',
  'ToBankTransactionID',
  'CreatedDateUTC',
];

const wantsDeleted = ({ query }: ApiCall): boolean =>
  [...query].some(([name, value]) => name.toLowerCase() === 'includedeleted' && value.toLowerCase() === 'true');

const listTransfers = (call: ApiCall): Reply => {
  const { books } = call;
  const answer = list<BankTransfer>({
    collection: books.bankTransfers,
    idOf: ({ BankTransferID }) => BankTransferID,
    read: fieldReader(fields, {
      FromBankAccount: ({ fromAccountID }) => books.accounts.get(fromAccountID),
      ToBankAccount: ({ toAccountID }) => books.accounts.get(toAccountID),
    }),
    query: call.query,
    ifModifiedSince: call.headers['if-modified-since'],
    settings: books.settings,
    filter: ({ Status }) => Status !== 'DELETED' || wantsDeleted(call),
    paged: 'never',
  });
  return listReply(call, 'BankTransfers', answer, (transfer) => bankTransferWire(books, transfer));
};

const getTransfer = (call: ApiCall): Reply => {
  const transfer = call.books.bankTransfers.get(call.segments[1] ?? '');
  return transfer ? envelope(call, { BankTransfers: [bankTransferWire(call.books, transfer)] }) : notFound();
};

/** One bad transfer refuses them all: this call knows no `summarizeErrors`. */
const create = (call: ApiCall): Reply =>
  writeElements(
    call,
    {
      key: 'BankTransfers',
      idKey: 'BankTransferID',
      save: (input) => ({ record: createBankTransfer(call.books, input), warnings: [] }),
      render: (transfer: BankTransfer) => bankTransferWire(call.books, transfer),
    },
    true,
  );

export const transferEndpoints: readonly Endpoint[] = [
  { path: 'BankTransfers', scopes, handlers: { GET: listTransfers, PUT: create } },
  { path: 'BankTransfers/{id}', scopes, handlers: { GET: getTransfer } },
];
