import { requireRange, type DateText } from '../../shared/domain/days.ts';
import {
  checkChosenIds,
  takeBillable,
  takeChosen,
  type BilledJob,
  type NotBillable,
} from '../../shared/domain/entry-selection.ts';
import { billableExpenses, chosenExpenses } from '../../shared/domain/expense.ts';
import { expenseKey, isExpense, parseExpense, type Expense } from '../../shared/store/expenses.ts';
import { partitions } from '../../shared/store/keys.ts';
import type { Table } from '../../shared/store/table.ts';
import { parseTimeEntry, timeEntryKey, type TimeEntry } from '../../shared/store/time-entries.ts';

export interface EntryChoice {
  readonly timeEntryIds?: readonly string[] | undefined;
  /** Exactly these expenses, or none; where nobody says, those of the same members and days, and none beside named entries. */
  readonly expenseIds?: readonly string[] | undefined;
  readonly memberIds?: readonly string[] | undefined;
  readonly from?: DateText | undefined;
  readonly to?: DateText | undefined;
}

export interface Gathered {
  readonly entries: readonly TimeEntry[];
  readonly expenses: readonly Expense[];
  /** Entries of the choice that can't be billed yet, with the reason. */
  readonly left: readonly { timeEntryId: string; reason: NotBillable }[];
}

/**
 * Reads the entries that an invoice would take: those named, or the job's unbilled ones of some members and days. Candidates only:
 * each is taken later exactly as it was read here.
 */
export const gatherEntries =
  ({ table }: { table: Table }) =>
  async (ws: string, job: BilledJob, choice: EntryChoice): Promise<Gathered> => {
    if (choice.timeEntryIds) {
      const { timeEntryIds, expenseIds = [] } = choice;
      checkChosenIds(timeEntryIds);
      const places = [...timeEntryIds.map((id) => timeEntryKey(ws, id)), ...expenseIds.map((id) => expenseKey(ws, id))];
      const items = [...(await table.batchGet(places)).values()];
      const times = items.filter((item) => !isExpense(item)).map(parseTimeEntry);
      return {
        entries: takeChosen(timeEntryIds, times, job),
        expenses: chosenExpenses(expenseIds, items.filter(isExpense).map(parseExpense), job),
        left: [],
      };
    }
    const { from, to } = choice;
    requireRange(choice);
    const items = await table.queryAll({
      partition: partitions.unbilledOfJob(ws, job.id),
      index: 'unbilled',
      ...(from === undefined ? {} : { from }),
      // Places start with the date; `~` sorts behind everything that follows it.
      ...(to === undefined ? {} : { to: `${to}~` }),
    });
    const times = items.filter((item) => !isExpense(item)).map(parseTimeEntry);
    const unbilled = items.filter(isExpense).map(parseExpense);
    const expenses = choice.expenseIds
      ? chosenExpenses(choice.expenseIds, await readExpenses(table, ws, choice.expenseIds), job)
      : billableExpenses(unbilled, job, choice);
    // What was spent may be billed by itself.
    if (times.length === 0 && expenses.length > 0) return { entries: [], expenses, left: [] };
    const { taken, left } = takeBillable(times, job, choice);
    return { entries: taken, expenses, left };
  };

const readExpenses = async (table: Table, ws: string, ids: readonly string[]): Promise<Expense[]> => {
  const found = await table.batchGet(ids.map((id) => expenseKey(ws, id)));
  return [...found.values()].map(parseExpense);
};
