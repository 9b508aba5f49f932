import { expect, test } from '@jest/globals';
import { askedInVain } from '../../shared/domain/outage.ts';

test('one lost answer is looked up at once; then a minute goes by, then two, then five each time', () => {
  const first = askedInVain(null, '2026-03-02T09:00:00.000Z');
  expect(first).toEqual({ since: '2026-03-02T09:00:00.000Z', tries: 1, until: '2026-03-02T09:00:00.000Z' });
  const second = askedInVain(first, '2026-03-02T09:01:00.000Z');
  expect(second).toEqual({ since: '2026-03-02T09:00:00.000Z', tries: 2, until: '2026-03-02T09:02:00.000Z' });
  const third = askedInVain(second, '2026-03-02T09:02:10.000Z');
  expect(third).toEqual({ since: '2026-03-02T09:00:00.000Z', tries: 3, until: '2026-03-02T09:04:10.000Z' });
  const fourth = askedInVain(third, '2026-03-02T09:05:00.000Z');
  expect(fourth).toEqual({ since: '2026-03-02T09:00:00.000Z', tries: 4, until: '2026-03-02T09:10:00.000Z' });
});

test('after a day it is still asked every five minutes', () => {
  const after = askedInVain({ since: '2026-03-02T09:00:00.000Z', tries: 290, until: 'x' }, '2026-03-03T09:00:00.000Z');
  expect(after).toEqual({ since: '2026-03-02T09:00:00.000Z', tries: 291, until: '2026-03-03T09:05:00.000Z' });
});
