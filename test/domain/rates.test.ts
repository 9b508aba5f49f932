import { describe, expect, test } from '@jest/globals';
import type { RateLevels } from '../../shared/domain/rates.ts';
import { asksForNewRate, resolveRate } from '../../shared/domain/rates.ts';

const gbp = (amount: number) => ({ amount, currency: 'GBP' });
const usd = (amount: number) => ({ amount, currency: 'USD' });
const all: RateLevels = {
  jobCurrency: 'GBP',
  memberId: 'mem_a',
  jobMemberRates: { mem_a: gbp(1), mem_b: gbp(99) },
  jobRate: gbp(2),
  memberRate: gbp(3),
  serviceRate: gbp(4),
  workspaceRate: gbp(5),
};

describe('which rate applies', () => {
  test.each<[string, Partial<RateLevels>, number, string]>([
    ['the member on this job', {}, 1, 'job-member'],
    ['then the job', { jobMemberRates: { mem_b: gbp(99) } }, 2, 'job'],
    ['then the member', { jobMemberRates: {}, jobRate: null }, 3, 'member'],
    ['then the service', { jobMemberRates: undefined, jobRate: null, memberRate: null }, 4, 'service'],
    ['then the workspace', { jobMemberRates: {}, jobRate: null, memberRate: null, serviceRate: undefined }, 5, 'workspace'],
    ['a level in another currency is skipped', { jobMemberRates: { mem_a: usd(1) }, jobRate: usd(2) }, 3, 'member'],
    ['nothing is a rate', { jobMemberRates: { mem_a: gbp(0) } }, 0, 'job-member'],
    ['nobody is found by what every object has', { memberId: 'toString' }, 2, 'job'],
  ])('%s', (_name, change, amount, source) => {
    expect(resolveRate({ ...all, ...change })).toEqual({ rate: gbp(amount), source });
  });

  test('none at all, or none in the currency of the job', () => {
    expect(resolveRate({ jobCurrency: 'GBP', memberId: 'mem_a' })).toBeUndefined();
    expect(resolveRate({ ...all, jobCurrency: 'EUR' })).toBeUndefined();
  });
});

describe('F13: when a frozen rate is found anew', () => {
  const entry = { jobId: 'job_a', serviceId: 'svc_a', rateSource: 'service' as const };
  test.each([
    ['another job', entry, { jobId: 'job_b' }, true],
    ['the same job', entry, { jobId: 'job_a' }, false],
    ['another service, whose level decided', entry, { serviceId: 'svc_b' }, true],
    ['no service any more', entry, { serviceId: null }, true],
    ['the same service', entry, { serviceId: 'svc_a' }, false],
    ['another service, where the job decided', { ...entry, rateSource: 'job' as const }, { serviceId: 'svc_b' }, false],
    [
      'another service, where the workspace decided',
      { ...entry, rateSource: 'workspace' as const },
      { serviceId: 'svc_b' },
      true,
    ],
    ['another service, where there was no rate', { ...entry, rateSource: null }, { serviceId: 'svc_b' }, true],
    ['nothing of both', entry, {}, false],
  ])('%s', (_name, before, change, expected) => {
    expect(asksForNewRate(before, change)).toBe(expected);
  });
});
