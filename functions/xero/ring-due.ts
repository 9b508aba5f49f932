import type { RingDoorbell } from '../../shared/runtime/queue.ts';
import { keyText, type Table } from '../../shared/store/table.ts';
import { dueShards, workspacesWithDueWork } from '../../shared/store/due.ts';
import { connectionFrom, isResting, xeroConnectionKey } from '../../shared/store/xero-connections.ts';

/**
 * Rings for every workspace that has work due: a doorbell that got lost costs a minute. Not for those whose organisation is
 * paused, silent or not connected: their work waits in silence.
 */
export const ringDue =
  ({ table, now, ring }: { table: Table; now: () => string; ring: RingDoorbell }) =>
  async (): Promise<void> => {
    const at = now();
    const shards = await Promise.all(dueShards.map((shard) => workspacesWithDueWork(table)(shard, at)));
    const due = shards.flat();
    if (due.length === 0) return;
    const found = await table.batchGet(due.map(xeroConnectionKey));
    const awake = due.filter((ws) => {
      const connection = connectionFrom(found.get(keyText(xeroConnectionKey(ws))));
      return connection.state === 'connected' && !isResting(connection, at);
    });
    await ring(awake);
  };
