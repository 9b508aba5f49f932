import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { isCurrency } from '../../shared/domain/money.ts';
import type { TaxedClient, TaxQuestion, TaxRegistration } from '../../shared/domain/tax.ts';
import { isTaxKnown, lineTax, parseRate, sumOfRates, taxIncluded, taxRuleFor } from '../../shared/domain/tax.ts';
import { taxTable } from '../../shared/domain/tax-table.ts';
import { refusedPaths } from '../support/refusal-of.ts';

const registered = (country: string, more: Partial<TaxRegistration> = {}): TaxRegistration => ({
  country,
  number: '1',
  from: '2000-01-01',
  ...more,
});
const ask = (registrations: TaxRegistration[], client: TaxedClient, more: Partial<TaxQuestion> = {}) =>
  taxRuleFor({ registrations, client, date: '2026-11-21', table: taxTable(), ...more });

describe('the table', () => {
  test.each([
    // Country, region, day, sum of the rates.
    ['GB', undefined, '2011-01-03', '0.175'],
    ['GB', undefined, '2011-01-04', '0.2'],
    ['GB', undefined, '2009-06-01', '0.15'],
    ['JP', undefined, '2019-09-30', '0.08'],
    ['JP', undefined, '2019-10-01', '0.1'],
    ['CH', undefined, '2023-12-31', '0.077'],
    ['CH', undefined, '2024-01-01', '0.081'],
    ['SG', undefined, '2023-12-31', '0.08'],
    ['SG', undefined, '2024-01-01', '0.09'],
    ['EE', undefined, '2025-06-30', '0.22'],
    ['EE', undefined, '2025-07-01', '0.24'],
    ['DE', undefined, '2020-06-30', '0.19'],
    ['DE', undefined, '2020-12-31', '0.16'],
    ['DE', undefined, '2021-01-01', '0.19'],
    ['FI', undefined, '2024-09-01', '0.255'],
    ['SK', undefined, '2025-01-01', '0.23'],
    ['RO', undefined, '2025-08-01', '0.21'],
    ['LU', undefined, '2023-06-01', '0.16'],
    ['IE', undefined, '2021-02-28', '0.21'],
    ['HU', undefined, '2026-01-01', '0.27'],
    ['NO', undefined, '2026-01-01', '0.25'],
    ['AU', undefined, '2026-01-01', '0.1'],
    ['NZ', undefined, '2026-01-01', '0.15'],
    ['ZA', undefined, '2026-01-01', '0.15'],
    ['IN', undefined, '2026-01-01', '0.18'],
    ['AE', undefined, '2026-01-01', '0.05'],
    ['KW', undefined, '2026-01-01', '0'],
    ['CA', 'AB', '2026-01-01', '0.05'],
    ['CA', 'ON', '2026-01-01', '0.13'],
    ['CA', 'NS', '2025-03-31', '0.15'],
    ['CA', 'NS', '2025-04-01', '0.14'],
    ['CA', 'QC', '2026-01-01', '0.14975'],
    ['CA', 'BC', '2026-01-01', '0.12'],
    ['CA', 'SK', '2026-01-01', '0.11'],
    ['CA', 'MB', '2026-01-01', '0.12'],
  ])('%s %s on %s: %s', (country, region, date, rate) => {
    const found = ask([registered(country, { region })], { country, region }, { date });
    expect(found).toMatchObject({ rule: 'domestic', rate });
  });

  test('has a rate for each member of the European Union', () => {
    const members = 'AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IT LT LU LV MT NL PL PT RO SE SI SK'.split(' ');
    expect(members).toHaveLength(27);
    expect(members.filter((country) => !isTaxKnown({ country }, taxTable()))).toEqual([]);
  });

  test('has one rate at most for a place and a day, without gaps after the first', () => {
    const places = Map.groupBy(taxTable(), ({ country, region }) => `${country} ${region}`);
    for (const [place, rows] of places) {
      rows.forEach((row, index) => {
        const next = rows[index + 1];
        const dayAfter = row.to && new Date(Date.parse(row.to) + 86_400_000).toISOString().slice(0, 10);
        expect([place, dayAfter]).toEqual([place, next?.from]);
        if (row.to) expect(row.to >= row.from).toBe(true);
        for (const component of row.components) expect(parseRate(component.rate).numerator > 0n).toBe(true);
      });
    }
    expect(taxTable().every(({ country }) => /^[A-Z]{2}$/.test(country) && !isCurrency(country))).toBe(true);
  });

  test('not knowing a place is not the same as no tax there', () => {
    expect(isTaxKnown({ country: 'US', region: 'CA' }, taxTable())).toBe(false);
    expect(isTaxKnown({ country: 'KW' }, taxTable())).toBe(true);
    expect(isTaxKnown({ country: 'DE', region: 'BY' }, taxTable())).toBe(true);
    expect(isTaxKnown({ country: 'CA' }, taxTable())).toBe(true);
    expect(isTaxKnown({ country: 'CA', region: 'XX' }, taxTable())).toBe(false);
    expect(refusedPaths(() => ask([registered('US')], { country: 'US' }))).toEqual(['client.country']);
    expect(refusedPaths(() => ask([registered('BR')], { country: 'BR' }))).toEqual(['client.country']);
  });
});

describe('which rule applies', () => {
  const vat = { taxNumber: 'X123' };
  test.each<[string, TaxRegistration[], TaxedClient, string, string]>([
    ['nobody registered, no tax', [], { country: 'GB' }, 'not-registered', '0'],
    ['registered from tomorrow', [registered('GB', { from: '2026-11-22' })], { country: 'GB' }, 'not-registered', '0'],
    ['registered from today', [registered('GB', { from: '2026-11-21' })], { country: 'GB' }, 'domestic', '0.2'],
    ['registered until yesterday', [registered('GB', { to: '2026-11-20' })], { country: 'GB' }, 'not-registered', '0'],
    ['registered until today', [registered('GB', { to: '2026-11-21' })], { country: 'GB' }, 'domestic', '0.2'],
    ['at home, a business too', [registered('GB')], { country: 'GB', ...vat }, 'domestic', '0.2'],
    ['the Isle of Man uses British tax', [registered('GB')], { country: 'IM' }, 'domestic', '0.2'],
    ['exempt with a reason', [registered('GB')], { country: 'GB', taxExemptReason: 'Charity' }, 'exempt', '0'],
    ['out of the country', [registered('GB')], { country: 'US' }, 'export', '0'],
    ['from Britain into the EU', [registered('GB')], { country: 'DE', ...vat }, 'export', '0'],
    ['from the EU to Britain', [registered('DE')], { country: 'GB', ...vat }, 'export', '0'],
    ['a business elsewhere in the EU', [registered('DE')], { country: 'FR', ...vat }, 'reverse-charge', '0'],
    ['a private client elsewhere in the EU', [registered('DE')], { country: 'FR' }, 'domestic', '0.19'],
    ['the same with an empty tax number', [registered('DE')], { country: 'FR', taxNumber: '' }, 'domestic', '0.19'],
    [
      'a private client where the seller is registered too',
      [registered('DE'), registered('FR')],
      { country: 'FR' },
      'domestic',
      '0.2',
    ],
    ['the Canaries are not in the area', [registered('ES')], { country: 'ES', region: 'GC' }, 'export', '0'],
    ['nor for a business', [registered('DE')], { country: 'ES', region: 'TF', ...vat }, 'export', '0'],
    ['Madrid is', [registered('ES')], { country: 'ES', region: 'M' }, 'domestic', '0.21'],
    ['no such tax', [registered('KW')], { country: 'KW' }, 'domestic', '0'],
    ['across the Tasman', [registered('AU')], { country: 'NZ', ...vat }, 'export', '0'],
  ])('%s', (_name, registrations, client, rule, rate) => {
    expect(ask(registrations, client)).toMatchObject({ rule, rate });
  });

  test('with a home, a registration in the client’s country abroad counts for private clients', () => {
    const both = [registered('FR'), registered('DE')];
    expect(ask(both, { country: 'FR' }, { home: 'DE' })).toMatchObject({ rule: 'registered-abroad', rate: '0.2' });
    expect(ask(both, { country: 'FR', ...vat }, { home: 'DE' })).toMatchObject({ rule: 'reverse-charge', rate: '0' });
    expect(ask(both, { country: 'DE', ...vat }, { home: 'DE' })).toMatchObject({ rule: 'domestic', rate: '0.19' });
    expect(ask(both, { country: 'IT' }, { home: 'DE' })).toMatchObject({ rule: 'domestic', rate: '0.19', name: 'VAT' });
    expect(ask([registered('NO'), registered('FR')], { country: 'IT' }, { home: 'NO' })).toMatchObject({ rate: '0.2' });
    expect(ask([registered('AU'), registered('NZ')], { country: 'NZ', ...vat }, { home: 'AU' })).toMatchObject({
      rule: 'registered-abroad',
      rate: '0.15',
    });
  });

  test('says since when: the rate’s first day, or the registration’s', () => {
    expect(ask([registered('GB', { from: '2020-04-01' })], { country: 'GB' }).effectiveFrom).toBe('2011-01-04');
    expect(ask([registered('DE', { from: '2020-04-01' })], { country: 'FR', ...vat }).effectiveFrom).toBe('2020-04-01');
    expect(ask([registered('GB', { from: '2020-04-01' })], { country: 'US' }).effectiveFrom).toBe('2020-04-01');
    expect(ask([], { country: 'US' }).effectiveFrom).toBe('2026-11-21');
  });
});

describe('Canada', () => {
  test('a province’s own tax is charged by who is registered there', () => {
    expect(ask([registered('CA'), registered('CA', { region: 'QC' })], { country: 'CA', region: 'QC' })).toEqual({
      name: 'GST + QST',
      rate: '0.14975',
      rule: 'domestic',
      effectiveFrom: '2013-01-01',
      components: [
        { name: 'GST', rate: '0.05' },
        { name: 'QST', rate: '0.09975' },
      ],
    });
    expect(ask([registered('CA')], { country: 'CA', region: 'QC' })).toMatchObject({
      name: 'GST',
      rate: '0.05',
      components: [{ name: 'GST', rate: '0.05' }],
    });
    expect(ask([registered('CA', { region: 'QC' })], { country: 'CA', region: 'BC' })).toMatchObject({
      name: 'GST',
      rate: '0.05',
    });
    expect(ask([registered('CA', { region: 'QC' })], { country: 'CA', region: 'ON' })).toMatchObject({
      name: 'HST',
      rate: '0.13',
    });
  });

  test('without the client’s province nothing is guessed', () => {
    expect(refusedPaths(() => ask([registered('CA')], { country: 'CA' }))).toEqual(['client.region']);
  });
});

describe('tax of a line', () => {
  const rate = (value: string, components: { name: string; rate: string }[] = []) => ({ rate: value, components });
  const quebec = rate('0.14975', [
    { name: 'GST', rate: '0.05' },
    { name: 'QST', rate: '0.09975' },
  ]);
  const tax = (amount: number, value: string, currency = 'NZD') => lineTax({ amount, currency }, rate(value)).tax.amount;

  test('F24: three lines of Xero’s own example add up as there', () => {
    const lines = [2506, 2561, 2563].map((amount) => tax(amount, '0.15'));
    expect(lines).toEqual([376, 384, 384]);
    expect(lines.reduce((sum, one) => sum + one)).toBe(1144);
  });

  test.each([
    [30, '0.15', 5],
    [230, '0.15', 35],
    [-30, '0.15', -5],
    [1083, '0.2', 217],
    [100, '0.08875', 9],
    [100, '0.123456', 12],
    [0, '0.2', 0],
    [12_345, '0', 0],
    [12_345, '1', 12_345],
  ])('F24: %i at %s is %i', (amount, value, expected) => {
    expect(tax(amount, value)).toBe(expected);
  });

  test('in yen it is whole yen; dinars are rounded to 0.010 where Xero has to hold them', () => {
    expect(tax(1005, '0.1', 'JPY')).toBe(101);
    expect(lineTax({ amount: 12_340, currency: 'BHD' }, rate('0.1')).tax.amount).toBe(1234);
    expect(lineTax({ amount: 12_340, currency: 'BHD' }, rate('0.1'), { roundTo: 10 }).tax.amount).toBe(1230);
    expect(lineTax({ amount: 12_350, currency: 'BHD' }, rate('0.1'), { roundTo: 10 }).tax.amount).toBe(1240);
  });

  test.each([
    [10_000, '0.15', 1304],
    [12_000, '0.2', 2000],
    [-10_000, '0.15', -1304],
    [1, '0.2', 0],
    [3, '0.2', 1],
  ])('%i including %s holds %i', (amount, value, expected) => {
    expect(taxIncluded({ amount, currency: 'GBP' }, rate(value)).tax.amount).toBe(expected);
  });

  test('GST and QST are shown each and add up to the rounded tax', () => {
    expect(lineTax({ amount: 10_000, currency: 'CAD' }, quebec)).toEqual({
      tax: { amount: 1498, currency: 'CAD' },
      components: [
        { name: 'GST', amount: { amount: 500, currency: 'CAD' } },
        { name: 'QST', amount: { amount: 998, currency: 'CAD' } },
      ],
    });
  });

  test('two equal components share an odd cent, the first takes it; without tax each has none', () => {
    const half = (value: string) => ['CGST', 'SGST'].map((name) => ({ name, rate: value }));
    const parts = (rule: Parameters<typeof lineTax>[1], amount: number) =>
      lineTax({ amount, currency: 'INR' }, rule).components.map((part) => part.amount.amount);
    expect(parts(rate('0.18', half('0.09')), 106)).toEqual([10, 9]);
    expect(parts(rate('0.18', half('0.09')), -106)).toEqual([-10, -9]);
    expect(parts(rate('0', half('0')), 100)).toEqual([0, 0]);
    expect(lineTax({ amount: 100, currency: 'INR' }, rate('0.18'))).toEqual({
      tax: { amount: 18, currency: 'INR' },
      components: [],
    });
  });

  test('law: components add up to the tax, to the unit, whatever the sign and step', () => {
    const component = fc.integer({ min: 0, max: 300_000 }).map((millionths) => `0.${String(millionths).padStart(6, '0')}`);
    fc.assert(
      fc.property(
        fc.integer({ min: -(10 ** 9), max: 10 ** 9 }),
        fc.array(component, { minLength: 1, maxLength: 3 }),
        fc.constantFrom(1 as const, 10 as const),
        (amount, rates, roundTo) => {
          const millionths = rates.reduce((sum, text) => sum + Number(text.slice(2)), 0);
          const rule = {
            rate: `0.${String(millionths).padStart(6, '0')}`,
            components: rates.map((value, index) => ({ name: `T${index}`, rate: value })),
          };
          for (const taxOf of [lineTax, taxIncluded]) {
            const { tax: sum, components } = taxOf({ amount, currency: 'KWD' }, rule, { roundTo });
            expect(components.reduce((total, part) => total + part.amount.amount, 0)).toBe(sum.amount);
            expect(Math.abs(sum.amount % roundTo)).toBe(0);
            expect(components.every((part) => part.amount.amount === 0 || part.amount.amount < 0 === amount < 0)).toBe(true);
          }
        },
      ),
    );
  });

  test.each(['1.5', '-0.1', '0.1234567', '20%', ''])('"%s" is no rate', (value) => {
    expect(refusedPaths(() => lineTax({ amount: 1, currency: 'GBP' }, rate(value)))).toEqual(['rate']);
  });

  test('components that do not make up the rate are a mistake', () => {
    expect(() => lineTax({ amount: 1, currency: 'GBP' }, rate('0.2', [{ name: 'A', rate: '0.1' }]))).toThrow(RangeError);
  });

  test('rates are added exactly', () => {
    expect(sumOfRates(['0.05', '0.09975'])).toBe('0.14975');
    expect(sumOfRates(['0.1', '0.2'])).toBe('0.3');
    expect(sumOfRates([])).toBe('0');
    expect(sumOfRates(['0.500000', '0.5'])).toBe('1');
  });
});
