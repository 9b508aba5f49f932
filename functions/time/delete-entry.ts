/** Deletes a time entry that no invoice has taken. */
import type { TimeCall } from '../../shared/api/time.ts';
import type { Instant } from '../../shared/domain/days.ts';
import type { Reply } from '../../shared/domain/once.ts';
import { audited } from '../../shared/store/audit.ts';
import type { Table } from '../../shared/store/table.ts';
import { readTimeEntry, removeEntry } from '../../shared/store/time-entries.ts';
import { requireVersion } from '../../shared/store/versioned.ts';
import { requireUntaken, requireVisible } from './taken-entry.ts';
import { spoken } from './views.ts';

export const deleteEntry =
  ({ table, now, newId }: { table: Table; now: () => Instant; newId: (prefix: string) => string }) =>
  async ({ caller, params, ifMatch }: TimeCall<'deleteTimeEntry'>): Promise<Reply> => {
    const { workspaceId, memberId } = caller;
    const entry = requireVisible(caller, await readTimeEntry(table)(workspaceId, params.id));
    await requireUntaken(table, workspaceId, entry);
    requireVersion(ifMatch, entry.version);
    await table.commit([
      ...removeEntry(workspaceId, entry),
      audited(workspaceId, {
        id: newId('aud'),
        at: now(),
        who: memberId,
        what: 'entry-deleted',
        about: entry.id,
        text: `A time entry of ${spoken(entry.seconds)} was deleted`,
        before: { jobId: entry.jobId, memberId: entry.memberId, date: entry.date, seconds: entry.seconds },
      }),
    ]);
    return { status: 204 };
  };
