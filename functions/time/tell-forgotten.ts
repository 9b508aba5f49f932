import { Conflict } from '../../shared/domain/conflict.ts';
import type { Instant } from '../../shared/domain/days.ts';
import { elapsedSeconds, nextLook } from '../../shared/domain/timer.ts';
import { rareDueByNow } from '../../shared/store/due.ts';
import { foundAt, mustBeAt } from '../../shared/store/found.ts';
import { jobKey, parseJob } from '../../shared/store/jobs.ts';
import { notified } from '../../shared/store/notifications.ts';
import type { Table } from '../../shared/store/table.ts';
import { looksAgain, readTimer, toldOf } from '../../shared/store/timers.ts';
import { parseWorkspace, workspaceKey } from '../../shared/store/workspaces.ts';
import { spoken } from './views.ts';

// Flow of the schedule: a timer that has run for longer than its workspace's limit is told of, and goes on running.

const timersPerShard = 100;

/** A member has one timer, so they have one such notification. It ends when the timer does. */
export const forgottenTimerCause = (memberId: string): string => `timer-forgotten#${memberId}`;

interface Needs {
  readonly table: Table;
  readonly now: () => Instant;
  readonly newId: (prefix: string) => string;
}

/** Tells the members whose timers have run for too long, once for each timer. */
export const tellForgotten = async (needs: Needs): Promise<void> => {
  const { table, now } = needs;
  for (const { workspaceId, id: memberId } of await rareDueByNow(table)('timer', now(), timersPerShard))
    await tellMember(needs, workspaceId, memberId).catch(ignoreLostRace);
};

const tellMember = async ({ table, now, newId }: Needs, ws: string, memberId: string): Promise<void> => {
  const { running, told } = await readTimer(table)(ws, memberId);
  // The index lags: it was stopped meanwhile.
  if (!running || told) return;
  const found = await table.batchGet([jobKey(ws, running.jobId), workspaceKey(ws)]);
  const job = foundAt(found, jobKey(ws, running.jobId), parseJob);
  const { timerLimitSeconds } = mustBeAt(found, workspaceKey(ws), parseWorkspace);
  const at = now();
  if (elapsedSeconds(running, at) < timerLimitSeconds)
    return table.commit([looksAgain(ws, running, nextLook(running, at, timerLimitSeconds))]);
  const text = `Your timer on ${job?.name ?? 'a job'} has been running for ${spoken(elapsedSeconds(running, at))}`;
  const mend = 'Stop it; you may name an earlier end. Its time is billed only after somebody has looked at it.';
  const telling = { id: newId('ntf'), cause: forgottenTimerCause(memberId), text, mend, about: running.id, at, memberId };
  await table.commit([toldOf(ws, running), notified(ws, telling)]);
};

/** It was stopped at this very moment. */
const ignoreLostRace = (error: unknown): void => {
  if (!(error instanceof Conflict)) throw error;
};
