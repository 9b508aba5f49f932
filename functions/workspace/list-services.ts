/** Lists the kinds of work, or those that were archived, for every member. */
import type { WorkspaceCall } from '../../shared/api/workspace.ts';
import type { Reply } from '../../shared/domain/once.ts';
import { listServices as page } from '../../shared/store/services.ts';
import type { Table } from '../../shared/store/table.ts';
import { serviceView } from './views.ts';

export const listServices =
  ({ table }: { table: Table }) =>
  async ({ caller, query }: WorkspaceCall<'listServices'>): Promise<Reply> => {
    const { archived = false } = query;
    const { items, nextCursor } = await page(table)(caller.workspaceId, { archived }, query);
    return { status: 200, body: { items: items.map((service) => serviceView(service, caller.role)), nextCursor } };
  };
