/** One organisation's books: its collections, how things are found in them, and the stamps every change gets. */
import { randomUUID } from 'node:crypto';
import type { SandboxClock } from '../clock.ts';
import { dayIn, wholeSecond } from './dates.ts';
import type {
  Account,
  Allocation,
  Attachment,
  BankTransaction,
  BankTransfer,
  Contact,
  CreditNote,
  HistoryRecord,
  Invoice,
  Organisation,
  Overpayment,
  Payment,
  Quote,
  TaxRate,
} from './documents.ts';
import type { Settings } from './settings.ts';
import type { Collection, Store } from './store.ts';

export interface Books {
  readonly tenantId: string;
  readonly settings: Settings;
  readonly store: Store;
  organisation(): Organisation;
  setOrganisation(organisation: Organisation): void;
  readonly accounts: Collection<Account>;
  readonly taxRates: Collection<TaxRate>;
  readonly contacts: Collection<Contact>;
  readonly invoices: Collection<Invoice>;
  readonly creditNotes: Collection<CreditNote>;
  readonly quotes: Collection<Quote>;
  readonly payments: Collection<Payment>;
  readonly allocations: Collection<Allocation>;
  readonly bankTransactions: Collection<BankTransaction>;
  readonly bankTransfers: Collection<BankTransfer>;
  readonly overpayments: Collection<Overpayment>;
  readonly attachments: Collection<Attachment>;
  readonly history: Collection<HistoryRecord>;
  /** Change stamp for now: whole seconds, in milliseconds. */
  stamp(): number;
  /** Today in the organisation's zone, `YYYY-MM-DD`. */
  today(): string;
  newId(): string;
  /** Next free number of a series; `taken` tells which are used already. */
  nextNumber(prefix: string, taken: (number: string) => boolean): string;
}

/** Names, e-mail addresses and numbers are compared without regard to case, accents and outer blanks. */
export const fold = (text: string): string =>
  text
    .trim()
    .normalize('NFD')
    .replace(/\p{Diacritic}/gu, '')
    .toLowerCase();

const foldOptional = (text: string | undefined): string | undefined => (text === undefined ? undefined : fold(text));

/** The collections of one organisation, indexed so that nothing walks all documents. */
const collectionsOf = (store: Store, scope: string) => ({
  accounts: store.collection<Account>({ scope, kind: 'account', idOf: (a) => a.AccountID, indexes: { code: (a) => [a.Code] } }),
  taxRates: store.collection<TaxRate>({ scope, kind: 'taxRate', idOf: (t) => t.TaxType }),
  contacts: store.collection<Contact>({
    scope,
    kind: 'contact',
    idOf: (c) => c.ContactID,
    indexes: {
      name: (c) => [fold(c.Name)],
      number: (c) => [foldOptional(c.ContactNumber)],
      email: (c) => [foldOptional(c.EmailAddress)],
    },
  }),
  invoices: store.collection<Invoice>({
    scope,
    kind: 'invoice',
    idOf: (i) => i.InvoiceID,
    indexes: { number: (i) => [foldOptional(i.InvoiceNumber)], contact: (i) => [i.ContactID] },
  }),
  creditNotes: store.collection<CreditNote>({
    scope,
    kind: 'creditNote',
    idOf: (n) => n.CreditNoteID,
    indexes: { number: (n) => [foldOptional(n.CreditNoteNumber)], contact: (n) => [n.ContactID] },
  }),
  quotes: store.collection<Quote>({
    scope,
    kind: 'quote',
    idOf: (q) => q.QuoteID,
    indexes: { number: (q) => [fold(q.QuoteNumber)], contact: (q) => [q.ContactID] },
  }),
  payments: store.collection<Payment>({
    scope,
    kind: 'payment',
    idOf: (p) => p.PaymentID,
    indexes: { target: (p) => [p.targetID] },
  }),
  allocations: store.collection<Allocation>({
    scope,
    kind: 'allocation',
    idOf: (a) => a.AllocationID,
    indexes: { source: (a) => [a.sourceID], invoice: (a) => [a.invoiceID] },
  }),
  bankTransactions: store.collection<BankTransaction>({
    scope,
    kind: 'bankTransaction',
    idOf: (t) => t.BankTransactionID,
    indexes: { contact: (t) => [t.ContactID] },
  }),
  bankTransfers: store.collection<BankTransfer>({ scope, kind: 'bankTransfer', idOf: (t) => t.BankTransferID }),
  overpayments: store.collection<Overpayment>({
    scope,
    kind: 'overpayment',
    idOf: (o) => o.OverpaymentID,
    indexes: { contact: (o) => [o.ContactID] },
  }),
  attachments: store.collection<Attachment>({
    scope,
    kind: 'attachment',
    idOf: (a) => a.AttachmentID,
    indexes: { owner: (a) => [a.ownerID] },
  }),
  history: store.collection<HistoryRecord>({
    scope,
    kind: 'history',
    idOf: (h) => h.HistoryRecordID,
    indexes: { owner: (h) => [h.ownerID] },
  }),
});

/** Opens the books of an organisation that `organisations` knows. */
export const openBooks = (
  tenantId: string,
  {
    store,
    clock,
    settings,
    organisations,
  }: { store: Store; clock: SandboxClock; settings: Settings; organisations: Collection<Organisation> },
): Books => {
  const organisation = (): Organisation => organisations.get(tenantId)!;
  return {
    tenantId,
    settings,
    store,
    organisation,
    setOrganisation: (changed) => organisations.put(changed),
    ...collectionsOf(store, tenantId),
    stamp: () => wholeSecond(clock.now()),
    today: () => dayIn(clock.now(), organisation().zone),
    newId: () => randomUUID(),
    nextNumber: (prefix, taken) => {
      let next = organisation().nextNumbers[prefix] ?? 1;
      const text = (): string => `${prefix}${String(next).padStart(4, '0')}`;
      while (taken(text())) next++;
      const number = text();
      organisations.put({ ...organisation(), nextNumbers: { ...organisation().nextNumbers, [prefix]: next + 1 } });
      return number;
    },
  };
};

/** Everything of an organisation that a reset empties. */
export const bookCollections = (books: Books): Collection<object>[] =>
  [
    books.accounts,
    books.taxRates,
    books.contacts,
    books.invoices,
    books.creditNotes,
    books.quotes,
    books.payments,
    books.allocations,
    books.bankTransactions,
    books.bankTransfers,
    books.overpayments,
    books.attachments,
    books.history,
  ] as unknown as Collection<object>[];
