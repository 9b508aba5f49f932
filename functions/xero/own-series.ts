import type { OwnSeries } from '../../shared/domain/claimed.ts';
import { firstInvoices } from '../../shared/store/invoices.ts';
import { readSeries } from '../../shared/store/number-series.ts';
import type { Run } from './run.ts';

/**
 * The numbers that are ours: those of the series, from the first one that was used here. The books may have had the same prefix for
 * years; what they hold from before is none of ours. Null before anything was issued.
 */
export const ownSeries = async (run: Run): Promise<OwnSeries | null> => {
  const [series, earliest] = await Promise.all([
    readSeries(run.world.table)(run.ws, 'invoice'),
    firstInvoices(run.world.table)(run.ws),
  ]);
  if (!series) return null;
  const { prefix } = series;
  const used = earliest.flatMap(({ number }) => {
    const digits = number?.startsWith(prefix) ? number.slice(prefix.length) : '';
    return /^\d{1,18}$/.test(digits) ? [BigInt(digits)] : [];
  });
  if (used.length === 0) return null;
  return { prefix, first: used.reduce((least, one) => (one < least ? one : least)) };
};
