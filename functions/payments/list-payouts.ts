import type { PayoutCall } from '../../shared/api/payouts.ts';
import type { Reply } from '../../shared/domain/once.ts';
import { partitions } from '../../shared/store/keys.ts';
import { listPage } from '../../shared/store/paging.ts';
import { parsePayout } from '../../shared/store/payouts.ts';
import { syncItemKey } from '../../shared/store/sync-items.ts';
import { keyText, type Table } from '../../shared/store/table.ts';
import type { Item } from '../../shared/store/write.ts';
import { payoutView } from './payout-view.ts';

/** Lists for a member of finance what Stripe has sent to the bank, the latest arrival first. */
export const listPayouts =
  ({ table }: { table: Table }) =>
  async ({ caller, query }: PayoutCall<'listPayouts'>): Promise<Reply> => {
    const ws = caller.workspaceId;
    const page = await listPage(table, {
      query: { descending: true, index: 'list', partition: partitions.payoutsOfWorkspace(ws) },
      scope: [ws, 'POT'].join('/'),
      filtered: false,
      request: query,
      show: (rows) => shown(table, ws, rows),
    });
    return { status: 200, body: page };
  };

const shown = async (table: Table, ws: string, rows: readonly Item[]) => {
  const payouts = rows.map(parsePayout);
  const found = await table.batchGet(payouts.map(({ id }) => syncItemKey(ws, id)));
  return payouts.map((payout) => payoutView(payout, found.get(keyText(syncItemKey(ws, payout.id)))));
};
