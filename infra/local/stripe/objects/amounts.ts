import * as z from 'zod';
import { StripeFailure } from '../errors.ts';

export const currency = z.string().regex(/^[a-z]{3}$/, 'currency_invalid');

/** Smallest charge by currency, in minor units; where Stripe names none the sandbox takes 1. */
const smallest: Readonly<Record<string, number>> = {
  usd: 50,
  eur: 50,
  gbp: 30,
  aud: 50,
  cad: 50,
  nzd: 50,
  chf: 50,
  jpy: 50,
  sek: 300,
  dkk: 250,
};

/** Card networks know no third decimal: these must end in zero. */
const threeDecimals = new Set(['bhd', 'jod', 'kwd', 'omr', 'tnd']);
/** Written with two decimals for old times' sake, though the currency has none. */
const wholeHundreds = new Set(['isk', 'ugx']);

const largest = 99_999_999;

/** The smallest step of a currency, in the units amounts are written in. */
const stepOf = (code: string): number => (threeDecimals.has(code) ? 10 : wholeHundreds.has(code) ? 100 : 1);

/** Stripe's fee: 1.5 %, rounded half up to the currency's smallest step, and 20 of that step. */
export function feeOf(amount: number, code: string): number {
  const step = stepOf(code);
  return Math.floor((amount * 15 + 500 * step) / (1_000 * step)) * step + 20 * step;
}

/** Refuses amounts that can't be charged in this currency. */
export function checkAmount(amount: number, code: string, param: string): void {
  const least = smallest[code] ?? 1;
  if (amount < least) {
    throw new StripeFailure({
      code: 'amount_too_small',
      param,
      message: `The amount must be at least ${least} in the smallest unit of ${code}.`,
    });
  }
  if (amount > largest) {
    throw new StripeFailure({
      code: 'amount_too_large',
      param,
      message: `The amount must be no more than ${largest} in the smallest unit of ${code}.`,
    });
  }
  const step = stepOf(code);
  if (amount % step !== 0) {
    throw new StripeFailure({ param, message: `Amounts in ${code} must be a multiple of ${step} in the smallest unit.` });
  }
}
