import * as z from 'zod';
import { Conflict } from '../domain/conflict.ts';
import { requireUnbilled } from '../domain/expense.ts';
import { keys, partitions } from './keys.ts';
import { maybe, money, version } from './shapes.ts';
import type { Table } from './table.ts';
import { put, putNew, remove, update, type Item, type Write } from './write.ts';

const record = z.object({
  id: z.string(),
  version,
  jobId: z.string(),
  memberId: z.string(),
  date: z.string(),
  amount: money,
  description: z.string(),
  billable: z.boolean(),
  paidBy: z.enum(['member', 'workspace']),
  taxIncluded: z.boolean(),
  /** The invoice that has taken it. Whether it is held or billed is that invoice's state. */
  invoiceId: maybe(z.string()),
  toXero: z.boolean(),
});

/** Money that was spent for a job. */
export type Expense = z.infer<typeof record>;

export const expenseKey = keys.expense;
export const parseExpense = (item: Item): Expense => record.parse(item);

/** Whether an item of the unbilled things of a job is an expense: they stand among its time. */
export const isExpense = ({ sk }: Item): boolean => sk === keys.expense('', '').sk;

export const readExpense =
  (table: Table) =>
  async (workspaceId: string, id: string): Promise<Expense | undefined> => {
    const item = await table.get(keys.expense(workspaceId, id));
    return item && record.parse(item);
  };

/** An invoice reads its job's time and expenses at once: they stand in one place, which only proposes. */
const unbilledKeys = (ws: string, { billable, invoiceId, jobId, date }: Expense) =>
  billable && invoiceId === null
    ? { unbilledPk: partitions.unbilledOfJob(ws, jobId), unbilledSk: `${date}#${date}` }
    : { unbilledPk: undefined, unbilledSk: undefined };

const asItem = (ws: string, expense: Expense): Item => {
  const place = `${expense.date}#${expense.id}`;
  return {
    ...keys.expense(ws, expense.id),
    v: 1,
    ...expense,
    invoiceId: expense.invoiceId ?? undefined,
    listPk: partitions.expensesOfWorkspace(ws),
    listSk: place,
    partyPk: partitions.expensesOfMember(ws, expense.memberId),
    partySk: place,
    jobPk: partitions.expensesOfJob(ws, expense.jobId),
    jobSk: place,
    ...unbilledKeys(ws, expense),
  };
};

export const addExpense = (ws: string, expense: Expense): Write => putNew('expense', asItem(ws, expense));

const freeAsRead = (expense: Expense) => ({
  condition: 'attribute_not_exists(#invoiceId) AND #version = :readVersion',
  values: { ':readVersion': expense.version },
});

/** Replaces an expense as it was read, while no invoice has it. */
export const replaceExpense = (ws: string, expense: Expense): Write =>
  put('expense', asItem(ws, { ...expense, version: expense.version + 1 }), {
    ...freeAsRead(expense),
    onFail: () => new Conflict('expense'),
  });

export const removeExpense = (ws: string, expense: Expense): Write =>
  remove('expense', keys.expense(ws, expense.id), { ...freeAsRead(expense), onFail: () => new Conflict('expense') });

/** It belongs into the books from now on, although it was made without a connection to Xero. Whatever else it says stays. */
export const expenseJoins = (ws: string, { id, version: read }: Expense): Write =>
  update(
    'expense',
    keys.expense(ws, id),
    { set: { toXero: true }, add: { version: 1 } },
    { condition: '#version = :readVersion', values: { ':readVersion': read } },
  );

/** Takes an expense for an invoice exactly as it was read; one that another invoice took meanwhile is named. */
export const expenseTaken = (ws: string, expense: Expense, invoiceId: string): Write =>
  update(
    'expense',
    keys.expense(ws, expense.id),
    { set: { invoiceId, version: expense.version + 1, unbilledPk: undefined, unbilledSk: undefined } },
    {
      ...freeAsRead(expense),
      onFail: (old) => {
        if (old) requireUnbilled(parseExpense(old));
        return new Conflict('expense');
      },
    },
  );

/** Frees an expense from this invoice, if it still holds it. */
export const expenseFreed = (ws: string, expense: Expense, invoiceId: string): Write =>
  update(
    'expense',
    keys.expense(ws, expense.id),
    {
      set: { invoiceId: undefined, version: expense.version + 1, ...unbilledKeys(ws, { ...expense, invoiceId: null }) },
    },
    {
      condition: '#invoiceId = :invoiceId AND #version = :readVersion',
      values: { ':invoiceId': invoiceId, ':readVersion': expense.version },
    },
  );
