import * as z from 'zod';
import { Refusal } from '../domain/refusal.ts';
import { Conflict } from '../domain/conflict.ts';
import type { Instant } from '../domain/days.ts';
import type { RunningTimer } from '../domain/timer.ts';
import { timedKeys } from './due.ts';
import { keys } from './keys.ts';
import { maybe, money } from './shapes.ts';
import type { Table } from './table.ts';
import { put, update, type Item, type Write } from './write.ts';

const running = z.object({
  id: z.string(),
  memberId: z.string(),
  jobId: z.string(),
  serviceId: maybe(z.string()),
  description: z.string(),
  billable: z.boolean(),
  zone: z.string(),
  startedAt: z.string(),
  rate: maybe(money),
  rateSource: maybe(z.enum(['job-member', 'job', 'member', 'service', 'workspace'])),
  costRate: money.nullish(),
});

const record = z.object({
  running: running.optional(),
  lastEntryId: z.string().optional(),
  lastDiscardedId: z.string().optional(),
  /** Its member was told that it has run for too long. */
  told: z.boolean().optional(),
});

/** The one clock of a member: what runs, and what the last stop led to, so that stopping again can answer the same. */
export type TimerItem = z.infer<typeof record>;

export const timerKey = keys.timer;
export const parseTimer = (item: Item | undefined): TimerItem => record.parse(item ?? {});

export const readTimer =
  (table: Table) =>
  async (workspaceId: string, memberId: string): Promise<TimerItem> =>
    parseTimer(await table.get(keys.timer(workspaceId, memberId)));

/** Starts the clock where none runs; otherwise refuses with the running one. `lookAt`: when to look whether it was forgotten. */
export const runs = (workspaceId: string, timer: RunningTimer, lookAt?: Instant): Write =>
  put(
    'timer',
    {
      ...keys.timer(workspaceId, timer.memberId),
      v: 1,
      running: timer,
      ...(lookAt === undefined ? {} : timedKeys('timer', workspaceId, lookAt, timer.memberId)),
    },
    {
      condition: 'attribute_not_exists(#running)',
      onFail: (old) => new Refusal('timer-running', 'A timer is running already', { running: parseTimer(old).running }),
    },
  );

const notDue = { duePk: undefined, dueSk: undefined };

/** Notes of exactly this timer that its member was told; goes together with the telling. */
export const toldOf = (workspaceId: string, timer: RunningTimer): Write =>
  update(
    'timer',
    keys.timer(workspaceId, timer.memberId),
    { set: { told: true, ...notDue } },
    { condition: '#running.#id = :timerId', values: { ':timerId': timer.id }, onFail: () => new Conflict('timer') },
  );

/** Notes when exactly this timer is looked at next. */
export const looksAgain = (workspaceId: string, timer: RunningTimer, lookAt: Instant): Write =>
  update(
    'timer',
    keys.timer(workspaceId, timer.memberId),
    { set: timedKeys('timer', workspaceId, lookAt, timer.memberId) },
    { condition: '#running.#id = :timerId', values: { ':timerId': timer.id }, onFail: () => new Conflict('timer') },
  );

/**
 * Stops exactly this timer and remembers what came of it. `told` is what was read: when its member is told at this very moment, the
 * stop is read and tried again, since it has to take back what they were told.
 */
export const stopped = (
  workspaceId: string,
  timer: RunningTimer,
  outcome: { lastEntryId: string } | { lastDiscardedId: string },
  told = false,
): Write =>
  update(
    'timer',
    keys.timer(workspaceId, timer.memberId),
    { set: { running: undefined, lastEntryId: undefined, lastDiscardedId: undefined, told: undefined, ...notDue, ...outcome } },
    {
      condition: `#running.#id = :timerId${told ? '' : ' AND attribute_not_exists(#told)'}`,
      values: { ':timerId': timer.id },
      onFail: () => new Conflict('timer'),
    },
  );
