import type { PayoutCall } from '../../shared/api/payouts.ts';
import type { Reply } from '../../shared/domain/once.ts';
import { mustBeAt } from '../../shared/store/found.ts';
import { parsePayout, payoutKey } from '../../shared/store/payouts.ts';
import { syncItemKey } from '../../shared/store/sync-items.ts';
import { keyText, type Table } from '../../shared/store/table.ts';
import { payoutView } from './payout-view.ts';

/** Shows a member of finance one payout, and what it is made of. */
export const getPayout =
  ({ table }: { table: Table }) =>
  async ({ caller, params }: PayoutCall<'getPayout'>): Promise<Reply> => {
    const ws = caller.workspaceId;
    const [key, itemKey] = [payoutKey(ws, params.id), syncItemKey(ws, params.id)];
    const found = await table.batchGet([key, itemKey]);
    const payout = mustBeAt(found, key, parsePayout);
    const view = payoutView(payout, found.get(keyText(itemKey)));
    return { status: 200, etag: String(payout.version), body: { ...view, madeOf: payout.parts } };
  };
