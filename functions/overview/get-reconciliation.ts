import type { OverviewCall } from '../../shared/api/overview.ts';
import type { Reply } from '../../shared/domain/once.ts';
import { openCountFrom } from '../../shared/store/aggregates.ts';
import { foundAt } from '../../shared/store/found.ts';
import { keys } from '../../shared/store/keys.ts';
import { reconciliationFrom, reconciliationKey } from '../../shared/store/reconciliation.ts';
import { keyText, type Table } from '../../shared/store/table.ts';
import { reconciliationView } from './discrepancy-view.ts';

/** Shows finance how the last comparison of the books went, or how far the running one is. */
export const getReconciliation =
  ({ table }: { table: Table }) =>
  async ({ caller }: OverviewCall<'getReconciliation'>): Promise<Reply> => {
    const runKey = reconciliationKey(caller.workspaceId);
    const aboutKey = keys.aboutAggregates(caller.workspaceId);
    const found = await table.batchGet([runKey, aboutKey]);
    const open = foundAt(found, aboutKey, openCountFrom) ?? 0;
    return { status: 200, body: reconciliationView(reconciliationFrom(found.get(keyText(runKey))), open) };
  };
