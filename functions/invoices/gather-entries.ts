import type { DateText } from '../../shared/domain/days.ts';
import { refuse, refuseFields } from '../../shared/domain/refusal.ts';
import { requireFree } from '../../shared/domain/time-entry.ts';
import { partitions } from '../../shared/store/keys.ts';
import { keyText, type Table } from '../../shared/store/table.ts';
import { parseTimeEntry, timeEntryKey, type TimeEntry } from '../../shared/store/time-entries.ts';

/** One invoice takes at most this many entries. */
export const entriesPerInvoiceMax = 2000;

export interface EntryChoice {
  readonly jobId: string;
  readonly timeEntryIds?: readonly string[] | undefined;
  readonly memberIds?: readonly string[] | undefined;
  readonly from?: DateText | undefined;
  readonly to?: DateText | undefined;
}

export interface Gathered {
  readonly entries: readonly TimeEntry[];
  /** Entries of the choice that can't be billed yet, with the reason. */
  readonly left: readonly { timeEntryId: string; reason: 'review' | 'no-rate' }[];
}

const whyLeft = (entry: TimeEntry): 'review' | 'no-rate' | undefined =>
  entry.review ? 'review' : entry.rate === null ? 'no-rate' : undefined;

/**
 * The entries that an invoice would take: those named, or the job's unbilled ones of some members and days. Candidates only: each
 * is taken later exactly as it was read here. Named entries are refused all together when one of them can't be billed.
 */
export const gatherEntries =
  ({ table }: { table: Table }) =>
  async (ws: string, choice: EntryChoice): Promise<Gathered> => {
    const found = choice.timeEntryIds
      ? await named(table, ws, choice.jobId, choice.timeEntryIds)
      : await unbilled(table, ws, choice);
    const left = found.flatMap((entry) => {
      const reason = whyLeft(entry);
      return reason ? [{ timeEntryId: entry.id, reason }] : [];
    });
    if (choice.timeEntryIds && left[0]) return refuseLeft(left);
    const entries = found.filter((entry) => !whyLeft(entry));
    if (entries.length > entriesPerInvoiceMax)
      return refuse('too-many-entries', `One invoice takes at most ${entriesPerInvoiceMax} entries; choose a shorter period`, {
        entries: entries.length,
      });
    return { entries, left };
  };

const refuseLeft = (left: Gathered['left']): never => {
  const code = left.every(({ reason }) => reason === 'no-rate') ? 'no-rate' : 'entry-not-billable';
  return refuse(code, 'Some of the entries have no rate or need a review first', { entries: left });
};

const unbilled = async (table: Table, ws: string, choice: EntryChoice): Promise<readonly TimeEntry[]> => {
  const items = await table.queryAll({
    partition: partitions.unbilledOfJob(ws, choice.jobId),
    index: 'unbilled',
    ...(choice.from === undefined ? {} : { from: choice.from }),
    // Places start with the date; `~` sorts behind everything that follows it.
    ...(choice.to === undefined ? {} : { to: `${choice.to}~` }),
  });
  const entries = items.map(parseTimeEntry).filter(({ billable, invoiceId }) => billable && invoiceId === null);
  return choice.memberIds ? entries.filter(({ memberId }) => choice.memberIds?.includes(memberId)) : entries;
};

const named = async (table: Table, ws: string, jobId: string, ids: readonly string[]): Promise<readonly TimeEntry[]> => {
  const seen = new Set<string>();
  const twice = ids.flatMap((id, place) =>
    seen.has(id) ? [{ path: `timeEntryIds.${place}`, message: 'is named twice' }] : (seen.add(id), []),
  );
  if (twice[0]) return refuseFields(...twice);
  const items = await table.batchGet(ids.map((id) => timeEntryKey(ws, id)));
  const entries = ids.map((id, place) => {
    const item = items.get(keyText(timeEntryKey(ws, id)));
    return item ? parseTimeEntry(item) : refuseFields({ path: `timeEntryIds.${place}`, message: 'there is no such entry here' });
  });
  for (const entry of entries) requireFree(entry);
  const wrong = entries.filter((entry) => entry.jobId !== jobId || !entry.billable).map(({ id }) => id);
  if (wrong.length > 0)
    return refuse('entry-not-billable', 'Some of the entries belong to another job or are not billable', { timeEntryIds: wrong });
  return entries;
};
