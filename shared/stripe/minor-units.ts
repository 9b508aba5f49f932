import type { Money } from '../domain/money.ts';
import { checkMoney, isCurrency, moneyOf } from '../domain/money.ts';
import { OutsideError } from '../domain/outside-error.ts';
import { refuseFields } from '../domain/refusal.ts';

/**
 * Where Stripe counts in other units than ISO 4217 does. Stripe's units in one ISO minor unit, as numerator and denominator:
 * ISK and UGX have no decimals but are written with two, MGA has two but is written with none.
 */
const unitsPerMinorUnit: Readonly<Record<string, readonly [bigint, bigint]>> = {
  ISK: [100n, 1n],
  UGX: [100n, 1n],
  MGA: [1n, 100n],
};

/** Card networks know no third decimal: in these currencies Stripe takes only multiples of ten of the smallest unit. */
const threeDecimals = new Set(['BHD', 'JOD', 'KWD', 'OMR', 'TND']);

/** An amount as Stripe takes it. Refuses (`validation`) what Stripe can't charge exactly, such as 1.005 KWD. */
export function toStripeAmount(money: Money): { amount: number; currency: string } {
  const { amount, currency } = checkMoney(money);
  const [numerator, denominator] = unitsPerMinorUnit[currency] ?? [1n, 1n];
  const scaled = BigInt(amount) * numerator;
  if (scaled % denominator !== 0n || (threeDecimals.has(currency) && amount % 10 !== 0)) {
    refuseFields({ path: 'amount', message: `can't be charged to the last decimal in ${currency}` });
  }
  return { amount: moneyOf(scaled / denominator, currency).amount, currency: currency.toLowerCase() };
}

/** Money of an amount as Stripe gives it. `OutsideError` (`unexpected-answer`) for what isn't money of a currency we know. */
export function fromStripeAmount(amount: number, stripeCurrency: string): Money {
  const currency = stripeCurrency.toUpperCase();
  const [numerator, denominator] = unitsPerMinorUnit[currency] ?? [1n, 1n];
  if (!isCurrency(currency) || !Number.isSafeInteger(amount)) throw unexpected();
  const scaled = BigInt(amount) * denominator;
  if (scaled % numerator !== 0n) throw unexpected();
  return moneyOf(scaled / numerator, currency);
}

const unexpected = (): OutsideError => new OutsideError({ service: 'stripe', status: 200, code: 'unexpected-answer' });
