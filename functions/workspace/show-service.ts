/** Shows one kind of work to every member. */
import type { WorkspaceCall } from '../../shared/api/workspace.ts';
import type { Reply } from '../../shared/domain/once.ts';
import { mustExist } from '../../shared/store/found.ts';
import { readService } from '../../shared/store/services.ts';
import type { Table } from '../../shared/store/table.ts';
import { serviceView } from './views.ts';

export const showService =
  ({ table }: { table: Table }) =>
  async ({ caller, params }: WorkspaceCall<'getService'>): Promise<Reply> => {
    const service = mustExist(await readService(table)(caller.workspaceId, params.id));
    return { status: 200, body: serviceView(service, caller.role), etag: String(service.version) };
  };
