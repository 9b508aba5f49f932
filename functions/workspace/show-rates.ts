/** Shows the rates of a job: its own and those of single members on it, for admin and finance. */
import type { WorkspaceCall } from '../../shared/api/workspace.ts';
import type { Reply } from '../../shared/domain/once.ts';
import { mustExist } from '../../shared/store/found.ts';
import { readJob } from '../../shared/store/jobs.ts';
import type { Table } from '../../shared/store/table.ts';
import { ratesView } from './views.ts';

export const showRates =
  ({ table }: { table: Table }) =>
  async ({ caller, params }: WorkspaceCall<'getJobRates'>): Promise<Reply> => {
    const job = mustExist(await readJob(table)(caller.workspaceId, params.id));
    return { status: 200, body: ratesView(job), etag: String(job.version) };
  };
