import type { Instant } from './days.ts';
import { epochMs } from './days.ts';

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
const weekMs = 7 * dayMs;

/** What is known of a workspace's last comparisons of the books. */
export type LastComparisons = { startedAt: Instant | null; wholeAt: Instant | null };

/**
 * Which comparison of the books is due: each workspace has an hour of the day for what changed and an hour of the week for
 * everything, both made from its id, so that not all organisations are asked at once. Null while none is. `dueAt` spreads those
 * of one hour over it. A run that comes late, or twice, changes nothing.
 */
export function comparisonDue(
  workspaceId: string,
  now: Instant,
  { startedAt, wholeAt }: LastComparisons,
): { scope: 'changed' | 'all'; dueAt: Instant } | null {
  const hash = hashOf(workspaceId);
  const at = epochMs(now);
  const dueAt = new Date(at + (hash % 55) * 60_000).toISOString();
  const week = latestSlot(at, hash % (7 * 24), weekMs);
  if (startedAt === null || wholeAt === null || epochMs(wholeAt) < week)
    return isStarted(startedAt, Math.max(week, latestSlot(at, hash % 24, dayMs))) ? null : { scope: 'all', dueAt };
  const day = latestSlot(at, hash % 24, dayMs);
  return isStarted(startedAt, day) ? null : { scope: 'changed', dueAt };
}

/** One that was begun in this slot is not begun again, whatever became of it: it goes on by itself. */
function isStarted(startedAt: Instant | null, slot: number): boolean {
  return startedAt !== null && epochMs(startedAt) >= slot;
}

/** The latest beginning of a slot up to `at`: a number of hours into each period. */
function latestSlot(at: number, hours: number, periodMs: number): number {
  const offset = hours * hourMs;
  return Math.floor((at - offset) / periodMs) * periodMs + offset;
}

/** Always the same for the same id, and spread evenly (FNV-1a). */
function hashOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let place = 0; place < text.length; place += 1) hash = Math.imul(hash ^ text.charCodeAt(place), 0x01000193) >>> 0;
  return hash;
}
