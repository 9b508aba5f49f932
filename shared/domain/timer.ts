import type { DateText, Instant } from './days.ts';
import { addSeconds, dateIn, isInstant, secondsBetween } from './days.ts';
import type { Money } from './money.ts';
import type { RateSource } from './rates.ts';
import { refuse, refuseFields } from './refusal.ts';
import type { DayPolicy, TimeEntryFacts } from './time-entry.ts';
import { clockedTime, daysOf, needsReview, timerLimitSecondsDefault } from './time-entry.ts';

/** The one running clock of a member. Its id becomes the entry's, so that stopping twice can make only one entry. */
export type RunningTimer = {
  id: string;
  memberId: string;
  jobId: string;
  serviceId: string | null;
  description: string;
  billable: boolean;
  /** The member's zone at the start; it decides on which days the time lands, wherever the member is when it stops. */
  zone: string;
  startedAt: Instant;
  rate: Money | null;
  rateSource: RateSource | null;
  costRate?: Money | null | undefined;
};

/** What stopping led to. Less than a second is no time: the clock stops and nothing is kept. */
export type Stopped = { outcome: 'entry'; entry: TimeEntryFacts } | { outcome: 'discarded'; id: string };

/** Starts the clock. Refuses `timer-running`, with the running timer in the facts, while another one runs. */
export function startTimer(running: RunningTimer | undefined, timer: RunningTimer): RunningTimer {
  if (running) refuse('timer-running', 'A timer is running already', { running });
  return timer;
}

/**
 * Stops the clock at `now`, or at an earlier `endedAt` (the member forgot it), from the start to now. Refuses `no-timer` when none
 * runs or when it isn't the one that `timerId` names, and an `endedAt` outside its bounds (`validation`). However long it ran,
 * the entry is made; over the limit or 24 hours it is marked for review.
 */
export function stopTimer(
  running: RunningTimer | undefined,
  command: {
    now: Instant;
    policy: DayPolicy;
    timerId?: string | undefined;
    endedAt?: Instant | undefined;
    description?: string | undefined;
    limitSeconds?: number | undefined;
  },
): Stopped {
  const { now, policy, timerId, endedAt = now, limitSeconds = timerLimitSecondsDefault } = command;
  if (!running || (timerId !== undefined && timerId !== running.id)) refuse('no-timer', 'No such timer is running');
  if (command.endedAt !== undefined) checkEnd(running, endedAt, now);
  const time = clockedTime(policy, running.zone, running.startedAt, endedAt);
  // Also when the clock of this machine is behind the one that started the timer: no time has passed then.
  if (time.seconds < 1) return { outcome: 'discarded', id: running.id };
  const { id, memberId, jobId, serviceId, billable, rate, rateSource, costRate } = running;
  const description = command.description ?? running.description;
  const review = needsReview(time.seconds, limitSeconds);
  return {
    outcome: 'entry',
    entry: {
      ...{ id, jobId, memberId, serviceId, description, billable, rate, rateSource, review, ...time },
      ...(costRate === undefined ? {} : { costRate }),
    },
  };
}

/** Whole seconds since the start; none when the clock stands before it. */
export function elapsedSeconds({ startedAt }: Pick<RunningTimer, 'startedAt'>, now: Instant): number {
  return Math.max(0, secondsBetween(startedAt, now));
}

/** The days on which the running time would be counted if it were stopped now. */
export function landsOn(timer: Pick<RunningTimer, 'startedAt' | 'zone'>, policy: DayPolicy, now: Instant): DateText[] {
  const { startedAt, zone } = timer;
  const dates = daysOf(policy, zone, { startedAt, endedAt: now }).map(({ date }) => date);
  return dates.length > 0 ? dates : [dateIn(zone, startedAt)];
}

/** Whether a timer has run so long that its member should be told. */
export function isForgotten(
  timer: Pick<RunningTimer, 'startedAt'>,
  now: Instant,
  limitSeconds = timerLimitSecondsDefault,
): boolean {
  return elapsedSeconds(timer, now) > limitSeconds;
}

/** Looking on once an hour at least, a limit that is lowered holds for what runs already. */
const looksEverySeconds = 3600;

/** When a running timer is looked at next, whether it was forgotten: when it comes to the limit as it is now, or sooner. */
export function nextLook({ startedAt }: Pick<RunningTimer, 'startedAt'>, now: Instant, limitSeconds: number): Instant {
  const atLimit = addSeconds(startedAt, limitSeconds);
  const soon = addSeconds(now, looksEverySeconds);
  return atLimit < soon ? atLimit : soon;
}

function checkEnd(running: RunningTimer, endedAt: Instant, now: Instant): void {
  const path = 'endedAt';
  if (!isInstant(endedAt)) refuseFields({ path, message: 'must be a UTC instant such as 2026-11-21T09:30:00.000Z' });
  if (endedAt < running.startedAt) refuseFields({ path, message: 'must not be before the start' });
  if (endedAt > now) refuseFields({ path, message: 'must not be in the future' });
}
