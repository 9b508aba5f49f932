import { describe, expect, test } from '@jest/globals';
import { afterLookUp, couldBeBookedTwice } from '../../shared/domain/unknown-outcome.ts';

describe('payments of one invoice that are sent again', () => {
  test.each([
    ['one of all that is due', 15_000, [15_000], false],
    ['one of more than half of it', 15_000, [7_501], false],
    ['one of half of it', 15_000, [7_500], true],
    ['a small part', 15_000, [1], true],
    ['two that leave less than the smaller one', 15_000, [9_000, 5_000], false],
    ['two that leave room for the smaller one only', 15_000, [9_000, 3_000], true],
    ['none', 15_000, [], false],
  ])('%s', (_, due, amounts, twice) => {
    expect(couldBeBookedTwice(due, amounts)).toBe(twice);
  });
});

describe('a batch whose answer was lost', () => {
  const at = (minute: number): string => `2026-11-21T10:${String(minute).padStart(2, '0')}:00.000Z`;
  const sent = { firstSentAt: at(0), lastSentAt: at(1), someFound: false, sameBytes: true };
  test.each([
    ['goes again under its key within six minutes', { now: at(5) }, { next: 'resend' }],
    ['waits once the key is too old', { now: at(6) }, { next: 'wait', until: at(9) }],
    ['waits when its bytes would be others', { now: at(2), sameBytes: false }, { next: 'wait', until: at(9) }],
    ['waits when a part of it is there', { now: at(2), someFound: true }, { next: 'wait', until: at(9) }],
    ['gets a new key eight minutes after it was last sent', { now: at(9) }, { next: 'renew' }],
  ])('%s', (_, changes, next) => {
    expect(afterLookUp({ ...sent, ...changes })).toEqual(next);
  });
});
