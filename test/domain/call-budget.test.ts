import { describe, expect, test } from '@jest/globals';
import {
  afterAnswer,
  afterDayRefusal,
  dayReserve,
  doneBy,
  gapMs,
  mayCall,
  nextReset,
  type CallBudget,
  type Haste,
} from '../../shared/domain/call-budget.ts';
import { afterLookUp } from '../../shared/domain/unknown-outcome.ts';

const seenAt = '2026-11-21T12:00:00.000Z';
const budget = (over: Partial<CallBudget>): CallBudget => ({
  minuteLeft: 60,
  dayLeft: 1000,
  dayMost: 1000,
  limitsSeenAt: seenAt,
  dayBeganAt: null,
  dayBeganWithinMs: null,
  paceAt: null,
  ...over,
});
const at = (seconds: number): string => new Date(Date.parse(seenAt) + seconds * 1000).toISOString();

describe('a call may be made', () => {
  test.each<[string, Partial<CallBudget>, number, Haste]>([
    ['where nothing is known yet', { limitsSeenAt: null, minuteLeft: 0, dayLeft: 0 }, 0, 'in-turn'],
    ['with calls left', {}, 0, 'in-turn'],
    ['at the last background call of a minute', { minuteLeft: 11 }, 0, 'in-turn'],
    ['by people within the reserve of a minute', { minuteLeft: 1 }, 0, 'at-once'],
    ['in the next minute', { minuteLeft: 0 }, 60, 'in-turn'],
    ['at the last background call of a day', { dayLeft: 51 }, 0, 'in-turn'],
    ['by people within the reserve of a day', { dayLeft: 1 }, 0, 'at-once'],
    ['once an hour to find out whether a new day began', { dayLeft: 0 }, 3600, 'in-turn'],
  ])('%s', (_case, over, later, haste) => {
    expect(mayCall(budget(over), { now: at(later), haste })).toEqual({ ok: true });
  });

  test.each<[string, Partial<CallBudget>, number, Haste, number, string]>([
    ['within the reserve of a minute', { minuteLeft: 10 }, 59, 'in-turn', 60, 'minute-limit'],
    ['by people when a minute is used up', { minuteLeft: 0 }, 1, 'at-once', 60, 'minute-limit'],
    ['for payments within the reserve of a day', { dayLeft: 50 }, 100, 'prompt', 24 * 3600, 'day-limit'],
    ['within the reserve of a day', { dayLeft: 50 }, 100, 'in-turn', 24 * 3600, 'day-limit'],
    ['within the reserve of a large day', { dayLeft: 250, dayMost: 5000 }, 100, 'in-turn', 24 * 3600, 'day-limit'],
    ['by people when the day is used up', { dayLeft: 0 }, 3599, 'at-once', 24 * 3600, 'day-limit'],
  ])('not %s', (_case, over, later, haste, until, reason) => {
    expect(mayCall(budget(over), { now: at(later), haste })).toEqual({ ok: false, until: at(until), reason });
  });

  test('a twentieth of the day is kept for people', () => {
    expect([dayReserve(null), dayReserve(900), dayReserve(1000), dayReserve(4000)]).toEqual([50, 50, 50, 250]);
  });
});

describe('calls that nobody waits for', () => {
  const began = { dayBeganAt: at(-12 * 3600), dayBeganWithinMs: 0 };

  test.each([
    ['none above half of the day', { dayLeft: 500 }, 0],
    ['twelve hours over 400 calls', { dayLeft: 450 }, 108_000],
    ['twelve hours over 20 calls', { dayLeft: 70 }, 2_160_000],
    ['none when only the reserve is left, which stops them', { dayLeft: 50 }, 0],
    ['twelve hours over 2,000 calls of a large day', { dayLeft: 2250, dayMost: 5000 }, 21_600],
  ])('have a gap: %s', (_case, over, gap) => {
    expect(gapMs(budget({ ...began, ...over }), at(0))).toBe(gap);
  });

  test('wait for their turn below half of the day, while people and payments do not', () => {
    const low = budget({ ...began, dayLeft: 450, paceAt: at(108) });
    expect(mayCall(low, { now: at(107), haste: 'in-turn' })).toEqual({ ok: false, until: at(108), reason: 'pace' });
    expect(mayCall(low, { now: at(107), haste: 'at-once' })).toEqual({ ok: true });
    expect(mayCall(low, { now: at(107), haste: 'prompt' })).toEqual({ ok: true });
    expect(mayCall(low, { now: at(108), haste: 'in-turn' })).toEqual({ ok: true });
  });

  test('are spaced from the last one, and what the sweep comes late by is not lost', () => {
    const low = budget({ ...began, dayLeft: 451 });
    const first = afterAnswer(low, { dayLeft: 450, now: at(0), haste: 'in-turn' });
    expect(first.paceAt).toBe(at(108));
    const late = afterAnswer(first, { dayLeft: 449, now: at(138), haste: 'in-turn' });
    // 43,062 seconds are left for 399 calls: 107.92 s after the instant at which it was due.
    expect(late.paceAt).toBe('2026-11-21T12:03:35.925Z');
    const idle = afterAnswer(first, { dayLeft: 449, now: at(3600), haste: 'in-turn' });
    // 39,600 seconds for 399 calls: 99.248 s after at most a minute ago.
    expect(idle.paceAt).toBe('2026-11-21T13:00:39.248Z');
  });

  test('are not moved back by those of people', () => {
    const low = budget({ ...began, dayLeft: 451, paceAt: at(50) });
    expect(afterAnswer(low, { dayLeft: 450, now: at(0), haste: 'at-once' }).paceAt).toBe(at(50));
  });
});

describe('the beginning of the day', () => {
  const seen = (before: CallBudget, seconds: number, dayLeft: number): CallBudget =>
    afterAnswer(before, { dayLeft, minuteLeft: 60, now: at(seconds), haste: 'in-turn' });

  test('is guessed by the first answer until one is seen', () => {
    const first = seen(budget({ limitsSeenAt: null, dayLeft: null, dayMost: null }), 0, 999);
    expect(nextReset(first, at(3600))).toEqual({ at: at(24 * 3600), learned: false });
    expect(nextReset(first, at(25 * 3600))).toEqual({ at: at(48 * 3600), learned: false });
  });

  test('is learned by a count that jumps up, and not by answers that overtake each other', () => {
    const low = seen(seen(budget({ limitsSeenAt: null, dayLeft: null }), 0, 300), 600, 290);
    expect(nextReset(seen(low, 601, 292), at(700)).learned).toBe(false);
    expect(nextReset(seen(low, 900, 999), at(1000))).toEqual({ at: at(900 + 24 * 3600), learned: true });
  });

  test('of two jumps the one that is known more closely counts', () => {
    const close = seen(budget({ dayLeft: 100, limitsSeenAt: at(-60) }), 0, 999);
    const vague = seen({ ...close, dayLeft: 100, limitsSeenAt: at(20 * 3600) }, 26 * 3600, 999);
    expect(nextReset(vague, at(27 * 3600)).at).toBe(at(48 * 3600));
    const closer = seen({ ...close, dayLeft: 100, limitsSeenAt: at(24 * 3600 - 40) }, 24 * 3600 - 10, 999);
    expect(nextReset(closer, at(24 * 3600)).at).toBe(at(48 * 3600 - 10));
  });

  test('is exact once Xero has refused and said when it is', () => {
    const refused = afterDayRefusal(budget({}), at(7200));
    expect(nextReset(refused, at(0))).toEqual({ at: at(7200), learned: true });
    expect(refused.dayLeft).toBe(0);
  });
});

describe('an estimate of when a backlog is done', () => {
  const began = { dayBeganAt: at(-12 * 3600), dayBeganWithinMs: 0 };
  test.each([
    ['fifty calls a minute above half of the day', { dayLeft: 900 }, 100, 120],
    ['spread over the rest of the day below it', { dayLeft: 450 }, 200, 6 * 3600],
    ['the next day what this one has no room for', { dayLeft: 50 }, 100, 12 * 3600 + 120],
    ['two days later for more than two days of calls', { dayLeft: 50 }, 1000, 36 * 3600 + 60],
  ])('%s', (_case, over, calls, seconds) => {
    expect(doneBy(budget({ ...began, ...over }), calls, at(0))).toBe(at(seconds));
  });
});

describe('what is missing after a lost answer', () => {
  const asked = { firstSentAt: seenAt, lastSentAt: seenAt, someFound: false, sameBytes: true };
  test.each([
    ['goes out again as it was within six minutes', {}, 359, { next: 'resend' }],
    ['waits after six minutes', {}, 360, { next: 'wait', until: at(480) }],
    ['gets a new key after eight minutes', {}, 480, { next: 'renew' }],
    ['waits when a part was found', { someFound: true }, 10, { next: 'wait', until: at(480) }],
    ['waits when it would be other bytes', { sameBytes: false }, 10, { next: 'wait', until: at(480) }],
    ['waits eight minutes from the last time it was sent', { lastSentAt: at(300) }, 779, { next: 'wait', until: at(780) }],
    ['gets a new key eight minutes after the last time', { lastSentAt: at(300) }, 780, { next: 'renew' }],
  ])('%s', (_case, over, later, next) => {
    expect(afterLookUp({ ...asked, ...over, now: at(later) })).toEqual(next);
  });
});
