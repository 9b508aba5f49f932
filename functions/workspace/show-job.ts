/** Shows one job; an expert sees those they work on, without rates, and doesn't learn of others. */
import type { WorkspaceCall } from '../../shared/api/workspace.ts';
import { actsForOthers } from '../../shared/domain/access.ts';
import type { Reply } from '../../shared/domain/once.ts';
import { mustExist } from '../../shared/store/found.ts';
import { isOpenTo, readJob } from '../../shared/store/jobs.ts';
import type { Table } from '../../shared/store/table.ts';
import { jobView } from './views.ts';

export const showJob =
  ({ table }: { table: Table }) =>
  async ({ caller, params }: WorkspaceCall<'getJob'>): Promise<Reply> => {
    const found = await readJob(table)(caller.workspaceId, params.id);
    const isVisible = found && (actsForOthers(caller.role) || isOpenTo(found, caller.memberId));
    const job = mustExist(isVisible ? found : undefined);
    return { status: 200, body: jobView(job, caller.role), etag: String(job.version) };
  };
