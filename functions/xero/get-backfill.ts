import type { XeroCall } from '../../shared/api/xero.ts';
import type { Reply } from '../../shared/domain/once.ts';
import { backfillKey, parseBackfill } from '../../shared/store/backfills.ts';
import { foundAt } from '../../shared/store/found.ts';
import { reconcileWork } from '../../shared/store/reconciliation.ts';
import { lanes, readParkedWork, readWorkFrom } from '../../shared/store/waiting-work.ts';
import { connectionFrom, xeroConnectionKey } from '../../shared/store/xero-connections.ts';
import { settingsFrom, xeroSettingsKey } from '../../shared/store/xero-settings.ts';
import { keyText } from '../../shared/store/table.ts';
import { backfillView } from './backfill-view.ts';
import { countedMax } from './views.ts';
import { instantAt, type XeroWorld } from './world.ts';

/** Shows a member of finance how far the catching up of the books has come, and when it will be done. */
export const getBackfill =
  (world: XeroWorld) =>
  async ({ caller }: XeroCall<'getXeroBackfill'>): Promise<Reply> => {
    const ws = caller.workspaceId;
    const [found, { work }, parked] = await Promise.all([
      world.table.batchGet([backfillKey(ws), xeroConnectionKey(ws), xeroSettingsKey(ws)]),
      readWorkFrom(world.table)(ws, lanes.backfill, countedMax),
      readParkedWork(world.table)(ws),
    ]);
    const body = backfillView(foundAt(found, backfillKey(ws), parseBackfill), {
      // A comparison of the books waits in the same lane, and is none of its work.
      waiting: work.filter(({ kind }) => kind !== reconcileWork.kind),
      parked: parked.filter(({ lane }) => lane === 'backfill'),
      settings: settingsFrom(found.get(keyText(xeroSettingsKey(ws)))),
      connection: connectionFrom(found.get(keyText(xeroConnectionKey(ws)))),
      now: instantAt(world),
    });
    return { status: 200, body };
  };
