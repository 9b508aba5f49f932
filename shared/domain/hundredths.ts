import { minorUnits, moneyOf, unitsOf, type Money } from './money.ts';

/**
 * Hundredths of a major unit, as Xero counts in every currency: 1200 JPY are 120000, 1.250 KWD are 125. Undefined when the amount
 * needs a third decimal.
 */
export function hundredthsOf(money: Money): bigint | undefined {
  const beyond = minorUnits(money.currency) - 2;
  const units = unitsOf(money);
  if (beyond <= 0) return units * 10n ** BigInt(-beyond);
  const step = 10n ** BigInt(beyond);
  return units % step === 0n ? units / step : undefined;
}

/** Hundredths as money of a currency; what the currency can't hold (a hundredth of a yen) is cut off. */
export function fromHundredths(hundredths: bigint, currency: string): Money {
  const beyond = minorUnits(currency) - 2;
  return moneyOf(beyond >= 0 ? hundredths * 10n ** BigInt(beyond) : hundredths / 10n ** BigInt(-beyond), currency);
}

/** Hundredths as a plain decimal: 15000n is "150.00". */
export function hundredthsText(hundredths: bigint): string {
  const size = hundredths < 0n ? -hundredths : hundredths;
  return `${hundredths < 0n ? '-' : ''}${size / 100n}.${String(size % 100n).padStart(2, '0')}`;
}
