/** Records for admin and finance that money was paid in for a job with a fixed price. */
import type { EscrowCall } from '../../shared/api/escrow.ts';
import type { Instant } from '../../shared/domain/days.ts';
import type { Reply } from '../../shared/domain/once.ts';
import type { Table } from '../../shared/store/table.ts';
import { fundJob } from './fund-job.ts';

interface Needs {
  readonly table: Table;
  readonly now: () => Instant;
  readonly newId: (prefix: string) => string;
  readonly retry: <T>(run: () => Promise<T>) => Promise<T>;
}

export const recordFunding =
  (needs: Needs) =>
  ({ caller, params, body, once }: EscrowCall<'recordEscrowFunding'>): Promise<Reply> =>
    fundJob(needs)(caller, { id: body.fundingId, jobId: params.id, amount: body.amount }, once);
