/** Throws away what the signed-in member's clock has counted. Sent again it has nothing left to do, and says so as before. */
import type { TimeCall } from '../../shared/api/time.ts';
import type { Instant } from '../../shared/domain/days.ts';
import type { Reply } from '../../shared/domain/once.ts';
import { refuse } from '../../shared/domain/refusal.ts';
import { audited } from '../../shared/store/audit.ts';
import { resolved } from '../../shared/store/notifications.ts';
import type { Table } from '../../shared/store/table.ts';
import { readTimer, stopped } from '../../shared/store/timers.ts';
import { forgottenTimerCause } from './tell-forgotten.ts';

export const discardTimer =
  ({ table, now, newId }: { table: Table; now: () => Instant; newId: (prefix: string) => string }) =>
  async ({ caller, ifMatch = '*' }: TimeCall<'discardTimer'>): Promise<Reply> => {
    const { workspaceId, memberId } = caller;
    const { running, lastDiscardedId, told = false } = await readTimer(table)(workspaceId, memberId);
    const isMeant = (id: string | undefined): boolean => id !== undefined && (ifMatch === '*' || ifMatch === id);
    if (!isMeant(running?.id) && isMeant(lastDiscardedId)) return { status: 204 };
    if (!running) return refuse('no-timer', 'No timer is running');
    if (!isMeant(running.id)) return refuse('stale', 'Another timer is running', { currentVersion: running.id });
    const at = now();
    await table.commit([
      stopped(workspaceId, running, { lastDiscardedId: running.id }, told),
      told ? resolved(workspaceId, forgottenTimerCause(memberId), at) : undefined,
      audited(workspaceId, {
        id: newId('aud'),
        at,
        who: memberId,
        what: 'timer-discarded',
        about: running.id,
        text: 'A running timer was thrown away',
        before: { jobId: running.jobId, startedAt: running.startedAt },
      }),
    ]);
    return { status: 204 };
  };
