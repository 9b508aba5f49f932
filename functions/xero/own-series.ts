import type { OwnSeries } from '../../shared/domain/claimed.ts';
import { partitions } from '../../shared/store/keys.ts';
import { readSeries, type SeriesName } from '../../shared/store/number-series.ts';
import type { Run } from './run.ts';

/** Documents whose numbers are looked at; the first ones, and the last ones, as numbers need not follow their days. */
const lookedAt = 50;

const listOf = {
  invoice: partitions.invoicesOfWorkspace,
  'credit-note': partitions.creditNotesOfWorkspace,
  quote: partitions.quotesOfWorkspace,
} as const;

/**
 * The numbers that are ours: those of the series, from the first one that was used here. The books may have had the same prefix for
 * years; what they hold from before is none of ours. Null before anything was issued.
 */
export const ownSeries = async ({ ws, world }: Run, name: SeriesName & keyof typeof listOf): Promise<OwnSeries | null> => {
  const query = { partition: listOf[name](ws), index: 'list', limit: lookedAt } as const;
  const [series, ...pages] = await Promise.all([
    readSeries(world.table)(ws, name),
    world.table.query(query),
    world.table.query({ ...query, descending: true }),
  ]);
  if (!series) return null;
  const { prefix } = series;
  const used = pages
    .flatMap(({ items }) => items.map((item) => item['number']))
    .flatMap((number) => {
      const digits = typeof number === 'string' && number.startsWith(prefix) ? number.slice(prefix.length) : '';
      return /^\d{1,18}$/.test(digits) ? [BigInt(digits)] : [];
    });
  if (used.length === 0) return null;
  return { prefix, first: used.reduce((least, one) => (one < least ? one : least)) };
};
