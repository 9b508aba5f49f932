import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { addDays } from '../../shared/domain/days.ts';
import { checkTaxRate, periodsOf, requireNoOverlap, tableWith, type OwnTaxRate } from '../../shared/domain/tax-rates.ts';
import { taxTable } from '../../shared/domain/tax-table.ts';
import { taxRuleFor } from '../../shared/domain/tax.ts';
import { refusalOf, refusedPaths } from '../support/refusal-of.ts';

const own = (changes: Partial<OwnTaxRate>): OwnTaxRate => ({
  id: 'tax_1',
  country: 'GB',
  name: 'VAT',
  components: [{ name: 'VAT', rate: '0.22' }],
  from: '2027-01-01',
  ...changes,
});
const periods = (rates: readonly OwnTaxRate[], place: { country: string; region?: string }, from: string) =>
  periodsOf(place, tableWith(rates, taxTable()), { from, isOwn: (row) => rates.some((one) => one === row) });

describe('what holds in a place', () => {
  test('is the built-in table, from the day that is asked for', () => {
    expect(periods([], { country: 'FI' }, '2024-01-01')).toEqual([
      { from: '2024-01-01', to: '2024-08-31', name: 'VAT', rate: '0.24', source: 'built-in' },
      { from: '2024-09-01', to: null, name: 'VAT', rate: '0.255', source: 'built-in' },
    ]);
  });

  test('is what the workspace says on the days of which it says something', () => {
    const rate = own({ from: '2027-01-01', to: '2027-06-30' });
    expect(periods([rate], { country: 'GB' }, '2026-11-22')).toEqual([
      { from: '2026-11-22', to: '2026-12-31', name: 'VAT', rate: '0.2', source: 'built-in' },
      { from: '2027-01-01', to: '2027-06-30', name: 'VAT', rate: '0.22', source: 'own' },
      { from: '2027-07-01', to: null, name: 'VAT', rate: '0.2', source: 'built-in' },
    ]);
  });

  test('is nothing where nobody knows it', () => {
    expect(periods([], { country: 'US', region: 'TX' }, '2026-11-22')).toEqual([]);
    const texas = own({ country: 'US', region: 'TX', from: '2026-12-01', components: [{ name: 'Sales tax', rate: '0.0625' }] });
    expect(periods([texas], { country: 'US', region: 'TX' }, '2026-11-22')).toMatchObject([
      { from: '2026-12-01', rate: '0.0625' },
    ]);
    expect(periods([texas], { country: 'US', region: 'OH' }, '2026-11-22')).toEqual([]);
  });

  test('of a region goes before that of its country, whoever has said it', () => {
    const everywhere = own({ country: 'CA', components: [{ name: 'GST', rate: '0.06' }] });
    expect(periods([everywhere], { country: 'CA', region: 'ON' }, '2027-01-01')).toMatchObject([
      { rate: '0.13', source: 'built-in' },
    ]);
  });

  test('is told in periods that follow one another, each with the rate that an invoice of its days would carry', () => {
    const day = fc.integer({ min: 0, max: 2000 }).map((days) => addDays('2025-01-01', days));
    const span = fc.tuple(day, fc.integer({ min: 0, max: 300 })).map(([from, length]) => ({ from, to: addDays(from, length) }));
    fc.assert(
      fc.property(fc.array(span, { maxLength: 5 }), fc.array(day, { minLength: 1, maxLength: 20 }), (spans, days) => {
        const rates: OwnTaxRate[] = [];
        spans.forEach((one, at) => {
          const rate = own({ id: `tax_${at}`, ...one, components: [{ name: 'VAT', rate: `0.3${at}` }] });
          if (rates.every((other) => other.from > rate.to! || rate.from > other.to!)) rates.push(rate);
        });
        const told = periods(rates, { country: 'GB' }, '2025-01-01');
        told.forEach(({ from }, at) => expect(from).toBe(at === 0 ? '2025-01-01' : addDays(told[at - 1]?.to ?? '', 1)));
        for (const date of days) {
          const rule = taxRuleFor({
            registrations: [{ country: 'GB', number: '1', from: '2000-01-01' }],
            client: { country: 'GB' },
            date,
            table: tableWith(rates, taxTable()),
          });
          const period = told.find(({ from, to }) => from <= date && (to === null || date <= to));
          expect([date, period?.rate]).toEqual([date, rule.rate]);
        }
      }),
      { numRuns: 200 },
    );
  });
});

describe('an own rate', () => {
  test.each<[string, Partial<OwnTaxRate>, string]>([
    ['ends before it begins', { from: '2027-02-01', to: '2027-01-31' }, 'to'],
    [
      'takes more than everything',
      {
        components: [
          { name: 'A', rate: '0.6' },
          { name: 'B', rate: '0.5' },
        ],
      },
      'rate',
    ],
    [
      'has two parts of one name',
      {
        components: [
          { name: 'A', rate: '0.1' },
          { name: 'A', rate: '0.1' },
        ],
      },
      'components',
    ],
  ])('that %s is refused', (_what, changes, path) => {
    expect(refusedPaths(() => checkTaxRate(own(changes)))).toEqual([path]);
  });

  test('may follow another one, and may not overlap it by a day', () => {
    const first = own({ from: '2027-01-01', to: '2027-06-30' });
    const next = (from: string) => () => requireNoOverlap(own({ id: 'tax_2', from }), [first]);
    expect(next('2027-07-01')).not.toThrow();
    expect(refusalOf(next('2027-06-30'))).toMatchObject({ code: 'tax-rates-overlap', facts: { taxRateId: 'tax_1' } });
    expect(() => requireNoOverlap(own({ id: 'tax_2', region: 'X' }), [first])).not.toThrow();
    expect(() => requireNoOverlap({ ...first, to: '2027-12-31' }, [first])).not.toThrow();
  });
});

describe('rates of the package', () => {
  test('fill in countries that are not known for certain, with their history', () => {
    expect(periods([], { country: 'BW' }, '2022-01-01')).toMatchObject([
      { from: '2022-01-01', to: '2022-07-31', rate: '0.14' },
      { from: '2022-08-01', to: '2023-01-31', rate: '0.12' },
      { from: '2023-02-01', to: null, rate: '0.14' },
    ]);
  });

  test('never outweigh what is certain, and guess no region', () => {
    expect(periods([], { country: 'BH' }, '2026-01-01')).toMatchObject([{ rate: '0.1' }]);
    for (const country of ['US', 'BR']) expect(periods([], { country }, '2026-01-01')).toEqual([]);
  });
});
