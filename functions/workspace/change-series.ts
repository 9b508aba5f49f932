import { refuseFields } from '../../shared/domain/refusal.ts';
import { checkSeries, type Series } from '../../shared/domain/series.ts';
import type { StoredSeries } from '../../shared/store/number-series.ts';

/**
 * A number series with other settings. Refuses (`validation`) what could give a number twice: going back behind a number of the same
 * prefix, also of one that was left and is taken up again, and a prefix that together with a number reads like another prefix. `path` is
 * where it stands in the request.
 */
export const changeSeries = (series: StoredSeries, wanted: Series, path: string): StoredSeries => {
  const { prefix, next, digits } = checkSeries(wanted, path);
  const past = series.used ? { ...series.past, [series.prefix]: series.next } : series.past;
  const least = past[prefix] ?? 1;
  if (next < least) refuseFields({ path: `${path}.next`, message: `must be at least ${least}: lower numbers were given out` });
  const alike = Object.keys(past).find((other) => readsLike(prefix, other) || readsLike(other, prefix));
  if (alike !== undefined) {
    refuseFields({ path: `${path}.prefix`, message: `must differ from ${alike} by more than digits at its end` });
  }
  return { ...series, prefix, next, digits, past, used: past[prefix] !== undefined };
};

/** Whether `long` is `short` with digits behind it: INV-1 and number 7 would read as INV- and number 17. */
const readsLike = (short: string, long: string): boolean =>
  long.length > short.length && long.startsWith(short) && /^\d+$/.test(long.slice(short.length));
