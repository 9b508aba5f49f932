import type { Instant } from './days.ts';

// A service outside that gives no usable answer is asked more and more seldom, and again often once it has answered.

/** Nobody answers: since when, how often in a row it was asked in vain, and before when it is not asked again. */
export interface Outage {
  readonly since: Instant;
  readonly tries: number;
  readonly until: Instant;
}

/**
 * A single lost answer is nothing; what lasts for hours costs twelve looks an hour. Each is short of whole minutes: the sweep that asks
 * again comes each minute, and would just miss a pause that began when the answer to its last call did not come.
 */
const pausesSeconds = [0, 50, 110, 290] as const;

/** What is known of an outage once it was asked in vain another time. */
export const askedInVain = (outage: Outage | null, now: Instant): Outage => {
  const tries = (outage?.tries ?? 0) + 1;
  const pause = pausesSeconds[Math.min(tries, pausesSeconds.length) - 1] ?? 0;
  return { since: outage?.since ?? now, tries, until: new Date(Date.parse(now) + pause * 1000).toISOString() };
};
