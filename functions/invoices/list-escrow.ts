/** Lists for admin and finance what was paid in for a job and what of it was released. */
import type { EscrowCall } from '../../shared/api/escrow.ts';
import type { Reply } from '../../shared/domain/once.ts';
import { listEscrowOf } from '../../shared/store/escrow.ts';
import { mustExist } from '../../shared/store/found.ts';
import { readJob } from '../../shared/store/jobs.ts';
import type { Table } from '../../shared/store/table.ts';

export const listEscrow =
  ({ table }: { table: Table }) =>
  async ({ caller, params, query }: EscrowCall<'listEscrow'>): Promise<Reply> => {
    mustExist(await readJob(table)(caller.workspaceId, params.id));
    return { status: 200, body: await listEscrowOf(table)(caller.workspaceId, params.id, query) };
  };
