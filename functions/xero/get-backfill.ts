import type { XeroCall } from '../../shared/api/xero.ts';
import type { Reply } from '../../shared/domain/once.ts';
import { backfillKey, parseBackfill } from '../../shared/store/backfills.ts';
import { foundAt } from '../../shared/store/found.ts';
import { countWaiting, readParkedWork } from '../../shared/store/waiting-work.ts';
import { connectionFrom, xeroConnectionKey } from '../../shared/store/xero-connections.ts';
import { keyText } from '../../shared/store/table.ts';
import { backfillView, countedMax } from './views.ts';
import { instantAt, type XeroWorld } from './world.ts';

/** Shows a member of finance how far the catching up of the books has come, and when it will be done. */
export const getBackfill =
  (world: XeroWorld) =>
  async ({ caller }: XeroCall<'getXeroBackfill'>): Promise<Reply> => {
    const ws = caller.workspaceId;
    const [found, waiting, parked] = await Promise.all([
      world.table.batchGet([backfillKey(ws), xeroConnectionKey(ws)]),
      countWaiting(world.table)(ws, countedMax),
      readParkedWork(world.table)(ws),
    ]);
    const body = backfillView(foundAt(found, backfillKey(ws), parseBackfill), {
      waiting: waiting.backfill,
      parked: parked.filter(({ lane }) => lane === 'backfill').length,
      connection: connectionFrom(found.get(keyText(xeroConnectionKey(ws)))),
      now: instantAt(world),
    });
    return { status: 200, body };
  };
