import type { DateText, Instant } from './days.ts';
import { addSeconds } from './days.ts';
import type { FoundRate } from './rates.ts';
import { asksForNewRate } from './rates.ts';
import { refuseFields } from './refusal.ts';
import type { DayPolicy, TimeEntryFacts, WorkedTime } from './time-entry.ts';
import { checkLength, manualTime, requireFree } from './time-entry.ts';

/** What may be changed of an entry that no invoice has taken. Absent means untouched. */
export type EntryChange = {
  jobId?: string | undefined;
  serviceId?: string | null | undefined;
  description?: string | undefined;
  billable?: boolean | undefined;
  date?: DateText | undefined;
  durationSeconds?: number | undefined;
  startedAt?: Instant | undefined;
  endedAt?: Instant | undefined;
  /** False: somebody has looked at the long entry and says it is right. */
  review?: false | undefined;
};

type StoredEntry = TimeEntryFacts & { invoiceId?: string | null | undefined; invoiceNumber?: string | null | undefined };

/**
 * An entry after a correction. Refuses `entry-billed` when an invoice has taken it, and the bounds of `manualTime` for changed
 * times. Times are judged in the entry's own zone, whatever the editor's is; times that aren't changed stay as they are to the
 * letter. Changing the time, or saying so, ends a review. The frozen rate stays unless another job or service asks for a new
 * one: then `rated` is taken, which the caller found for the change (undefined: there is none).
 */
export function editEntry<E extends StoredEntry>(
  entry: E,
  change: EntryChange,
  { policy, now, rated }: { policy: DayPolicy; now: Instant; rated?: FoundRate | undefined },
): E {
  requireFree(entry);
  const { jobId = entry.jobId, description = entry.description, billable = entry.billable } = change;
  const serviceId = change.serviceId === undefined ? entry.serviceId : change.serviceId;
  const worked = changedTime(entry, change);
  const time = worked && manualTime(policy, entry.zone, worked, now);
  const review = time || change.review === false ? false : entry.review;
  const rate = asksForNewRate(entry, change) ? { rate: rated?.rate ?? null, rateSource: rated?.source ?? null } : {};
  return { ...entry, jobId, serviceId, description, billable, ...time, review, ...rate };
}

/** The worked time that a change asks for, undefined when it leaves the time alone. */
function changedTime(entry: TimeEntryFacts, change: EntryChange): WorkedTime | undefined {
  const { date, durationSeconds, startedAt, endedAt } = change;
  if (startedAt !== undefined || endedAt !== undefined) {
    if (date !== undefined || durationSeconds !== undefined) {
      refuseFields({ path: 'durationSeconds', message: 'give either a start and an end, or a day and a duration' });
    }
    return { startedAt: startedAt ?? known(entry.startedAt, 'startedAt'), endedAt: endedAt ?? known(entry.endedAt, 'endedAt') };
  }
  if (date === undefined && durationSeconds === undefined) return undefined;
  if (entry.startedAt === null) return { date: date ?? entry.date, durationSeconds: durationSeconds ?? entry.seconds };
  if (date !== undefined && durationSeconds !== undefined) return { date, durationSeconds };
  if (durationSeconds === undefined) {
    refuseFields({ path: 'date', message: 'an entry with a start moves by a new start and end, or needs a duration too' });
  }
  checkLength('durationSeconds', durationSeconds);
  return { startedAt: entry.startedAt, endedAt: addSeconds(entry.startedAt, durationSeconds) };
}

function known(instant: Instant | null, path: string): Instant {
  if (instant === null) refuseFields({ path, message: 'must be given: the entry has no start and end yet' });
  return instant;
}
