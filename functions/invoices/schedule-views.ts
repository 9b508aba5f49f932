import type { Schedule } from '../../shared/store/schedules.ts';

/** A schedule as the API shows it. */
export const scheduleView = (schedule: Schedule) => {
  const { id, jobId, clientId, every, day, dueInDays, groupBy, draft, until, paused, pausedReason, failedAt } = schedule;
  const about = { id, jobId, clientId, every, day, dueInDays, groupBy, draft, until, paused, pausedReason, failedAt };
  return { ...about, nextPeriodEnd: schedule.nextEnd, nextRunAt: paused ? null : schedule.dueAt };
};
