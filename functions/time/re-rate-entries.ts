/** Gives, for admin and finance, the unbilled entries of a job the rates that hold now: those that a preview has shown, or none. */
import type { ReRatingCall } from '../../shared/api/re-rating.ts';
import { Conflict } from '../../shared/domain/conflict.ts';
import type { Instant } from '../../shared/domain/days.ts';
import type { Reply } from '../../shared/domain/once.ts';
import type { RateChange } from '../../shared/domain/re-rating.ts';
import { refuse } from '../../shared/domain/refusal.ts';
import { audited } from '../../shared/store/audit.ts';
import { foundAt } from '../../shared/store/found.ts';
import { answered, claim } from '../../shared/store/idempotency.ts';
import type { Table } from '../../shared/store/table.ts';
import { parseTimeEntry, rerated, timeEntryKey, type TimeEntry } from '../../shared/store/time-entries.ts';
import { planReRating } from './plan-re-rating.ts';

interface Needs {
  readonly table: Table;
  readonly now: () => Instant;
  readonly newId: (prefix: string) => string;
}

type Change = RateChange<TimeEntry>;
type Skipped = { timeEntryId: string; reason: 'taken' | 'changed' | 'gone' };

/** Besides the entries, a chunk writes its line of the audit trail. */
const entriesPerChunk = 95;
/** Each try leaves out what was lost; more than a few means that somebody keeps editing. */
const triesMax = 5;

/**
 * In chunks, each all or none, each entry only as it was read. What was billed, edited or deleted meanwhile is left alone and told;
 * cut off on the way, the same request goes on with what is left.
 */
export const reRateEntries =
  (needs: Needs) =>
  async ({ caller, params, body, once }: ReRatingCall<'reRateEntries'>): Promise<Reply> => {
    const { table } = needs;
    const ws = caller.workspaceId;
    const { job, plan } = await planReRating(table)(ws, params.id, body);
    if (plan.expect !== body.expect)
      return refuse('preview-changed', 'The time or the rates changed since the preview; look at it again', {
        expect: plan.expect,
      });
    await claim(table)(once);
    let changed = 0;
    const skipped: Skipped[] = [];
    for (let start = 0; start < plan.changes.length; start += entriesPerChunk) {
      const chunk = plan.changes.slice(start, start + entriesPerChunk);
      const done = await rate(needs, { ws, who: caller.memberId, job }, chunk);
      changed += done.changed;
      skipped.push(...done.skipped);
    }
    const reply: Reply = { status: 200, body: { changed, unchanged: plan.unchanged, skipped } };
    await table.commit([answered(once, reply)]);
    return reply;
  };

interface About {
  readonly ws: string;
  readonly who: string;
  readonly job: { readonly id: string; readonly name: string };
}

const rate = async ({ table, now, newId }: Needs, { ws, who, job }: About, chunk: readonly Change[]) => {
  let left = chunk;
  const skipped: Skipped[] = [];
  for (let tries = 1; left.length > 0; tries += 1) {
    const text = `${left.length === 1 ? 'A time entry' : `${left.length} time entries`} of job ${job.name} were rated anew`;
    const trail = { id: newId('aud'), at: now(), who, what: 'entries-re-rated', about: job.id, text };
    const before = Object.fromEntries(left.map(({ entry }) => [entry.id, entry.rate]));
    const after = Object.fromEntries(left.map((change) => [change.entry.id, change.after.rate]));
    try {
      await table.commit([
        ...left.map((change) => rerated(ws, change.entry, change.after)),
        audited(ws, { ...trail, before, after }),
      ]);
      return { changed: left.length, skipped };
    } catch (error) {
      if (!(error instanceof Conflict) || tries === triesMax) throw error;
      const again = await lookAgain(table, ws, left);
      skipped.push(...again.skipped);
      left = again.left;
    }
  }
  return { changed: 0, skipped };
};

/** Somebody was there meanwhile: what is still the same work is rated, the rest is left alone. */
const lookAgain = async (table: Table, ws: string, changes: readonly Change[]) => {
  const found = await table.batchGet(changes.map(({ entry }) => timeEntryKey(ws, entry.id)));
  const left: Change[] = [];
  const skipped: Skipped[] = [];
  for (const change of changes) {
    const entry = foundAt(found, timeEntryKey(ws, change.entry.id), parseTimeEntry);
    const reason = whyNot(change.entry, entry);
    if (entry && reason === undefined) left.push({ ...change, entry });
    else skipped.push({ timeEntryId: change.entry.id, reason: reason ?? 'gone' });
  }
  return { left, skipped };
};

const whyNot = (seen: TimeEntry, entry: TimeEntry | undefined): Skipped['reason'] | undefined => {
  if (!entry) return 'gone';
  if (entry.invoiceId !== null) return 'taken';
  const same = (['jobId', 'memberId', 'serviceId', 'seconds', 'billable'] as const).every((name) => entry[name] === seen[name]);
  return same ? undefined : 'changed';
};
