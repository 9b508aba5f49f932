import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { decimalsOfCurrency } from '../../shared/domain/currencies.ts';
import { roundHalfUp } from '../../shared/domain/decimal.ts';
import type { Money } from '../../shared/domain/money.ts';
import {
  add,
  checkMoney,
  compareMoney,
  fromDecimal,
  isCurrency,
  isSame,
  minorUnits,
  moneyOf,
  negate,
  stepFor,
  subtract,
  sumMoney,
  toDecimal,
  zero,
} from '../../shared/domain/money.ts';
import { refusalOf } from '../support/refusal-of.ts';

const gbp = (amount: number): Money => ({ amount, currency: 'GBP' });

describe('currencies', () => {
  test.each([
    ['GBP', 2],
    ['EUR', 2],
    ['JPY', 0],
    ['KRW', 0],
    ['ISK', 0],
    ['KWD', 3],
    ['TND', 3],
    ['CLF', 4],
    ['HUF', 2],
    ['XCG', 2],
  ])('%s has %i decimals', (currency, decimals) => {
    expect(minorUnits(currency)).toBe(decimals);
  });

  test.each(['gbp', 'XAU', 'XXX', 'HRK', 'ANG', 'BGN', 'ZWL', '', 'toString', '__proto__'])('%s is none', (code) => {
    expect(isCurrency(code)).toBe(false);
    expect(refusalOf(() => minorUnits(code))).toMatchObject({ code: 'validation', facts: { errors: [{ path: 'currency' }] } });
  });

  test('each code is listed once and has three letters', () => {
    const codes = [...decimalsOfCurrency.keys()];
    expect(codes.filter((code) => !/^[A-Z]{3}$/.test(code))).toEqual([]);
    expect(codes).toHaveLength(new Set(codes).size);
    const count = (decimals: number) => codes.filter((code) => minorUnits(code) === decimals).length;
    expect([count(0), count(3), count(4)]).toEqual([17, 7, 2]);
  });
});

describe('F23: money is whole minor units', () => {
  test('0.1 + 0.2 is 0.3', () => {
    expect(add(fromDecimal('0.1', 'EUR'), fromDecimal('0.2', 'EUR'))).toEqual({ amount: 30, currency: 'EUR' });
  });

  test.each([
    ['120.50', 'GBP', 12050],
    ['120.5', 'GBP', 12050],
    ['120', 'GBP', 12000],
    ['-0.05', 'GBP', -5],
    ['1200.00', 'JPY', 1200],
    ['0.005', 'KWD', 5],
    ['12.5000', 'USD', 1250],
    ['-0.00', 'USD', 0],
  ])('%s %s is %i minor units', (text, currency, amount) => {
    expect(fromDecimal(text, currency)).toEqual({ amount, currency });
  });

  test.each([
    [12050, 'GBP', '120.50'],
    [-5, 'GBP', '-0.05'],
    [1200, 'JPY', '1200'],
    [-5, 'KWD', '-0.005'],
    [0, 'KWD', '0.000'],
  ])('%i %s is written %s', (amount, currency, text) => {
    expect(toDecimal({ amount, currency })).toBe(text);
  });

  test.each(['0.001', '1e3', '.5', '5.', '', ' 1', '1,000.00', 'NaN', 'Infinity', '+1', '0x10'])(
    '"%s" GBP is refused',
    (text) => {
      expect(refusalOf(() => fromDecimal(text, 'GBP'))).toMatchObject({
        code: 'validation',
        facts: { errors: [{ path: 'amount' }] },
      });
    },
  );

  test('half a yen is refused, not rounded', () => {
    expect(refusalOf(() => fromDecimal('100.5', 'JPY')).code).toBe('validation');
  });

  test('different currencies are never combined', () => {
    const dollars = { amount: 1, currency: 'USD' };
    for (const attempt of [
      () => add(gbp(1), dollars),
      () => subtract(gbp(1), dollars),
      () => sumMoney('GBP', [dollars]),
      () => compareMoney(gbp(1), dollars),
    ]) {
      expect(refusalOf(attempt).code).toBe('currency-mismatch');
    }
    expect(isSame(gbp(1), dollars)).toBe(false);
  });

  test.each([0.5, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 53])('%d minor units are refused', (amount) => {
    expect(refusalOf(() => checkMoney(gbp(amount))).code).toBe('validation');
    expect(refusalOf(() => add(gbp(amount), gbp(1))).code).toBe('validation');
  });

  test('a sum beyond 2^53 − 1 is refused, not blurred', () => {
    expect(refusalOf(() => add(gbp(Number.MAX_SAFE_INTEGER), gbp(1)))).toMatchObject({ code: 'validation' });
    expect(refusalOf(() => moneyOf(-(2n ** 53n), 'GBP'))).toMatchObject({ code: 'validation' });
    expect(moneyOf(1n - 2n ** 53n, 'GBP').amount).toBe(Number.MIN_SAFE_INTEGER);
    expect(sumMoney('GBP', [gbp(Number.MAX_SAFE_INTEGER), gbp(5), gbp(-5)])).toEqual(gbp(Number.MAX_SAFE_INTEGER));
  });

  test('there is no minus zero', () => {
    expect(Object.is(negate(zero('GBP')).amount, 0)).toBe(true);
    expect(Object.is(checkMoney(gbp(-0)).amount, 0)).toBe(true);
  });
});

describe('laws', () => {
  const currency = fc.constantFrom('GBP', 'JPY', 'KWD', 'CLF');
  const amount = fc.integer({ min: -(10 ** 12), max: 10 ** 12 });

  test('adding is commutative, associative, and subtracting takes it back', () => {
    fc.assert(
      fc.property(currency, amount, amount, amount, (code, x, y, z) => {
        const [a, b, c] = [x, y, z].map((value) => ({ amount: value, currency: code })) as [Money, Money, Money];
        expect(add(a, b)).toEqual(add(b, a));
        expect(add(add(a, b), c)).toEqual(add(a, add(b, c)));
        expect(subtract(add(a, b), b)).toEqual(a);
        expect(add(a, negate(a))).toEqual(zero(code));
        expect(sumMoney(code, [a, b, c]).amount).toBe(x + y + z);
        expect(compareMoney(a, b)).toBe(x === y ? 0 : x < y ? -1 : 1);
      }),
    );
  });

  test('what is written is read back', () => {
    fc.assert(
      fc.property(currency, amount, (code, value) =>
        isSame(fromDecimal(toDecimal({ amount: value, currency: code }), code), { amount: value, currency: code }),
      ),
    );
  });
});

describe('rounding', () => {
  test.each([
    [5n, 2n, 3n],
    [-5n, 2n, -3n],
    [5n, -2n, -3n],
    [-5n, -2n, 3n],
    [4n, 3n, 1n],
    [-4n, 3n, -1n],
    [1n, 2n, 1n],
    [-1n, 2n, -1n],
    [499n, 1000n, 0n],
    [500n, 1000n, 1n],
    [0n, 7n, 0n],
  ])('%d / %d is about %d', (numerator, denominator, expected) => {
    expect(roundHalfUp(numerator, denominator)).toBe(expected);
  });

  test('is off by half at most, and away from zero when exactly half', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: -(10n ** 24n), max: 10n ** 24n }), fc.bigInt({ min: 1n, max: 10n ** 9n }), (n, d) => {
        const size = (value: bigint) => (value < 0n ? -value : value);
        const twiceOff = 2n * size(roundHalfUp(n, d) * d - n);
        expect(twiceOff <= d).toBe(true);
        if (twiceOff === d) expect(size(roundHalfUp(n, d) * d) > size(n)).toBe(true);
        expect(roundHalfUp(-n, d)).toBe(-roundHalfUp(n, d));
      }),
    );
  });

  test('nothing can be divided by nothing', () => {
    expect(() => roundHalfUp(1n, 0n)).toThrow(RangeError);
  });

  test('dinars are rounded to 0.010 only where Xero has to hold them', () => {
    expect(stepFor('KWD', { connectedToXero: true })).toBe(10);
    expect(stepFor('KWD', { connectedToXero: false })).toBe(1);
    expect(stepFor('GBP', { connectedToXero: true })).toBe(1);
    expect(stepFor('JPY', { connectedToXero: true })).toBe(1);
    expect(stepFor('CLF', { connectedToXero: true })).toBe(100);
  });
});
