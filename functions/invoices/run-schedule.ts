import { Conflict } from '../../shared/domain/conflict.ts';
import { addDays, addSeconds, dateIn, type Instant } from '../../shared/domain/days.ts';
import { Refusal } from '../../shared/domain/refusal.ts';
import { endsPassed, nextEnd, runsAt, ScheduleRunaway } from '../../shared/domain/schedule.ts';
import { audited } from '../../shared/store/audit.ts';
import { foundAt } from '../../shared/store/found.ts';
import { listJobs, type Job } from '../../shared/store/jobs.ts';
import { notified, resolved } from '../../shared/store/notifications.ts';
import { parseSchedule, replaceSchedule, scheduleKey, type Schedule } from '../../shared/store/schedules.ts';
import type { Table } from '../../shared/store/table.ts';
import { parseWorkspace, workspaceKey } from '../../shared/store/workspaces.ts';
import { billPeriod } from './bill-period.ts';

// Flow: a schedule that is due bills the periods that are over.

/** What an engineer should know of a run. */
export type ScheduleTelling = 'ran' | 'failed' | 'runaway';

export interface ScheduleNeeds {
  readonly table: Table;
  readonly now: () => Instant;
  readonly newId: (prefix: string) => string;
  readonly retry: <T>(run: () => Promise<T>) => Promise<T>;
  readonly ring: (workspaceIds: readonly string[]) => Promise<void>;
  readonly tell: (what: ScheduleTelling, scheduleId: string, failure?: unknown) => void;
}

/** What couldn't be done is tried again after this time; others that are due don't wait behind it. */
const retrySeconds = 3600;

export const failedCause = (scheduleId: string): string => `schedule-failed#${scheduleId}`;
export const runawayCause = (clientId: string): string => `schedule-runaway#${clientId}`;

/**
 * Runs one schedule: each period that is over and not billed yet, the oldest first, each job by itself. Dying anywhere and running
 * again makes the same invoices: a period of a job that has its invoice is passed over.
 */
export const runSchedule =
  (needs: ScheduleNeeds) =>
  async (ws: string, id: string): Promise<void> => {
    const { table, now, tell } = needs;
    const found = await table.batchGet([scheduleKey(ws, id), workspaceKey(ws)]);
    const schedule = foundAt(found, scheduleKey(ws, id), parseSchedule);
    const zone = foundAt(found, workspaceKey(ws), parseWorkspace)?.zone;
    // The index lags: it was paused, ended or run meanwhile.
    if (!schedule || zone === undefined || schedule.paused || schedule.nextEnd === null || (schedule.dueAt ?? '') > now()) return;
    try {
      await billAll(needs, ws, schedule, zone);
      tell('ran', id);
    } catch (error) {
      // Somebody took or changed the very same time at this moment: the next run sees what is left.
      if (error instanceof Conflict || (error instanceof Refusal && error.code === 'entry-billed')) return;
      if (error instanceof ScheduleRunaway) await stop(needs, ws, id);
      else await tryLater(needs, ws, id, error);
      tell(error instanceof ScheduleRunaway ? 'runaway' : 'failed', id, error);
    }
  };

const billAll = async (needs: ScheduleNeeds, ws: string, read: Schedule, zone: string): Promise<void> => {
  const { table, now } = needs;
  const ends = endsPassed(read, read.nextEnd ?? '', dateIn(zone, now()));
  const jobs = await jobsOf(table, ws, read);
  let schedule = read;
  for (const end of ends) {
    let toXero = false;
    for (const jobId of jobs) toXero = (await billPeriod(needs)(ws, schedule, { jobId, end, zone })) || toXero;
    if (toXero) await needs.ring([ws]).catch(() => undefined);
    schedule = await advance(needs, ws, schedule, { nextEnd: nextEnd(schedule, addDays(end, 1)), zone });
  }
  // The workspace has moved to another zone, in which the period isn't over yet.
  if (ends.length === 0) await advance(needs, ws, schedule, { nextEnd: schedule.nextEnd, zone });
};

const advance = async (
  { table, now }: ScheduleNeeds,
  ws: string,
  schedule: Schedule,
  { nextEnd: end, zone }: { nextEnd: string | null; zone: string },
): Promise<Schedule> => {
  const after = { ...schedule, nextEnd: end, dueAt: end === null ? null : runsAt(end, zone), failedAt: null };
  await table.commit([
    replaceSchedule(ws, after),
    ...(schedule.failedAt === null ? [] : [resolved(ws, failedCause(schedule.id), now())]),
  ]);
  return { ...after, version: schedule.version + 1 };
};

/** The one job, or all hourly ones of the client: also those that are closed, whose last time may be unbilled. */
const jobsOf = async (table: Table, ws: string, { jobId, clientId }: Schedule): Promise<string[]> => {
  if (jobId !== null) return [jobId];
  const jobs: Job[] = [];
  for (const archived of [false, true]) {
    let cursor: string | undefined;
    do {
      const page = await listJobs(table)(ws, { archived, clientId }, { limit: 100, cursor });
      jobs.push(...page.items);
      cursor = page.nextCursor;
    } while (cursor !== undefined);
  }
  return jobs.filter(({ billing }) => billing === 'hourly').map(({ id }) => id);
};

const again = async (table: Table, ws: string, id: string): Promise<Schedule | undefined> => {
  const found = await table.batchGet([scheduleKey(ws, id)]);
  return foundAt(found, scheduleKey(ws, id), parseSchedule);
};

/** Far more than anybody can want: it makes nothing until a person has looked at it. */
const stop = async ({ table, now, newId }: ScheduleNeeds, ws: string, id: string): Promise<void> => {
  const schedule = await again(table, ws, id);
  if (!schedule) return;
  const text = 'A schedule was stopped: it made more invoices for one client in a day than can be meant';
  const mend = 'Look at its invoices and at the jobs of the client; then let it go on, or end it';
  const told = { cause: runawayCause(schedule.clientId), text, mend, about: schedule.id, at: now() };
  await table.commit([
    replaceSchedule(ws, { ...schedule, paused: true, pausedReason: 'runaway' }),
    notified(ws, { id: newId('ntf'), ...told }),
    audited(ws, { id: newId('aud'), at: now(), who: null, what: 'schedule-stopped', about: schedule.id, text }),
  ]);
};

/** Those who look after money are told, once, and what comes next is tried all the same. */
const tryLater = async ({ table, now, newId }: ScheduleNeeds, ws: string, id: string, failure: unknown): Promise<void> => {
  const schedule = await again(table, ws, id);
  if (!schedule) return;
  const why = failure instanceof Refusal ? failure.message : 'something went wrong here';
  const text = `Time up to ${schedule.nextEnd ?? ''} could not be billed by its schedule: ${why}`;
  const mend = 'It is tried again each hour. Mend what it says, or bill the time by hand';
  const told = { cause: failedCause(id), text, mend, about: id, at: now() };
  await table.commit([
    replaceSchedule(ws, { ...schedule, dueAt: addSeconds(now(), retrySeconds), failedAt: schedule.failedAt ?? now() }),
    notified(ws, { id: newId('ntf'), ...told }),
  ]);
};
