import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { addDays, daysBetween } from '../../shared/domain/days.ts';
import { endsPassed, nextEnd, periodEnd, requireRhythm, runsAt, type Rhythm } from '../../shared/domain/schedule.ts';
import { refusalOf } from '../support/refusal-of.ts';

const weekly = (day: number): Rhythm => ({ every: 'week', day });
const monthly = (day: number | 'last'): Rhythm => ({ every: 'month', day });

const dateArbitrary = fc.integer({ min: 0, max: 20_000 }).map((days) => addDays('2000-01-01', days));
const rhythmArbitrary = fc.oneof(
  fc.integer({ min: 1, max: 7 }).map(weekly),
  fc.integer({ min: 1, max: 28 }).map(monthly),
  fc.constant(monthly('last')),
);

describe('the end of a period', () => {
  test.each([
    [weekly(5), '2026-11-20', '2026-11-20'],
    [weekly(5), '2026-11-21', '2026-11-27'],
    [weekly(1), '2026-12-31', '2027-01-04'],
    [weekly(7), '2026-11-22', '2026-11-22'],
    [monthly(15), '2026-11-15', '2026-11-15'],
    [monthly(15), '2026-12-16', '2027-01-15'],
    [monthly('last'), '2028-02-01', '2028-02-29'],
    [monthly('last'), '2027-02-28', '2027-02-28'],
    [monthly('last'), '2026-12-31', '2026-12-31'],
  ] as const)('%j, on %s: %s', (rhythm, date, end) => expect(periodEnd(rhythm, date)).toBe(end));

  test('every day belongs to exactly one period, and periods follow each other without a gap', () => {
    fc.assert(
      fc.property(rhythmArbitrary, dateArbitrary, (rhythm, date) => {
        const end = periodEnd(rhythm, date);
        expect(end >= date).toBe(true);
        expect(periodEnd(rhythm, end)).toBe(end);
        const next = periodEnd(rhythm, addDays(end, 1));
        const length = daysBetween(end, next);
        expect(rhythm.every === 'week' ? [7] : [28, 29, 30, 31]).toContain(length);
      }),
    );
  });

  test.each([weekly(8), weekly(0), { every: 'week', day: 'last' } as const, monthly(29)])('%j is refused', (rhythm) =>
    expect(refusalOf(() => requireRhythm(rhythm)).code).toBe('validation'),
  );
});

describe('periods that are over', () => {
  const planned = { ...weekly(5), until: null };

  test('are over once their last day is, and not before', () => {
    expect(endsPassed(planned, '2026-11-20', '2026-11-20')).toEqual([]);
    expect(endsPassed(planned, '2026-11-20', '2026-11-21')).toEqual(['2026-11-20']);
    expect(endsPassed(planned, '2026-11-20', '2026-12-05')).toEqual(['2026-11-20', '2026-11-27', '2026-12-04']);
  });

  test('beyond six, the oldest are billed with the first that is left', () => {
    expect(endsPassed(planned, '2026-01-02', '2026-11-28')).toEqual([
      '2026-10-23',
      '2026-10-30',
      '2026-11-06',
      '2026-11-13',
      '2026-11-20',
      '2026-11-27',
    ]);
  });

  test('end where the schedule ends', () => {
    expect(endsPassed({ ...planned, until: '2026-11-27' }, '2026-11-20', '2027-11-20')).toEqual(['2026-11-20', '2026-11-27']);
    expect(nextEnd({ ...planned, until: '2026-11-27' }, '2026-11-28')).toBeNull();
  });

  test('by the clocks of the workspace', () => {
    expect(runsAt('2026-11-30', 'Pacific/Kiritimati')).toBe('2026-11-30T10:00:00.000Z');
    expect(runsAt('2026-11-30', 'America/Los_Angeles')).toBe('2026-12-01T08:00:00.000Z');
    expect(runsAt('2026-03-28', 'Europe/London')).toBe('2026-03-29T00:00:00.000Z');
  });
});
