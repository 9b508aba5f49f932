import * as z from 'zod';
import { Conflict } from '../domain/conflict.ts';
import { addDays, epochMs, type DateText, type Instant } from '../domain/days.ts';
import { ScheduleRunaway, scheduledPerClientAndDayMax } from '../domain/schedule.ts';
import { timedKeys } from './due.ts';
import { keys, partitions } from './keys.ts';
import { listPage, type PageRequest } from './paging.ts';
import { maybe, version } from './shapes.ts';
import type { Table } from './table.ts';
import { unchangedSince } from './versioned.ts';
import { check, put, putNew, remove, update, type Item, type Write } from './write.ts';

const record = z.object({
  id: z.string(),
  version,
  /** The one job that it bills; null: every hourly job of the client. */
  jobId: maybe(z.string()),
  clientId: z.string(),
  every: z.enum(['week', 'month']),
  day: z.union([z.int(), z.literal('last')]),
  dueInDays: maybe(z.int()),
  groupBy: z.enum(['entry', 'member', 'day', 'service']),
  draft: z.boolean(),
  until: maybe(z.string()),
  /** The last day of the period that is billed next; null once it is over. */
  nextEnd: maybe(z.string()),
  /** When it is looked at next: once the period is over, or again after a failure. */
  dueAt: maybe(z.string()),
  paused: z.boolean(),
  pausedReason: maybe(z.enum(['by-hand', 'runaway'])),
  /** Since when it can't do its work; those who look after money are told. */
  failedAt: maybe(z.string()),
  createdAt: z.string(),
});

/** What bills the time of a job, or of a client, by itself at the end of each period. */
export type Schedule = z.infer<typeof record>;

export const scheduleKey = keys.invoiceSchedule;
export const parseSchedule = (item: Item): Schedule => record.parse(item);

export const readSchedule =
  (table: Table) =>
  async (ws: string, id: string): Promise<Schedule | undefined> => {
    const item = await table.get(keys.invoiceSchedule(ws, id));
    return item && record.parse(item);
  };

const asItem = (ws: string, schedule: Schedule): Item => ({
  ...keys.invoiceSchedule(ws, schedule.id),
  v: 1,
  ...schedule,
  ...(schedule.dueAt === null || schedule.paused ? {} : timedKeys('schedule', ws, schedule.dueAt, schedule.id)),
});

export const addSchedule = (ws: string, schedule: Schedule): Write => putNew('schedule', asItem(ws, schedule));

/** Replaces a schedule as it was read; its version grows by one. */
export const replaceSchedule = (ws: string, schedule: Schedule): Write =>
  put('schedule', asItem(ws, { ...schedule, version: schedule.version + 1 }), unchangedSince('schedule', schedule.version));

/** Takes a schedule away as it was read. */
export const removeSchedule = (ws: string, schedule: Schedule): Write =>
  remove('schedule', keys.invoiceSchedule(ws, schedule.id), unchangedSince('schedule', schedule.version));

/** Holds on to a schedule as it was read: what was changed or taken away meanwhile makes nothing any more. */
export const scheduleStands = (ws: string, { id, version: read }: Schedule): Write =>
  check('schedule', keys.invoiceSchedule(ws, id), unchangedSince('schedule', read));

/** A page of a workspace's schedules, in the order in which they were made. */
export const listSchedules = (table: Table) => (ws: string, request: PageRequest) => {
  const partition = partitions.workspace(ws);
  return listPage(table, {
    query: { partition, beginsWith: 'SCHEDULE#' },
    scope: `${partition}/SCHEDULE`,
    filtered: false,
    request,
    show: async (rows) => rows.map(parseSchedule),
  });
};

const run = z.object({
  period: z.string(),
  jobId: z.string(),
  invoiceId: z.string(),
  /** Whether the invoice is made; one that isn't was cut off while it collected its time. */
  done: z.boolean(),
  at: z.string(),
});

/** What a schedule has made of a period of one job. */
export type ScheduleRun = z.infer<typeof run>;

export const readScheduleRun =
  (table: Table) =>
  async (ws: string, id: string, period: DateText, jobId: string): Promise<ScheduleRun | undefined> => {
    const item = await table.get(keys.scheduleRun(ws, id, period, jobId));
    return item && run.parse(item);
  };

/** The latest invoices that a schedule has made. */
export const latestRuns =
  (table: Table) =>
  async (ws: string, id: string, limit: number): Promise<ScheduleRun[]> => {
    const { items } = await table.query({ partition: partitions.scheduleRuns(ws, id), descending: true, limit });
    return items.map((item) => run.parse(item)).filter(({ done }) => done);
  };

/**
 * Notes the one invoice of a period of a job: with the commit that makes it (`done`), or before work of several commits. A period that
 * has its invoice never gets another.
 */
export const runNoted = (ws: string, scheduleId: string, { period, jobId, ...rest }: ScheduleRun): Write =>
  put(
    'schedule run',
    { ...keys.scheduleRun(ws, scheduleId, period, jobId), v: 1, period, jobId, ...rest },
    {
      condition: 'attribute_not_exists(#pk) OR #done = :undone',
      values: { ':undone': false },
      onFail: () => new Conflict('schedule run'),
    },
  );

const keptDays = 7;

/** Counts one more invoice that schedules make of a client's time in a day. Fails (`ScheduleRunaway`) beyond what anybody can want. */
export const countedForClient = (ws: string, clientId: string, now: Instant): Write => {
  const day = now.slice(0, 10);
  const expiresAt = epochMs(`${addDays(day, keptDays)}T00:00:00.000Z`) / 1000;
  return update(
    'quota',
    keys.quota(ws, `scheduled#${clientId}`, day),
    { set: { v: 1, expiresAt }, add: { count: 1 } },
    {
      condition: 'attribute_not_exists(#count) OR #count < :max',
      values: { ':max': scheduledPerClientAndDayMax },
      onFail: () => new ScheduleRunaway(),
    },
  );
};
