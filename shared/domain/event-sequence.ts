import type { Instant } from './days.ts';

/** Numbers of events that were not seen, and since when that is known. */
export type EventGap = { from: number; to: number; since: Instant };

/** The highest number that was seen, and what was missed on the way. */
export type EventsSeen = { last: number; gaps: EventGap[] };

/** Bodies overtake each other; one that is later than this was lost. */
const lateMs = 60_000;
const gapsMax = 50;

/**
 * Notes the numbers of one body of events. Whatever order bodies come in, and however often: only numbers that stay away for a
 * minute count as lost. `lost` is told once.
 */
export function noteBody(
  seen: EventsSeen | null,
  { first, last }: { first: number; last: number },
  now: Instant,
): { seen: EventsSeen; lost: boolean } {
  if (seen === null) return { seen: { last, gaps: [] }, lost: false };
  const without = seen.gaps.flatMap((gap) => rest(gap, first, last));
  const jump = first > seen.last + 1 ? [{ from: seen.last + 1, to: first - 1, since: now }] : [];
  return lostAmong({ last: Math.max(seen.last, last), gaps: [...without, ...jump] }, now);
}

/** Which gaps have been open for too long by now; they are forgotten with that. */
export function lostAmong(seen: EventsSeen, now: Instant): { seen: EventsSeen; lost: boolean } {
  const since = Date.parse(now) - lateMs;
  const open = seen.gaps.filter((gap) => Date.parse(gap.since) > since);
  const gaps = open.slice(-gapsMax);
  return { seen: { ...seen, gaps }, lost: gaps.length < seen.gaps.length };
}

/** What is left of a gap once the numbers `first` to `last` have come. */
function rest({ from, to, since }: EventGap, first: number, last: number): EventGap[] {
  if (last < from || first > to) return [{ from, to, since }];
  return [
    { from, to: first - 1, since },
    { from: last + 1, to, since },
  ].filter((gap) => gap.from <= gap.to);
}
