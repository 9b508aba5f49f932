import { describe, expect, test } from '@jest/globals';
import { sendAt } from '../../shared/domain/send-calendar.ts';

describe('an invoice is due to be sent', () => {
  test.each([
    ['as soon as it is issued', { when: 'on-save' }, '2026-11-21T10:00:00.000Z', '2026-11-21T10:00:00.000Z'],
    ['by nobody but a person', { when: 'by-hand' }, '2026-11-21T10:00:00.000Z', null],
    ['on the next Monday', { when: 'weekly', day: 1 }, '2026-11-21T10:00:00.000Z', '2026-11-23T00:00:00.000Z'],
    ['on Monday where no day was said', { when: 'weekly' }, '2026-11-21T10:00:00.000Z', '2026-11-23T00:00:00.000Z'],
    ['on the Sunday of the same week', { when: 'weekly', day: 7 }, '2026-11-21T10:00:00.000Z', '2026-11-22T00:00:00.000Z'],
    [
      'a week later when it came up on the day itself',
      { when: 'weekly', day: 6 },
      '2026-11-21T10:00:00.000Z',
      '2026-11-28T00:00:00.000Z',
    ],
    ['on a day of this month', { when: 'monthly', day: 25 }, '2026-11-21T10:00:00.000Z', '2026-11-25T00:00:00.000Z'],
    ['on a day of the next month', { when: 'monthly', day: 5 }, '2026-11-21T10:00:00.000Z', '2026-12-05T00:00:00.000Z'],
    ['on the last day of a short month', { when: 'monthly', day: 31 }, '2026-11-21T10:00:00.000Z', '2026-11-30T00:00:00.000Z'],
    ['on the last day of February', { when: 'monthly', day: 31 }, '2027-01-31T10:00:00.000Z', '2027-02-28T00:00:00.000Z'],
    ['in the new year', { when: 'monthly', day: 1 }, '2026-12-31T10:00:00.000Z', '2027-01-01T00:00:00.000Z'],
  ] as const)('%s', (_case, calendar, since, due) => {
    expect(sendAt(calendar, since, 'Europe/London')).toBe(due);
  });

  test("by the days of the workspace's own zone", () => {
    // In Auckland it is Monday already; their next Monday begins on Sunday at 11:00 UTC.
    expect(sendAt({ when: 'weekly', day: 1 }, '2026-11-22T12:00:00.000Z', 'Pacific/Auckland')).toBe('2026-11-29T11:00:00.000Z');
    expect(sendAt({ when: 'weekly', day: 1 }, '2026-11-22T10:00:00.000Z', 'Pacific/Auckland')).toBe('2026-11-22T11:00:00.000Z');
  });
});
