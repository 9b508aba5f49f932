/** Shows the signed-in member their clock: what runs, since when by the server's time, and on which days it will land. */
import type { TimeCall } from '../../shared/api/time.ts';
import type { Instant } from '../../shared/domain/days.ts';
import type { Reply } from '../../shared/domain/once.ts';
import { foundAt, mustBeAt } from '../../shared/store/found.ts';
import type { Table } from '../../shared/store/table.ts';
import { parseTimer, timerKey } from '../../shared/store/timers.ts';
import { parseWorkspace, workspaceKey } from '../../shared/store/workspaces.ts';
import { timerView } from './views.ts';

export const getTimer =
  ({ table, now }: { table: Table; now: () => Instant }) =>
  async ({ caller: { workspaceId, memberId } }: TimeCall<'getTimer'>): Promise<Reply> => {
    const found = await table.batchGet([timerKey(workspaceId, memberId), workspaceKey(workspaceId)]);
    const running = foundAt(found, timerKey(workspaceId, memberId), parseTimer)?.running;
    const body = timerView(running, mustBeAt(found, workspaceKey(workspaceId), parseWorkspace), now());
    return { status: 200, body, ...(running ? { etag: running.id } : {}) };
  };
