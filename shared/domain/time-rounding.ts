import { formatDecimal, parseDecimal, roundHalfUp } from './decimal.ts';
import type { AmountStep, Money } from './money.ts';
import { moneyOf, roundToStep, unitsOf } from './money.ts';
import { refuseFields } from './refusal.ts';

/**
 * How a client's time is rounded when it is billed: not at all, up, or to the nearest 6, 15 or 30 minutes; and a least billed
 * time per entry. Without `minutes`, `up` and `nearest` are refused.
 */
export type TimeRounding = {
  mode: 'none' | 'up' | 'nearest';
  minutes?: 6 | 15 | 30 | undefined;
  minimumMinutes?: number | undefined;
};

/** Every second counts. */
export const noRounding: TimeRounding = { mode: 'none' };

const minimumMinutesMax = 24 * 60;

/** Refuses (`validation`) a rule that can't be applied; returns it otherwise. */
export function checkTimeRounding(rule: TimeRounding): TimeRounding {
  const { mode, minutes, minimumMinutes = 0 } = rule;
  if (mode !== 'none' && minutes !== 6 && minutes !== 15 && minutes !== 30) {
    refuseFields({ path: 'timeRounding.minutes', message: 'must be 6, 15 or 30' });
  }
  if (!Number.isInteger(minimumMinutes) || minimumMinutes < 0 || minimumMinutes > minimumMinutesMax) {
    refuseFields({ path: 'timeRounding.minimumMinutes', message: `must be a whole number from 0 to ${minimumMinutesMax}` });
  }
  return rule;
}

/**
 * Billed seconds of one entry of `seconds` raw seconds. The minimum is applied last and isn't rounded again; an entry without
 * time stays without. `nearest` sends an exact half up.
 */
export function roundSeconds(rule: TimeRounding, seconds: number): number {
  checkTimeRounding(rule);
  if (!Number.isSafeInteger(seconds) || seconds < 0) refuseFields({ path: 'seconds', message: 'must be whole and not negative' });
  if (seconds === 0) return 0;
  return Math.max(roundToStepOf(rule, seconds), (rule.minimumMinutes ?? 0) * 60);
}

function roundToStepOf({ mode, minutes = 6 }: TimeRounding, seconds: number): number {
  const step = minutes * 60;
  switch (mode) {
    case 'none':
      return seconds;
    case 'up':
      return Math.ceil(seconds / step) * step;
    case 'nearest':
      return Math.floor((seconds + step / 2) / step) * step;
  }
}

/** Hours of whole seconds, half-up to 4 decimals, always written with 4: 4500 is "1.2500". Xero keeps 4 decimals of a quantity. */
export function hoursFromSeconds(seconds: number): string {
  if (!Number.isSafeInteger(seconds)) refuseFields({ path: 'seconds', message: 'must be whole' });
  return formatDecimal(roundHalfUp(BigInt(seconds) * 10_000n, 3600n), 4);
}

/**
 * Quantity × unit price, rounded once, half-up (away from zero) to the minor unit, or to `step` minor units: 10 where thousandths
 * can't be said in Xero. The quantity is a plain decimal of at most 4 decimals, as Xero keeps it.
 */
export function amountFor(quantity: string, unitPrice: Money, step: AmountStep = 1): Money {
  const { numerator, denominator } = parseDecimal(quantity, 'quantity');
  if (denominator > 10_000n) refuseFields({ path: 'quantity', message: 'must have at most 4 decimals' });
  return moneyOf(roundToStep(numerator * unitsOf(unitPrice), denominator, step), unitPrice.currency);
}
