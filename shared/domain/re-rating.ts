import { createHash } from 'node:crypto';
import { sumMoney, type AmountStep, type Money } from './money.ts';
import type { FoundRate } from './rates.ts';
import { refuse } from './refusal.ts';
import type { TimeEntryFacts } from './time-entry.ts';
import { amountFor, hoursFromSeconds, roundSeconds, type TimeRounding } from './time-rounding.ts';

/** Most entries that are rated anew at once. */
export const reRatedMax = 2000;

/** What of an unbilled entry decides about its rate and its worth. */
export type Rated = Pick<TimeEntryFacts, 'id' | 'memberId' | 'date' | 'seconds' | 'rate' | 'rateSource'>;

/** An entry that gets another rate, or the same from another level. */
export type RateChange<E extends Rated> = { entry: E; before: FoundRate | null; after: FoundRate };

export type ReRating<E extends Rated> = {
  changes: RateChange<E>[];
  /** Entries that keep what they have. */
  unchanged: number;
  /** What all of them are worth, with the rates that they have and with those that they would get; before tax. */
  before: Money;
  after: Money;
  /** What a person saw, as a short text. It stays the same while only some of the entries were rated anew. */
  expect: string;
};

/**
 * What rating anew would do to unbilled entries of a job. `rateOf` finds the rate that holds now; where no level has one, the entry
 * keeps the rate that it has: nothing is ever taken away. Refuses `too-many-entries`.
 */
export function reRating<E extends Rated>(
  entries: readonly E[],
  rateOf: (entry: E) => FoundRate | undefined,
  { currency, rounding, step }: { currency: string; rounding: TimeRounding; step: AmountStep },
): ReRating<E> {
  if (entries.length > reRatedMax)
    refuse('too-many-entries', `At most ${reRatedMax} entries are rated anew at once; choose a shorter period`, {
      max: reRatedMax,
      found: entries.length,
    });
  const rated = entries.map((entry) => {
    const before = entry.rate && entry.rateSource ? { rate: entry.rate, source: entry.rateSource } : null;
    return { entry, before, after: rateOf(entry) ?? before };
  });
  const worth = (rates: readonly { entry: E; rate: Money | undefined }[]): Money =>
    sumMoney(
      currency,
      rates.flatMap(({ entry, rate }) =>
        rate?.currency === currency ? amountFor(hoursFromSeconds(roundSeconds(rounding, entry.seconds)), rate, step) : [],
      ),
    );
  const changes = rated.flatMap(({ entry, before, after }) =>
    after && !isSameRate(before, after) ? [{ entry, before, after }] : [],
  );
  return {
    changes,
    unchanged: entries.length - changes.length,
    before: worth(rated.map(({ entry, before }) => ({ entry, rate: before?.rate }))),
    after: worth(rated.map(({ entry, after }) => ({ entry, rate: after?.rate }))),
    expect: fingerprint(rated),
  };
}

function isSameRate(a: FoundRate | null, b: FoundRate): boolean {
  return a !== null && a.source === b.source && a.rate.amount === b.rate.amount && a.rate.currency === b.rate.currency;
}

/** Which entries come to which rates: what they had before is no part of it, so that work that was cut off can go on. */
function fingerprint(rated: readonly { entry: Rated; after: FoundRate | null }[]): string {
  const seen = rated
    .map(({ entry, after }) => [entry.id, entry.seconds, after?.rate.amount, after?.rate.currency, after?.source])
    .sort((a, b) => (String(a[0]) < String(b[0]) ? -1 : 1));
  return createHash('sha256').update(JSON.stringify(seen)).digest('base64url').slice(0, 22);
}
