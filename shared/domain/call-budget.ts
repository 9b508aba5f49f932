import type { Instant } from './days.ts';

/** What is known of an organisation's limits: what Xero's last answer said was left, and when. */
export type CallBudget = {
  minuteLeft: number | null;
  dayLeft: number | null;
  /** The most that was ever seen left of a day. */
  dayMost: number | null;
  limitsSeenAt: Instant | null;
  /** An instant at which a day began, by the remaining count that jumped up; until one was seen, when the first answer came. */
  dayBeganAt: Instant | null;
  /** How far before that the day may really have begun, in milliseconds; null while nothing was learned. */
  dayBeganWithinMs: number | null;
  /** Calls that nobody waits for are due at this instant, as far as they are spaced out. */
  paceAt: Instant | null;
};

export const nothingKnown: CallBudget = {
  minuteLeft: null,
  dayLeft: null,
  dayMost: null,
  limitsSeenAt: null,
  dayBeganAt: null,
  dayBeganWithinMs: null,
  paceAt: null,
};

const minuteMs = 60_000;
const dayMs = 24 * 60 * minuteMs;
/** At the reserve one call an hour finds out whether a new day has begun. */
const probeMs = 60 * minuteMs;
/** Calls of a minute that background work leaves for people. */
const minuteReserve = 10;
/** Answers overtake each other by as many calls as may be under way at once, and by a few more: only a larger rise is a new day. */
const riseOfNewDay = 10;
/** The sweep rings once a minute: what it comes late by is not lost. */
const paceCreditMs = minuteMs;
/** What a backlog makes of a minute while nothing is spaced out. */
const callsPerMinute = 50;

/** How many calls a day has: Xero's smallest plan gives 1,000, all others 5,000. */
export function dayLimit(dayMost: number | null): number {
  return (dayMost ?? 0) > 1000 ? 5000 : 1000;
}

/** Calls of a day that background work leaves for people: a twentieth. */
export function dayReserve(dayMost: number | null): number {
  return dayLimit(dayMost) / 20;
}

/** When the next day of an organisation begins, and whether that was learned from Xero or is a guess. */
export function nextReset(budget: CallBudget, now: Instant): { at: Instant; learned: boolean } {
  const { dayBeganAt, dayBeganWithinMs, limitsSeenAt } = budget;
  const began = Date.parse(dayBeganAt ?? limitsSeenAt ?? now);
  const days = Math.floor((Date.parse(now) - began) / dayMs) + 1;
  return { at: instantOf(began + Math.max(0, days) * dayMs), learned: dayBeganWithinMs !== null };
}

/** Milliseconds between calls that nobody waits for: none above half of the day, below it what is left is spread over what is left of the day. */
export function gapMs(budget: CallBudget, now: Instant): number {
  const { dayLeft, dayMost } = budget;
  const limit = dayLimit(dayMost);
  if (dayLeft === null || dayLeft * 2 >= limit) return 0;
  const callsLeft = dayLeft - dayReserve(dayMost);
  if (callsLeft <= 0) return 0;
  return (Date.parse(nextReset(budget, now).at) - Date.parse(now)) / callsLeft;
}

/**
 * How soon a call has to be made. `at-once`: a person waits for it. `prompt`: money was paid, and the books should soon say so.
 * `in-turn`: nobody waits for it.
 */
export type Haste = 'at-once' | 'prompt' | 'in-turn';

/** Why a call has to wait. `pace`: less than half of the day is left, and nobody waits for it. */
export type WaitReason = 'minute-limit' | 'day-limit' | 'pace';

/**
 * Whether one more call fits, and if not, when it probably will. What a person waits for may use the reserves; that and what is
 * prompt is never spaced out. At the end of the day's calls one call an hour is let through, which tells whether a new day has begun.
 */
export function mayCall(
  budget: CallBudget,
  { now, haste }: { now: Instant; haste: Haste },
): { ok: true } | { ok: false; until: Instant; reason: WaitReason } {
  const { minuteLeft, dayLeft, dayMost, limitsSeenAt, paceAt } = budget;
  if (limitsSeenAt === null) return { ok: true };
  const seen = Date.parse(limitsSeenAt);
  const age = Date.parse(now) - seen;
  if (minuteLeft !== null && age < minuteMs && minuteLeft <= (haste === 'at-once' ? 0 : minuteReserve)) {
    return { ok: false, until: instantOf(seen + minuteMs), reason: 'minute-limit' };
  }
  const nextDay = nextReset(budget, limitsSeenAt).at;
  if (nextDay <= now) return { ok: true };
  if (dayLeft !== null && age < probeMs && dayLeft <= (haste === 'at-once' ? 0 : dayReserve(dayMost))) {
    return { ok: false, until: nextDay, reason: 'day-limit' };
  }
  const early = haste === 'in-turn' && paceAt !== null && paceAt > now;
  return early && isSpaced(budget, now) ? { ok: false, until: paceAt, reason: 'pace' } : { ok: true };
}

/** Whether calls that nobody waits for are spaced out at this instant. */
export function isSpaced(budget: CallBudget, now: Instant): boolean {
  const { limitsSeenAt, paceAt } = budget;
  if (limitsSeenAt === null || paceAt === null || nextReset(budget, limitsSeenAt).at <= now) return false;
  return gapMs(budget, now) > 0;
}

/** What is known after an answer. Answers to calls that nobody waits for move the pace on. */
export function afterAnswer(
  before: CallBudget,
  {
    minuteLeft,
    dayLeft,
    now,
    haste,
  }: { minuteLeft?: number | undefined; dayLeft?: number | undefined; now: Instant; haste: Haste },
): CallBudget {
  const seen: CallBudget = {
    ...before,
    ...beginningOfDay(before, dayLeft, now),
    minuteLeft: minuteLeft ?? before.minuteLeft,
    dayLeft: dayLeft ?? before.dayLeft,
    dayMost: dayLeft === undefined ? before.dayMost : Math.max(before.dayMost ?? 0, dayLeft),
    limitsSeenAt: now,
  };
  const gap = gapMs(seen, now);
  if (gap === 0) return { ...seen, paceAt: null };
  if (haste !== 'in-turn') return seen;
  const from = Math.max(Date.parse(before.paceAt ?? now), Date.parse(now) - paceCreditMs);
  return { ...seen, paceAt: instantOf(from + gap) };
}

/** What is known after Xero has said that the day is used up and when the next one begins. */
export function afterDayRefusal(before: CallBudget, nextDayAt: Instant): CallBudget {
  return { ...before, dayLeft: 0, dayBeganAt: instantOf(Date.parse(nextDayAt) - dayMs), dayBeganWithinMs: 0 };
}

/** A remaining count that rises tells that a day began since the last answer. The narrowest span is believed while it fits. */
function beginningOfDay(
  before: CallBudget,
  dayLeft: number | undefined,
  now: Instant,
): Pick<CallBudget, 'dayBeganAt' | 'dayBeganWithinMs'> {
  const { dayBeganAt, dayBeganWithinMs, limitsSeenAt } = before;
  const known = { dayBeganAt: dayBeganAt ?? now, dayBeganWithinMs };
  if (limitsSeenAt === null || dayLeft === undefined || before.dayLeft === null) return known;
  if (dayLeft < before.dayLeft + riseOfNewDay) return known;
  const within = Date.parse(now) - Date.parse(limitsSeenAt);
  // A rise that was expected within this span tells nothing new, unless the span is narrower.
  const expected = nextReset(before, limitsSeenAt).at <= now;
  if (dayBeganWithinMs !== null && expected && dayBeganWithinMs <= within) return known;
  return within >= dayMs ? known : { dayBeganAt: now, dayBeganWithinMs: within };
}

/**
 * When a number of calls that nobody waits for will be done, by what is known now: without a gap above half of a day's calls,
 * spread over the rest of the day below it, and each further day the same.
 */
export function doneBy(budget: CallBudget, calls: number, now: Instant): Instant {
  const limit = dayLimit(budget.dayMost);
  const reserve = dayReserve(budget.dayMost);
  let left = calls;
  let at = Date.parse(now);
  let dayLeft = budget.dayLeft ?? limit;
  let reset = Date.parse(nextReset(budget, now).at);
  for (;;) {
    const atOnce = Math.min(left, Math.max(0, Math.floor(dayLeft - limit / 2)));
    at += (atOnce / callsPerMinute) * minuteMs;
    left -= atOnce;
    if (left <= 0) return instantOf(at);
    const spread = Math.max(0, Math.min(dayLeft, limit / 2) - reserve);
    if (left <= spread) return instantOf(at + (Math.max(0, reset - at) / spread) * left);
    left -= spread;
    at = Math.max(at, reset);
    reset += dayMs;
    dayLeft = limit;
  }
}

function instantOf(ms: number): Instant {
  return new Date(Math.round(ms)).toISOString();
}
