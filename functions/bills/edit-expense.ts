import type { BillCall } from '../../shared/api/bills.ts';
import { dateIn, type Instant } from '../../shared/domain/days.ts';
import { changesBooks, checkExpense } from '../../shared/domain/expense.ts';
import { moneyText } from '../../shared/domain/money-text.ts';
import type { Reply } from '../../shared/domain/once.ts';
import { audited } from '../../shared/store/audit.ts';
import { replaceExpense, type Expense } from '../../shared/store/expenses.ts';
import { mustBeAt } from '../../shared/store/found.ts';
import { jobKey, parseJob } from '../../shared/store/jobs.ts';
import { replaceManifest } from '../../shared/store/manifests.ts';
import { memberKey, parseMember } from '../../shared/store/members.ts';
import type { Table } from '../../shared/store/table.ts';
import { requireVersion } from '../../shared/store/versioned.ts';
import { requireJobOpen } from './open-job.ts';
import { readExpenseShown, requireFree, requireNotInXero } from './read-expense.ts';
import { expenseView } from './views.ts';

interface Needs {
  readonly table: Table;
  readonly now: () => Instant;
  readonly newId: (prefix: string) => string;
}

/** Corrects an expense that no invoice has taken. What Xero has of it can't be changed here any more; its job and billing can. */
export const editExpense =
  ({ table, now, newId }: Needs) =>
  async ({ caller, params, body, ifMatch }: BillCall<'updateExpense'>): Promise<Reply> => {
    const ws = caller.workspaceId;
    const shown = await readExpenseShown(table, caller, params.id);
    const { expense: before, manifest, workspace } = shown;
    requireFree(shown);
    requireVersion(ifMatch, before.version);
    const after: Expense = { ...before, ...body } as Expense;
    const booked = before.toXero && changesBooks(before, after);
    if (booked) requireNotInXero(shown);
    const found = await table.batchGet([jobKey(ws, after.jobId), memberKey(ws, after.memberId)]);
    const job = mustBeAt(found, jobKey(ws, after.jobId), parseJob);
    if (after.jobId !== before.jobId)
      requireJobOpen(job, mustBeAt(found, memberKey(ws, after.memberId), parseMember), caller.memberId);
    checkExpense(after, { today: dateIn(workspace.zone, now()), jobCurrency: job.currency });
    const version = before.version + 1;
    const text = `An expense of ${moneyText(after.amount)} on ${job.name} was corrected`;
    await table.commit([
      replaceExpense(ws, after),
      // A batch that is just being put together loses the race, and reads the expense again.
      ...(booked ? [replaceManifest(ws, manifest, manifest.batch)] : []),
      audited(ws, {
        ...{ id: newId('aud'), at: now(), who: caller.memberId, what: 'expense-changed', about: before.id, text },
        ...{ before: { ...before }, after: { ...after, version } },
      }),
    ]);
    return { status: 200, etag: String(version), body: expenseView({ ...after, version }, undefined, shown.sync) };
  };
