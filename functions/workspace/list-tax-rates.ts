/** Lists the tax rates that the workspace has said itself. Their one ETag is what a change names. */
import type { WorkspaceCall } from '../../shared/api/workspace.ts';
import type { Reply } from '../../shared/domain/once.ts';
import type { Table } from '../../shared/store/table.ts';
import { readTaxRates } from '../../shared/store/tax-rates.ts';
import { ownRateView } from './own-tax-rates.ts';

export const listTaxRates =
  ({ table }: { table: Table }) =>
  async ({ caller }: WorkspaceCall<'listTaxRates'>): Promise<Reply> => {
    const { rates, version } = await readTaxRates(table)(caller.workspaceId);
    return { status: 200, body: { items: rates.map(ownRateView) }, etag: String(version) };
  };
