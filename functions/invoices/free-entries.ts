import { Conflict } from '../../shared/domain/conflict.ts';
import { abandon } from '../../shared/domain/invoice.ts';
import { expenseFreed, expenseKey, isExpense, parseExpense } from '../../shared/store/expenses.ts';
import { readInvoice, readLines, replaceInvoice, type InvoiceHead } from '../../shared/store/invoices.ts';
import { actionsPerTransactionMax, type Table } from '../../shared/store/table.ts';
import { freed, parseTimeEntry, timeEntryKey } from '../../shared/store/time-entries.ts';
import type { Key } from '../../shared/store/write.ts';

const triesMax = 5;

/**
 * Frees every entry and expense that a dead invoice still holds, in chunks, and then notes that it is done. May be run again at any time and by
 * several at once: an entry that is free already, or on another invoice by now, is left alone.
 */
export const freeEntries =
  ({ table }: { table: Table }) =>
  async (ws: string, invoiceId: string): Promise<void> => {
    const head = await readInvoice(table)(ws, invoiceId);
    if (!head?.freeing) return;
    const { lines } = await readLines(table)(ws, head);
    const places = lines.flatMap(({ timeEntryIds, expenseId }) => [
      ...timeEntryIds.map((id) => timeEntryKey(ws, id)),
      ...(expenseId === undefined ? [] : [expenseKey(ws, expenseId)]),
    ]);
    for (let start = 0; start < places.length; start += actionsPerTransactionMax)
      await freeChunk(table, ws, invoiceId, places.slice(start, start + actionsPerTransactionMax));
    await table.commit([replaceInvoice(ws, { ...head, freeing: false })]).catch(async (error: unknown) => {
      // Somebody else freed them at the same moment and has noted it.
      if (!(error instanceof Conflict) || (await readInvoice(table)(ws, invoiceId))?.freeing) throw error;
    });
  };

const freeChunk = async (table: Table, ws: string, invoiceId: string, places: readonly Key[]): Promise<void> => {
  for (let tries = 1; ; tries += 1) {
    const held = [...(await table.batchGet(places)).values()].filter((item) => item['invoiceId'] === invoiceId);
    try {
      return await table.commit(
        held.map((item) =>
          isExpense(item) ? expenseFreed(ws, parseExpense(item), invoiceId) : freed(ws, parseTimeEntry(item), invoiceId),
        ),
      );
    } catch (error) {
      if (!(error instanceof Conflict) || tries === triesMax) throw error;
    }
  }
};

/**
 * Gives a stalled collection up, so that nothing can be taken for it any more, and frees what it had taken. First the state, then
 * the entries: a function that wakes up late fails at its next chunk.
 */
export const abandonCollection =
  ({ table }: { table: Table }) =>
  async (ws: string, invoiceId: string): Promise<void> => {
    const head = await readInvoice(table)(ws, invoiceId);
    if (head?.status === 'collecting') await table.commit([replaceInvoice(ws, { ...asAbandoned(head), freeing: true })]);
    await freeEntries({ table })(ws, invoiceId);
  };

const asAbandoned = (head: InvoiceHead): InvoiceHead => abandon(head);
