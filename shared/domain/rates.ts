import type { Money } from './money.ts';

/** The level that a rate came from, the most particular first. */
export type RateSource = 'job-member' | 'job' | 'member' | 'service' | 'workspace';
/** An hourly rate and where it was found; both are frozen on the entry. */
export type FoundRate = { rate: Money; source: RateSource };

type Level = Money | null | undefined;

/** The rates that may apply to one entry. */
export type RateLevels = {
  jobCurrency: string;
  memberId: string;
  jobMemberRates?: Readonly<Record<string, Money>> | undefined;
  jobRate?: Level;
  memberRate?: Level;
  serviceRate?: Level;
  workspaceRate?: Level;
};

/**
 * The hourly rate of an entry: the rate of this member on this job, else the job's, the member's, the service's, the workspace's.
 * A level in another currency than the job's is skipped, never converted. A rate of nothing is a rate. Undefined when no level
 * has one: the entry is kept and can't be billed until it is rated.
 */
export function resolveRate(levels: RateLevels): FoundRate | undefined {
  const { jobMemberRates = {}, memberId } = levels;
  const candidates: readonly (readonly [RateSource, Level])[] = [
    ['job-member', Object.hasOwn(jobMemberRates, memberId) ? jobMemberRates[memberId] : undefined],
    ['job', levels.jobRate],
    ['member', levels.memberRate],
    ['service', levels.serviceRate],
    ['workspace', levels.workspaceRate],
  ];
  for (const [source, rate] of candidates) {
    if (rate && rate.currency === levels.jobCurrency) return { rate, source };
  }
  return undefined;
}

/**
 * Whether a correction of an entry asks for its rate to be found again. Another job has other rates; another service matters only
 * where no more particular level decided. Everything else, above all a changed rate, leaves the frozen rate alone.
 */
export function asksForNewRate(
  entry: { jobId: string; serviceId: string | null; rateSource: RateSource | null },
  change: { jobId?: string | undefined; serviceId?: string | null | undefined },
): boolean {
  if (change.jobId !== undefined && change.jobId !== entry.jobId) return true;
  const otherService = change.serviceId !== undefined && change.serviceId !== entry.serviceId;
  return otherService && (entry.rateSource === null || entry.rateSource === 'service' || entry.rateSource === 'workspace');
}
