/** How the books work out a document: unit prices first, then lines, then tax per line, then totals. */
import type { Decimal, Rounding } from './decimal.ts';
import { compare, decimal, isZero, minus, over, parseDecimal, plus, round, times, toNumber, toText } from './decimal.ts';

export type LineAmountTypes = 'Exclusive' | 'Inclusive' | 'NoTax';
export type TaxAmountRule = 'accept' | 'ignore' | 'refuse-above-unit-amount';

/** How the books are set to round. */
export interface ArithmeticRules {
  rounding: Rounding;
  /** Decimals of unit prices: 2, or 4 when the request asks with `unitdp=4`. */
  unitPlaces: 2 | 4;
  lineAmountTypes: LineAmountTypes;
  /** What a sent TaxAmount does: it stands, it is ignored, or it is refused when above the unit amount. */
  taxAmountRule: TaxAmountRule;
}

/** What a caller may say about a line's amounts; everything else is found from it. */
export interface LineInput {
  Quantity?: number | undefined;
  UnitAmount?: number | undefined;
  LineAmount?: number | undefined;
  DiscountRate?: number | undefined;
  DiscountAmount?: number | undefined;
  TaxAmount?: number | undefined;
}

export interface LineAmounts {
  Quantity?: number;
  UnitAmount?: number;
  LineAmount: number;
  TaxAmount: number;
  /** What the discount takes off, 2 decimals. */
  discount: number;
  /** Texts of refusal; empty when the line is sound. */
  problems: string[];
}

export interface Totals {
  SubTotal: number;
  TotalTax: number;
  Total: number;
  TotalDiscount: number;
}

const one = decimal(1);
const hundred = decimal(100);
const largestLine = decimal('9999999999.99');

const discounted = (gross: Decimal, input: LineInput): Decimal => {
  if (input.DiscountAmount !== undefined) return minus(gross, decimal(input.DiscountAmount));
  const rate = round(decimal(input.DiscountRate), 4, 'half-up');
  return times(gross, minus(one, times(rate, decimal('0.01'))));
};

/** Tax on a line amount at `ratePercent`, 2 decimals. */
const taxOn = (lineAmount: Decimal, ratePercent: Decimal, rules: ArithmeticRules): Decimal => {
  if (rules.lineAmountTypes === 'NoTax') return decimal(0);
  if (rules.lineAmountTypes === 'Inclusive')
    return over(times(lineAmount, ratePercent), plus(hundred, ratePercent), 2, rules.rounding);
  return over(times(lineAmount, ratePercent), hundred, 2, rules.rounding);
};

interface Priced {
  quantity: Decimal;
  unit: Decimal;
  line: Decimal;
}

/** Finds quantity, unit price and line amount from what was given of them; says so when they disagree. */
const price = (input: LineInput, rules: ArithmeticRules, problems: string[]): Priced => {
  const { rounding, unitPlaces } = rules;
  const givenQuantity = parseDecimal(input.Quantity);
  const givenUnit = parseDecimal(input.UnitAmount);
  const givenLine = parseDecimal(input.LineAmount);
  const quantity = givenQuantity && round(givenQuantity, 4, rounding);
  const unit = givenUnit && round(givenUnit, unitPlaces, rounding);
  if (!givenLine) {
    const units = quantity ?? one;
    const each = unit ?? decimal(0);
    return { quantity: units, unit: each, line: round(discounted(times(units, each), input), 2, rounding) };
  }
  const line = round(givenLine, 2, rounding);
  if (quantity && unit) {
    const expected = round(discounted(times(quantity, unit), input), 2, rounding);
    if (compare(line, expected) !== 0)
      problems.push(`The line total ${toText(line)} does not match the expected line total ${toText(expected)}`);
    return { quantity, unit, line };
  }
  if (unit && !isZero(unit)) return { quantity: over(line, unit, 4, rounding), unit, line };
  const units = quantity && !isZero(quantity) ? quantity : one;
  return { quantity: units, unit: over(line, units, unitPlaces, rounding), line };
};

/**
 * Works out one line.
 * @param ratePercent effective tax rate, e.g. 20 for 20 %
 * @returns amounts as JSON numbers (unit price 2 or 4 decimals, quantity 4, the rest 2) and texts of refusal
 */
export const computeLine = (input: LineInput, ratePercent: number, rules: ArithmeticRules): LineAmounts => {
  const problems: string[] = [];
  const described = [input.Quantity, input.UnitAmount, input.LineAmount].every((value) => value === undefined);
  if (described) return { LineAmount: 0, TaxAmount: 0, discount: 0, problems };
  const { quantity, unit, line } = price(input, rules, problems);
  if (compare(line, largestLine) > 0) problems.push('The line amount is greater than the largest amount allowed');
  const gross = round(times(quantity, unit), 2, rules.rounding);
  let tax = taxOn(line, decimal(ratePercent), rules);
  const sentTax = parseDecimal(input.TaxAmount);
  if (sentTax && rules.taxAmountRule !== 'ignore' && rules.lineAmountTypes !== 'NoTax') {
    if (rules.taxAmountRule === 'refuse-above-unit-amount' && compare(sentTax, unit) > 0)
      problems.push('The tax amount cannot exceed the unit amount');
    tax = round(sentTax, 2, rules.rounding);
  }
  const hasDiscount = input.DiscountRate !== undefined || input.DiscountAmount !== undefined;
  return {
    Quantity: toNumber(quantity),
    UnitAmount: toNumber(unit),
    LineAmount: toNumber(line),
    TaxAmount: toNumber(tax),
    discount: hasDiscount ? toNumber(round(minus(gross, line), 2, rules.rounding)) : 0,
    problems,
  };
};

/** Adds lines up. Inclusive prices: the sub-total is what remains after the lines' own tax. */
export const computeTotals = (lines: readonly LineAmounts[], lineAmountTypes: LineAmountTypes): Totals => {
  const add = (pick: (line: LineAmounts) => number): Decimal =>
    lines.map((line) => decimal(pick(line))).reduce(plus, { units: 0n, scale: 2 });
  const net = add((line) => line.LineAmount);
  const tax = lineAmountTypes === 'NoTax' ? { units: 0n, scale: 2 } : add((line) => line.TaxAmount);
  const subTotal = lineAmountTypes === 'Inclusive' ? minus(net, tax) : net;
  return {
    SubTotal: toNumber(subTotal),
    TotalTax: toNumber(tax),
    Total: toNumber(plus(subTotal, tax)),
    TotalDiscount: toNumber(add((line) => line.discount)),
  };
};
