import { describe, expect, test } from '@jest/globals';
import type { ArithmeticRules, LineInput } from '../../../infra/local/xero/arithmetic.ts';
import { computeLine, computeTotals } from '../../../infra/local/xero/arithmetic.ts';

const rules = (fields: Partial<ArithmeticRules> = {}): ArithmeticRules => ({
  rounding: 'half-up',
  unitPlaces: 2,
  lineAmountTypes: 'Exclusive',
  taxAmountRule: 'accept',
  ...fields,
});
const lineAmount = (input: LineInput, fields: Partial<ArithmeticRules> = {}): number =>
  computeLine(input, 0, rules(fields)).LineAmount;
const tax = (amount: number, rate: number, fields: Partial<ArithmeticRules> = {}): number =>
  computeLine({ Quantity: 1, UnitAmount: amount }, rate, rules(fields)).TaxAmount;

describe("the books' arithmetic", () => {
  test('the unit price is rounded before it is multiplied', () => {
    expect(lineAmount({ Quantity: 7, UnitAmount: 0.125 })).toBe(0.91);
    expect(lineAmount({ Quantity: 7, UnitAmount: 0.125 }, { unitPlaces: 4 })).toBe(0.88);
    expect(lineAmount({ Quantity: 0.33335, UnitAmount: 100 })).toBe(33.34);
  });

  test('tax is rounded on each line, then added up', () => {
    const lines = [25.06, 25.61, 25.63].map((UnitAmount) => computeLine({ Quantity: 1, UnitAmount }, 15, rules()));
    expect(lines.map(({ TaxAmount }) => TaxAmount)).toEqual([3.76, 3.84, 3.84]);
    expect(computeTotals(lines, 'Exclusive')).toEqual({ SubTotal: 76.3, TotalTax: 11.44, Total: 87.74, TotalDiscount: 0 });
  });

  test('ties go up, or to the even neighbour when the switch says so', () => {
    expect([tax(0.3, 15), tax(2.3, 15), lineAmount({ Quantity: 1.5, UnitAmount: 10.95 })]).toEqual([0.05, 0.35, 16.43]);
    const even = { rounding: 'half-even' } as const;
    expect([tax(0.3, 15, even), tax(2.3, 15, even), lineAmount({ Quantity: 1.5, UnitAmount: 10.95 }, even)]).toEqual([
      0.04, 0.34, 16.42,
    ]);
    expect([lineAmount({ Quantity: 1, UnitAmount: -2.165 }), lineAmount({ Quantity: 1, UnitAmount: 2.165 })]).toEqual([
      -2.17, 2.17,
    ]);
  });

  test('inclusive prices hold their tax', () => {
    const line = computeLine({ Quantity: 1, UnitAmount: 100 }, 15, rules({ lineAmountTypes: 'Inclusive' }));
    expect([line.LineAmount, line.TaxAmount]).toEqual([100, 13.04]);
    expect(computeTotals([line], 'Inclusive')).toEqual({ SubTotal: 86.96, TotalTax: 13.04, Total: 100, TotalDiscount: 0 });
    expect(tax(100, 15, { lineAmountTypes: 'NoTax' })).toBe(0);
  });

  test('fractional rates and large amounts stay exact', () => {
    expect(tax(199.99, 14.975)).toBe(29.95);
    expect(lineAmount({ Quantity: 1, UnitAmount: 9_999_999_999.99 })).toBe(9_999_999_999.99);
    expect(lineAmount({ Quantity: 0.1, UnitAmount: 0.2 })).toBe(0.02);
  });

  test('discounts come off before rounding', () => {
    const percent = computeLine({ Quantity: 1, UnitAmount: 19.95, DiscountRate: 10 }, 15, rules());
    expect([percent.LineAmount, percent.discount, percent.TaxAmount]).toEqual([17.96, 1.99, 2.69]);
    expect(lineAmount({ Quantity: 2, UnitAmount: 10, DiscountAmount: 1.5 })).toBe(18.5);
  });

  test('a line amount stands for what is missing, and must fit what is not', () => {
    expect(computeLine({ LineAmount: 12.5 }, 0, rules())).toMatchObject({ Quantity: 1, UnitAmount: 12.5 });
    expect(computeLine({ LineAmount: 12.5, Quantity: 5 }, 0, rules())).toMatchObject({ Quantity: 5, UnitAmount: 2.5 });
    expect(computeLine({ LineAmount: 10, UnitAmount: 3 }, 0, rules())).toMatchObject({ Quantity: 3.3333, LineAmount: 10 });
    expect(computeLine({ LineAmount: 21, Quantity: 2, UnitAmount: 10 }, 0, rules()).problems).toEqual([
      'The line total 21.00 does not match the expected line total 20.00',
    ]);
  });

  test('a sent tax amount stands, is ignored or is measured against the unit price', () => {
    const input = { Quantity: 100, UnitAmount: 1, TaxAmount: 19.5 };
    expect(computeLine(input, 20, rules()).TaxAmount).toBe(19.5);
    expect(computeLine(input, 20, rules({ taxAmountRule: 'ignore' })).TaxAmount).toBe(20);
    expect(computeLine(input, 20, rules({ taxAmountRule: 'refuse-above-unit-amount' })).problems).toHaveLength(1);
  });
});
