import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import {
  addDays,
  addSeconds,
  dateIn,
  daysBetween,
  endOfDay,
  isDate,
  isInstant,
  isZone,
  monthOf,
  secondsBetween,
  splitByDay,
  startOfDay,
  weekStart,
} from '../../shared/domain/days.ts';
import { refusedPaths } from '../support/refusal-of.ts';

describe('dates', () => {
  test.each(['2026-11-21', '2024-02-29', '2000-02-29', '0001-01-01', '9999-12-31'])('%s is a day', (text) => {
    expect(isDate(text)).toBe(true);
  });
  test.each([
    '2026-02-30',
    '2023-02-29',
    '1900-02-29',
    '2026-13-01',
    '2026-00-10',
    '0000-01-01',
    '26-1-1',
    '2026-11-21T00:00',
    '',
    'today',
  ])('"%s" is none', (text) => {
    expect(isDate(text)).toBe(false);
    expect(refusedPaths(() => addDays(text, 1))).toEqual(['date']);
  });

  test.each(['2026-11-21T09:30:00.000Z', '1970-01-01T00:00:00.000Z'])('%s is an instant', (text) => {
    expect(isInstant(text)).toBe(true);
  });
  test.each([
    '2026-11-21T09:30:00Z',
    '2026-11-21T09:30:00.000',
    '2026-11-21T09:30:00.000+01:00',
    '2026-11-31T09:30:00.000Z',
    'NaN',
    '',
  ])('"%s" is none', (text) => {
    expect(isInstant(text)).toBe(false);
  });

  test('days are counted over months, leap years and back', () => {
    expect(addDays('2024-02-28', 1)).toBe('2024-02-29');
    expect(addDays('2026-12-31', 1)).toBe('2027-01-01');
    expect(addDays('2026-03-01', -1)).toBe('2026-02-28');
    expect(daysBetween('2026-01-31', '2026-02-01')).toBe(1);
    expect(daysBetween('2024-01-01', '2025-01-01')).toBe(366);
    expect(refusedPaths(() => addDays('9999-12-31', 1))).toEqual(['date']);
  });

  test.each([
    ['2026-11-21', '2026-11-16'],
    ['2026-11-16', '2026-11-16'],
    ['2026-11-22', '2026-11-16'],
    ['2026-01-01', '2025-12-29'],
    ['1969-12-31', '1969-12-29'],
    ['1970-01-01', '1969-12-29'],
  ])('the week of %s begins on %s', (date, monday) => {
    expect(weekStart(date)).toBe(monday);
  });

  test('months are read off the day', () => {
    expect(monthOf('2026-11-21')).toBe('2026-11');
  });

  test('seconds between instants are whole and cut', () => {
    expect(secondsBetween('2026-01-01T00:00:00.000Z', '2026-01-01T00:00:01.999Z')).toBe(1);
    expect(secondsBetween('2026-01-01T00:00:01.999Z', '2026-01-01T00:00:00.000Z')).toBe(-1);
    expect(Object.is(secondsBetween('2026-01-01T00:00:00.999Z', '2026-01-01T00:00:00.000Z'), 0)).toBe(true);
    expect(addSeconds('2026-01-01T00:00:00.500Z', -1)).toBe('2025-12-31T23:59:59.500Z');
  });
});

describe('zones', () => {
  test.each(['Europe/London', 'America/St_Johns', 'UTC', 'Asia/Kolkata', 'Pacific/Apia'])('%s is one', (zone) => {
    expect(isZone(zone)).toBe(true);
  });
  test.each(['+01:00', 'Nowhere/City', '', '2026', 'Europe/London\0', '[UTC]'])('"%s" is none', (zone) => {
    expect(isZone(zone)).toBe(false);
    expect(refusedPaths(() => dateIn(zone, '2026-11-21T09:30:00.000Z'))).toEqual(['zone']);
  });

  test.each([
    ['Pacific/Auckland', '2026-11-21T11:00:00.000Z', '2026-11-22'],
    ['America/Los_Angeles', '2026-11-21T07:59:59.999Z', '2026-11-20'],
    ['Asia/Kathmandu', '2026-11-21T18:15:00.000Z', '2026-11-22'],
    ['UTC', '2026-11-21T23:59:59.999Z', '2026-11-21'],
  ])('in %s it is at %s the %s', (zone, instant, date) => {
    expect(dateIn(zone, instant)).toBe(date);
  });

  test.each([
    ['Europe/London', '2026-06-01', '2026-05-31T23:00:00.000Z', '2026-06-01T23:00:00.000Z'],
    // Midnight is skipped: the day begins at 01:00.
    ['America/Sao_Paulo', '2018-11-04', '2018-11-04T03:00:00.000Z', '2018-11-05T02:00:00.000Z'],
    // The hour before midnight happens twice: the day has 25 hours.
    ['America/Sao_Paulo', '2018-02-17', '2018-02-17T02:00:00.000Z', '2018-02-18T03:00:00.000Z'],
    // The hour after midnight happens twice.
    ['America/Havana', '2026-11-01', '2026-11-01T04:00:00.000Z', '2026-11-02T05:00:00.000Z'],
    // The clock goes back at 00:01 to the day before, which goes on for another 59 minutes.
    ['America/St_Johns', '2009-10-31', '2009-10-31T02:30:00.000Z', '2009-11-01T03:30:00.000Z'],
    ['America/St_Johns', '2009-11-01', '2009-11-01T02:30:00.000Z', '2009-11-02T03:30:00.000Z'],
    // A day that the calendar left out has no instant.
    ['Pacific/Apia', '2011-12-30', '2011-12-30T10:00:00.000Z', '2011-12-30T10:00:00.000Z'],
  ])('in %s the %s goes from %s to %s', (zone, date, start, end) => {
    expect([startOfDay(zone, date), endOfDay(zone, date)]).toEqual([start, end]);
  });
});

describe('F6: a day of 23 or 25 hours', () => {
  test('counts the hours that pass, not the ones on the wall', () => {
    expect(splitByDay('Europe/London', '2026-03-29T00:00:00.000Z', '2026-03-30T00:00:00.000Z')).toEqual([
      { date: '2026-03-29', seconds: 23 * 3600 },
      { date: '2026-03-30', seconds: 3600 },
    ]);
    expect(splitByDay('America/New_York', '2026-11-01T04:00:00.000Z', '2026-11-02T05:00:00.000Z')).toEqual([
      { date: '2026-11-01', seconds: 25 * 3600 },
    ]);
  });

  test('01:30 happens twice: an hour of work between the two is an hour', () => {
    expect(splitByDay('Europe/London', '2026-10-25T00:30:00.000Z', '2026-10-25T01:30:00.000Z')).toEqual([
      { date: '2026-10-25', seconds: 3600 },
    ]);
  });

  test('where the clock goes back over midnight each second keeps the day that the wall shows', () => {
    expect(splitByDay('America/St_Johns', '2009-11-01T02:00:00.000Z', '2009-11-01T04:00:00.000Z')).toEqual([
      { date: '2009-10-31', seconds: 1800 + 3540 },
      { date: '2009-11-01', seconds: 60 + 1800 },
    ]);
  });
});

describe('F7: an entry that crosses midnight', () => {
  test.each([
    ['Europe/Berlin', '2026-11-20T22:00:00.000Z', '2026-11-21T01:00:00.000Z', ['2026-11-20 3600', '2026-11-21 7200']],
    ['Europe/London', '2026-11-20T22:00:00.000Z', '2026-11-21T01:00:00.000Z', ['2026-11-20 7200', '2026-11-21 3600']],
    ['Asia/Tokyo', '2026-11-20T22:00:00.000Z', '2026-11-21T01:00:00.000Z', ['2026-11-21 10800']],
    // It ends on the stroke of midnight: the new day has no second of it.
    ['UTC', '2026-11-20T22:00:00.000Z', '2026-11-21T00:00:00.000Z', ['2026-11-20 7200']],
    // A second belongs to the day on which it begins.
    ['UTC', '2026-11-20T23:59:59.700Z', '2026-11-21T00:00:00.900Z', ['2026-11-20 1']],
    ['UTC', '2026-11-20T23:59:59.700Z', '2026-11-21T00:00:01.700Z', ['2026-11-20 1', '2026-11-21 1']],
    ['UTC', '2026-11-20T10:00:00.000Z', '2026-11-20T10:00:00.999Z', []],
    ['UTC', '2026-11-20T10:00:00.000Z', '2026-11-20T09:00:00.000Z', []],
    ['Pacific/Apia', '2011-12-30T09:00:00.000Z', '2011-12-30T11:00:00.000Z', ['2011-12-29 3600', '2011-12-31 3600']],
  ])('in %s, %s to %s', (zone, from, to, days) => {
    expect(splitByDay(zone, from, to).map(({ date, seconds }) => `${date} ${seconds}`)).toEqual(days);
  });
});

// An own view of the calendar: what Intl shows on the wall, and days found by looking at it often enough.
const hourMs = 3_600_000;
const weekMs = 168 * hourMs;
const walls = new Map<string, Intl.DateTimeFormat>();
const wall = (zone: string, ms: number): string => {
  const format =
    walls.get(zone) ??
    new Intl.DateTimeFormat('en-CA', {
      timeZone: zone,
      hourCycle: 'h23',
      year: 'numeric',
      month: '2-digit',
      day: '2-digit',
      hour: '2-digit',
      minute: '2-digit',
      second: '2-digit',
    });
  walls.set(zone, format);
  return format.format(ms);
};
const wallDate = (zone: string, ms: number) => wall(zone, ms).slice(0, 10);
const wallOffset = (zone: string, ms: number) => Date.parse(`${wall(zone, ms).replace(', ', 'T')}Z`) - ms;

/** The first whole second after `low` at which `of` has the value it has at `high`. */
const firstSecond = (low: number, high: number, of: (ms: number) => unknown): number => {
  let [before, after] = [low / 1000, high / 1000];
  while (after - before > 1) {
    const middle = Math.floor((before + after) / 2);
    if (of(middle * 1000) === of(high)) after = middle;
    else before = middle;
  }
  return after * 1000;
};

/** Seconds per wall date from one whole second to another, the moments near `at` looked at closely. */
const wallSplit = (zone: string, from: number, to: number, at: number): Map<string, number> => {
  const looks = [from, at - 1000, at, to];
  for (let ms = from; ms < to; ms += hourMs / 2) looks.push(ms);
  const sorted = looks.filter((ms) => ms >= from && ms <= to).sort((a, b) => a - b);
  const seconds = new Map<string, number>();
  const count = (date: string, ms: number) => ms > 0 && seconds.set(date, (seconds.get(date) ?? 0) + ms / 1000);
  sorted.forEach((low, index) => {
    const high = sorted[index + 1] ?? low;
    const [before, after] = [wallDate(zone, low), wallDate(zone, high)];
    const change = before === after ? high : firstSecond(low, high, (ms) => wallDate(zone, ms));
    count(before, change - low);
    count(after, high - change);
  });
  return seconds;
};

const transitionsOf = (zone: string, offsets: readonly number[], first: number): number[] =>
  offsets.flatMap((offset, week) => {
    const before = offsets[week - 1] ?? offset;
    if (offset === before) return [];
    return [firstSecond(first + (week - 1) * weekMs, first + week * weekMs, (ms) => wallOffset(zone, ms))];
  });

describe('law: the days of a span add up to it', () => {
  test('on the transitions of every distinct zone rule, 2000 to 2037', () => {
    const first = Date.UTC(2000, 0, 1);
    const weeks = Math.floor((Date.UTC(2038, 0, 1) - first) / weekMs);
    const rules = new Map<string, { zone: string; transitions: number[] }>();
    for (const zone of Intl.supportedValuesOf('timeZone')) {
      const offsets = Array.from({ length: weeks }, (_, week) => wallOffset(zone, first + week * weekMs));
      const rule = offsets.join();
      if (!rules.has(rule)) rules.set(rule, { zone, transitions: transitionsOf(zone, offsets, first) });
    }
    let seen = 0;
    for (const { zone, transitions } of rules.values()) {
      for (const [index, at] of transitions.entries()) {
        seen += 1;
        // Spans of other lengths and starts for each, whole seconds around the transition.
        const from = at - (1 + ((index * 7919) % 90_000)) * 1000;
        const to = at + (1 + ((index * 104_729) % 90_000)) * 1000;
        const days = splitByDay(zone, new Date(from).toISOString(), new Date(to).toISOString());
        const sum = days.reduce((total, { seconds }) => total + seconds, 0);
        if (sum !== (to - from) / 1000) throw new Error(`${zone} ${new Date(from).toISOString()}: ${sum} seconds`);
        const expected = [...wallSplit(zone, from, to, at)].map(([date, seconds]) => ({ date, seconds }));
        expect({ zone, days }).toEqual({ zone, days: expected });
      }
    }
    expect(rules.size).toBeGreaterThan(150);
    expect(seen).toBeGreaterThan(4000);
  });

  test('whatever the milliseconds, and each day shows on the wall when it is counted', () => {
    const zone = fc.constantFrom(
      'Europe/London',
      'America/St_Johns',
      'Australia/Lord_Howe',
      'Africa/Casablanca',
      'Asia/Gaza',
      'UTC',
    );
    const start = fc.integer({ min: Date.UTC(2000, 0, 1), max: Date.UTC(2037, 0, 1) });
    fc.assert(
      fc.property(zone, start, fc.integer({ min: 0, max: 4 * 24 * hourMs }), (name, ms, length) => {
        const days = splitByDay(name, new Date(ms).toISOString(), new Date(ms + length).toISOString());
        const sum = days.reduce((total, { seconds }) => total + seconds, 0);
        expect(sum).toBe((length - (length % 1000)) / 1000);
        expect(days.every(({ seconds }) => seconds > 0)).toBe(true);
        if (sum > 0) expect(days[0]?.date).toBe(wallDate(name, ms));
        expect(new Set(days.map(({ date }) => date)).size).toBe(days.length);
      }),
      { numRuns: 500 },
    );
  });

  test('a day begins and ends where the wall calendar turns', () => {
    const zone = fc.constantFrom(
      'Europe/London',
      'America/St_Johns',
      'America/Havana',
      'America/Sao_Paulo',
      'Asia/Beirut',
      'Asia/Tokyo',
    );
    const day = fc
      .integer({ min: 0, max: 13_000 })
      .map((n) => new Date(Date.UTC(2000, 0, 1) + n * 24 * hourMs).toISOString().slice(0, 10));
    fc.assert(
      fc.property(zone, day, (name, date) => {
        const start = Date.parse(startOfDay(name, date));
        const end = Date.parse(endOfDay(name, date));
        expect([wallDate(name, start), wallDate(name, end - 1000)]).toEqual([date, date]);
        expect(wallDate(name, start - 1000) < date).toBe(true);
        expect(wallDate(name, end) > date).toBe(true);
      }),
      { numRuns: 500 },
    );
  });
});
