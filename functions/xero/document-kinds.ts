import type { InvoiceThere } from '../../shared/domain/compare-invoice.ts';
import { partitions } from '../../shared/store/keys.ts';
import type { Item } from '../../shared/store/write.ts';
import { listCreditNotes, readCreditNoteThere } from '../../shared/xero/list-credit-notes.ts';
import { findInvoicesThere, listInvoices, readInvoiceThere } from '../../shared/xero/list-invoices.ts';
import {
  findPurchasesThere,
  listPurchases,
  listSpends,
  readPurchaseThere,
  readSpendThere,
} from '../../shared/xero/list-purchases.ts';
import { listQuotes, readQuoteThere } from '../../shared/xero/list-quotes.ts';
import type { Compared } from './compared.ts';
import { walkedContacts } from './contact-kind.ts';
import { creditNoteKind } from './credit-note-kind.ts';
import { followCreditNotes } from './follow-credit-notes.ts';
import { followInvoices } from './follow-invoices.ts';
import { followBills, followSpends } from './follow-purchases.ts';
import { followQuotes } from './follow-quotes.ts';
import { compareInvoices, invoiceKind } from './invoice-kind.ts';
import { walkedPayments } from './payment-kind.ts';
import { billKind, spendKind } from './purchase-kind.ts';
import { quoteKind } from './quote-kind.ts';
import type { Run } from './run.ts';
import { walkedDocuments, type OwnRows, type WalkedKind } from './walked-kind.ts';

// The table of all that is compared with Xero, in the order in which the comparison goes through it.

const listed = (of: (ws: string) => string) => (ws: string) => ({ partition: of(ws), index: 'list' }) as const;

/** What is voided there may become void here: it is compared as it stands by then. */
const followAndCompare = async (run: Run, found: readonly InvoiceThere[]): Promise<Compared> => {
  await followInvoices(run, found);
  return compareInvoices(run, found);
};

/** So many of the latest expenses are looked through, page by page. */
const expensesLooked = { pages: 5, rows: 200 };

/**
 * Whether money that was spent goes there: only then the connection must have the permission for bank transactions. Those of long ago
 * lack it, and whoever asks without it loses the connection.
 */
const sendsSpends = async (run: Run): Promise<boolean> => {
  if (run.settings.expenseAccount === null || run.settings.paymentAccount === null) return false;
  const query = { ...listed(partitions.expensesOfWorkspace)(run.ws), descending: true, limit: expensesLooked.rows };
  let after: Item | undefined;
  for (let page = 0; page < expensesLooked.pages; page += 1) {
    const { items, last } = await run.world.table.query({ ...query, ...(after ? { after } : {}) });
    const spent = await spendKind.read(
      run,
      items.map(({ id }) => String(id)),
    );
    if ([...spent.values()].some(({ toXero }) => toXero)) return true;
    if (!last) return false;
    after = last as Item;
  }
  return false;
};

export const walkedKinds: readonly WalkedKind[] = [
  walkedContacts,
  // What became of a credit note is known before the invoice is looked at against which it is set.
  walkedDocuments(
    creditNoteKind,
    { list: listCreditNotes, read: readCreditNoteThere },
    {
      ...{ stage: 'credit-notes', subjects: ['credit-note'], follow: followCreditNotes },
      rows: [{ stage: 'credit-notes-here', prefix: 'cn_', list: listed(partitions.creditNotesOfWorkspace) }],
    },
  ),
  {
    ...walkedDocuments(
      invoiceKind,
      { list: listInvoices, find: findInvoicesThere, read: readInvoiceThere },
      {
        ...{ stage: 'invoices', subjects: ['invoice'], follow: followAndCompare },
        rows: [{ stage: 'invoices-here', prefix: 'inv_', list: listed(partitions.invoicesOfWorkspace) }],
      },
    ),
    isKept: async () => true,
  },
  walkedDocuments(
    billKind,
    { list: listPurchases, find: findPurchasesThere, read: readPurchaseThere },
    {
      ...{ stage: 'bills', subjects: ['bill', 'expense'], follow: followBills },
      rows: [
        { stage: 'bills-here', prefix: 'bil_', list: listed(partitions.billsOfWorkspace) },
        { stage: 'expenses-here', prefix: 'exp_', list: listed(partitions.expensesOfWorkspace) },
      ],
    },
  ),
  {
    ...walkedDocuments(
      spendKind,
      { list: listSpends, read: readSpendThere },
      {
        ...{ stage: 'spends', subjects: ['expense'], follow: followSpends },
        rows: [{ stage: 'spends-here', prefix: 'exp_', list: listed(partitions.expensesOfWorkspace) }],
      },
    ),
    mayAsk: sendsSpends,
  },
  walkedDocuments(
    quoteKind,
    { list: listQuotes, read: readQuoteThere },
    {
      ...{ stage: 'quotes', subjects: ['quote'], follow: followQuotes },
      rows: [{ stage: 'quotes-here', prefix: 'quo_', list: listed(partitions.quotesOfWorkspace) }],
    },
  ),
  walkedPayments,
];

/** Where a document of ours may stand, by its id: an expense may be a bill there, or money that was spent. */
export const rowsOf = (id: string): readonly OwnRows[] =>
  walkedKinds.flatMap(({ rows }) => rows).filter(({ prefix }) => id.startsWith(prefix));
