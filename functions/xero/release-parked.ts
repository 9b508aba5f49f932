import { keepSyncItem, parseSyncItem, syncItemKey } from '../../shared/store/sync-items.ts';
import { keyText } from '../../shared/store/table.ts';
import { unparked, waits, type Lane, type ParkedWork } from '../../shared/store/waiting-work.ts';
import { instantAt, type XeroWorld } from './world.ts';

// Flow of several doors: work that was parked goes back into its lane, because what it waited for has changed.

/** Work per commit: three actions each. */
const perCommit = 33;

/** Puts parked work back into its lane, or into another. What has been settled in the meantime is only forgotten. */
export const releaseParked = async (world: XeroWorld, ws: string, parked: readonly ParkedWork[], lane?: Lane): Promise<void> => {
  for (let start = 0; start < parked.length; start += perCommit) {
    const chunk = parked.slice(start, start + perCommit);
    const found = await world.table.batchGet(chunk.map(({ documentId }) => syncItemKey(ws, documentId)));
    const at = instantAt(world);
    await world.table.commit(
      chunk.flatMap((one) => {
        const item = found.get(keyText(syncItemKey(ws, one.documentId)));
        const before = item && parseSyncItem(item);
        if (!before || (before.state !== 'blocked' && before.state !== 'pending')) return [unparked(ws, one)];
        const work = { lane: lane ?? one.lane, kind: one.kind, documentId: one.documentId, since: one.since };
        return [
          unparked(ws, one),
          waits(ws, { ...work, version: world.clock(), dueAt: at }),
          keepSyncItem(ws, { ...before, state: 'pending', reason: null, code: null, mend: null, at }),
        ];
      }),
    );
  }
};
