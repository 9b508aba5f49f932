import * as z from 'zod';
import { Conflict } from '../domain/conflict.ts';
import { splitByDay } from '../domain/days.ts';
import type { FoundRate } from '../domain/rates.ts';
import { requireFree } from '../domain/time-entry.ts';
import { keys, partitions } from './keys.ts';
import { maybe, money, version } from './shapes.ts';
import type { Table } from './table.ts';
import { put, putNew, remove, update, type Item, type Write } from './write.ts';

const record = z.object({
  id: z.string(),
  version,
  jobId: z.string(),
  memberId: z.string(),
  serviceId: maybe(z.string()),
  startedAt: maybe(z.string()),
  endedAt: maybe(z.string()),
  zone: z.string(),
  date: z.string(),
  days: z.array(z.object({ date: z.string(), seconds: z.int() })),
  seconds: z.int(),
  description: z.string(),
  billable: z.boolean(),
  rate: maybe(money),
  rateSource: maybe(z.enum(['job-member', 'job', 'member', 'service', 'workspace'])),
  /** What an hour of the member cost when the time was entered; absent on entries from before it was kept. */
  costRate: money.nullish(),
  review: z.boolean(),
  /** The invoice that has taken the entry. Whether it is held or billed is that invoice's state. */
  invoiceId: maybe(z.string()),
});

/** Seconds worked on a job by a member. */
export type TimeEntry = z.infer<typeof record>;

export const timeEntryKey = keys.timeEntry;
export const parseTimeEntry = (item: Item): TimeEntry => record.parse(item);

export const readTimeEntry =
  (table: Table) =>
  async (workspaceId: string, id: string): Promise<TimeEntry | undefined> => {
    const item = await table.get(keys.timeEntry(workspaceId, id));
    return item && record.parse(item);
  };

/** By day, then by start. Keys of an index need not be unique, and the id would push an entry with some words over 1 KB. */
const place = ({ date, startedAt }: TimeEntry, onDate = date): string => `${onDate}#${startedAt ?? date}`;

/** Only what may still be billed is a candidate; the condition of the write that takes it decides. */
const unbilledKeys = (ws: string, entry: TimeEntry) =>
  entry.billable && entry.invoiceId === null
    ? { unbilledPk: partitions.unbilledOfJob(ws, entry.jobId), unbilledSk: place(entry) }
    : { unbilledPk: undefined, unbilledSk: undefined };

const listKeys = (ws: string, entry: TimeEntry, onDate = entry.date) => ({
  listPk: partitions.entriesOfWorkspace(ws),
  listSk: place(entry, onDate),
  jobPk: partitions.entriesOfJob(ws, entry.jobId),
  jobSk: place(entry, onDate),
  partyPk: partitions.entriesOfMember(ws, entry.memberId),
  partySk: place(entry, onDate),
});

const asItem = (ws: string, entry: TimeEntry): Item => ({
  ...keys.timeEntry(ws, entry.id),
  v: 1,
  ...entry,
  invoiceId: entry.invoiceId ?? undefined,
  ...listKeys(ws, entry),
  ...unbilledKeys(ws, entry),
});

/**
 * A transaction takes 100 actions, and stopping a forgotten timer must always succeed: of a timer that ran for a quarter of a year
 * the days beyond these aren't found by range. It needs a review anyway, and an entry with a corrected time has at most three days.
 */
const furtherDaysMax = 90;

/** The days after the first on which some of the work was done, whatever day it counts on. */
const furtherDays = ({ zone, date, startedAt, endedAt }: TimeEntry): string[] => {
  if (startedAt === null || endedAt === null) return [];
  const touched = splitByDay(zone, startedAt, endedAt).map((day) => day.date);
  return touched.filter((day) => day > date).slice(0, furtherDaysMax);
};

/** So that a range finds an entry on each day that it touches; `previousDate` tells whether the range has found it already. */
const pointers = (ws: string, entry: TimeEntry): Write[] =>
  furtherDays(entry).map((date, place, dates) =>
    put('day of a time entry', {
      ...keys.timeEntryDay(ws, entry.id, date),
      v: 1,
      pointsTo: entry.id,
      date,
      previousDate: dates[place - 1] ?? entry.date,
      ...listKeys(ws, entry, date),
    }),
  );

/** Puts a new entry, with a pointer on every further day that it reaches. */
export const addEntry = (ws: string, entry: TimeEntry): Write[] => [
  putNew('time entry', asItem(ws, entry)),
  ...pointers(ws, entry),
];

const freeAsRead = (entry: TimeEntry) => ({
  condition: 'attribute_not_exists(#invoiceId) AND #version = :readVersion',
  values: { ':readVersion': entry.version },
});

/** What was edited or taken meanwhile is read again: only then can the refusal name the invoice by its number. */
const readAgain = { onFail: () => new Conflict('time entry') };

/** An entry that another invoice took meanwhile is named at once; one that was edited meanwhile is read again. */
const namesInvoice = {
  onFail: (old: Item | undefined) => {
    if (old) requireFree(parseTimeEntry(old));
    return new Conflict('time entry');
  },
};

/** Replaces a free entry as it was read, and moves its pointers. */
export const replaceEntry = (ws: string, before: TimeEntry, after: TimeEntry): Write[] => [
  put('time entry', asItem(ws, { ...after, version: before.version + 1 }), { ...freeAsRead(before), ...readAgain }),
  ...furtherDays(before)
    .filter((date) => !furtherDays(after).includes(date))
    .map((date) => remove('day of a time entry', keys.timeEntryDay(ws, before.id, date))),
  ...pointers(ws, after),
];

/** Gives a free entry another rate, exactly as it was read. */
export const rerated = (ws: string, entry: TimeEntry, { rate, source }: FoundRate): Write =>
  update(
    'time entry',
    keys.timeEntry(ws, entry.id),
    { set: { rate, rateSource: source, version: entry.version + 1 } },
    { ...freeAsRead(entry), ...readAgain },
  );

/** Deletes a free entry as it was read. */
export const removeEntry = (ws: string, entry: TimeEntry): Write[] => [
  remove('time entry', keys.timeEntry(ws, entry.id), { ...freeAsRead(entry), ...readAgain }),
  ...furtherDays(entry).map((date) => remove('day of a time entry', keys.timeEntryDay(ws, entry.id, date))),
];

/** Takes an entry for an invoice exactly as it was read: an edit in between makes this fail, not the invoice wrong. */
export const taken = (ws: string, entry: TimeEntry, invoiceId: string): Write =>
  update(
    'time entry',
    keys.timeEntry(ws, entry.id),
    { set: { invoiceId, version: entry.version + 1, unbilledPk: undefined, unbilledSk: undefined } },
    { ...freeAsRead(entry), ...namesInvoice },
  );

/** Frees an entry from this invoice, if it still holds it. Freeing twice changes nothing the second time. */
export const freed = (ws: string, entry: TimeEntry, invoiceId: string): Write => {
  const free = { ...entry, invoiceId: null };
  return update(
    'time entry',
    keys.timeEntry(ws, entry.id),
    { set: { invoiceId: undefined, version: entry.version + 1, ...unbilledKeys(ws, free) } },
    {
      condition: '#invoiceId = :invoiceId AND #version = :readVersion',
      values: { ':invoiceId': invoiceId, ':readVersion': entry.version },
    },
  );
};
