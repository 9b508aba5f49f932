import { roundHalfUp } from '../domain/decimal.ts';
import { minorUnits, moneyOf, type Money } from '../domain/money.ts';

/** Hundredths of an amount in Xero's JSON; its amounts stay far below the size at which a number loses cents. */
export const centsOf = (amount: number): bigint => BigInt(Math.round(amount * 100));

/** An amount in Xero's JSON as money. Xero has 2 decimals in every currency; where ours has fewer, halves are rounded up. */
export const moneyFrom = (amount: number, currency: string): Money => {
  const decimals = minorUnits(currency);
  const cents = centsOf(amount);
  return decimals >= 2
    ? moneyOf(cents * 10n ** BigInt(decimals - 2), currency)
    : moneyOf(roundHalfUp(cents, 10n ** BigInt(2 - decimals)), currency);
};
