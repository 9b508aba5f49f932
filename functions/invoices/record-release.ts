/** Releases money of a job for admin and finance: the invoice of what was done is made, issued and paid at once. */
import type { EscrowCall } from '../../shared/api/escrow.ts';
import type { Instant } from '../../shared/domain/days.ts';
import type { Reply } from '../../shared/domain/once.ts';
import type { Table } from '../../shared/store/table.ts';
import { releaseEscrow } from './release-escrow.ts';

interface Needs {
  readonly table: Table;
  readonly now: () => Instant;
  readonly newId: (prefix: string) => string;
  readonly retry: <T>(run: () => Promise<T>) => Promise<T>;
  readonly ring: (workspaceIds: readonly string[]) => Promise<void>;
}

export const recordRelease =
  (needs: Needs) =>
  async ({ caller, body, once }: EscrowCall<'recordEscrowRelease'>): Promise<Reply> => {
    const { releaseId: id, jobId, memberId, amount } = body;
    const { reply, toXero } = await releaseEscrow(needs)(caller, { id, jobId, memberId, amount }, once);
    if (toXero) await needs.ring([caller.workspaceId]).catch(() => undefined);
    return reply;
  };
