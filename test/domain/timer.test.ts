import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import type { RunningTimer } from '../../shared/domain/timer.ts';
import { elapsedSeconds, isForgotten, landsOn, startTimer, stopTimer } from '../../shared/domain/timer.ts';
import { refusalOf, refusedPaths } from '../support/refusal-of.ts';

const running: RunningTimer = {
  id: 'te_1',
  memberId: 'mem_a',
  jobId: 'job_a',
  serviceId: null,
  description: 'Drawing',
  billable: true,
  zone: 'Europe/Berlin',
  startedAt: '2026-11-20T22:30:00.000Z',
  rate: { amount: 8000, currency: 'EUR' },
  rateSource: 'member',
};
const stopAt = (now: string, more: object = {}) => stopTimer(running, { now, policy: 'start-day', ...more });

describe('starting', () => {
  test('F1: only one runs; the refusal shows which', () => {
    expect(startTimer(undefined, running)).toEqual(running);
    expect(refusalOf(() => startTimer(running, { ...running, id: 'te_2' }))).toMatchObject({
      code: 'timer-running',
      facts: { running },
    });
  });
});

describe('stopping', () => {
  test('makes the entry, with the id of the timer and the rate that was frozen at the start', () => {
    expect(stopAt('2026-11-21T01:00:00.000Z')).toEqual({
      outcome: 'entry',
      entry: {
        id: 'te_1',
        memberId: 'mem_a',
        jobId: 'job_a',
        serviceId: null,
        description: 'Drawing',
        billable: true,
        zone: 'Europe/Berlin',
        startedAt: '2026-11-20T22:30:00.000Z',
        endedAt: '2026-11-21T01:00:00.000Z',
        date: '2026-11-20',
        days: [{ date: '2026-11-20', seconds: 9000 }],
        seconds: 9000,
        rate: { amount: 8000, currency: 'EUR' },
        rateSource: 'member',
        review: false,
      },
    });
  });

  test('F7: splits at the midnight of the zone in which it was started, if the workspace wants it', () => {
    expect(stopAt('2026-11-21T01:00:00.000Z', { policy: 'split-at-midnight' })).toMatchObject({
      entry: {
        date: '2026-11-20',
        seconds: 9000,
        days: [
          { date: '2026-11-20', seconds: 1800 },
          { date: '2026-11-21', seconds: 7200 },
        ],
      },
    });
  });

  test('less than a second is no time', () => {
    expect(stopAt('2026-11-20T22:30:00.999Z')).toEqual({ outcome: 'discarded', id: 'te_1' });
    expect(stopAt('2026-11-20T22:30:01.000Z')).toMatchObject({ outcome: 'entry', entry: { seconds: 1 } });
  });

  test('a server clock that is behind the one of the start makes no negative time', () => {
    expect(stopAt('2026-11-20T22:29:00.000Z')).toEqual({ outcome: 'discarded', id: 'te_1' });
  });

  test('refused where none runs, or another one', () => {
    const now = '2026-11-21T01:00:00.000Z';
    expect(refusalOf(() => stopTimer(undefined, { now, policy: 'start-day' })).code).toBe('no-timer');
    expect(refusalOf(() => stopAt(now, { timerId: 'te_2' })).code).toBe('no-timer');
    expect(stopAt(now, { timerId: 'te_1' }).outcome).toBe('entry');
  });

  test('the description may be given at the end, also an empty one', () => {
    const now = '2026-11-21T01:00:00.000Z';
    expect(stopAt(now, { description: 'Painting' })).toMatchObject({ entry: { description: 'Painting' } });
    expect(stopAt(now, { description: '' })).toMatchObject({ entry: { description: '' } });
  });

  test.each([
    ['2026-11-20T22:29:59.999Z', 'before the start'],
    ['2026-11-21T08:00:00.001Z', 'in the future'],
    ['2026-11-21 07:00', 'no instant'],
  ])('F5: an end at %s is refused: %s', (endedAt) => {
    expect(refusedPaths(() => stopAt('2026-11-21T08:00:00.000Z', { endedAt }))).toEqual(['endedAt']);
  });

  test('an earlier end is taken, from the start to now', () => {
    expect(stopAt('2026-11-21T08:00:00.000Z', { endedAt: '2026-11-20T23:30:00.000Z' })).toMatchObject({
      entry: { seconds: 3600 },
    });
    expect(stopAt('2026-11-21T08:00:00.000Z', { endedAt: '2026-11-21T08:00:00.000Z' })).toMatchObject({ outcome: 'entry' });
    expect(stopAt('2026-11-21T08:00:00.000Z', { endedAt: running.startedAt })).toMatchObject({ outcome: 'discarded' });
  });
});

describe('F4: a forgotten timer', () => {
  test.each([
    ['2026-11-21T08:30:00.000Z', false],
    ['2026-11-21T08:30:01.000Z', true],
    ['2026-11-23T22:30:00.000Z', true],
  ])('stopped at %s: marked for review %s, never cut', (now, review) => {
    const expected = (Date.parse(now) - Date.parse('2026-11-20T22:30:00.000Z')) / 1000;
    expect(stopAt(now)).toMatchObject({ outcome: 'entry', entry: { seconds: expected, review } });
  });

  test('the workspace has its own limit, and over 24 hours is always too long', () => {
    expect(stopAt('2026-11-20T23:30:01.000Z', { limitSeconds: 3600 })).toMatchObject({ entry: { review: true } });
    expect(stopAt('2026-11-21T22:30:00.000Z', { limitSeconds: 100_000 })).toMatchObject({ entry: { review: false } });
    expect(stopAt('2026-11-21T22:30:01.000Z', { limitSeconds: 100_000 })).toMatchObject({ entry: { review: true } });
  });

  test('is known while it runs', () => {
    expect(isForgotten(running, '2026-11-21T08:30:00.000Z')).toBe(false);
    expect(isForgotten(running, '2026-11-21T08:30:01.000Z')).toBe(true);
  });
});

describe('while it runs', () => {
  test('elapsed seconds never fall below nothing', () => {
    expect(elapsedSeconds(running, '2026-11-20T22:30:59.999Z')).toBe(59);
    expect(elapsedSeconds(running, '2026-11-20T22:00:00.000Z')).toBe(0);
  });

  test('shows the days on which it will land', () => {
    expect(landsOn(running, 'start-day', '2026-11-21T01:00:00.000Z')).toEqual(['2026-11-20']);
    expect(landsOn(running, 'split-at-midnight', '2026-11-21T01:00:00.000Z')).toEqual(['2026-11-20', '2026-11-21']);
    expect(landsOn(running, 'split-at-midnight', '2026-11-20T22:30:00.100Z')).toEqual(['2026-11-20']);
  });

  test('law: what it says while running is what it makes when stopped', () => {
    const policy = fc.constantFrom('start-day' as const, 'split-at-midnight' as const);
    fc.assert(
      fc.property(policy, fc.integer({ min: 1000, max: 4 * 86_400_000 }), (rule, ms) => {
        const now = new Date(Date.parse(running.startedAt) + ms).toISOString();
        const stopped = stopTimer(running, { now, policy: rule });
        if (stopped.outcome !== 'entry') throw new Error('discarded');
        const { days, seconds, date } = stopped.entry;
        expect(days.map((day) => day.date)).toEqual(landsOn(running, rule, now));
        expect(seconds).toBe(elapsedSeconds(running, now));
        expect(days.reduce((sum, day) => sum + day.seconds, 0)).toBe(seconds);
        expect(days[0]?.date).toBe(date);
      }),
    );
  });
});
