import type { Instant } from '../../shared/domain/days.ts';
import { fund, isSameMove, requireEscrow, type Funding } from '../../shared/domain/escrow.ts';
import { moneyText } from '../../shared/domain/money-text.ts';
import type { Once, Reply } from '../../shared/domain/once.ts';
import { refuse } from '../../shared/domain/refusal.ts';
import { audited } from '../../shared/store/audit.ts';
import { addFunding, fundingKey, jobFunded, parseFunding } from '../../shared/store/escrow.ts';
import { foundAt, mustBeAt } from '../../shared/store/found.ts';
import { answered } from '../../shared/store/idempotency.ts';
import { escrowOf, jobKey, parseJob } from '../../shared/store/jobs.ts';
import type { Table } from '../../shared/store/table.ts';
import type { By } from './make-invoice.ts';

// Flow: money that came in for a job, told by a request or by an event, counts once.

interface Needs {
  readonly table: Table;
  readonly now: () => Instant;
  readonly newId: (prefix: string) => string;
  readonly retry: <T>(run: () => Promise<T>) => Promise<T>;
}

/**
 * Records a funding under its id. Told again in the same words it answers the same; in other words it is refused (`duplicate`). The
 * job must be one of this workspace, with a fixed price, and in the money's currency.
 */
export const fundJob =
  ({ table, now, newId, retry }: Needs) =>
  ({ workspaceId: ws, memberId }: By, asked: Funding, once?: Once): Promise<Reply> =>
    retry(async () => {
      const found = await table.batchGet([fundingKey(ws, asked.id), jobKey(ws, asked.jobId)]);
      const earlier = foundAt(found, fundingKey(ws, asked.id), parseFunding);
      const job = mustBeAt(found, jobKey(ws, asked.jobId), parseJob);
      if (earlier && !isSameMove(earlier, asked))
        return refuse('duplicate', 'This id was given to another funding already', { fundingId: asked.id });
      if (earlier) {
        await table.commit([answered(once, { status: 201, body: earlier })]);
        return { status: 201, body: earlier };
      }
      requireEscrow(job, asked.amount);
      fund(escrowOf(job), asked.amount);
      const at = now();
      const funding = { ...asked, fundedAt: at };
      const reply = { status: 201, body: funding };
      const text = `${moneyText(asked.amount)} came in for job ${job.name}`;
      await table.commit([
        addFunding(ws, funding),
        jobFunded(ws, job.id, asked.amount),
        audited(ws, { id: newId('aud'), at, who: memberId, what: 'escrow-funded', about: job.id, text, after: funding }),
        answered(once, reply),
      ]);
      return reply;
    });
