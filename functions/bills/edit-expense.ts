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
import { keepSyncItem, parseSyncItem } from '../../shared/store/sync-items.ts';
import type { Table } from '../../shared/store/table.ts';
import { requireVersion } from '../../shared/store/versioned.ts';
import { unparked, waits } from '../../shared/store/waiting-work.ts';
import type { Write } from '../../shared/store/write.ts';
import { requireJobOpen } from './open-job.ts';
import { readExpenseShown, requireFree, requireNotInXero, type ExpenseShown } from './read-expense.ts';
import { expenseView } from './views.ts';

interface Needs {
  readonly table: Table;
  readonly now: () => Instant;
  readonly newId: (prefix: string) => string;
  readonly ring: (workspaceIds: readonly string[]) => Promise<void>;
}

/** Corrects an expense that no invoice has taken. What Xero has of it can't be changed here any more; its job and billing can. */
export const editExpense =
  ({ table, now, newId, ring }: Needs) =>
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
    const released = booked ? releaseWrites(ws, shown, now()) : [];
    await table.commit([
      replaceExpense(ws, after),
      ...released,
      // A batch that is just being put together loses the race, and reads the expense again.
      ...(booked ? [replaceManifest(ws, manifest, manifest.batch)] : []),
      audited(ws, {
        ...{ id: newId('aud'), at: now(), who: caller.memberId, what: 'expense-changed', about: before.id, text },
        ...{ before: { ...before }, after: { ...after, version } },
      }),
    ]);
    if (released.length > 0) await ring([ws]).catch(() => undefined);
    const sync = released.length > 0 ? undefined : shown.sync;
    return { status: 200, etag: String(version), body: expenseView({ ...after, version }, undefined, sync) };
  };

/** What had held it up on its way to Xero may be put right by now: it is tried again. */
const releaseWrites = (ws: string, { expense: { id }, sync }: ExpenseShown, at: Instant): Write[] => {
  const tried = sync && parseSyncItem(sync);
  if (tried?.state !== 'blocked' && tried?.state !== 'failed') return [];
  const work = { kind: 'expense', documentId: id } as const;
  return [
    unparked(ws, work),
    waits(ws, { ...work, lane: 'documents', version: Date.parse(at), dueAt: at, since: at }),
    keepSyncItem(ws, { ...tried, state: 'pending', reason: null, code: null, mend: null, at }),
  ];
};
