import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import type { EntryChange } from '../../shared/domain/edit-entry.ts';
import { editEntry } from '../../shared/domain/edit-entry.ts';
import type { InvoiceStatus } from '../../shared/domain/invoice.ts';
import type { TimeEntryFacts, WorkedTime } from '../../shared/domain/time-entry.ts';
import { daysOf, manualTime, overlaps, statusOf } from '../../shared/domain/time-entry.ts';
import { refusalOf, refusedPaths } from '../support/refusal-of.ts';

const now = '2026-11-21T12:00:00.000Z';
const byHand = (worked: WorkedTime, zone = 'Europe/London') => manualTime('start-day', zone, worked, now);

describe('time entered by hand', () => {
  test('from start to end', () => {
    expect(byHand({ startedAt: '2026-11-20T09:00:00.000Z', endedAt: '2026-11-20T10:15:00.500Z' })).toEqual({
      startedAt: '2026-11-20T09:00:00.000Z',
      endedAt: '2026-11-20T10:15:00.500Z',
      zone: 'Europe/London',
      date: '2026-11-20',
      days: [{ date: '2026-11-20', seconds: 4500 }],
      seconds: 4500,
    });
  });

  test('as a day with a duration', () => {
    expect(byHand({ date: '2026-11-20', durationSeconds: 5400 })).toEqual({
      startedAt: null,
      endedAt: null,
      zone: 'Europe/London',
      date: '2026-11-20',
      days: [{ date: '2026-11-20', seconds: 5400 }],
      seconds: 5400,
    });
  });

  test('today is the day that the wall shows where the member is', () => {
    expect(byHand({ date: '2026-11-22', durationSeconds: 60 }, 'Pacific/Auckland').date).toBe('2026-11-22');
    expect(refusedPaths(() => byHand({ date: '2026-11-22', durationSeconds: 60 }, 'Europe/London'))).toEqual(['date']);
  });

  test('24 hours and the present second are allowed', () => {
    expect(byHand({ startedAt: '2026-11-20T12:00:00.000Z', endedAt: now }).seconds).toBe(86_400);
    expect(byHand({ date: '2026-11-20', durationSeconds: 86_400 }).seconds).toBe(86_400);
    expect(byHand({ date: '2026-11-20', durationSeconds: 1 }).seconds).toBe(1);
    expect(byHand({ date: '2000-01-01', durationSeconds: 1 }).date).toBe('2000-01-01');
    const later = '2101-06-01T00:00:00.000Z';
    expect(manualTime('start-day', 'UTC', { date: '2100-12-31', durationSeconds: 1 }, later).date).toBe('2100-12-31');
    expect(refusedPaths(() => manualTime('start-day', 'UTC', { date: '2101-01-01', durationSeconds: 1 }, later))).toEqual([
      'date',
    ]);
  });

  test.each<[string, WorkedTime, string]>([
    ['end before start', { startedAt: '2026-11-20T10:00:00.000Z', endedAt: '2026-11-20T09:00:00.000Z' }, 'endedAt'],
    ['end at start', { startedAt: '2026-11-20T10:00:00.000Z', endedAt: '2026-11-20T10:00:00.000Z' }, 'endedAt'],
    ['less than a second', { startedAt: '2026-11-20T10:00:00.000Z', endedAt: '2026-11-20T10:00:00.999Z' }, 'endedAt'],
    ['more than 24 hours', { startedAt: '2026-11-20T09:00:00.000Z', endedAt: '2026-11-21T09:00:01.000Z' }, 'endedAt'],
    ['end in the future', { startedAt: '2026-11-21T09:00:00.000Z', endedAt: '2026-11-21T12:00:00.001Z' }, 'endedAt'],
    ['the year 1970', { startedAt: '1970-01-01T00:00:00.000Z', endedAt: '1970-01-01T01:00:00.000Z' }, 'startedAt'],
    ['the year 9999', { startedAt: '2026-11-20T09:00:00.000Z', endedAt: '9999-01-01T01:00:00.000Z' }, 'endedAt'],
    ['no instant', { startedAt: 'yesterday', endedAt: '2026-11-20T09:00:00.000Z' }, 'startedAt'],
    ['no instant', { startedAt: '2026-11-20T09:00:00.000Z', endedAt: 'Invalid Date' }, 'endedAt'],
    ['no time', { date: '2026-11-20', durationSeconds: 0 }, 'durationSeconds'],
    ['negative time', { date: '2026-11-20', durationSeconds: -1 }, 'durationSeconds'],
    ['NaN', { date: '2026-11-20', durationSeconds: Number.NaN }, 'durationSeconds'],
    ['1e309', { date: '2026-11-20', durationSeconds: 1e309 }, 'durationSeconds'],
    ['half a second', { date: '2026-11-20', durationSeconds: 0.5 }, 'durationSeconds'],
    ['more than 24 hours', { date: '2026-11-20', durationSeconds: 86_401 }, 'durationSeconds'],
    ['tomorrow', { date: '2026-11-22', durationSeconds: 60 }, 'date'],
    ['the year 1999', { date: '1999-12-31', durationSeconds: 60 }, 'date'],
    ['no day', { date: '2026-02-30', durationSeconds: 60 }, 'date'],
  ])('F9: %s is refused: %j', (_name, worked, path) => {
    expect(refusedPaths(() => byHand(worked))).toEqual([path]);
  });

  test('F7: its days follow the policy of the workspace', () => {
    const worked = { startedAt: '2026-11-19T23:00:00.000Z', endedAt: '2026-11-20T01:00:00.000Z' };
    expect(daysOf('start-day', 'Europe/London', worked)).toEqual([{ date: '2026-11-19', seconds: 7200 }]);
    expect(daysOf('split-at-midnight', 'Europe/London', worked)).toEqual([
      { date: '2026-11-19', seconds: 3600 },
      { date: '2026-11-20', seconds: 3600 },
    ]);
    expect(daysOf('split-at-midnight', 'Europe/London', { date: '2026-11-20', durationSeconds: 86_400 })).toEqual([
      { date: '2026-11-20', seconds: 86_400 },
    ]);
  });
});

describe('the status of an entry is the state of its invoice', () => {
  test.each<[InvoiceStatus | undefined, string]>([
    ['collecting', 'held'],
    ['draft', 'held'],
    ['issued', 'billed'],
    ['partially-paid', 'billed'],
    ['paid', 'billed'],
    ['voiding', 'held'],
    ['void', 'held'],
    ['abandoned', 'held'],
    [undefined, 'held'],
  ])('%s: %s', (status, expected) => {
    expect(statusOf({ billable: true, invoiceId: 'inv_1' }, status)).toBe(expected);
  });

  test('without one it is unbilled or not billable', () => {
    expect(statusOf({ billable: true }, undefined)).toBe('unbilled');
    expect(statusOf({ billable: false, invoiceId: null }, undefined)).toBe('non-billable');
  });
});

const clocked: TimeEntryFacts & { invoiceId: string | null; invoiceNumber: string | null; version: number } = {
  id: 'te_1',
  jobId: 'job_a',
  memberId: 'mem_a',
  serviceId: null,
  description: 'Drawing',
  billable: true,
  rate: { amount: 8000, currency: 'GBP' },
  rateSource: 'job',
  review: true,
  zone: 'America/New_York',
  startedAt: '2026-11-01T03:30:00.123Z',
  endedAt: '2026-11-01T07:30:00.456Z',
  date: '2026-10-31',
  days: [{ date: '2026-10-31', seconds: 14_400 }],
  seconds: 14_400,
  invoiceId: null,
  invoiceNumber: null,
  version: 3,
};
const onDay = {
  ...clocked,
  startedAt: null,
  endedAt: null,
  date: '2026-11-02',
  days: [{ date: '2026-11-02', seconds: 60 }],
  seconds: 60,
};
const rules = { policy: 'start-day' as const, now };
const edited = (change: EntryChange, entry: typeof clocked = clocked) => editEntry(entry, change, rules);

describe('editing', () => {
  test('F8: what is not touched stays to the letter', () => {
    expect(edited({ description: 'Painting' })).toEqual({ ...clocked, description: 'Painting' });
    expect(edited({ billable: false })).toEqual({ ...clocked, billable: false });
    expect(edited({})).toEqual(clocked);
  });

  test('F6: a new end is reckoned in the zone of the entry, and days follow', () => {
    expect(editEntry(clocked, { endedAt: '2026-11-01T08:30:00.000Z' }, { ...rules, policy: 'split-at-midnight' })).toMatchObject({
      startedAt: '2026-11-01T03:30:00.123Z',
      endedAt: '2026-11-01T08:30:00.000Z',
      seconds: 17_999,
      date: '2026-10-31',
      days: [
        { date: '2026-10-31', seconds: 1800 },
        { date: '2026-11-01', seconds: 16_199 },
      ],
      review: false,
    });
  });

  test.each<[string, EntryChange, object]>([
    [
      'a duration moves the end',
      { durationSeconds: 3600 },
      { endedAt: '2026-11-01T04:30:00.123Z', seconds: 3600, review: false },
    ],
    [
      'a day and a duration replace the clock',
      { date: '2026-11-03', durationSeconds: 60 },
      { startedAt: null, endedAt: null, date: '2026-11-03' },
    ],
    ['a look at it ends the review', { review: false }, { review: false, seconds: 14_400 }],
  ])('%s', (_name, change, expected) => {
    expect(edited(change)).toMatchObject(expected);
  });

  test.each<[string, EntryChange, object]>([
    ['another day', { date: '2026-11-03' }, { date: '2026-11-03', seconds: 60, days: [{ date: '2026-11-03', seconds: 60 }] }],
    ['another duration', { durationSeconds: 120 }, { date: '2026-11-02', seconds: 120 }],
    [
      'a clock for it',
      { startedAt: '2026-11-02T09:00:00.000Z', endedAt: '2026-11-02T10:00:00.000Z' },
      { startedAt: '2026-11-02T09:00:00.000Z', seconds: 3600 },
    ],
  ])('time of a day takes %s', (_name, change, expected) => {
    expect(edited(change, onDay as unknown as typeof clocked)).toMatchObject(expected);
  });

  test.each<[EntryChange, string]>([
    [{ date: '2026-11-03' }, 'date'],
    [{ startedAt: '2026-11-01T03:00:00.000Z', durationSeconds: 60 }, 'durationSeconds'],
    [{ endedAt: '2026-11-01T03:00:00.000Z' }, 'endedAt'],
    [{ endedAt: '2026-11-22T03:00:00.000Z' }, 'endedAt'],
    [{ durationSeconds: 86_401 }, 'durationSeconds'],
    [{ durationSeconds: 0 }, 'durationSeconds'],
    [{ durationSeconds: Number.NaN }, 'durationSeconds'],
    [{ durationSeconds: 1e309 }, 'durationSeconds'],
    [{ durationSeconds: 1e15 }, 'durationSeconds'],
  ])('F9: %j is refused', (change, path) => {
    expect(refusedPaths(() => edited(change))).toEqual([path]);
  });

  test('half a clock does not make one', () => {
    const half = { startedAt: '2026-11-02T09:00:00.000Z' };
    expect(refusedPaths(() => edited(half, onDay as unknown as typeof clocked))).toEqual(['endedAt']);
  });

  test.each<EntryChange>([
    { description: 'x' },
    { billable: false },
    { jobId: 'job_b' },
    { durationSeconds: 60 },
    { date: '2026-11-01', durationSeconds: 60 },
    { endedAt: now },
    { review: false },
    { serviceId: 'svc_b' },
    {},
  ])('F12: an entry that an invoice has taken refuses %j', (change) => {
    const taken = { ...clocked, invoiceId: 'inv_1', invoiceNumber: 'INV-0001' };
    expect(refusalOf(() => edited(change, taken))).toMatchObject({
      code: 'entry-billed',
      message: 'The time entry is on invoice INV-0001',
      facts: { timeEntryId: 'te_1', invoiceId: 'inv_1', invoiceNumber: 'INV-0001' },
    });
    expect(refusalOf(() => edited(change, { ...taken, invoiceNumber: null })).message).toBe('The time entry is on invoice inv_1');
  });
});

describe('F13: the rate is frozen', () => {
  const rated = { rate: { amount: 9900, currency: 'USD' }, source: 'workspace' as const };

  test('a rate that changed meanwhile does not reach the entry', () => {
    expect(editEntry(clocked, { description: 'x', durationSeconds: 60 }, { ...rules, rated })).toMatchObject({
      rate: { amount: 8000, currency: 'GBP' },
      rateSource: 'job',
    });
  });

  test('another job brings its own rate, or none', () => {
    expect(editEntry(clocked, { jobId: 'job_b' }, { ...rules, rated })).toMatchObject({
      jobId: 'job_b',
      rate: { amount: 9900, currency: 'USD' },
      rateSource: 'workspace',
    });
    expect(edited({ jobId: 'job_b' })).toMatchObject({ rate: null, rateSource: null });
  });
});

describe('F10: overlapping entries', () => {
  const entry = (id: string, from: number, to: number, memberId = 'mem_a') => ({
    id,
    memberId,
    startedAt: new Date(from * 60_000).toISOString(),
    endedAt: new Date(to * 60_000).toISOString(),
  });

  test.each([
    ['touching ones do not', [entry('a', 0, 10), entry('b', 10, 20)], []],
    ['two that share a minute', [entry('a', 0, 11), entry('b', 10, 20)], ['a', 'b']],
    [
      'one inside another, and one after both',
      [entry('a', 0, 60), entry('b', 5, 10), entry('c', 30, 40), entry('d', 60, 70)],
      ['a', 'b', 'c'],
    ],
    ['other members do not', [entry('a', 0, 60), entry('b', 5, 10, 'mem_b')], []],
    ['the same time twice', [entry('a', 0, 60), entry('b', 0, 60)], ['a', 'b']],
    ['time of a day does not', [entry('a', 0, 60), { id: 'b', memberId: 'mem_a', startedAt: null, endedAt: null }], []],
  ])('%s', (_name, entries, expected) => {
    expect([...overlaps(entries)].sort()).toEqual(expected);
    expect([...overlaps([...entries].reverse())].sort()).toEqual(expected);
  });

  test('law: exactly those that meet another one', () => {
    const span = fc.tuple(fc.integer({ min: 0, max: 50 }), fc.integer({ min: 1, max: 20 }), fc.constantFrom('mem_a', 'mem_b'));
    fc.assert(
      fc.property(fc.array(span, { maxLength: 12 }), (spans) => {
        const entries = spans.map(([from, length, member], index) => entry(`te_${index}`, from, from + length, member));
        const meets = spans.map(([from, length, member], index) =>
          spans.some(
            ([otherFrom, otherLength, otherMember], other) =>
              other !== index && member === otherMember && from < otherFrom + otherLength && otherFrom < from + length,
          ),
        );
        const marked = overlaps(entries);
        expect(entries.map(({ id }) => marked.has(id))).toEqual(meets);
      }),
    );
  });
});
