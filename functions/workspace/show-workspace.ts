/** Shows a member the settings of their workspace. */
import type { WorkspaceCall } from '../../shared/api/workspace.ts';
import type { Reply } from '../../shared/domain/once.ts';
import { mustBeAt } from '../../shared/store/found.ts';
import type { Table } from '../../shared/store/table.ts';
import { parseWorkspace, workspaceKey } from '../../shared/store/workspaces.ts';
import { allSeriesAt, allSeriesKeys } from './all-series.ts';
import { workspaceView } from './views.ts';

export const showWorkspace =
  ({ table }: { table: Table }) =>
  async ({ caller: { workspaceId, role } }: WorkspaceCall<'getWorkspace'>): Promise<Reply> => {
    const found = await table.batchGet([workspaceKey(workspaceId), ...allSeriesKeys(workspaceId)]);
    const workspace = mustBeAt(found, workspaceKey(workspaceId), parseWorkspace);
    const series = allSeriesAt(found, workspaceId);
    return { status: 200, body: workspaceView(workspace, series, role), etag: String(workspace.version) };
  };
