import { instantOf } from '../../shared/domain/days.ts';
import { retryLostRaces, type RetryTools } from '../../shared/runtime/retry.ts';
import { scheduleDoor, type Deadline } from '../../shared/runtime/worker-door.ts';
import { rareDueByNow } from '../../shared/store/due.ts';
import { runSchedule, type ScheduleNeeds } from './run-schedule.ts';

/** The world that schedules of invoices run in. */
export type ScheduleWorld = RetryTools & Omit<ScheduleNeeds, 'now' | 'retry'>;

const schedulesPerShard = 100;
/** An invoice over 2,000 entries takes some seconds. With less time than this the rest is left to the next run. */
const scheduleMs = 40_000;

/** Runs all schedules that are due, one after the other; one that fails doesn't keep the others waiting. */
export const schedulesRunner = ({ clock, random, sleep, ...world }: ScheduleWorld) => {
  const now = () => instantOf(clock());
  const retry = <T>(run: () => Promise<T>) => retryLostRaces({ clock, random, sleep }, run);
  return scheduleDoor(async ({ remainingMs }: Deadline) => {
    for (const { workspaceId, id } of await rareDueByNow(world.table)('schedule', now(), schedulesPerShard)) {
      if (remainingMs() < scheduleMs) return;
      await runSchedule({ ...world, now, retry })(workspaceId, id).catch((error: unknown) => world.tell('failed', id, error));
    }
  });
};
