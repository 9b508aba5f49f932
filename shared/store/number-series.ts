import * as z from 'zod';
import { Busy, Conflict } from '../domain/conflict.ts';
import type { Series } from '../domain/series.ts';
import { keys } from './keys.ts';
import type { Table } from './table.ts';
import { unchangedSince } from './versioned.ts';
import { put, putNew, update, type Item, type Write } from './write.ts';

const record = z.object({
  prefix: z.string(),
  digits: z.int(),
  next: z.int(),
  /** Whether a number of this prefix was ever given out: from then on `next` only grows. */
  used: z.boolean(),
  /** The next number of each prefix that was in use before, so that coming back to it gives no number twice. */
  past: z.record(z.string(), z.int()).default({}),
  version: z.int(),
});

/** A number series of a workspace; it holds nothing but its next number. */
export type StoredSeries = z.infer<typeof record>;
export const seriesNames = ['invoice', 'credit-note', 'quote', 'bill'] as const;
export type SeriesName = (typeof seriesNames)[number];

/** What a series is until its first number is given or somebody sets it otherwise. Nothing is stored till then. */
const untouched: Readonly<Record<SeriesName, string>> = { invoice: 'INV-', 'credit-note': 'CN-', quote: 'QU-', bill: 'BILL-' };

export const seriesKey = keys.series;
export const parseSeries = (item: Item): StoredSeries => record.parse(item);

/** A series as it stands; version 0 while nothing of it is stored. */
export const seriesOr = (item: Item | undefined, name: SeriesName): StoredSeries =>
  item ? record.parse(item) : { prefix: untouched[name], digits: 4, next: 1, used: false, past: {}, version: 0 };

export const readSeries =
  (table: Table) =>
  async (workspaceId: string, name: SeriesName): Promise<StoredSeries> =>
    seriesOr(await table.get(keys.series(workspaceId, name)), name);

export const addSeries = (workspaceId: string, name: SeriesName, series: Series): Write =>
  putNew('number series', { ...keys.series(workspaceId, name), v: 1, ...series, used: false, version: 1 });

/** Replaces a series as it was read. */
export const replaceSeries = (workspaceId: string, name: SeriesName, series: StoredSeries): Write =>
  put(
    'number series',
    { ...keys.series(workspaceId, name), v: 1, ...series, version: series.version + 1 },
    series.version === 0 ? notStoredYet : unchangedSince('number series', series.version),
  );

const notStoredYet = { condition: 'attribute_not_exists(#pk)', onFail: () => new Conflict('number series') };

/**
 * Allots the series' next number in the commit that issues. Another issue at the same moment makes it fail as `Busy`:
 * nothing was decided, the next number is read again.
 */
export const numberTaken = (workspaceId: string, name: SeriesName, series: StoredSeries): Write => {
  const key = keys.series(workspaceId, name);
  const onFail = () => new Busy('the number series');
  const taken = { next: series.next + 1, used: true, version: series.version + 1 };
  if (series.version === 0) return putNew('number series', { ...key, v: 1, ...series, ...taken }, { onFail });
  const unchanged = { condition: '#version = :readVersion', values: { ':readVersion': series.version }, onFail };
  return update('number series', key, { set: taken }, unchanged);
};
