/** Shows one client for admin and finance. */
import type { WorkspaceCall } from '../../shared/api/workspace.ts';
import type { Reply } from '../../shared/domain/once.ts';
import { readClient } from '../../shared/store/clients.ts';
import { mustExist } from '../../shared/store/found.ts';
import type { Table } from '../../shared/store/table.ts';
import { clientView } from './views.ts';

export const showClient =
  ({ table }: { table: Table }) =>
  async ({ caller, params }: WorkspaceCall<'getClient'>): Promise<Reply> => {
    const client = mustExist(await readClient(table)(caller.workspaceId, params.id));
    return { status: 200, body: clientView(client), etag: String(client.version) };
  };
