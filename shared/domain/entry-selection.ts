import type { DateText } from './days.ts';
import type { InvoiceStatus } from './invoice.ts';
import { refuse, refuseFields } from './refusal.ts';
import type { TimeEntryFacts } from './time-entry.ts';
import { statusOf } from './time-entry.ts';

/** Most entries that one invoice takes. */
export const entriesPerInvoiceMax = 2000;

/** Why an entry can't go onto an invoice of its job. */
export type NotBillable = 'non-billable' | 'held' | 'billed' | 'review' | 'no-rate' | 'other-currency' | 'other-job';

/** An entry as it is judged for billing, with the status of the invoice that holds it, if one does. */
export type Candidate = Pick<TimeEntryFacts, 'id' | 'jobId' | 'memberId' | 'date' | 'billable' | 'rate' | 'review'> & {
  invoiceId?: string | null | undefined;
  invoiceStatus?: InvoiceStatus | undefined;
};

/** The job that is billed; its currency is the invoice's. */
export type BilledJob = { id: string; currency: string };

/** Why an entry can't be billed on this job now; undefined when it can. */
export function whyNotBillable(entry: Candidate, job: BilledJob): NotBillable | undefined {
  const status = statusOf(entry, entry.invoiceStatus);
  if (entry.jobId !== job.id) return 'other-job';
  if (status !== 'unbilled') return status;
  if (entry.review) return 'review';
  if (!entry.rate) return 'no-rate';
  return entry.rate.currency === job.currency ? undefined : 'other-currency';
}

/** Refuses ids that were given twice (`validation`) and more than an invoice takes (`too-many-entries`). */
export function checkChosenIds(ids: readonly string[], path = 'timeEntryIds'): void {
  if (ids.length > entriesPerInvoiceMax) {
    refuse('too-many-entries', `An invoice takes at most ${entriesPerInvoiceMax} entries`, { max: entriesPerInvoiceMax });
  }
  const seen = new Set<string>();
  const errors = ids.flatMap((id, index) => {
    const twice = seen.has(id);
    seen.add(id);
    return twice ? [{ path: `${path}.${index}`, message: 'was given before' }] : [];
  });
  if (errors.length > 0) refuseFields(...errors);
}

/**
 * The entries that were asked for by id, all or none. `found` are those that exist in the caller's workspace. Refuses the whole
 * request: `not-found`, without naming anything, when an id isn't the caller's; `entry-not-billable` with each id and its reason.
 */
export function takeChosen<C extends Candidate>(ids: readonly string[], found: readonly C[], job: BilledJob): C[] {
  checkChosenIds(ids);
  const byId = new Map(found.map((entry) => [entry.id, entry]));
  const chosen = ids.flatMap((id) => byId.get(id) ?? []);
  if (chosen.length < ids.length) refuse('not-found', 'A time entry was not found');
  const entries = chosen.flatMap((entry) => {
    const reason = whyNotBillable(entry, job);
    return reason ? [{ timeEntryId: entry.id, reason }] : [];
  });
  if (entries.length > 0) refuse('entry-not-billable', 'Some time entries can not be billed', { entries });
  return chosen;
}

/**
 * The entries of a job that a period and members select. An entry belongs to the period of its first day, whole. What can't be
 * billed is left, with the reason; what is on an invoice already isn't mentioned. Refuses `nothing-to-bill` and `too-many-entries`.
 */
export function takeBillable<C extends Candidate>(
  candidates: readonly C[],
  job: BilledJob,
  { memberIds, from, to }: { memberIds?: readonly string[] | undefined; from?: DateText | undefined; to?: DateText | undefined },
): { taken: C[]; left: { timeEntryId: string; reason: NotBillable }[] } {
  const selected = candidates.filter(
    ({ memberId, date }) =>
      (!memberIds || memberIds.includes(memberId)) && (from === undefined || date >= from) && (to === undefined || date <= to),
  );
  const taken: C[] = [];
  const left: { timeEntryId: string; reason: NotBillable }[] = [];
  for (const entry of selected) {
    const reason = whyNotBillable(entry, job);
    if (!reason) taken.push(entry);
    else if (reason !== 'held' && reason !== 'billed' && reason !== 'other-job') left.push({ timeEntryId: entry.id, reason });
  }
  if (taken.length === 0) refuse('nothing-to-bill', 'There is no time to bill', { left });
  if (taken.length > entriesPerInvoiceMax) {
    refuse('too-many-entries', `An invoice takes at most ${entriesPerInvoiceMax} entries; choose a shorter period`, {
      max: entriesPerInvoiceMax,
      found: taken.length,
    });
  }
  return { taken, left };
}
