import * as z from 'zod';
import { Refusal } from '../domain/refusal.ts';
import { Conflict } from '../domain/conflict.ts';
import type { RunningTimer } from '../domain/timer.ts';
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
});

const record = z.object({
  running: running.optional(),
  lastEntryId: z.string().optional(),
  lastDiscardedId: z.string().optional(),
});

/** The one clock of a member: what runs, and what the last stop led to, so that stopping again can answer the same. */
export type TimerItem = z.infer<typeof record>;

export const timerKey = keys.timer;
export const parseTimer = (item: Item | undefined): TimerItem => record.parse(item ?? {});

export const readTimer =
  (table: Table) =>
  async (workspaceId: string, memberId: string): Promise<TimerItem> =>
    parseTimer(await table.get(keys.timer(workspaceId, memberId)));

/** Starts the clock where none runs; otherwise refuses with the running one. */
export const runs = (workspaceId: string, timer: RunningTimer): Write =>
  put(
    'timer',
    { ...keys.timer(workspaceId, timer.memberId), v: 1, running: timer },
    {
      condition: 'attribute_not_exists(#running)',
      onFail: (old) => new Refusal('timer-running', 'A timer is running already', { running: parseTimer(old).running }),
    },
  );

/** Stops exactly this timer and remembers what came of it. */
export const stopped = (
  workspaceId: string,
  timer: RunningTimer,
  outcome: { lastEntryId: string } | { lastDiscardedId: string },
): Write =>
  update(
    'timer',
    keys.timer(workspaceId, timer.memberId),
    { set: { running: undefined, lastEntryId: undefined, lastDiscardedId: undefined, ...outcome } },
    { condition: '#running.#id = :timerId', values: { ':timerId': timer.id }, onFail: () => new Conflict('timer') },
  );
