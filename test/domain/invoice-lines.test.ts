import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import type { BilledEntry, TimeTerms } from '../../shared/domain/invoice-lines.ts';
import { lineForEntry, lineForItem, linesForEntries, recompute, retax, sameLines } from '../../shared/domain/invoice-lines.ts';
import { totals } from '../../shared/domain/invoice.ts';
import type { TaxRule } from '../../shared/domain/tax.ts';
import { refusalOf } from '../support/refusal-of.ts';

const british: TaxRule = {
  name: 'VAT',
  rate: '0.2',
  rule: 'domestic',
  effectiveFrom: '2011-01-04',
  components: [{ name: 'VAT', rate: '0.2' }],
};
const quebec: TaxRule = {
  name: 'GST + QST',
  rate: '0.14975',
  rule: 'domestic',
  effectiveFrom: '2013-01-01',
  components: [
    { name: 'GST', rate: '0.05' },
    { name: 'QST', rate: '0.09975' },
  ],
};
const terms: TimeTerms = { rounding: { mode: 'up', minutes: 15 }, taxRule: british };
const entry = (id: string, more: Partial<BilledEntry> = {}): BilledEntry => ({
  id,
  memberId: 'mem_a',
  serviceId: 'svc_a',
  date: '2026-11-20',
  startedAt: '2026-11-20T09:00:00.000Z',
  description: 'Drawing',
  seconds: 4321,
  rate: { amount: 9_999, currency: 'GBP' },
  rateSource: 'job',
  ...more,
});
const gbp = (amount: number) => ({ amount, currency: 'GBP' });
const counter = () => {
  let count = 0;
  return () => `lin_${(count += 1)}`;
};

describe('I11: a line explains itself', () => {
  test('one entry: 4,321 seconds, up to a quarter, are 1.25 hours at 99.99', () => {
    expect(lineForEntry('lin_1', entry('te_1'), terms)).toEqual({
      id: 'lin_1',
      timeEntryId: 'te_1',
      timeEntryIds: ['te_1'],
      memberId: 'mem_a',
      serviceId: 'svc_a',
      date: '2026-11-20',
      description: 'Drawing',
      quantity: '1.2500',
      unit: 'hour',
      unitPrice: gbp(9_999),
      amount: gbp(12_499),
      tax: {
        name: 'VAT',
        rate: '0.2',
        amount: gbp(2_500),
        rule: 'domestic',
        effectiveFrom: '2011-01-04',
        components: [{ name: 'VAT', rate: '0.2', amount: gbp(2_500) }],
      },
      explanation: {
        kind: 'time',
        seconds: 4321,
        entrySeconds: [4321],
        rounding: { mode: 'up', minutes: 15 },
        roundedSeconds: 4500,
        rate: gbp(9_999),
        rateSource: 'job',
        taxRule: 'domestic',
        taxName: 'VAT',
        taxRate: '0.2',
        taxFrom: '2011-01-04',
        taxComponents: [{ name: 'VAT', rate: '0.2' }],
        taxIncluded: false,
        amountRounding: { mode: 'half-up', step: 1 },
      },
    });
  });

  test('a free line', () => {
    const line = lineForItem(
      'lin_1',
      { description: 'Licence', quantity: '3', unitPrice: gbp(3333) },
      { taxRule: british, taxIncluded: true },
    );
    expect(line).toMatchObject({
      unit: 'item',
      quantity: '3',
      amount: gbp(9_999),
      timeEntryId: null,
      timeEntryIds: [],
      memberId: null,
    });
    expect(line.tax.amount).toEqual(gbp(1667));
    expect(line.serviceId).toBeNull();
    const served = { description: 'Licence', quantity: '1', unitPrice: gbp(1), serviceId: 'svc_a' };
    expect(lineForItem('lin_2', served, { taxRule: british }).serviceId).toBe('svc_a');
    expect(line.explanation).toMatchObject({ kind: 'item', quantity: '3', rateSource: null, taxIncluded: true });
  });

  test('a line without tax', () => {
    const none: TaxRule = {
      name: 'Reverse charge',
      rate: '0',
      rule: 'reverse-charge',
      effectiveFrom: '2020-01-01',
      components: [],
    };
    const line = lineForEntry('lin_1', entry('te_1'), { ...terms, taxRule: none });
    expect(line.tax).toEqual({
      name: 'Reverse charge',
      rate: '0',
      amount: gbp(0),
      rule: 'reverse-charge',
      effectiveFrom: '2020-01-01',
      components: [],
    });
  });

  test('dinars rounded for Xero say so', () => {
    const dinars = entry('te_1', { seconds: 3600, rate: { amount: 12_345, currency: 'KWD' } });
    const line = lineForEntry('lin_1', dinars, { ...terms, step: 10 });
    expect(line.amount).toEqual({ amount: 12_350, currency: 'KWD' });
    expect(line.tax.amount).toEqual({ amount: 2470, currency: 'KWD' });
    expect(line.explanation.amountRounding).toEqual({ mode: 'half-up', step: 10 });
  });

  test('an entry without a rate is refused', () => {
    expect(refusalOf(() => lineForEntry('lin_1', entry('te_1', { rate: null }), terms))).toMatchObject({
      code: 'no-rate',
      facts: { timeEntryIds: ['te_1'] },
    });
  });

  test('recomputing gives the same cents, also after the explanation was stored and read', () => {
    const step = fc.constantFrom(1 as const, 10 as const);
    const rounding = fc.constantFrom<TimeTerms['rounding']>(
      { mode: 'none' },
      { mode: 'up', minutes: 6 },
      { mode: 'nearest', minutes: 15, minimumMinutes: 15 },
      { mode: 'none', minimumMinutes: 20 },
    );
    const seconds = fc.array(fc.integer({ min: 1, max: 90_000 }), { minLength: 1, maxLength: 8 });
    fc.assert(
      fc.property(
        seconds,
        fc.integer({ min: 0, max: 900_000 }),
        rounding,
        step,
        fc.constantFrom(british, quebec),
        fc.boolean(),
        (list, price, rule, size, taxRule, taxIncluded) => {
          const entries = list.map((value, index) =>
            entry(`te_${index}`, { seconds: value, rate: { amount: price, currency: 'KWD' } }),
          );
          const lines = linesForEntries(entries, {
            rounding: rule,
            step: size,
            taxRule,
            taxIncluded,
            groupBy: 'member',
            nextId: counter(),
          });
          for (const line of lines) {
            const again = recompute(JSON.parse(JSON.stringify(line.explanation)));
            expect(again).toEqual({
              quantity: line.quantity,
              amount: line.amount,
              tax: line.tax.amount,
              components: line.tax.components,
            });
            expect(line.tax.components.reduce((sum, { amount }) => sum + amount.amount, 0)).toBe(line.tax.amount.amount);
          }
        },
      ),
    );
  });
});

describe('F25: tax is locked on the line', () => {
  test('found anew when a draft is issued: tax alone changes', () => {
    const line = lineForEntry('lin_1', entry('te_1'), terms);
    const later = retax(line, {
      ...british,
      rate: '0.25',
      effectiveFrom: '2027-01-01',
      components: [{ name: 'VAT', rate: '0.25' }],
    });
    expect(later).toMatchObject({
      id: 'lin_1',
      quantity: '1.2500',
      unitPrice: gbp(9_999),
      amount: gbp(12_499),
      description: 'Drawing',
    });
    expect(later.tax).toMatchObject({ rate: '0.25', amount: gbp(3_125), effectiveFrom: '2027-01-01' });
    expect(line.tax.amount).toEqual(gbp(2_500));
    expect(retax(later, british)).toEqual(line);
  });
});

describe('grouping', () => {
  const entries = [
    entry('te_3', { date: '2026-11-21', startedAt: null, seconds: 60, serviceId: 'svc_b' }),
    entry('te_1', { seconds: 60 }),
    entry('te_2', { seconds: 901, startedAt: '2026-11-20T11:00:00.000Z', rateSource: 'member' }),
    entry('te_4', { seconds: 3600, rate: gbp(5000) }),
    entry('te_5', { seconds: 3600, memberId: 'mem_b' }),
  ];
  const group = (groupBy: 'entry' | 'member' | 'day' | 'service') =>
    linesForEntries(entries, { ...terms, groupBy, nextId: counter() }).map((line) => [
      line.timeEntryIds,
      line.quantity,
      line.unitPrice.amount,
    ]);

  test('by entry: in the order of days and starts', () => {
    expect(group('entry').map(([ids]) => ids)).toEqual([['te_1'], ['te_4'], ['te_5'], ['te_2'], ['te_3']]);
  });

  test('by member: each entry is rounded before hours are added; another rate is another line', () => {
    expect(group('member')).toEqual([
      [['te_1', 'te_2', 'te_3'], '1.0000', 9_999],
      [['te_4'], '1.0000', 5_000],
      [['te_5'], '1.0000', 9_999],
    ]);
  });

  test('by day and by service: members keep their own lines', () => {
    expect(group('day').map(([ids]) => ids)).toEqual([['te_1', 'te_2'], ['te_4'], ['te_5'], ['te_3']]);
    expect(group('service').map(([ids]) => ids)).toEqual([['te_1', 'te_2'], ['te_4'], ['te_5'], ['te_3']]);
  });

  test('a shared line names what its entries have in common, and how many sources the rate had', () => {
    const [line] = linesForEntries(entries, { ...terms, groupBy: 'member', nextId: counter() });
    expect(line).toMatchObject({
      timeEntryId: null,
      memberId: 'mem_a',
      serviceId: null,
      date: null,
      description: 'Work from 2026-11-20 to 2026-11-21',
      explanation: { seconds: 1021, entrySeconds: [60, 901, 60], roundedSeconds: 3600, rateSource: 'several' },
    });
  });

  test('words can be given', () => {
    const describe_ = (list: readonly BilledEntry[]) => `${list.length} entries`;
    const [line] = linesForEntries(entries, { ...terms, describe: describe_, groupBy: 'member', nextId: counter() });
    expect(line?.description).toBe('3 entries');
    expect(lineForEntry('lin_1', entry('te_1', { description: '' }), { ...terms, describe: describe_ }).description).toBe(
      '1 entries',
    );
    expect(lineForEntry('lin_1', entry('te_1', { description: '' }), terms).description).toBe('Work on 2026-11-20');
  });

  test('one invoice has one currency', () => {
    const mixed = [entry('te_1'), entry('te_2', { rate: { amount: 1, currency: 'USD' } })];
    const attempt = () => linesForEntries(mixed, { ...terms, groupBy: 'entry', nextId: counter() });
    expect(refusalOf(attempt).code).toBe('currency-mismatch');
  });

  test('F23: lines add up to the totals exactly, however they are grouped', () => {
    const made = fc.record({
      seconds: fc.integer({ min: 1, max: 90_000 }),
      rate: fc.constantFrom(1, 3333, 9_999, 12_345),
      memberId: fc.constantFrom('mem_a', 'mem_b'),
      date: fc.constantFrom('2026-11-19', '2026-11-20'),
    });
    const groupBy = fc.constantFrom('entry' as const, 'member' as const, 'day' as const, 'service' as const);
    fc.assert(
      fc.property(fc.array(made, { minLength: 1, maxLength: 20 }), groupBy, (list, by) => {
        const all = list.map(({ rate, ...more }, index) => entry(`te_${index}`, { ...more, rate: gbp(rate) }));
        const lines = linesForEntries(all, { ...terms, groupBy: by, nextId: counter() });
        const { subtotal, tax, total } = totals('GBP', lines);
        expect(subtotal.amount).toBe(lines.reduce((sum, line) => sum + line.amount.amount, 0));
        expect(total.amount).toBe(subtotal.amount + tax.amount);
        // Every entry is billed once, and no second is lost.
        expect(lines.flatMap((line) => line.timeEntryIds).sort()).toEqual(all.map(({ id }) => id).sort());
        const raw = lines.reduce((sum, { explanation }) => sum + (explanation.kind === 'time' ? explanation.seconds : 0), 0);
        expect(raw).toBe(all.reduce((sum, { seconds }) => sum + seconds, 0));
        expect(sameLines(lines, linesForEntries([...all].reverse(), { ...terms, groupBy: by, nextId: counter() }))).toBe(true);
      }),
    );
  });
});

describe('what was seen is what is billed', () => {
  const lines = [lineForEntry('lin_1', entry('te_1'), terms), lineForEntry('lin_2', entry('te_2'), terms)];
  test('other ids of lines do not matter', () => {
    expect(sameLines(lines, [lineForEntry('lin_8', entry('te_1'), terms), lineForEntry('lin_9', entry('te_2'), terms)])).toBe(
      true,
    );
  });
  test.each<[string, Partial<BilledEntry>]>([
    ['another length', { seconds: 8000 }],
    ['another rate', { rate: gbp(9_998) }],
    ['another description', { description: 'Painting' }],
    ['another entry', { id: 'te_3' }],
  ])('%s does', (_name, change) => {
    expect(sameLines(lines, [lines[0]!, lineForEntry('lin_2', entry('te_2', change), terms)])).toBe(false);
  });
  test('another tax, one line less or in another order does too', () => {
    expect(sameLines(lines, [lines[0]!, retax(lines[1]!, quebec)])).toBe(false);
    expect(sameLines(lines, [lines[0]!])).toBe(false);
    expect(sameLines(lines, [lines[1]!, lines[0]!])).toBe(false);
  });
});
