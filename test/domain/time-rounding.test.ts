import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import type { TimeRounding } from '../../shared/domain/time-rounding.ts';
import { amountFor, checkTimeRounding, hoursFromSeconds, roundSeconds } from '../../shared/domain/time-rounding.ts';
import { refusedPaths } from '../support/refusal-of.ts';

describe('billed seconds', () => {
  test.each<[string, TimeRounding, number, number]>([
    ['every second counts', { mode: 'none' }, 4321, 4321],
    ['up to the next 6 minutes', { mode: 'up', minutes: 6 }, 361, 720],
    ['an exact 6 minutes stay', { mode: 'up', minutes: 6 }, 360, 360],
    ['one second is a quarter of an hour', { mode: 'up', minutes: 15 }, 1, 900],
    ['up to half an hour', { mode: 'up', minutes: 30 }, 1801, 3600],
    ['nearest below the half', { mode: 'nearest', minutes: 15 }, 449, 0],
    ['nearest at the half goes up', { mode: 'nearest', minutes: 15 }, 450, 900],
    ['nearest from above', { mode: 'nearest', minutes: 6 }, 539, 360],
    ['a minimum of half an hour', { mode: 'none', minimumMinutes: 30 }, 60, 1800],
    ['a minimum after rounding', { mode: 'nearest', minutes: 15, minimumMinutes: 10 }, 60, 600],
    ['a minimum that is met', { mode: 'up', minutes: 15, minimumMinutes: 15 }, 1000, 1800],
    ['no time has no minimum', { mode: 'up', minutes: 15, minimumMinutes: 30 }, 0, 0],
  ])('%s', (_name, rule, seconds, billed) => {
    expect(roundSeconds(rule, seconds)).toBe(billed);
  });

  test.each<[TimeRounding, string]>([
    [{ mode: 'up' }, 'timeRounding.minutes'],
    [{ mode: 'nearest', minutes: 10 as 6 }, 'timeRounding.minutes'],
    [{ mode: 'none', minimumMinutes: -1 }, 'timeRounding.minimumMinutes'],
    [{ mode: 'none', minimumMinutes: 1.5 }, 'timeRounding.minimumMinutes'],
    [{ mode: 'none', minimumMinutes: Number.NaN }, 'timeRounding.minimumMinutes'],
  ])('%j is no rule', (rule, path) => {
    expect(refusedPaths(() => checkTimeRounding(rule))).toEqual([path]);
    expect(refusedPaths(() => roundSeconds(rule, 60))).toEqual([path]);
  });

  test('a minimum of a day is the longest', () => {
    expect(roundSeconds({ mode: 'none', minimumMinutes: 1440 }, 1)).toBe(86_400);
    expect(refusedPaths(() => checkTimeRounding({ mode: 'none', minimumMinutes: 1441 }))).toEqual([
      'timeRounding.minimumMinutes',
    ]);
  });

  test.each([-1, 0.5, Number.NaN, Number.POSITIVE_INFINITY])('%d seconds are refused', (seconds) => {
    expect(refusedPaths(() => roundSeconds({ mode: 'none' }, seconds))).toEqual(['seconds']);
  });

  test('law: up never takes away and adds less than a step; nearest moves by half a step at most', () => {
    const minutes = fc.constantFrom(6 as const, 15 as const, 30 as const);
    fc.assert(
      fc.property(minutes, fc.integer({ min: 1, max: 400_000 }), (step, seconds) => {
        const up = roundSeconds({ mode: 'up', minutes: step }, seconds);
        const near = roundSeconds({ mode: 'nearest', minutes: step }, seconds);
        expect([up % (step * 60), near % (step * 60)]).toEqual([0, 0]);
        expect(up >= seconds && up - seconds < step * 60).toBe(true);
        expect(Math.abs(near - seconds) <= step * 30).toBe(true);
        expect(roundSeconds({ mode: 'none', minimumMinutes: 5 }, seconds)).toBe(seconds > 300 ? seconds : 300);
      }),
    );
  });
});

describe('hours', () => {
  test.each([
    [4500, '1.2500'],
    [0, '0.0000'],
    [1, '0.0003'],
    [18, '0.0050'],
    [1200, '0.3333'],
    [2400, '0.6667'],
    [86_400, '24.0000'],
    [9, '0.0025'],
    [3_599_999, '999.9997'],
  ])('%i seconds are %s', (seconds, hours) => {
    expect(hoursFromSeconds(seconds)).toBe(hours);
  });

  test('seconds are whole', () => {
    expect(refusedPaths(() => hoursFromSeconds(0.5))).toEqual(['seconds']);
  });
});

describe('F23: amounts', () => {
  test.each([
    // Quantity, unit price, currency, step, amount.
    ['1.5', 1095, 'AUD', 1, 1643],
    ['33.333', 1, 'GBP', 1, 33],
    ['0.3333', 10_000, 'EUR', 1, 3333],
    ['0.5', 1, 'GBP', 1, 1],
    ['0.5', -1, 'GBP', 1, -1],
    ['-0.5', 1, 'GBP', 1, -1],
    ['0.4999', 1, 'GBP', 1, 0],
    ['1.2500', 5000, 'JPY', 1, 6250],
    ['0.3333', 10_001, 'JPY', 1, 3333],
    ['1.0001', 12_345, 'KWD', 1, 12_346],
    ['1.0001', 12_345, 'KWD', 10, 12_350],
    ['1', 12_345, 'KWD', 10, 12_350],
    ['1', 12_344, 'KWD', 10, 12_340],
    ['-1', 12_345, 'KWD', 10, -12_350],
    ['0', 12_345, 'KWD', 10, 0],
  ] as const)('%s × %i %s, step %i, is %i', (quantity, amount, currency, step, expected) => {
    expect(amountFor(quantity, { amount, currency }, step)).toEqual({ amount: expected, currency });
  });

  test('three thirds of an hour are kept as they are billed, a cent apart from the whole', () => {
    const third = amountFor(hoursFromSeconds(1200), { amount: 10_000, currency: 'GBP' });
    expect(third.amount).toBe(3333);
  });

  test.each(['1.00001', 'NaN', '1e3', '', '1,5'])('a quantity of "%s" is refused', (quantity) => {
    expect(refusedPaths(() => amountFor(quantity, { amount: 1, currency: 'GBP' }))).toEqual(['quantity']);
  });

  test('an amount beyond 2^53 − 1 is refused', () => {
    expect(refusedPaths(() => amountFor('2', { amount: Number.MAX_SAFE_INTEGER, currency: 'GBP' }))).toEqual(['amount']);
  });
});
