import { refuse, refuseFields } from '../../shared/domain/refusal.ts';
import { isOpenTo, type Job } from '../../shared/store/jobs.ts';
import type { Member } from '../../shared/store/members.ts';

/** Refuses a job that is closed, or on which the member doesn't work. An expert doesn't learn of jobs that aren't theirs. */
export const requireJobOpen = (job: Job, member: Member, callerId: string): void => {
  if (member.role === 'expert' && !isOpenTo(job, member.id)) {
    if (member.id === callerId) refuse('not-found', 'There is no such thing here');
    refuseFields({ path: 'memberId', message: 'does not work on this job' });
  }
  if (job.archived) refuseFields({ path: 'jobId', message: 'is archived' });
};
