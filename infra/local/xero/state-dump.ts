/** Everything in the books, in Xero's own field names, for tests to look at. */
import type { Books } from './books.ts';
import { allocationWire, contactWire, creditNoteWire, fullView, invoiceWire, quoteWire } from './wire.ts';
import { bankTransferWire } from './bank-transfers.ts';
import { bankTransactionWire, overpaymentWire, paymentWire } from './wire-money.ts';

const exact = { ...fullView, unitPlaces: 4 as const };

export const dumpBooks = (books: Books): object => ({
  tenantId: books.tenantId,
  name: books.organisation().Name,
  contacts: [...books.contacts.values()].map((contact) => contactWire(books, contact)),
  invoices: [...books.invoices.values()].map((invoice) => invoiceWire(books, invoice, exact)),
  payments: [...books.payments.values()].map((payment) => paymentWire(books, payment)),
  quotes: [...books.quotes.values()].map((quote) => quoteWire(books, quote, exact)),
  creditNotes: [...books.creditNotes.values()].map((note) => creditNoteWire(books, note, exact)),
  bankTransactions: [...books.bankTransactions.values()].map((money) => bankTransactionWire(books, money, exact)),
  bankTransfers: [...books.bankTransfers.values()].map((transfer) => bankTransferWire(books, transfer)),
  overpayments: [...books.overpayments.values()]
    .filter(({ kind }) => kind === 'Overpayment')
    .map((m) => overpaymentWire(books, m, exact)),
  prepayments: [...books.overpayments.values()]
    .filter(({ kind }) => kind === 'Prepayment')
    .map((m) => overpaymentWire(books, m, exact)),
  allocations: [...books.allocations.values()].map((allocation) => ({
    ...allocationWire(books, allocation),
    [allocation.source]: { [`${allocation.source}ID`]: allocation.sourceID },
  })),
});
