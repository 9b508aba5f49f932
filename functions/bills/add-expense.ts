import type { BillCall } from '../../shared/api/bills.ts';
import { actsForOthers } from '../../shared/domain/access.ts';
import { dateIn, type Instant } from '../../shared/domain/days.ts';
import { checkExpense } from '../../shared/domain/expense.ts';
import { moneyText } from '../../shared/domain/money-text.ts';
import type { Reply } from '../../shared/domain/once.ts';
import { refuse } from '../../shared/domain/refusal.ts';
import { audited } from '../../shared/store/audit.ts';
import { keepsBooksInXero } from '../../shared/store/books.ts';
import { addExpense as added, type Expense } from '../../shared/store/expenses.ts';
import { mustBeAt } from '../../shared/store/found.ts';
import { answered } from '../../shared/store/idempotency.ts';
import { jobKey, parseJob } from '../../shared/store/jobs.ts';
import { keys } from '../../shared/store/keys.ts';
import { memberKey, parseMember } from '../../shared/store/members.ts';
import { keyText, type Table } from '../../shared/store/table.ts';
import { waits } from '../../shared/store/waiting-work.ts';
import { parseWorkspace, workspaceKey } from '../../shared/store/workspaces.ts';
import { requireJobOpen } from './open-job.ts';
import { expenseView } from './views.ts';

interface Needs {
  readonly table: Table;
  readonly now: () => Instant;
  readonly newId: (prefix: string) => string;
  readonly ring: (workspaceIds: readonly string[]) => Promise<void>;
}

/** Enters money that was spent for a job, by oneself or, as admin or finance, by another member; it goes to Xero in the same commit. */
export const addExpense =
  ({ table, now, newId, ring }: Needs) =>
  async ({ caller, body, once }: BillCall<'createExpense'>): Promise<Reply> => {
    const ws = caller.workspaceId;
    const { memberId = caller.memberId, ...asked } = body;
    if (memberId !== caller.memberId && !actsForOthers(caller.role))
      return refuse('forbidden', 'Only admin and finance enter expenses of others');
    const found = await table.batchGet([
      ...[workspaceKey(ws), memberKey(ws, memberId), jobKey(ws, body.jobId)],
      keys.xeroConnection(ws),
    ]);
    const job = mustBeAt(found, jobKey(ws, body.jobId), parseJob);
    const workspace = mustBeAt(found, workspaceKey(ws), parseWorkspace);
    requireJobOpen(job, mustBeAt(found, memberKey(ws, memberId), parseMember), caller.memberId);
    const at = now();
    checkExpense(body, { today: dateIn(workspace.zone, at), jobCurrency: job.currency });
    const toXero = keepsBooksInXero(found.get(keyText(keys.xeroConnection(ws))));
    const expense: Expense = { id: newId('exp'), version: 1, ...asked, memberId, invoiceId: null, toXero };
    const reply: Reply = { status: 201, etag: '1', body: expenseView(expense, undefined, undefined) };
    const work = { lane: 'documents', kind: 'expense', documentId: expense.id } as const;
    const text = `An expense of ${moneyText(body.amount)} on ${job.name} was entered`;
    await table.commit([
      added(ws, expense),
      ...(toXero ? [waits(ws, { ...work, version: Date.parse(at), dueAt: at, since: at })] : []),
      audited(ws, { id: newId('aud'), at, who: caller.memberId, what: 'expense-added', about: expense.id, text }),
      answered(once, reply),
    ]);
    if (toXero) await ring([ws]).catch(() => undefined);
    return reply;
  };
