import { billRoutes } from '../../shared/api/bills.ts';
import { instantOf } from '../../shared/domain/days.ts';
import { apiDoor } from '../../shared/runtime/api-door.ts';
import { retryLostRaces, type RetryTools } from '../../shared/runtime/retry.ts';
import { readEarlier, release } from '../../shared/store/idempotency.ts';
import { stillMember } from '../../shared/store/members.ts';
import type { Table } from '../../shared/store/table.ts';
import { addExpense } from './add-expense.ts';
import { approveBill } from './approve-bill.ts';
import { deleteExpense } from './delete-expense.ts';
import { editExpense } from './edit-expense.ts';
import { getBill } from './get-bill.ts';
import { getExpense } from './get-expense.ts';
import { listBills } from './list-bills.ts';
import { listExpenses } from './list-expenses.ts';
import { writeOffBill } from './write-off-bill.ts';

/** The world that the room of bills and expenses works in. */
export interface BillWorld extends RetryTools {
  readonly table: Table;
  readonly newId: (prefix: string) => string;
  /** Rings for a workspace whose documents wait to be sent to Xero. */
  readonly ring: (workspaceIds: readonly string[]) => Promise<void>;
}

/** Answers the routes of bills and expenses. */
export const billsDoor = ({ clock, random, sleep, ...world }: BillWorld) => {
  const tools = { clock, random, sleep };
  const needs = { ...world, now: () => instantOf(clock()), retry: <T>(run: () => Promise<T>) => retryLostRaces(tools, run) };
  return apiDoor({
    routes: billRoutes,
    useCases: {
      listBills: listBills(needs),
      getBill: getBill(needs),
      writeOffBill: writeOffBill(needs),
      approveBill: approveBill(needs),
      createExpense: addExpense(needs),
      listExpenses: listExpenses(needs),
      getExpense: getExpense(needs),
      updateExpense: editExpense(needs),
      deleteExpense: deleteExpense(needs),
    },
    readEarlier: readEarlier(world.table),
    release: release(world.table),
    stillMember: stillMember(world.table),
    tools,
  });
};
