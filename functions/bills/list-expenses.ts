import type { BillCall } from '../../shared/api/bills.ts';
import { requireRange } from '../../shared/domain/days.ts';
import type { Reply } from '../../shared/domain/once.ts';
import { refuse } from '../../shared/domain/refusal.ts';
import { parseExpense } from '../../shared/store/expenses.ts';
import { foundAt } from '../../shared/store/found.ts';
import { invoiceStandingKey, parseInvoiceStanding } from '../../shared/store/invoice-status.ts';
import { jobKey } from '../../shared/store/jobs.ts';
import { partitions } from '../../shared/store/keys.ts';
import { memberKey } from '../../shared/store/members.ts';
import { listPage } from '../../shared/store/paging.ts';
import { syncItemKey } from '../../shared/store/sync-items.ts';
import { keyText, type QueryInput, type Table } from '../../shared/store/table.ts';
import type { Item } from '../../shared/store/write.ts';
import { whoseOf } from './whose.ts';
import { expenseView } from './views.ts';

type Filter = Omit<BillCall<'listExpenses'>['query'], 'limit' | 'cursor'>;

/** Lists expenses, the newest first: an expert's own, or anybody's for finance. */
export const listExpenses =
  ({ table }: { table: Table }) =>
  async ({ caller, query }: BillCall<'listExpenses'>): Promise<Reply> => {
    const ws = caller.workspaceId;
    requireRange(query);
    const memberId = whoseOf(caller, query.memberId);
    await requireKnown(table, ws, query);
    const { limit, cursor, ...filter } = { ...query, memberId };
    const page = await listPage(table, {
      query: queryOf(ws, filter),
      scope: [ws, 'EXP', ...Object.entries(filter).flat()].join('/'),
      filtered: memberId !== undefined && filter.jobId !== undefined,
      request: { limit, cursor },
      show: (rows) => shown(table, ws, rows, filter),
    });
    return { status: 200, body: page };
  };

/** Refuses (`not-found`) a filter by what this workspace doesn't have. */
const requireKnown = async (table: Table, ws: string, { jobId, memberId }: Filter): Promise<void> => {
  const asked = [...(jobId ? [jobKey(ws, jobId)] : []), ...(memberId ? [memberKey(ws, memberId)] : [])];
  const found = await table.batchGet(asked);
  if (!asked.every((key) => found.has(keyText(key)))) refuse('not-found', 'There is no such thing here');
};

const queryOf = (ws: string, { jobId, memberId, from, to }: Filter): QueryInput => {
  const range = { descending: true, ...(from === undefined ? {} : { from }), ...(to === undefined ? {} : { to: `${to}#~` }) };
  if (memberId !== undefined) return { index: 'party', partition: partitions.expensesOfMember(ws, memberId), ...range };
  if (jobId !== undefined) return { index: 'job', partition: partitions.expensesOfJob(ws, jobId), ...range };
  return { index: 'list', partition: partitions.expensesOfWorkspace(ws), ...range };
};

const shown = async (table: Table, ws: string, rows: readonly Item[], { jobId }: Filter) => {
  const expenses = rows.map(parseExpense);
  const invoices = [...new Set(expenses.flatMap(({ invoiceId }) => invoiceId ?? []))];
  const found = await table.batchGet([
    ...invoices.map((id) => invoiceStandingKey(ws, id)),
    ...expenses.map(({ id }) => syncItemKey(ws, id)),
  ]);
  return expenses.map((expense) => {
    if (jobId !== undefined && expense.jobId !== jobId) return undefined;
    const invoice =
      expense.invoiceId === null ? undefined : foundAt(found, invoiceStandingKey(ws, expense.invoiceId), parseInvoiceStanding);
    return expenseView(expense, invoice, found.get(keyText(syncItemKey(ws, expense.id))));
  });
};
