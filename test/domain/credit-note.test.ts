import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { creditInvoice, creditLines, type CreditAsked, type CreditLine } from '../../shared/domain/credit-note.ts';
import { balanceOf, type InvoiceState } from '../../shared/domain/invoice.ts';
import { lineForItem, type Line } from '../../shared/domain/invoice-lines.ts';
import { Refusal } from '../../shared/domain/refusal.ts';
import type { TaxRule } from '../../shared/domain/tax.ts';
import { refusalOf } from '../support/refusal-of.ts';

const money = (amount: number, currency = 'GBP') => ({ amount, currency });
const vat: TaxRule = { name: 'VAT', rate: '0.2', rule: 'domestic', effectiveFrom: '2020-01-01', components: [] };
const gstQst: TaxRule = {
  name: 'GST + QST',
  rate: '0.14975',
  rule: 'domestic',
  effectiveFrom: '2020-01-01',
  components: [
    { name: 'GST', rate: '0.05' },
    { name: 'QST', rate: '0.09975' },
  ],
};
const line = (id: string, quantity: string, price: number, { taxRule = vat, currency = 'GBP', taxIncluded = false } = {}): Line =>
  lineForItem(id, { description: `Work ${id}`, quantity, unitPrice: money(price, currency) }, { taxRule, taxIncluded });

let made = 0;
const nextId = () => `lin_${(made += 1)}`;
const credit = (lines: readonly Line[], earlier: readonly CreditLine[], asked: CreditAsked) =>
  creditLines(lines, earlier, asked, nextId);
const shown = (lines: readonly CreditLine[]) =>
  lines.map(({ lineId, quantity, amount, tax }) => [lineId, quantity, amount.amount, tax.amount.amount]);

const two = [line('a', '2', 5_000), line('b', '1.5', 3_333)];

describe('a credit note', () => {
  test('over everything says what the invoice says', () => {
    expect(shown(credit(two, [], { kind: 'full' }))).toEqual([
      ['a', '2', 10_000, 2_000],
      ['b', '1.5', 5_000, 1_000],
    ]);
  });

  test('over a part of a quantity keeps the price; over an amount it is one piece', () => {
    const asked = {
      kind: 'lines',
      lines: [
        { lineId: 'a', quantity: '0.5' },
        { lineId: 'b', amount: money(100) },
      ],
    } as const;
    expect(shown(credit(two, [], asked))).toEqual([
      ['a', '0.5', 2_500, 500],
      ['b', '1', 100, 20],
    ]);
  });

  test('over an amount is spread over the lines, tax and all, to the cent', () => {
    expect(shown(credit(two, [], { kind: 'amount', amount: money(100) }))).toEqual([
      ['a', '1', 56, 11],
      ['b', '1', 27, 6],
    ]);
    expect(shown(credit(two, [], { kind: 'amount', amount: money(1) }))).toEqual([['a', '1', 1, 0]]);
  });

  test('takes what is left of the cents when it closes a line', () => {
    const odd = [line('a', '1', 333)];
    expect(odd[0]?.tax.amount).toEqual(money(67));
    const first = credit(odd, [], { kind: 'lines', lines: [{ lineId: 'a', amount: money(111) }] });
    const second = credit(odd, first, { kind: 'lines', lines: [{ lineId: 'a', amount: money(111) }] });
    const last = credit(odd, [...first, ...second], { kind: 'full' });
    expect([first, second, last].map(shown)).toEqual([[['a', '1', 111, 22]], [['a', '1', 111, 22]], [['a', '1', 111, 23]]]);
  });

  test('hands its tax to the components as the line did', () => {
    const lines = [line('a', '1', 10_000, { taxRule: gstQst, currency: 'CAD' })];
    const [half] = credit(lines, [], { kind: 'lines', lines: [{ lineId: 'a', amount: money(5_000, 'CAD') }] });
    expect(half?.tax.amount).toEqual(money(749, 'CAD'));
    expect(half?.tax.components.map(({ amount }) => amount.amount)).toEqual([250, 499]);
  });

  test('with prices that include tax takes amounts as the lines show them', () => {
    const lines = [line('a', '1', 12_000, { taxIncluded: true })];
    expect(shown(credit(lines, [], { kind: 'amount', amount: money(6_000) }))).toEqual([['a', '1', 6_000, 1_000]]);
  });

  test.each([
    ['more than a line', { kind: 'lines', lines: [{ lineId: 'a', amount: money(10_001) }] }, 'credit-exceeds-invoice'],
    ['more hours than a line has', { kind: 'lines', lines: [{ lineId: 'a', quantity: '2.5' }] }, 'validation'],
    ['a line of another invoice', { kind: 'lines', lines: [{ lineId: 'c' }] }, 'validation'],
    ['a line twice', { kind: 'lines', lines: [{ lineId: 'a' }, { lineId: 'a' }] }, 'validation'],
    ['another currency', { kind: 'amount', amount: money(100, 'EUR') }, 'validation'],
    ['more than the invoice', { kind: 'amount', amount: money(18_001) }, 'credit-exceeds-invoice'],
  ] as [string, CreditAsked, string][])('over %s is refused', (_what, asked, code) => {
    expect(refusalOf(() => credit(two, [], asked)).code).toBe(code);
  });
});

const invoice = (changes: Partial<InvoiceState> = {}): InvoiceState => ({
  ...{ status: 'issued', number: 'INV-0001', total: money(12_000), paid: money(0) },
  ...{ issueDate: '2026-11-20', dueDate: '2026-12-04' },
  ...changes,
});

describe('an invoice that is credited', () => {
  test('owes less; over all of it, it is paid', () => {
    const part = creditInvoice(invoice(), money(2_000));
    expect([part.invoice.status, balanceOf(part.invoice).due, part.allocated, part.open]).toEqual([
      ...['issued', money(10_000), money(2_000), money(0)],
    ]);
    const whole = creditInvoice(part.invoice, money(10_000));
    expect([whole.invoice.status, balanceOf(whole.invoice).due]).toEqual(['paid', money(0)]);
  });

  test('that was paid is overpaid by it', () => {
    const after = creditInvoice(invoice({ status: 'partially-paid', paid: money(7_000) }), money(6_000));
    expect([after.invoice.status, after.allocated, after.open]).toEqual(['paid', money(5_000), money(1_000)]);
    expect(balanceOf(after.invoice)).toEqual({ paid: money(7_000), due: money(0), overpaid: money(1_000) });
  });

  test.each([
    ['draft', 'invoice-not-issued'],
    ['collecting', 'invoice-not-issued'],
    ['voiding', 'invoice-void'],
    ['void', 'invoice-void'],
  ] as const)('is not, while it is %s', (status, code) => {
    expect(refusalOf(() => creditInvoice(invoice({ status }), money(1))).code).toBe(code);
  });
});

const prices = fc.record({ quantity: fc.integer({ min: 1, max: 400_000 }), price: fc.integer({ min: 1, max: 99_999 }) });
const lineArbitrary = (taxIncluded: boolean) =>
  fc.array(prices, { minLength: 1, maxLength: 6 }).map((all) =>
    all.flatMap(({ quantity, price }, place) => {
      const one = line(`l${place}`, (quantity / 10_000).toFixed(4), price, { taxRule: gstQst, taxIncluded });
      return one.amount.amount > 0 ? [one] : [];
    }),
  );
const askedArbitrary = fc.oneof(
  fc.record({
    kind: fc.constant('amount' as const),
    amount: fc.integer({ min: 1, max: 500_000 }).map((amount) => money(amount)),
  }),
  fc.record({
    kind: fc.constant('lines' as const),
    lines: fc
      .record({ place: fc.integer({ min: 0, max: 5 }), amount: fc.integer({ min: 1, max: 50_000 }) })
      .map(({ place, amount }) => [{ lineId: `l${place}`, amount: money(amount) }]),
  }),
  fc.record({
    kind: fc.constant('lines' as const),
    lines: fc
      .record({ place: fc.integer({ min: 0, max: 5 }), quantity: fc.integer({ min: 1, max: 100_000 }) })
      .map(({ place, quantity }) => [{ lineId: `l${place}`, quantity: (quantity / 10_000).toFixed(4) }]),
  }),
);

describe('F23: however an invoice is credited in parts', () => {
  test.each([false, true])('no line, no tax and no total is ever credited beyond itself (tax included: %s)', (taxIncluded) => {
    fc.assert(
      fc.property(lineArbitrary(taxIncluded), fc.array(askedArbitrary, { maxLength: 8 }), (lines, commands) => {
        const all: CreditLine[] = [];
        const add = (asked: CreditAsked): void => {
          try {
            const given = credit(lines, all, asked);
            const gross = given.reduce((sum, one) => sum + one.amount.amount + (taxIncluded ? 0 : one.tax.amount.amount), 0);
            if (asked.kind === 'amount') expect(gross).toBe(asked.amount.amount);
            all.push(...given);
          } catch (error) {
            if (!(error instanceof Refusal)) throw error;
          }
        };
        commands.forEach(add);
        add({ kind: 'full' });
        for (const one of lines) {
          const own = all.filter(({ lineId }) => lineId === one.id);
          expect(own.every(({ amount, tax }) => amount.amount >= 0 && tax.amount.amount >= 0)).toBe(true);
          expect(own.reduce((sum, { amount }) => sum + amount.amount, 0)).toBe(one.amount.amount);
          expect(own.reduce((sum, { tax }) => sum + tax.amount.amount, 0)).toBe(one.tax.amount.amount);
        }
        for (const { tax } of all)
          expect(tax.components.reduce((sum, { amount }) => sum + amount.amount, 0)).toBe(tax.amount.amount);
      }),
    );
  });
});
