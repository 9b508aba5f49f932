import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { reRating, type Rated } from '../../shared/domain/re-rating.ts';
import { refusalOf } from '../support/refusal-of.ts';

const gbp = (amount: number) => ({ amount, currency: 'GBP' });
const terms = { currency: 'GBP', rounding: { mode: 'none' as const }, step: 1 as const };
const entry = (id: string, rate: number | null, changes: Partial<Rated> = {}): Rated => ({
  id,
  memberId: 'mem_1',
  date: '2026-11-02',
  seconds: 3600,
  rate: rate === null ? null : gbp(rate),
  rateSource: rate === null ? null : 'job',
  ...changes,
});
const always = (rate: number) => () => ({ rate: gbp(rate), source: 'job' as const });

describe('rating entries anew', () => {
  test('tells which get another rate, and what all are worth before and after', () => {
    const plan = reRating([entry('a', 9_500), entry('b', 12_000), entry('c', null, { seconds: 1800 })], always(12_000), terms);
    expect(plan.changes.map((change) => [change.entry.id, change.before?.rate ?? null, change.after.rate])).toEqual([
      ['a', gbp(9_500), gbp(12_000)],
      ['c', null, gbp(12_000)],
    ]);
    expect(plan).toMatchObject({ unchanged: 1, before: gbp(21_500), after: gbp(30_000) });
  });

  test('counts time as the client is billed for it', () => {
    const rounding = { mode: 'up' as const, minutes: 15 as const };
    const plan = reRating([entry('a', 10_000, { seconds: 901 })], always(20_000), { ...terms, rounding });
    expect(plan).toMatchObject({ before: gbp(5_000), after: gbp(10_000) });
  });

  test('takes no rate away where no level has one', () => {
    const plan = reRating([entry('a', 9_500), entry('b', null)], () => undefined, terms);
    expect(plan).toMatchObject({ changes: [], unchanged: 2, before: gbp(9_500), after: gbp(9_500) });
  });

  test('a level that says the same is a change of the source', () => {
    const plan = reRating([entry('a', 9_500)], () => ({ rate: gbp(9_500), source: 'job-member' }), terms);
    expect(plan.changes).toHaveLength(1);
  });

  test('is bound to the entries, their time and the rates that they get, and to nothing that half of the work would change', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 50_000 }), { minLength: 1, maxLength: 20 }), fc.nat(), (rates, cut) => {
        const entries = rates.map((rate, place) => entry(`te_${place}`, rate));
        const { expect: seen } = reRating(entries, always(777), terms);
        const half = entries.map((one, place) => (place < cut % rates.length ? { ...one, rate: gbp(777) } : one));
        expect(reRating(half.toReversed(), always(777), terms).expect).toBe(seen);
        const others = [
          reRating(entries, always(778), terms),
          reRating(entries.slice(1), always(777), terms),
          reRating([...entries.slice(1), { ...entries[0]!, seconds: 1 }], always(777), terms),
        ];
        for (const other of others) expect(other.expect).not.toBe(seen);
      }),
    );
  });

  test('of more than 2,000 at once is refused', () => {
    const many = Array.from({ length: 2001 }, (_, place) => entry(`te_${place}`, 1));
    expect(refusalOf(() => reRating(many, always(2), terms)).code).toBe('too-many-entries');
  });
});
