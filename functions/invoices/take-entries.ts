import type { Line } from '../../shared/domain/invoice-lines.ts';
import { expenseTaken, type Expense } from '../../shared/store/expenses.ts';
import { addInvoice, lineItems, stillCollecting, type InvoiceHead, type Parties } from '../../shared/store/invoices.ts';
import type { Table } from '../../shared/store/table.ts';
import { taken, type TimeEntry } from '../../shared/store/time-entries.ts';

import { billIds, billItems, type Mirrored } from './mirror-bills.ts';

interface Taking {
  readonly head: InvoiceHead;
  readonly lines: readonly Line[];
  readonly entries: readonly TimeEntry[];
  readonly expenses?: readonly Expense[];
  readonly mirrored?: Mirrored;
}

/** Besides entries, expenses and bills, a transaction that issues writes up to 12 more items; DynamoDB takes 100. */
export const entriesPerTransactionMax = 85;
const entriesPerChunk = 95;

/**
 * Takes more entries than fit into one transaction. The head and its lines are written first, so that whoever finds a stalled
 * collection knows what it may hold; each chunk goes through only while the head is still collecting in this epoch, and only with
 * entries exactly as they were read. Until the commit that issues it, nobody but sweepers sees any of it.
 */
export const takeEntries =
  ({ table }: { table: Table }) =>
  async (ws: string, { head, lines, entries, expenses = [], mirrored }: Taking, parties: Parties): Promise<void> => {
    await table.commit([addInvoice(ws, head)]);
    await table.putMany([
      ...lineItems(ws, head.id, head.linesEpoch, lines, parties, billIds(mirrored)),
      ...billItems(ws, mirrored),
    ]);
    const takes = [
      ...entries.map((entry) => taken(ws, entry, head.id)),
      ...expenses.map((expense) => expenseTaken(ws, expense, head.id)),
    ];
    for (let start = 0; start < takes.length; start += entriesPerChunk)
      await table.commit([stillCollecting(ws, head), ...takes.slice(start, start + entriesPerChunk)]);
  };
