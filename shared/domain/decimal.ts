import { refuseFields } from './refusal.ts';

/** An exact fraction: `numerator / denominator`, the denominator a power of ten. */
export type Ratio = { numerator: bigint; denominator: bigint };

const plainDecimal = /^(-?)(\d{1,30})(?:\.(\d{1,12}))?$/;

/**
 * Reads a plain decimal ("1.25", "-0.1", no exponent, no spaces) exactly. Refuses anything else with the code `validation`;
 * `path` names the field in that refusal.
 */
export function parseDecimal(text: string, path = 'value'): Ratio {
  const match = plainDecimal.exec(text);
  if (!match) refuseFields({ path, message: 'must be a plain decimal number such as 12.50' });
  const [, sign, whole = '0', fraction = ''] = match;
  const digits = BigInt(whole + fraction);
  return { numerator: sign === '-' ? -digits : digits, denominator: 10n ** BigInt(fraction.length) };
}

/** Writes `value / 10^decimals` with exactly that many decimals: (12500n, 4) is "1.2500". */
export function formatDecimal(value: bigint, decimals: number): string {
  const digits = (value < 0n ? -value : value).toString().padStart(decimals + 1, '0');
  const whole = digits.slice(0, digits.length - decimals);
  const sign = value < 0n ? '-' : '';
  return decimals === 0 ? `${sign}${whole}` : `${sign}${whole}.${digits.slice(-decimals)}`;
}

/** Writes a fraction without trailing zeros: 200/1000 is "0.2". The fraction must have a power of ten below. */
export function shortestDecimal({ numerator, denominator }: Ratio): string {
  const text = formatDecimal(numerator, denominator.toString().length - 1);
  return text.includes('.') ? text.replace(/\.?0+$/, '') : text;
}

/** Sum of two exact fractions with powers of ten below. */
export function addRatios(a: Ratio, b: Ratio): Ratio {
  const denominator = a.denominator > b.denominator ? a.denominator : b.denominator;
  return {
    numerator: a.numerator * (denominator / a.denominator) + b.numerator * (denominator / b.denominator),
    denominator,
  };
}

/**
 * `numerator / denominator`, rounded to a whole number; an exact half goes away from zero (2.5 → 3, −2.5 → −3). This is the
 * one rounding of the product: Xero rounds lines and tax the same way.
 */
export function roundHalfUp(numerator: bigint, denominator: bigint): bigint {
  if (denominator === 0n) throw new RangeError('division by zero');
  const negative = numerator < 0n !== denominator < 0n;
  const n = numerator < 0n ? -numerator : numerator;
  const d = denominator < 0n ? -denominator : denominator;
  const rounded = (2n * n + d) / (2n * d);
  return negative ? -rounded : rounded;
}
