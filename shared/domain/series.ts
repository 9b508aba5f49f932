import { refuseFields } from './refusal.ts';

/** A number series of a workspace: the next number, its prefix and its least number of digits. `{INV-, 4, 17}` gives INV-0017. */
export type Series = { prefix: string; digits: number; next: number };

export const numberMax = 999_999_999;
const prefixMax = 20;
// A comma would break Xero's filter by numbers; a blank at either end gets lost in forms.
const prefixPattern = /^[^,\p{Cc}\p{Cs}]*$/u;

/** Refuses (`validation`) a series that can't give numbers; returns it otherwise. `path` is where it stands in the request. */
export function checkSeries(series: Series, path = 'series'): Series {
  const { prefix, digits, next } = series;
  if (prefix.length > prefixMax || !prefixPattern.test(prefix) || prefix.trim() !== prefix) {
    refuseFields({
      path: `${path}.prefix`,
      message: `must have at most ${prefixMax} characters, no comma, no blank at its ends`,
    });
  }
  if (!Number.isInteger(digits) || digits < 1 || digits > 9) {
    refuseFields({ path: `${path}.digits`, message: 'must be a whole number from 1 to 9' });
  }
  if (!Number.isInteger(next) || next < 1 || next > numberMax) {
    refuseFields({ path: `${path}.next`, message: `must be a whole number from 1 to ${numberMax}` });
  }
  return series;
}

/** The series' next number as it stands on the document. A number that outgrows the digits is written in full. */
export function formatNumber(series: Series): string {
  const { prefix, digits, next } = checkSeries(series);
  return prefix + String(next).padStart(digits, '0');
}

/** The series after its next number was used. */
export function advance(series: Series): Series {
  return checkSeries({ ...series, next: series.next + 1 });
}

/** The running number of a text of this series, undefined for any other text. Exactly the texts that `formatNumber` writes. */
export function parseNumber({ prefix, digits }: Omit<Series, 'next'>, text: string): number | undefined {
  const rest = text.slice(prefix.length);
  if (!text.startsWith(prefix) || !/^\d{1,9}$/.test(rest)) return undefined;
  const next = Number(rest);
  return next >= 1 && formatNumber({ prefix, digits, next }) === text ? next : undefined;
}

/**
 * A series that carries on where a list of used numbers stopped: the prefix that most of them share, their digits, one more than
 * their highest. Undefined when none of them ends in digits.
 */
export function proposeSeries(used: readonly string[]): Series | undefined {
  const byPrefix = new Map<string, { count: number; highest: number; digits: number }>();
  for (const text of used) {
    const [, prefix, number] = /^(.*?)(\d{1,9})$/.exec(text) ?? [];
    if (prefix === undefined || number === undefined || prefix.length > prefixMax || !prefixPattern.test(prefix)) continue;
    const seen = byPrefix.get(prefix) ?? { count: 0, highest: 0, digits: number.length };
    byPrefix.set(prefix, {
      count: seen.count + 1,
      highest: Math.max(seen.highest, Number(number)),
      digits: Math.min(seen.digits, number.length),
    });
  }
  const [first] = [...byPrefix].sort((a, b) => b[1].count - a[1].count || b[1].highest - a[1].highest);
  if (!first || first[1].highest >= numberMax || first[0].trim() !== first[0]) return undefined;
  return { prefix: first[0], digits: first[1].digits, next: first[1].highest + 1 };
}
