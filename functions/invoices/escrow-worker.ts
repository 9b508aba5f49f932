import { instantOf } from '../../shared/domain/days.ts';
import type { RingDoorbell } from '../../shared/runtime/queue.ts';
import { retryLostRaces, type RetryTools } from '../../shared/runtime/retry.ts';
import { queueDoor, type Deadline } from '../../shared/runtime/worker-door.ts';
import type { Table } from '../../shared/store/table.ts';
import { readEscrowEvent } from './escrow-events.ts';
import { fundJob } from './fund-job.ts';
import { releaseEscrow } from './release-escrow.ts';

/** The world that the worker for events about escrow works in. */
export interface EscrowWorld extends RetryTools {
  readonly table: Table;
  readonly newId: (prefix: string) => string;
  readonly ring: RingDoorbell;
}

/** A message may have to wait for others that write the same job. With less time than this it is given back. */
const messageMs = 25_000;

/**
 * Works through the queue of events about escrow, each by itself. What can't be done yet, above all a release before its funding,
 * comes back later and ends as a dead letter; nothing of it is written meanwhile.
 */
export const escrowWorker = ({ clock, random, sleep, ...world }: EscrowWorld) => {
  const retry = <T>(run: () => Promise<T>) => retryLostRaces({ clock, random, sleep }, run);
  const needs = { ...world, now: () => instantOf(clock()), retry };
  return queueDoor(async (message: unknown, { remainingMs }: Deadline): Promise<void> => {
    const event = readEscrowEvent(message);
    if (remainingMs() < messageMs) throw new Error('no time is left for this message');
    const { workspaceId, jobId, amount } = event.detail;
    const by = { workspaceId, memberId: null };
    if (event['detail-type'] === 'EscrowFunded') {
      await fundJob(needs)(by, { id: event.detail.fundingId, jobId, amount });
      return;
    }
    const { releaseId: id, memberId } = event.detail;
    const { toXero } = await releaseEscrow(needs)(by, { id, jobId, memberId, amount });
    if (toXero) await world.ring([workspaceId]).catch(() => undefined);
  });
};
