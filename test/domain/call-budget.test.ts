import { describe, expect, test } from '@jest/globals';
import { dayReserve, mayCall, type CallBudget } from '../../shared/domain/call-budget.ts';
import { afterLookUp } from '../../shared/domain/unknown-outcome.ts';

const seenAt = '2026-11-21T12:00:00.000Z';
const budget = (over: Partial<CallBudget>): CallBudget => ({
  minuteLeft: 60,
  dayLeft: 1000,
  dayMost: 1000,
  limitsSeenAt: seenAt,
  ...over,
});
const at = (seconds: number): string => new Date(Date.parse(seenAt) + seconds * 1000).toISOString();

describe('a call may be made', () => {
  test.each([
    ['where nothing is known yet', { limitsSeenAt: null, minuteLeft: 0, dayLeft: 0 }, 0, false],
    ['with calls left', {}, 0, false],
    ['at the last background call of a minute', { minuteLeft: 11 }, 0, false],
    ['by people within the reserve of a minute', { minuteLeft: 1 }, 0, true],
    ['in the next minute', { minuteLeft: 0 }, 60, false],
    ['at the last background call of a day', { dayLeft: 51 }, 0, false],
    ['by people within the reserve of a day', { dayLeft: 1 }, 0, true],
    ['once an hour to find out whether a new day began', { dayLeft: 0 }, 3600, false],
  ])('%s', (_case, over, later, urgent) => {
    expect(mayCall(budget(over), { now: at(later), urgent })).toEqual({ ok: true });
  });

  test.each([
    ['within the reserve of a minute', { minuteLeft: 10 }, 59, false, 60, 'minute-limit'],
    ['by people when a minute is used up', { minuteLeft: 0 }, 1, true, 60, 'minute-limit'],
    ['within the reserve of a day', { dayLeft: 50 }, 100, false, 3600, 'day-limit'],
    ['within the reserve of a large day', { dayLeft: 250, dayMost: 5000 }, 100, false, 3600, 'day-limit'],
    ['by people when the day is used up', { dayLeft: 0 }, 3599, true, 3600, 'day-limit'],
  ])('not %s', (_case, over, later, urgent, until, reason) => {
    expect(mayCall(budget(over), { now: at(later), urgent })).toEqual({ ok: false, until: at(until), reason });
  });

  test('a twentieth of the day is kept for people', () => {
    expect([dayReserve(null), dayReserve(900), dayReserve(1000), dayReserve(4000)]).toEqual([50, 50, 50, 250]);
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
