import { describe, expect, test } from '@jest/globals';
import { OutsideError } from '../../shared/domain/outside-error.ts';
import { Refusal } from '../../shared/domain/refusal.ts';
import { fromStripeAmount, toStripeAmount } from '../../shared/stripe/minor-units.ts';

describe('amounts as Stripe counts them', () => {
  test.each([
    ['GBP', 12_050, 'gbp', 12_050],
    ['JPY', 1_200, 'jpy', 1_200],
    ['KRW', 5, 'krw', 5],
    ['KWD', 1_010, 'kwd', 1_010],
    ['ISK', 5, 'isk', 500],
    ['UGX', 7, 'ugx', 700],
    ['MGA', 500, 'mga', 5],
    ['HUF', 4_500, 'huf', 4_500],
  ])('%s %d is %s %d there, and back', (currency, amount, stripeCurrency, stripeAmount) => {
    expect(toStripeAmount({ amount, currency })).toEqual({ amount: stripeAmount, currency: stripeCurrency });
    expect(fromStripeAmount(stripeAmount, stripeCurrency)).toEqual({ amount, currency });
  });

  test.each([
    ['KWD', 1_005],
    ['BHD', 1],
    ['TND', 9_999],
    ['MGA', 550],
    ['GBP', 10.5],
    ['XXX', 100],
    ['gbp', 100],
  ])('refuses what cannot be charged exactly: %s %d', (currency, amount) => {
    expect(() => toStripeAmount({ amount, currency })).toThrow(Refusal);
  });

  test.each([
    [550, 'isk'],
    [1, 'ugx'],
    [1.5, 'gbp'],
    [100, 'zzz'],
  ])('refuses to read %d %s', (amount, currency) => {
    expect(() => fromStripeAmount(amount, currency)).toThrow(OutsideError);
  });
});
