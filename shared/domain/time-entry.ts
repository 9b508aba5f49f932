import type { DateText, DaySeconds, Instant } from './days.ts';
import { dateIn, isDate, isInstant, secondsBetween, splitByDay } from './days.ts';
import type { InvoiceStatus } from './invoice.ts';
import type { Money } from './money.ts';
import type { RateSource } from './rates.ts';
import { refuse, refuseFields } from './refusal.ts';

/** Where the seconds of an entry that crosses midnight are counted. */
export type DayPolicy = 'start-day' | 'split-at-midnight';

/** When work was done: from start to end, or so long on a day. */
export type WorkedTime = { startedAt: Instant; endedAt: Instant } | { date: DateText; durationSeconds: number };

/** The time of an entry as it is stored. `date` is its first day; `days` add up to `seconds`. */
export type EntryTime = {
  startedAt: Instant | null;
  endedAt: Instant | null;
  zone: string;
  date: DateText;
  days: DaySeconds[];
  seconds: number;
};

/** What is true of a time entry, whoever stores it. */
export type TimeEntryFacts = EntryTime & {
  id: string;
  jobId: string;
  memberId: string;
  serviceId: string | null;
  description: string;
  billable: boolean;
  /** Per hour, frozen with its source when the time was entered (a timer's when it was started). */
  rate: Money | null;
  rateSource: RateSource | null;
  /** What an hour of the member costs the workspace, frozen in the same way; never shown with the time. */
  costRate?: Money | null | undefined;
  /** Too long to be believed: isn't billed until somebody edits its time or confirms it. */
  review: boolean;
};

/** Longest entry that can be made by hand. A timer may run longer; its entry then needs a review. */
export const entrySecondsMax = 24 * 60 * 60;
/** From how long on a timer counts as forgotten, where the workspace hasn't said otherwise. */
export const timerLimitSecondsDefault = 10 * 60 * 60;

const firstDay = '2000-01-01';
const lastDay = '2100-12-31';

/** Whether an entry made by a timer is so long that a person must look at it. */
export function needsReview(seconds: number, limitSeconds = timerLimitSecondsDefault): boolean {
  return seconds > limitSeconds || seconds > entrySecondsMax;
}

/**
 * The time of an entry made by hand, in the member's zone. Refuses (`validation`, naming the field) what isn't an instant, a day
 * or whole seconds; nothing or less; more than 24 hours; an end after `now` or a day after today; years outside 2000 to 2100.
 */
export function manualTime(policy: DayPolicy, zone: string, worked: WorkedTime, now: Instant): EntryTime {
  return 'date' in worked ? timeOnDay(zone, worked, now) : timeFromTo(policy, zone, worked, now);
}

/** The time of an entry from start to end, without the bounds for entries made by hand. */
export function clockedTime(policy: DayPolicy, zone: string, startedAt: Instant, endedAt: Instant): EntryTime {
  const seconds = secondsBetween(startedAt, endedAt);
  const days = daysOf(policy, zone, { startedAt, endedAt });
  return { startedAt, endedAt, zone, date: dateIn(zone, startedAt), days, seconds };
}

/**
 * The days that an entry counts on. `start-day`: all of it on the day it began. `split-at-midnight`: each second on its own day.
 * Worked time without a start counts on the day it was entered for.
 */
export function daysOf(policy: DayPolicy, zone: string, worked: WorkedTime): DaySeconds[] {
  if ('date' in worked) return [{ date: worked.date, seconds: worked.durationSeconds }];
  const { startedAt, endedAt } = worked;
  if (policy === 'split-at-midnight') return splitByDay(zone, startedAt, endedAt);
  return [{ date: dateIn(zone, startedAt), seconds: secondsBetween(startedAt, endedAt) }];
}

/** Where an entry stands: `held` is on an invoice that isn't issued, or is being freed from one. */
export type EntryStatus = 'unbilled' | 'non-billable' | 'held' | 'billed';

/**
 * The status of an entry. It isn't stored: it is the state of the invoice that the entry points to. While the pointer stands the
 * entry is taken, also when its invoice is void, abandoned or can't be found: it is free once the pointer is gone.
 */
export function statusOf(
  entry: { billable: boolean; invoiceId?: string | null | undefined },
  invoiceStatus: InvoiceStatus | undefined,
): EntryStatus {
  if (!entry.invoiceId) return entry.billable ? 'unbilled' : 'non-billable';
  switch (invoiceStatus) {
    case 'issued':
    case 'partially-paid':
    case 'paid':
      return 'billed';
    case 'collecting':
    case 'draft':
    case 'voiding':
    case 'void':
    case 'abandoned':
    case undefined:
      return 'held';
  }
}

/** Refuses (`entry-billed`, naming the invoice) every change of an entry that an invoice has taken. */
export function requireFree(entry: {
  id: string;
  invoiceId?: string | null | undefined;
  invoiceNumber?: string | null | undefined;
}): void {
  if (!entry.invoiceId) return;
  const { invoiceId, invoiceNumber = null } = entry;
  refuse('entry-billed', `The time entry is on invoice ${invoiceNumber ?? invoiceId}`, {
    timeEntryId: entry.id,
    invoiceId,
    invoiceNumber,
  });
}

/**
 * Ids of the entries that share time with another one of the same member. Nothing is refused: two tasks may run at once; a listing
 * shows it. Touching isn't overlapping, and time entered for a day without a start overlaps nothing.
 */
export function overlaps(
  entries: readonly { id: string; memberId: string; startedAt: Instant | null; endedAt: Instant | null }[],
): Set<string> {
  const marked = new Set<string>();
  const byMember = Map.groupBy(entries, ({ memberId }) => memberId);
  for (const ofMember of byMember.values()) {
    const clocked = ofMember
      .flatMap(({ id, startedAt, endedAt }) => (startedAt && endedAt ? [{ id, startedAt, endedAt }] : []))
      .sort((a, b) => (a.startedAt < b.startedAt ? -1 : a.startedAt > b.startedAt ? 1 : 0));
    let latestEnd = '';
    clocked.forEach((entry, index) => {
      const next = clocked[index + 1];
      // Sorted by start: whoever began before overlaps this one if any of them ends later; this one overlaps a later one if the next.
      if (entry.startedAt < latestEnd || (next && next.startedAt < entry.endedAt)) marked.add(entry.id);
      if (entry.endedAt > latestEnd) latestEnd = entry.endedAt;
    });
  }
  return marked;
}

function timeOnDay(zone: string, worked: { date: DateText; durationSeconds: number }, now: Instant): EntryTime {
  const { date, durationSeconds } = worked;
  if (!isDate(date)) refuseFields({ path: 'date', message: 'must be a day such as 2026-11-21' });
  checkYears('date', date);
  if (date > dateIn(zone, now)) refuseFields({ path: 'date', message: 'must not be in the future' });
  checkLength('durationSeconds', durationSeconds);
  return { startedAt: null, endedAt: null, zone, date, days: [{ date, seconds: durationSeconds }], seconds: durationSeconds };
}

function timeFromTo(policy: DayPolicy, zone: string, worked: { startedAt: Instant; endedAt: Instant }, now: Instant): EntryTime {
  const { startedAt, endedAt } = worked;
  for (const [path, instant] of Object.entries({ startedAt, endedAt })) {
    if (!isInstant(instant)) refuseFields({ path, message: 'must be a UTC instant such as 2026-11-21T09:30:00.000Z' });
    checkYears(path, instant.slice(0, 10));
  }
  if (endedAt <= startedAt) refuseFields({ path: 'endedAt', message: 'must be after the start' });
  if (endedAt > now) refuseFields({ path: 'endedAt', message: 'must not be in the future' });
  const time = clockedTime(policy, zone, startedAt, endedAt);
  checkLength('endedAt', time.seconds);
  return time;
}

function checkYears(path: string, date: DateText): void {
  if (date < firstDay || date > lastDay) refuseFields({ path, message: 'must be in the years 2000 to 2100' });
}

/** Refuses (`validation` at `path`) seconds that no entry made by hand may have: not whole, none, over 24 hours. */
export function checkLength(path: string, seconds: number): void {
  if (!Number.isSafeInteger(seconds)) refuseFields({ path, message: 'must be a whole number of seconds' });
  if (seconds < 1) refuseFields({ path, message: 'must make at least one second' });
  if (seconds > entrySecondsMax) refuseFields({ path, message: 'must make at most 24 hours' });
}
