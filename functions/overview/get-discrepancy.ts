import type { OverviewCall } from '../../shared/api/overview.ts';
import type { Reply } from '../../shared/domain/once.ts';
import { readDiscrepancy } from '../../shared/store/discrepancies.ts';
import { mustExist } from '../../shared/store/found.ts';
import type { Table } from '../../shared/store/table.ts';
import { readCredits } from './credit-difference.ts';
import { discrepancyView } from './discrepancy-view.ts';

/** Shows finance one difference, with its safe ways out. */
export const getDiscrepancy =
  ({ table }: { table: Table }) =>
  async ({ caller, params }: OverviewCall<'getDiscrepancy'>): Promise<Reply> => {
    const discrepancy = mustExist(await readDiscrepancy(table)(caller.workspaceId, params.id));
    const credits = await readCredits(table)(caller.workspaceId, [discrepancy.difference]);
    return { status: 200, etag: String(discrepancy.version), body: discrepancyView(discrepancy, credits) };
  };
