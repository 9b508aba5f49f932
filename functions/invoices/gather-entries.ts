import { requireRange, type DateText } from '../../shared/domain/days.ts';
import {
  checkChosenIds,
  takeBillable,
  takeChosen,
  type BilledJob,
  type NotBillable,
} from '../../shared/domain/entry-selection.ts';
import { partitions } from '../../shared/store/keys.ts';
import type { Table } from '../../shared/store/table.ts';
import { parseTimeEntry, timeEntryKey, type TimeEntry } from '../../shared/store/time-entries.ts';

export interface EntryChoice {
  readonly timeEntryIds?: readonly string[] | undefined;
  readonly memberIds?: readonly string[] | undefined;
  readonly from?: DateText | undefined;
  readonly to?: DateText | undefined;
}

export interface Gathered {
  readonly entries: readonly TimeEntry[];
  /** Entries of the choice that can't be billed yet, with the reason. */
  readonly left: readonly { timeEntryId: string; reason: NotBillable }[];
}

/**
 * Reads the entries that an invoice would take: those named, or the job's unbilled ones of some members and days. Candidates only:
 * each is taken later exactly as it was read here.
 */
export const gatherEntries =
  ({ table }: { table: Table }) =>
  async (ws: string, job: BilledJob, choice: EntryChoice): Promise<Gathered> => {
    if (choice.timeEntryIds) {
      checkChosenIds(choice.timeEntryIds);
      const items = await table.batchGet(choice.timeEntryIds.map((id) => timeEntryKey(ws, id)));
      return { entries: takeChosen(choice.timeEntryIds, [...items.values()].map(parseTimeEntry), job), left: [] };
    }
    const { from, to } = choice;
    requireRange(choice);
    const items = await table.queryAll({
      partition: partitions.unbilledOfJob(ws, job.id),
      index: 'unbilled',
      ...(from === undefined ? {} : { from }),
      // Places start with the date; `~` sorts behind everything that follows it.
      ...(to === undefined ? {} : { to: `${to}~` }),
    });
    const { taken, left } = takeBillable(items.map(parseTimeEntry), job, choice);
    return { entries: taken, left };
  };
