/** Exact decimals on bigint: what the books add up with. A value is `units / 10^scale`; nothing here goes through binary fractions. */
export interface Decimal {
  readonly units: bigint;
  readonly scale: number;
}

/** What happens on an exact tie: away from zero (what Xero's staff describe) or to the even neighbour (what others report). */
export type Rounding = 'half-up' | 'half-even';

const tenTo = (power: number): bigint => 10n ** BigInt(power);

const pattern = /^([+-]?)(\d+)(?:\.(\d*))?(?:[eE]([+-]?\d+))?$/;

/** Reads a JSON number by its shortest notation, or a numeric string. Undefined when it isn't a finite number. */
export const parseDecimal = (value: unknown): Decimal | undefined => {
  if (typeof value !== 'number' && typeof value !== 'string') return undefined;
  const match = pattern.exec(String(value).trim());
  if (!match) return undefined;
  const [, sign, whole = '', fraction = '', exponent = '0'] = match;
  const shift = fraction.length - Number(exponent);
  if (Math.abs(shift) > 40) return undefined;
  const digits = BigInt(whole + fraction) * (sign === '-' ? -1n : 1n);
  return shift >= 0 ? { units: digits, scale: shift } : { units: digits * tenTo(-shift), scale: 0 };
};

/** As `parseDecimal`, for values that are known to be numbers; anything else counts as zero. */
export const decimal = (value: number | string | undefined): Decimal => parseDecimal(value) ?? { units: 0n, scale: 0 };

const divideRounded = (numerator: bigint, denominator: bigint, rounding: Rounding): bigint => {
  const negative = numerator < 0n !== denominator < 0n;
  const top = numerator < 0n ? -numerator : numerator;
  const bottom = denominator < 0n ? -denominator : denominator;
  const quotient = top / bottom;
  const twice = (top % bottom) * 2n;
  const up = twice > bottom || (twice === bottom && (rounding === 'half-up' || quotient % 2n === 1n));
  const size = up ? quotient + 1n : quotient;
  return negative ? -size : size;
};

/** Rounds to `places` decimals. */
export const round = (value: Decimal, places: number, rounding: Rounding): Decimal =>
  value.scale <= places
    ? { units: value.units * tenTo(places - value.scale), scale: places }
    : { units: divideRounded(value.units, tenTo(value.scale - places), rounding), scale: places };

export const times = (a: Decimal, b: Decimal): Decimal => ({ units: a.units * b.units, scale: a.scale + b.scale });

const aligned = (a: Decimal, b: Decimal): [bigint, bigint, number] => {
  const scale = Math.max(a.scale, b.scale);
  return [a.units * tenTo(scale - a.scale), b.units * tenTo(scale - b.scale), scale];
};

export const plus = (a: Decimal, b: Decimal): Decimal => {
  const [left, right, scale] = aligned(a, b);
  return { units: left + right, scale };
};

export const minus = (a: Decimal, b: Decimal): Decimal => plus(a, { units: -b.units, scale: b.scale });

/** Quotient rounded to `places`; the divisor must not be zero. */
export const over = (a: Decimal, b: Decimal, places: number, rounding: Rounding): Decimal => {
  const [left, right] = aligned(a, b);
  return { units: divideRounded(left * tenTo(places), right, rounding), scale: places };
};

/** -1, 0 or 1. */
export const compare = (a: Decimal, b: Decimal): number => {
  const [left, right] = aligned(a, b);
  return left < right ? -1 : left > right ? 1 : 0;
};

export const isZero = (value: Decimal): boolean => value.units === 0n;

/** The nearest JSON number. */
export const toNumber = (value: Decimal): number => Number(toText(value));

/** Plain notation with exactly `scale` decimals. */
export const toText = ({ units, scale }: Decimal): string => {
  const digits = (units < 0n ? -units : units).toString().padStart(scale + 1, '0');
  const whole = digits.slice(0, digits.length - scale);
  return `${units < 0n ? '-' : ''}${whole}${scale > 0 ? `.${digits.slice(digits.length - scale)}` : ''}`;
};

/** Exact sum of amounts with 2 decimals. */
export const sum = (amounts: readonly number[]): number => toNumber(amounts.map(decimal).reduce(plus, { units: 0n, scale: 2 }));

/** Exact difference of two amounts with 2 decimals. */
export const difference = (a: number, b: number): number => toNumber(minus(decimal(a), decimal(b)));
