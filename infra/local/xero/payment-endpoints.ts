/** Payments over HTTP. */
import type { ApiCall, Endpoint, Reply } from './api-call.ts';
import { envelope, notFound } from './api-call.ts';
import type { Payment } from './documents.ts';
import { listReply } from './invoice-endpoints.ts';
import { fieldReader, list } from './list.ts';
import { changePayment, createPayment } from './payments.ts';
import { requiredText } from './where-filter.ts';
import { paymentWire } from './wire-money.ts';
import { writeElements } from './write.ts';

const scopes = ['accounting.payments'];
const fields = [
  'PaymentID',
  'Date',
  'Amount',
  'BankAmount',
  'Reference',
  'CurrencyRate',
  'PaymentType',
  'Status',
  'IsReconciled',
  'UpdatedDateUTC',
];

const listPayments = (call: ApiCall): Reply => {
  const { books } = call;
  const answer = list<Payment>({
    collection: books.payments,
    idOf: ({ PaymentID }) => PaymentID,
    read: fieldReader(fields, {
      Invoice: ({ targetID }) => books.invoices.get(targetID),
      CreditNote: ({ targetID }) => books.creditNotes.get(targetID),
      Account: ({ accountID }) => books.accounts.get(accountID),
    }),
    query: call.query,
    ifModifiedSince: call.headers['if-modified-since'],
    settings: books.settings,
    candidates: (where) => {
      const invoice = where && requiredText(where, 'Invoice.InvoiceID');
      return invoice ? books.payments.find('target', invoice.toLowerCase()) : undefined;
    },
    paged: 'page-and-size',
  });
  return listReply(call, 'Payments', answer, (payment) => paymentWire(books, payment));
};

const getPayment = (call: ApiCall): Reply => {
  const payment = call.books.payments.get(call.segments[1] ?? '');
  return payment ? envelope(call, { Payments: [paymentWire(call.books, payment)] }) : notFound();
};

const spec = (call: ApiCall) => ({
  key: 'Payments',
  idKey: 'PaymentID',
  render: (payment: Payment) => paymentWire(call.books, payment),
});

const create =
  (alwaysSummarize: boolean) =>
  (call: ApiCall): Reply =>
    writeElements(
      call,
      { ...spec(call), save: (input) => ({ record: createPayment(call.books, input), warnings: [] }) },
      alwaysSummarize,
    );

const change = (call: ApiCall): Reply => {
  const id = call.segments[1] ?? '';
  if (!call.books.payments.get(id)) return notFound();
  return writeElements(
    call,
    { ...spec(call), save: (input) => ({ record: changePayment(call.books, id, input), warnings: [] }), most: 1 },
    true,
  );
};

export const paymentEndpoints: readonly Endpoint[] = [
  { path: 'Payments', scopes, handlers: { GET: listPayments, PUT: create(false), POST: create(true) } },
  { path: 'Payments/{id}', scopes, handlers: { GET: getPayment, POST: change } },
];
