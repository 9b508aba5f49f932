import { describe, expect, test } from '@jest/globals';
import type { Candidate } from '../../shared/domain/entry-selection.ts';
import { checkChosenIds, takeBillable, takeChosen, whyNotBillable } from '../../shared/domain/entry-selection.ts';
import { refusalOf, refusedPaths } from '../support/refusal-of.ts';

const job = { id: 'job_a', currency: 'GBP' };
const entry = (id: string, more: Partial<Candidate> = {}): Candidate => ({
  id,
  jobId: 'job_a',
  memberId: 'mem_a',
  date: '2026-11-20',
  billable: true,
  rate: { amount: 1, currency: 'GBP' },
  review: false,
  invoiceId: null,
  ...more,
});

describe('why an entry is not billed', () => {
  test.each<[Partial<Candidate>, string | undefined]>([
    [{}, undefined],
    [{ billable: false }, 'non-billable'],
    [{ review: true }, 'review'],
    [{ rate: null }, 'no-rate'],
    [{ rate: { amount: 1, currency: 'USD' } }, 'other-currency'],
    [{ jobId: 'job_b' }, 'other-job'],
    [{ invoiceId: 'inv_1', invoiceStatus: 'issued' }, 'billed'],
    [{ invoiceId: 'inv_1', invoiceStatus: 'draft' }, 'held'],
    [{ invoiceId: 'inv_1' }, 'held'],
  ])('%j: %s', (more, reason) => {
    expect(whyNotBillable(entry('te_1', more), job)).toBe(reason);
  });
});

describe('chosen entries', () => {
  const found = [entry('te_1'), entry('te_2'), entry('te_3', { billable: false }), entry('te_4', { jobId: 'job_b' })];

  test('are taken all, in the order of the request', () => {
    expect(takeChosen(['te_2', 'te_1'], found, job).map(({ id }) => id)).toEqual(['te_2', 'te_1']);
  });

  test('F19: one that is not the caller’s is not found, and nothing is named', () => {
    const refusal = refusalOf(() => takeChosen(['te_1', 'te_9', 'te_3'], found, job));
    expect([refusal.code, refusal.facts]).toEqual(['not-found', {}]);
    expect(refusal.message).not.toContain('te_9');
  });

  test('F19: one that cannot be billed refuses the whole request, with each reason', () => {
    expect(refusalOf(() => takeChosen(['te_1', 'te_3', 'te_4'], found, job))).toMatchObject({
      code: 'entry-not-billable',
      facts: {
        entries: [
          { timeEntryId: 'te_3', reason: 'non-billable' },
          { timeEntryId: 'te_4', reason: 'other-job' },
        ],
      },
    });
  });

  test('F20: the same id twice is refused with its place', () => {
    expect(refusedPaths(() => takeChosen(['te_1', 'te_2', 'te_1', 'te_2'], found, job))).toEqual([
      'timeEntryIds.2',
      'timeEntryIds.3',
    ]);
  });

  test('2,000 are taken, 2,001 are not', () => {
    const ids = Array.from({ length: 2001 }, (_, index) => `te_${index}`);
    expect(checkChosenIds(ids.slice(1))).toBeUndefined();
    expect(refusalOf(() => checkChosenIds(ids)).code).toBe('too-many-entries');
  });
});

describe('entries of a period', () => {
  const candidates = [
    entry('te_1', { date: '2026-11-19' }),
    entry('te_2'),
    entry('te_3', { date: '2026-11-21' }),
    entry('te_4', { memberId: 'mem_b' }),
    entry('te_5', { review: true }),
    entry('te_6', { invoiceId: 'inv_1', invoiceStatus: 'paid' }),
  ];

  test('first and last day included, members as chosen; what is left says why', () => {
    const { taken, left } = takeBillable(candidates, job, { from: '2026-11-20', to: '2026-11-21', memberIds: ['mem_a'] });
    expect(taken.map(({ id }) => id)).toEqual(['te_2', 'te_3']);
    expect(left).toEqual([{ timeEntryId: 'te_5', reason: 'review' }]);
    expect(takeBillable(candidates, job, {}).taken).toHaveLength(4);
  });

  test('nothing to bill is refused, with what was left', () => {
    expect(refusalOf(() => takeBillable([entry('te_5', { review: true })], job, {}))).toMatchObject({
      code: 'nothing-to-bill',
      facts: { left: [{ timeEntryId: 'te_5', reason: 'review' }] },
    });
    expect(refusalOf(() => takeBillable(candidates, job, { memberIds: [] })).code).toBe('nothing-to-bill');
  });

  test('more than an invoice takes is refused', () => {
    const many = Array.from({ length: 2001 }, (_, index) => entry(`te_${index}`));
    expect(refusalOf(() => takeBillable(many, job, {})).code).toBe('too-many-entries');
    expect(takeBillable(many.slice(1), job, {}).taken).toHaveLength(2000);
  });
});
