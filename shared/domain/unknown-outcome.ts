import type { Instant } from './days.ts';

/** Xero remembers a request by its key for 6 minutes. */
const keyKeptMs = 6 * 60_000;
/** What was sent may still be carried out for a while; after this time it never is. */
const settledMs = 8 * 60_000;

/**
 * What to do about a batch whose answer was lost, after the part of it that Xero has was found. `resend`: the same bytes under the
 * same key. `renew`: what is missing goes into a new batch under a new key. `wait`: neither is safe yet.
 */
export function afterLookUp({
  now,
  firstSentAt,
  lastSentAt,
  someFound,
  sameBytes,
}: {
  now: Instant;
  firstSentAt: Instant;
  lastSentAt: Instant;
  someFound: boolean;
  sameBytes: boolean;
}): { next: 'resend' } | { next: 'renew' } | { next: 'wait'; until: Instant } {
  const present = Date.parse(now);
  if (!someFound && sameBytes && present - Date.parse(firstSentAt) < keyKeptMs) return { next: 'resend' };
  const settledAt = Date.parse(lastSentAt) + settledMs;
  return present >= settledAt ? { next: 'renew' } : { next: 'wait', until: new Date(settledAt).toISOString() };
}

/**
 * Whether Xero could take these payments of one invoice a second time, should it carry out both the first request and its
 * repetition: it refuses what is more than is still due. All in whole minor units.
 */
export function couldBeBookedTwice(due: number, amounts: readonly number[]): boolean {
  const dueAfter = due - amounts.reduce((sum, one) => sum + one, 0);
  return amounts.some((amount) => amount <= dueAfter);
}
