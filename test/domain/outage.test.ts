import { expect, test } from '@jest/globals';
import { askedInVain, type Outage } from '../../shared/domain/outage.ts';

test('one lost answer is looked up at once; then almost a minute goes by, then two, then five each time', () => {
  const first = askedInVain(null, '2026-03-02T09:00:00.000Z');
  expect(first).toEqual({ since: '2026-03-02T09:00:00.000Z', tries: 1, until: '2026-03-02T09:00:00.000Z' });
  const second = askedInVain(first, '2026-03-02T09:01:00.000Z');
  expect(second).toEqual({ since: '2026-03-02T09:00:00.000Z', tries: 2, until: '2026-03-02T09:01:50.000Z' });
  const third = askedInVain(second, '2026-03-02T09:02:10.000Z');
  expect(third).toEqual({ since: '2026-03-02T09:00:00.000Z', tries: 3, until: '2026-03-02T09:04:00.000Z' });
  const fourth = askedInVain(third, '2026-03-02T09:05:00.000Z');
  expect(fourth).toEqual({ since: '2026-03-02T09:00:00.000Z', tries: 4, until: '2026-03-02T09:09:50.000Z' });
});

test('after a day it is still asked every five minutes', () => {
  const after = askedInVain({ since: '2026-03-02T09:00:00.000Z', tries: 290, until: 'x' }, '2026-03-03T09:00:00.000Z');
  expect(after).toEqual({ since: '2026-03-02T09:00:00.000Z', tries: 291, until: '2026-03-03T09:04:50.000Z' });
});

test('whoever looks each minute, and waits a moment for an answer that does not come, misses none of its looks', () => {
  const minuteMs = 60_000;
  const asked: number[] = [];
  let outage: Outage | null = null;
  for (let minute = 0; minute < 20; minute += 1) {
    const tick = new Date(Date.parse('2026-03-02T09:00:00.000Z') + minute * minuteMs);
    if (outage !== null && outage.until > tick.toISOString()) continue;
    asked.push(minute);
    outage = askedInVain(outage, new Date(tick.getTime() + 3_000).toISOString());
  }
  expect(asked).toEqual([0, 1, 2, 4, 9, 14, 19]);
});
