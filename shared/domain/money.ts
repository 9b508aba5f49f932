import { decimalsOfCurrency } from './currencies.ts';
import { formatDecimal, parseDecimal, roundHalfUp } from './decimal.ts';
import { refuse, refuseFields } from './refusal.ts';

export { roundHalfUp };

/** A whole number of minor units (pence, cents, yen) with its ISO 4217 currency. */
export type Money = { amount: number; currency: string };

/** Whether `code` is an active ISO 4217 currency that one can be paid in; upper case only. */
export function isCurrency(code: string): boolean {
  return decimalsOfCurrency.has(code);
}

/** Number of decimals of a currency's minor unit: GBP 2, JPY 0, KWD 3. Refuses what isn't a currency. */
export function minorUnits(currency: string): number {
  const decimals = decimalsOfCurrency.get(currency);
  if (decimals === undefined) refuseFields({ path: 'currency', message: 'must be an ISO 4217 currency code' });
  return decimals;
}

/** Money of an exact number of minor units. Refuses amounts that a JSON number can't hold exactly (±2^53 − 1). */
export function moneyOf(amount: bigint, currency: string): Money {
  if (amount > BigInt(Number.MAX_SAFE_INTEGER) || amount < BigInt(Number.MIN_SAFE_INTEGER)) {
    refuseFields({ path: 'amount', message: 'is too large' });
  }
  return { amount: Number(amount), currency };
}

/** Checks that this is money: a known currency and a whole, safe number of minor units. Returns it, a minus zero made plain. */
export function checkMoney({ amount, currency }: Money, path = 'amount'): Money {
  if (!Number.isSafeInteger(amount)) refuseFields({ path, message: 'must be a whole number of minor units' });
  minorUnits(currency);
  return moneyOf(BigInt(amount), currency);
}

/** Minor units as an exact integer. */
export function unitsOf({ amount }: Money): bigint {
  if (!Number.isSafeInteger(amount)) refuseFields({ path: 'amount', message: 'must be a whole number of minor units' });
  return BigInt(amount);
}

/** Nothing, in a currency. */
export function zero(currency: string): Money {
  return { amount: 0, currency };
}

/** a + b. Refuses different currencies (`currency-mismatch`). */
export function add(a: Money, b: Money): Money {
  sameCurrency(a, b);
  return moneyOf(unitsOf(a) + unitsOf(b), a.currency);
}

/** a − b. Refuses different currencies (`currency-mismatch`). */
export function subtract(a: Money, b: Money): Money {
  return add(a, negate(b));
}

/** −a; nothing stays nothing. */
export function negate(a: Money): Money {
  return moneyOf(-unitsOf(a), a.currency);
}

/** Sum of a list, all of which must be in `currency`; the sum of an empty list is nothing. */
export function sumMoney(currency: string, list: readonly Money[]): Money {
  let sum = 0n;
  for (const money of list) {
    sameCurrency(zero(currency), money);
    sum += unitsOf(money);
  }
  return moneyOf(sum, currency);
}

/** Same amount in the same currency. */
export function isSame(a: Money, b: Money): boolean {
  return a.currency === b.currency && unitsOf(a) === unitsOf(b);
}

/** Which of two amounts in one currency is larger: negative, zero or positive, as a sort function wants it. */
export function compareMoney(a: Money, b: Money): number {
  return Math.sign(subtract(a, b).amount);
}

/** The smallest step of an amount in minor units: 1, or more where an accounting system knows fewer decimals than the currency. */
export type AmountStep = 1 | 10 | 100;

/**
 * The step to which amounts are rounded. Xero has 2 decimals in every currency, so that a workspace connected to it rounds dinars
 * to 0.010; anywhere else, and in every other currency, the minor unit is the step.
 */
export function stepFor(currency: string, { connectedToXero }: { connectedToXero: boolean }): AmountStep {
  const decimals = minorUnits(currency);
  if (!connectedToXero || decimals < 3) return 1;
  return decimals === 3 ? 10 : 100;
}

/** Rounds a fraction of minor units half away from zero to a multiple of `step` minor units (1, or 10 for 0.010 KWD). */
export function roundToStep(numerator: bigint, denominator: bigint, step: AmountStep): bigint {
  return roundHalfUp(numerator, denominator * BigInt(step)) * BigInt(step);
}

/** The amount as a plain decimal in major units, with all its decimals: 12050 GBP is "120.50", −5 KWD is "-0.005". */
export function toDecimal(money: Money): string {
  return formatDecimal(unitsOf(money), minorUnits(money.currency));
}

/**
 * Reads major units exactly: ("120.5", "GBP") is 12050. Zeros beyond the currency's decimals are allowed, since Xero writes yen
 * as "1200.00"; any other digit there is refused, never rounded away.
 */
export function fromDecimal(text: string, currency: string): Money {
  const decimals = minorUnits(currency);
  const { numerator, denominator } = parseDecimal(text, 'amount');
  const scaled = numerator * 10n ** BigInt(decimals);
  if (scaled % denominator !== 0n) {
    refuseFields({ path: 'amount', message: `has more than ${decimals} decimals, which ${currency} can't hold` });
  }
  return moneyOf(scaled / denominator, currency);
}

function sameCurrency(a: Money, b: Money): void {
  if (a.currency === b.currency) return;
  refuse('currency-mismatch', `${a.currency} and ${b.currency} can't be combined`, { currencies: [a.currency, b.currency] });
}
