import * as z from 'zod';
import { foundAt } from './found.ts';
import { invoiceStandingKey, parseInvoiceStanding, type InvoiceStanding } from './invoice-status.ts';
import { partitions } from './keys.ts';
import { listPage, type PageRequest } from './paging.ts';
import type { QueryInput, Table } from './table.ts';
import { parseTimeEntry, timeEntryKey, type TimeEntry } from './time-entries.ts';
import type { Item } from './write.ts';

/** Days are inclusive. Without `to` the list goes on to the present. */
export interface EntryFilter {
  readonly from: string;
  readonly to?: string | undefined;
  readonly jobId?: string | undefined;
  readonly memberId?: string | undefined;
  readonly status?: 'unbilled' | 'non-billable' | 'on-invoice' | undefined;
  /** The range as the caller named it: a cursor holds for it, also when the default range has moved on. */
  readonly range: string;
}

/** An entry with the invoice that has taken it. */
export interface ListedEntry {
  readonly entry: TimeEntry;
  readonly invoice: InvoiceStanding | undefined;
}

const furtherDay = z.object({ pointsTo: z.string(), previousDate: z.string() });

/** A row of the list: an entry, the id of one that reaches this day, or neither when the range has the entry already. */
const rowOf = (item: Item, from: string): { entry: TimeEntry } | { entryId: string } | undefined => {
  if (!('pointsTo' in item)) return { entry: parseTimeEntry(item) };
  const { pointsTo, previousDate } = furtherDay.parse(item);
  return previousDate < from ? { entryId: pointsTo } : undefined;
};

const queryOf = (ws: string, { from, to, jobId, memberId }: EntryFilter): QueryInput => {
  const range = { from, ...(to === undefined ? {} : { to: `${to}#~` }), descending: true };
  if (memberId !== undefined) return { index: 'party', partition: partitions.entriesOfMember(ws, memberId), ...range };
  if (jobId !== undefined) return { index: 'job', partition: partitions.entriesOfJob(ws, jobId), ...range };
  return { index: 'list', partition: partitions.entriesOfWorkspace(ws), ...range };
};

const isWanted = (entry: TimeEntry, { jobId, status }: EntryFilter): boolean => {
  if (jobId !== undefined && entry.jobId !== jobId) return false;
  if (status === undefined) return true;
  if (entry.invoiceId !== null) return status === 'on-invoice';
  return status === (entry.billable ? 'unbilled' : 'non-billable');
};

/**
 * One page of the entries that touch a range of days, the latest first, each once. Two round trips for a plain page: the rows, then
 * their invoices and the entries that reach in from an earlier day; a third where such an entry is on an invoice no other row names.
 */
export const listEntries = (table: Table) => (ws: string, filter: EntryFilter, request: PageRequest) =>
  listPage<ListedEntry>(table, {
    query: queryOf(ws, filter),
    scope: [ws, 'TE', filter.range, filter.jobId, filter.memberId, filter.status].join('/'),
    filtered: filter.status !== undefined || (filter.jobId !== undefined && filter.memberId !== undefined),
    request,
    show: async (items) => {
      const entries = await entriesOf(table, ws, items, filter);
      return entries.map((listed) => (listed && isWanted(listed.entry, filter) ? listed : undefined));
    },
  });

const entriesOf = async (table: Table, ws: string, items: readonly Item[], { from }: EntryFilter) => {
  const rows = items.map((item) => rowOf(item, from));
  const invoiceKeys = (entries: readonly (TimeEntry | undefined)[]) =>
    entries.flatMap((entry) => (entry?.invoiceId ? [invoiceStandingKey(ws, entry.invoiceId)] : []));
  const entryKeys = rows.flatMap((row) => (row && 'entryId' in row ? [timeEntryKey(ws, row.entryId)] : []));
  const found = await table.batchGet([
    ...invoiceKeys(rows.map((row) => (row && 'entry' in row ? row.entry : undefined))),
    ...entryKeys,
  ]);
  const entries = rows.map((row) => {
    if (!row) return undefined;
    return 'entry' in row ? row.entry : foundAt(found, timeEntryKey(ws, row.entryId), parseTimeEntry);
  });
  const missing = invoiceKeys(entries).filter((key) => foundAt(found, key, parseInvoiceStanding) === undefined);
  const more = missing.length > 0 && entryKeys.length > 0 ? await table.batchGet(missing) : new Map<string, Item>();
  const standing = (key: ReturnType<typeof invoiceStandingKey>) =>
    foundAt(found, key, parseInvoiceStanding) ?? foundAt(more, key, parseInvoiceStanding);
  return entries.map(
    (entry) => entry && { entry, invoice: entry.invoiceId ? standing(invoiceStandingKey(ws, entry.invoiceId)) : undefined },
  );
};
