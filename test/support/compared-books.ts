import { comparisonWanted, readReconciliation } from '../../shared/store/reconciliation.ts';
import type { Difference } from '../../shared/domain/discrepancy.ts';
import { addBill, type Bill } from '../../shared/store/bills.ts';
import type { Client } from '../../shared/store/clients.ts';
import { openDiscrepancies } from '../../shared/store/discrepancies.ts';
import { addExpense, type Expense } from '../../shared/store/expenses.ts';
import type { InvoiceHead } from '../../shared/store/invoices.ts';
import { addQuote, quoteLines, type QuoteHead } from '../../shared/store/quotes.ts';
import { waits } from '../../shared/store/waiting-work.ts';
import type { XeroSettings } from '../../shared/store/xero-settings.ts';
import { correctionsIn } from './credits.ts';
import { aBakery, aLine, anInvoice } from './xero-documents.ts';
import { newId, type TestWorkspace } from './workspace.ts';
import { tenantId, type Books, type XeroStage } from './xero-stage.ts';

export type Wire = Record<string, unknown>;
/** Everything in the books, in Xero's own names. */
export type AllBooks = Books & Record<'creditNotes' | 'quotes' | 'bankTransactions', Wire[]>;
/** Something of ours that stands in Xero. */
export interface Standing {
  readonly id: string;
  readonly number: string | null;
}

const gbp = (amount: number) => ({ amount, currency: 'GBP' });

/** A workspace with documents of every kind in Xero, and what a test does to either side of them. */
export const comparedBooks = (stage: XeroStage, place: () => TestWorkspace) => {
  const ws = () => place().workspace.id;
  const { table } = stage.engine;
  const now = () => new Date(stage.clock.now()).toISOString();
  const work = () => stage.work(ws());
  const wait = (kind: 'bill' | 'expense' | 'quote', documentId: string) =>
    waits(ws(), { lane: 'documents', kind, documentId, version: stage.clock.now(), dueAt: now(), since: now() });
  const books = async () => (await stage.books()) as unknown as AllBooks;
  let numbers = 0;
  let client: Client;
  return {
    work,
    books,
    /** Connects and chooses everything that bills, expenses and credit notes wait for. */
    begin: async (settings: Partial<XeroSettings> = {}): Promise<Client> => {
      await stage.connect(place().admin);
      await work();
      const accounts = { paymentAccount: '090', billAccount: '320', expenseAccount: '493', revenueAccount: '200' };
      await stage.choose(ws(), { contactPolicy: 'match-or-create', ...accounts, ...settings });
      client = await aBakery(stage, place());
      return client;
    },
    invoice: (changes: Partial<InvoiceHead> = {}): Promise<InvoiceHead> => anInvoice(stage, place(), client, changes),
    /** A credit note over 30.00, set against an invoice of its own; the invoice has to stand there first. */
    creditNote: async (invoice: InvoiceHead, body: object = {}): Promise<Standing> =>
      correctionsIn(stage, place).credit(invoice, { kind: 'amount', amount: gbp(3_000), ...body }),
    /** What is owed to an expert for an hour and a half: 67.50. */
    bill: async (invoice: InvoiceHead, changes: Partial<Bill> = {}): Promise<Standing> => {
      const facts: Bill = {
        ...{ id: newId('bil'), version: 1, memberId: place().members.expert.id, invoiceId: invoice.id, jobId: null },
        ...{ billing: invoice.billing ?? '', state: 'open', number: null, date: '2026-11-20', currency: 'GBP', writeOffs: [] },
        ...{ lines: [{ rate: gbp(4500), seconds: 5400, writtenOff: 0 }], toXero: true, ...changes },
      };
      await table.commit([addBill(ws(), facts), wait('bill', facts.id)]);
      return facts;
    },
    /** A train for 42.50. */
    expense: async (paidBy: Expense['paidBy'], changes: Partial<Expense> = {}): Promise<Standing> => {
      const expense: Expense = {
        ...{ id: newId('exp'), version: 1, jobId: place().job.id, memberId: place().members.expert.id, date: '2026-11-03' },
        ...{ amount: gbp(4_250), description: 'Train to Leeds', billable: false, paidBy, taxIncluded: true },
        ...{ invoiceId: null, toXero: true, ...changes },
      };
      await table.commit([addExpense(ws(), expense), wait('expense', expense.id)]);
      return { id: expense.id, number: null };
    },
    /** A quote over 150.00 that was sent. */
    quote: async (changes: Partial<QuoteHead> = {}): Promise<Standing & QuoteHead> => {
      numbers += 1;
      const head: QuoteHead = {
        ...{ id: newId('quo'), version: 1, status: 'sent', edition: 1, number: `QU-${String(numbers).padStart(4, '0')}` },
        ...{ clientId: client.id, jobId: null, currency: 'GBP', validUntil: '2026-12-20', linesEpoch: 0, lineCount: 1 },
        ...{ subtotal: gbp(12_500), tax: gbp(2_500), total: gbp(15_000), createdAt: now(), sentAt: now() },
        ...{ endsAt: '2026-12-21T00:00:00.000Z', zone: 'Europe/London', termsDays: 14, termsHash: null, linkHash: null },
        ...{ answer: null, invoiceId: null, supersedes: null, supersededBy: null, toXero: true, ...changes },
      };
      const lines = [aLine('1.2500', 10_000, 12_500, 2_500)];
      const words = { title: '', notes: '', supplier: {}, client: {} };
      await table.commit([addQuote(ws(), head), ...quoteLines(ws(), head.id, 0, lines, words), wait('quote', head.id)]);
      return head;
    },
    /** Changes a record in the books past all rules, so that no webhook tells. */
    tamper: (collection: string, id: unknown, change: Record<string, unknown>): Promise<unknown> =>
      stage.control('POST', 'tamper', { tenantId, collection, id, silent: true, ...change }),
    act: stage.act,
    /** Wants a comparison and lets the worker carry it out. */
    compare: async (scope: 'changed' | 'all' = 'all'): Promise<void> => {
      await stage.clock.advance(61);
      const read = await readReconciliation(table)(ws());
      const wanted = { scope, version: stage.clock.now(), at: now(), dueAt: now() };
      await table.commit(comparisonWanted(ws(), read, wanted).writes);
      await work();
    },
    progress: () => readReconciliation(table)(ws()),
    open: async (): Promise<Difference[]> => (await openDiscrepancies(table)(ws())).map(({ difference }) => difference),
    discrepancies: () => openDiscrepancies(table)(ws()),
  };
};
