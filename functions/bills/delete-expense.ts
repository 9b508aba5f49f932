import type { BillCall } from '../../shared/api/bills.ts';
import type { Instant } from '../../shared/domain/days.ts';
import type { Reply } from '../../shared/domain/once.ts';
import { audited } from '../../shared/store/audit.ts';
import { removeExpense } from '../../shared/store/expenses.ts';
import { syncForgotten } from '../../shared/store/forget-sync.ts';
import { replaceManifest } from '../../shared/store/manifests.ts';
import { parseSyncItem } from '../../shared/store/sync-items.ts';
import type { Table } from '../../shared/store/table.ts';
import { requireVersion } from '../../shared/store/versioned.ts';
import { allLanes, cancelled, unparked } from '../../shared/store/waiting-work.ts';
import { readExpenseShown, requireFree, requireNotInXero } from './read-expense.ts';

interface Needs {
  readonly table: Table;
  readonly now: () => Instant;
  readonly newId: (prefix: string) => string;
}

/** Deletes an expense that is neither on an invoice nor in Xero; its way there is taken back in the same commit. */
export const deleteExpense =
  ({ table, now, newId }: Needs) =>
  async ({ caller, params, ifMatch }: BillCall<'deleteExpense'>): Promise<Reply> => {
    const ws = caller.workspaceId;
    const shown = await readExpenseShown(table, caller, params.id);
    const { expense, manifest } = shown;
    requireFree(shown);
    requireVersion(ifMatch, expense.version);
    requireNotInXero(shown);
    const work = { kind: 'expense', documentId: expense.id } as const;
    await table.commit([
      removeExpense(ws, expense),
      ...(expense.toXero
        ? [
            ...allLanes.map((lane) => cancelled(ws, { lane, ...work })),
            unparked(ws, work),
            replaceManifest(ws, manifest, manifest.batch),
            ...syncForgotten(ws, expense.id, shown.sync && parseSyncItem(shown.sync), now()),
          ]
        : []),
      audited(ws, {
        ...{ id: newId('aud'), at: now(), who: caller.memberId, what: 'expense-deleted', about: expense.id },
        ...{ text: 'An expense was deleted', before: { ...expense } },
      }),
    ]);
    return { status: 204 };
  };
