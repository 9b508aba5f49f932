/** Lists the clients, or those that were archived, for admin and finance. */
import type { WorkspaceCall } from '../../shared/api/workspace.ts';
import type { Reply } from '../../shared/domain/once.ts';
import { listClients as page } from '../../shared/store/clients.ts';
import type { Table } from '../../shared/store/table.ts';
import { clientView } from './views.ts';

export const listClients =
  ({ table }: { table: Table }) =>
  async ({ caller, query }: WorkspaceCall<'listClients'>): Promise<Reply> => {
    const { archived = false } = query;
    const { items, nextCursor } = await page(table)(caller.workspaceId, { archived }, query);
    return { status: 200, body: { items: items.map(clientView), nextCursor } };
  };
