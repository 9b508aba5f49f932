import { billStatus, isOwed } from '../../shared/domain/bill.ts';
import { quoteStatusWanted } from '../../shared/domain/quote-in-xero.ts';
import type { BackfillKind } from '../../shared/store/backfills.ts';
import { parseBill, replaceBill } from '../../shared/store/bills.ts';
import { parseClient } from '../../shared/store/clients.ts';
import { creditNoteJoins, parseCreditNote } from '../../shared/store/credit-notes.ts';
import { expenseJoins, parseExpense } from '../../shared/store/expenses.ts';
import { foundAt } from '../../shared/store/found.ts';
import { invoiceKey, parseInvoice, replaceInvoice } from '../../shared/store/invoices.ts';
import { partitions } from '../../shared/store/keys.ts';
import { parsePayment } from '../../shared/store/payments.ts';
import { parseQuote, replaceQuote } from '../../shared/store/quotes.ts';
import { parseSyncItem, syncItemKey } from '../../shared/store/sync-items.ts';
import type { QueryInput } from '../../shared/store/table.ts';
import type { Item, Key, Write } from '../../shared/store/write.ts';
import { contactLinkKey } from '../../shared/store/xero-contacts.ts';
import { creditNumbersPerCall } from '../../shared/xero/find-credit-notes.ts';
import { listInvoicesFrom, valuesPerSearchMax } from '../../shared/xero/find-invoices.ts';
import { listQuotesFrom } from '../../shared/xero/find-quotes.ts';
import type { Judged, ToJudge } from './link-existing.ts';
import { judgeCreditNotes } from './link-credit-notes.ts';
import { judgeInvoices } from './link-invoices.ts';
import { judgeBills, judgeExpenses } from './link-purchases.ts';
import { byNumber, judgeQuotes } from './link-quotes.ts';
import type { Run } from './run.ts';

// What a backfill has to know of each kind of document; the walk over them is the same for all.

interface PageThere {
  /** What stands on it, by number. */
  readonly found: ReadonlyMap<string, unknown>;
  /** How many pages there are, or at least are known to be. */
  readonly pageCount: number;
}

export interface KindOfDocument {
  /** Their list from a day on, behind a place. */
  readonly list: (ws: string, from: string, after: string) => QueryInput;
  /** Where a row stands in it. */
  readonly placeOf: (row: Item) => string;
  /** Those of some rows that belong into the books. */
  readonly belonging: (run: Run, rows: readonly Item[]) => Promise<readonly Item[]>;
  /** Where it stands what is known of one in Xero, and whether that means that it is there or on its way. */
  readonly known: (run: Run, id: string) => Key;
  readonly isThere: (known: Item) => boolean;
  /** From now on it belongs into the books, although it was made without a connection. */
  readonly joins: (ws: string, row: Item) => Write[];
  /** How many are looked up with one call; absent where nobody has to look before sending. */
  readonly perLook?: number;
  readonly judge?: (run: Run, toJudge: ToJudge) => Promise<Judged[]>;
  /** A page of Xero's list since that day, where whole pages may be cheaper than looking up numbers. */
  readonly page?: (run: Run, asked: { from: string; page: number }) => Promise<PageThere>;
  /** About how many calls so many of them take to be sent. */
  readonly callsFor: (documents: number) => number;
}

const documentsPerCall = 50;
const inBatches = (documents: number): number => Math.ceil(documents / documentsPerCall);

/** Documents that stand in a list by their day, each with its way to Xero. */
const dated = (partition: (ws: string) => string) => ({
  list: (ws: string, from: string, after: string): QueryInput => ({
    partition: partition(ws),
    index: 'list',
    from: after === '' ? from : `${after}!`,
  }),
  placeOf: (row: Item): string => String(row['listSk']),
  known: ({ ws }: Run, id: string): Key => syncItemKey(ws, id),
  isThere: (known: Item): boolean => {
    const { xeroId, state } = parseSyncItem(known);
    return xeroId !== null || state === 'sending';
  },
  callsFor: inBatches,
});

const each =
  (belongs: (row: Item) => boolean): KindOfDocument['belonging'] =>
  async (_run, rows) =>
    rows.filter(belongs);

/** Those whose invoice still bills their time, and of which something is owed. */
const owedBills: KindOfDocument['belonging'] = async ({ ws, world }, rows) => {
  const bills = rows.map((row) => ({ row, bill: parseBill(row) }));
  const heads = await world.table.batchGet(bills.map(({ bill }) => invoiceKey(ws, bill.invoiceId)));
  return bills.flatMap(({ row, bill }) => {
    const head = foundAt(heads, invoiceKey(ws, bill.invoiceId), parseInvoice);
    return head && billStatus(bill, head) !== 'void' && isOwed(bill) ? [row] : [];
  });
};

/** Those that count, and of which Xero has to hear: one is void with its invoice. */
const standingCredits: KindOfDocument['belonging'] = async ({ ws, world }, rows) => {
  const notes = rows.map((row) => ({ row, note: parseCreditNote(row) })).filter(({ note }) => note.onlyHere !== true);
  const heads = await world.table.batchGet(notes.map(({ note }) => invoiceKey(ws, note.invoiceId)));
  return notes.flatMap(({ row, note }) =>
    foundAt(heads, invoiceKey(ws, note.invoiceId), parseInvoice)?.status === 'void' ? [] : [row],
  );
};

const joining =
  <T extends { readonly toXero: boolean }>(parse: (row: Item) => T, write: (ws: string, joined: T) => Write) =>
  (ws: string, row: Item): Write[] => {
    const document = parse(row);
    return document.toXero ? [] : [write(ws, { ...document, toXero: true })];
  };

const nothing = (): Write[] => [];

export const kindsOfDocument: Readonly<Record<BackfillKind, KindOfDocument>> = {
  contact: {
    list: (ws, _from, after) => ({
      partition: partitions.workspace(ws),
      from: after === '' ? 'CLIENT#' : `${after}!`,
      to: 'CLIENT#~',
    }),
    placeOf: ({ sk }) => sk,
    belonging: each((row) => !parseClient(row).archived),
    known: ({ ws, tenantId }, id) => contactLinkKey(ws, tenantId, id),
    isThere: () => true,
    joins: nothing,
    callsFor: inBatches,
  },
  quote: {
    ...dated(partitions.quotesOfWorkspace),
    belonging: each((row) => {
      const { status, number } = parseQuote(row);
      const wanted = quoteStatusWanted(status);
      return number !== null && wanted !== undefined && wanted !== 'DELETED';
    }),
    joins: joining(parseQuote, replaceQuote),
    perLook: 1,
    judge: judgeQuotes,
    page: async ({ books }, asked) => {
      const { quotes, pageCount } = await listQuotesFrom(books, asked);
      return { found: byNumber(quotes), pageCount };
    },
    // Made as drafts, and led from there step by step.
    callsFor: (quotes) => 3 * inBatches(quotes),
  },
  invoice: {
    ...dated(partitions.invoicesOfWorkspace),
    belonging: each((row) => {
      const { status, number } = parseInvoice(row);
      return number !== null && (status === 'issued' || status === 'partially-paid' || status === 'paid');
    }),
    joins: joining(parseInvoice, replaceInvoice),
    perLook: valuesPerSearchMax,
    judge: judgeInvoices,
    page: async ({ books }, asked) => {
      const { invoices, pageCount } = await listInvoicesFrom(books, asked);
      return { found: new Map(invoices.filter(({ number }) => number !== '').map((one) => [one.number, one])), pageCount };
    },
  },
  payment: {
    ...dated(partitions.paymentsOfWorkspace),
    belonging: each((row) => {
      const { origin, status } = parsePayment(row);
      return origin !== 'xero' && (status === 'succeeded' || status === 'refunded' || status === 'disputed');
    }),
    joins: nothing,
  },
  'credit-note': {
    ...dated(partitions.creditNotesOfWorkspace),
    belonging: standingCredits,
    joins: joining(parseCreditNote, (ws, { id }) => creditNoteJoins(ws, id)),
    perLook: creditNumbersPerCall,
    judge: judgeCreditNotes,
    // Each is looked at, and set against its invoice, by itself.
    callsFor: (notes) => inBatches(notes) + 2 * notes,
  },
  bill: {
    ...dated(partitions.billsOfWorkspace),
    belonging: owedBills,
    joins: joining(parseBill, replaceBill),
    perLook: valuesPerSearchMax,
    judge: judgeBills,
  },
  expense: {
    ...dated(partitions.expensesOfWorkspace),
    belonging: each(() => true),
    joins: joining(parseExpense, expenseJoins),
    perLook: valuesPerSearchMax,
    judge: judgeExpenses,
  },
};
