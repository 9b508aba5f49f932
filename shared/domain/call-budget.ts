import type { Instant } from './days.ts';

/** What is known of an organisation's limits: what Xero's last answer said was left, and when. */
export type CallBudget = {
  minuteLeft: number | null;
  dayLeft: number | null;
  /** The most that was ever seen left of a day. */
  dayMost: number | null;
  limitsSeenAt: Instant | null;
};

const minuteMs = 60_000;
/** At the reserve one call an hour finds out whether a new day has begun. */
const probeMs = 60 * minuteMs;
/** Calls of a minute that background work leaves for people. */
const minuteReserve = 10;

/** Calls of a day that background work leaves for people: a twentieth. */
export function dayReserve(dayMost: number | null): number {
  return (dayMost ?? 0) > 1000 ? 250 : 50;
}

/** Whether one more call fits, and if not, when to try again. `urgent` work may use the reserves. */
export function mayCall(
  { minuteLeft, dayLeft, dayMost, limitsSeenAt }: CallBudget,
  { now, urgent }: { now: Instant; urgent: boolean },
): { ok: true } | { ok: false; until: Instant; reason: 'minute-limit' | 'day-limit' } {
  if (limitsSeenAt === null) return { ok: true };
  const seen = Date.parse(limitsSeenAt);
  const age = Date.parse(now) - seen;
  if (minuteLeft !== null && age < minuteMs && minuteLeft <= (urgent ? 0 : minuteReserve)) {
    return { ok: false, until: new Date(seen + minuteMs).toISOString(), reason: 'minute-limit' };
  }
  if (dayLeft !== null && age < probeMs && dayLeft <= (urgent ? 0 : dayReserve(dayMost))) {
    return { ok: false, until: new Date(seen + probeMs).toISOString(), reason: 'day-limit' };
  }
  return { ok: true };
}
