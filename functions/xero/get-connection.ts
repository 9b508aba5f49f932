import type { XeroCall } from '../../shared/api/xero.ts';
import type { Reply } from '../../shared/domain/once.ts';
import { readSeries } from '../../shared/store/number-series.ts';
import { countWaiting } from '../../shared/store/waiting-work.ts';
import { readXeroConnection } from '../../shared/store/xero-connections.ts';
import { readConsents } from '../../shared/store/xero-consents.ts';
import { connectionView, countedMax } from './views.ts';
import { instantAt, type XeroWorld } from './world.ts';

/** Shows a member of finance how the connection stands: what waits, when it goes on, what there is to do. */
export const getConnection =
  (world: XeroWorld) =>
  async ({ caller }: XeroCall<'getXeroConnection'>): Promise<Reply> => {
    const ws = caller.workspaceId;
    const now = instantAt(world);
    const [connection, consents, waiting, series] = await Promise.all([
      readXeroConnection(world.table)(ws),
      readConsents(world.table)(ws, now),
      countWaiting(world.table)(ws, countedMax),
      readSeries(world.table)(ws, 'invoice'),
    ]);
    return {
      status: 200,
      etag: String(connection.version),
      body: connectionView(connection, { consents, waiting, now, numbersGiven: series?.used ?? true }),
    };
  };
