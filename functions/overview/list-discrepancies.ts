import type { OverviewCall } from '../../shared/api/overview.ts';
import type { Reply } from '../../shared/domain/once.ts';
import { listDiscrepancies as listStored } from '../../shared/store/discrepancies.ts';
import type { Table } from '../../shared/store/table.ts';
import { readCredits } from './credit-difference.ts';
import { discrepancyView } from './discrepancy-view.ts';

/** Lists for finance where the platform, Xero and Stripe differ, the newest first. */
export const listDiscrepancies =
  ({ table }: { table: Table }) =>
  async ({ caller, query }: OverviewCall<'listDiscrepancies'>): Promise<Reply> => {
    const { items, nextCursor } = await listStored(table)(caller.workspaceId, query.state, query);
    const open = items.filter(({ state }) => state === 'open').map(({ difference }) => difference);
    const credits = await readCredits(table)(caller.workspaceId, open);
    return { status: 200, body: { items: items.map((item) => discrepancyView(item, credits)), nextCursor } };
  };
