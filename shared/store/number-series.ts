import * as z from 'zod';
import { Busy } from '../domain/conflict.ts';
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
export type SeriesName = 'invoice';

export const seriesKey = keys.series;
export const parseSeries = (item: Item): StoredSeries => record.parse(item);

export const readSeries =
  (table: Table) =>
  async (workspaceId: string, name: SeriesName): Promise<StoredSeries | undefined> => {
    const item = await table.get(keys.series(workspaceId, name));
    return item && record.parse(item);
  };

export const addSeries = (workspaceId: string, name: SeriesName, series: Series): Write =>
  putNew('number series', { ...keys.series(workspaceId, name), v: 1, ...series, used: false, version: 1 });

/** Replaces a series as it was read. */
export const replaceSeries = (workspaceId: string, name: SeriesName, series: StoredSeries): Write =>
  put(
    'number series',
    { ...keys.series(workspaceId, name), v: 1, ...series, version: series.version + 1 },
    unchangedSince('number series', series.version),
  );

/**
 * Allots the series' next number in the commit that issues. Another issue at the same moment makes it fail as `Busy`:
 * nothing was decided, the next number is read again.
 */
export const numberTaken = (workspaceId: string, name: SeriesName, series: StoredSeries): Write =>
  update(
    'number series',
    keys.series(workspaceId, name),
    { set: { next: series.next + 1, used: true, version: series.version + 1 } },
    {
      condition: '#version = :readVersion',
      values: { ':readVersion': series.version },
      onFail: () => new Busy('the number series'),
    },
  );
