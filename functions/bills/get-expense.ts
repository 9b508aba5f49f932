import type { BillCall } from '../../shared/api/bills.ts';
import type { Reply } from '../../shared/domain/once.ts';
import type { Table } from '../../shared/store/table.ts';
import { readExpenseShown } from './read-expense.ts';
import { expenseView } from './views.ts';

/** Shows one expense to the expert who had it, and to finance. */
export const getExpense =
  ({ table }: { table: Table }) =>
  async ({ caller, params }: BillCall<'getExpense'>): Promise<Reply> => {
    const { expense, invoice, sync } = await readExpenseShown(table, caller, params.id);
    return { status: 200, etag: String(expense.version), body: expenseView(expense, invoice, sync) };
  };
