import type * as z from 'zod';
import type { timeEntrySchema, timerSchema } from '../../shared/api/time.ts';
import type { Instant } from '../../shared/domain/days.ts';
import { statusOf } from '../../shared/domain/time-entry.ts';
import { elapsedSeconds, isForgotten, landsOn, type RunningTimer } from '../../shared/domain/timer.ts';
import type { InvoiceStanding } from '../../shared/store/invoice-status.ts';
import type { TimeEntry } from '../../shared/store/time-entries.ts';
import type { Workspace } from '../../shared/store/workspaces.ts';

/** A time entry as the API shows it. Whether it is held or billed is its invoice's state. */
export const entryView = (entry: TimeEntry, invoice: InvoiceStanding | undefined): z.infer<typeof timeEntrySchema> => ({
  id: entry.id,
  jobId: entry.jobId,
  memberId: entry.memberId,
  serviceId: entry.serviceId,
  date: entry.date,
  days: entry.days,
  zone: entry.zone,
  startedAt: entry.startedAt,
  endedAt: entry.endedAt,
  seconds: entry.seconds,
  description: entry.description,
  billable: entry.billable,
  status: statusOf(entry, invoice?.status),
  rate: entry.rate,
  rateSource: entry.rateSource,
  invoiceId: entry.invoiceId,
  invoiceNumber: invoice?.number ?? null,
  review: entry.review,
});

/** The clock of a member as the API shows it, seen at `now`. */
export const timerView = (
  running: RunningTimer | undefined,
  { dayPolicy, timerLimitSeconds }: Pick<Workspace, 'dayPolicy' | 'timerLimitSeconds'>,
  now: Instant,
): z.infer<typeof timerSchema> => {
  if (!running) return { running: null, serverTime: now, elapsedSeconds: 0, landsOn: [] };
  const { id, jobId, description, billable, serviceId, startedAt } = running;
  return {
    running: {
      id,
      jobId,
      description,
      billable,
      serviceId,
      startedAt,
      forgotten: isForgotten(running, now, timerLimitSeconds),
    },
    serverTime: now,
    elapsedSeconds: elapsedSeconds(running, now),
    landsOn: landsOn(running, dayPolicy, now),
  };
};

/** Seconds as people say them: 5400 is "1 h 30 min". For sentences only. */
export const spoken = (seconds: number): string => {
  const hours = Math.floor(seconds / 3600);
  const minutes = Math.floor((seconds % 3600) / 60);
  if (hours > 0) return minutes > 0 ? `${hours} h ${minutes} min` : `${hours} h`;
  return minutes > 0 ? `${minutes} min` : `${seconds} s`;
};
