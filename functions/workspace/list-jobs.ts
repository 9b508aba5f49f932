/** Lists jobs: all of them for admin and finance, for an expert those they work on, without rates. */
import type { WorkspaceCall } from '../../shared/api/workspace.ts';
import { actsForOthers } from '../../shared/domain/access.ts';
import type { Reply } from '../../shared/domain/once.ts';
import { readClient } from '../../shared/store/clients.ts';
import { mustExist } from '../../shared/store/found.ts';
import { listJobs as page } from '../../shared/store/jobs.ts';
import type { Table } from '../../shared/store/table.ts';
import { jobView } from './views.ts';

export const listJobs =
  ({ table }: { table: Table }) =>
  async ({ caller, query }: WorkspaceCall<'listJobs'>): Promise<Reply> => {
    const { workspaceId, role } = caller;
    const { clientId, archived = false } = query;
    if (clientId) mustExist(await readClient(table)(workspaceId, clientId));
    const memberId = actsForOthers(role) ? undefined : caller.memberId;
    const { items, nextCursor } = await page(table)(workspaceId, { archived, clientId, memberId }, query);
    return { status: 200, body: { items: items.map((job) => jobView(job, role)), nextCursor } };
  };
