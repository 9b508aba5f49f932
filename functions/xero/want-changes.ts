import type { RingDoorbell } from '../../shared/runtime/queue.ts';
import { dueShards, everyTimed } from '../../shared/store/due.ts';
import type { Table } from '../../shared/store/table.ts';
import { readParkedWork, waits } from '../../shared/store/waiting-work.ts';
import type { Write } from '../../shared/store/write.ts';

interface Needs {
  readonly table: Table;
  readonly clock: () => number;
  readonly ring: RingDoorbell;
}

const wanted = (ws: string, clock: () => number, kind: 'pull-contacts' | 'check-approvals'): Write => {
  const at = new Date(clock()).toISOString();
  const documentId = kind === 'pull-contacts' ? 'contacts' : 'approvals';
  const lane = kind === 'pull-contacts' ? 'urgent' : 'documents';
  return waits(ws, { lane, kind, documentId, version: clock(), dueAt: at, since: at });
};

const approvalsAwaited = async (table: Table, ws: string): Promise<boolean> =>
  (await readParkedWork(table)(ws)).some(({ waitsFor }) => waitsFor === 'approval');

/** Asks for what changed in a workspace's organisation, as far as anything here depends on it, and rings. */
export const wantChanges =
  ({ table, clock, ring }: Needs) =>
  async (ws: string, what: { contacts: boolean; invoices: boolean }): Promise<void> => {
    const invoices = what.invoices && (await approvalsAwaited(table, ws));
    if (!what.contacts && !invoices) return;
    await table.commit([
      what.contacts ? wanted(ws, clock, 'pull-contacts') : undefined,
      invoices ? wanted(ws, clock, 'check-approvals') : undefined,
    ]);
    await ring([ws]);
  };

/** Asks for changes in every connected organisation: a webhook that was lost costs an hour. One call each. */
export const pollAll = (needs: Needs) => async (): Promise<void> => {
  for (const shard of dueShards)
    for (const ws of new Set(await everyTimed(needs.table)('token', shard)))
      await wantChanges(needs)(ws, { contacts: true, invoices: true });
};
