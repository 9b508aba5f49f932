import { refuse, refuseFields } from '../../shared/domain/refusal.ts';
import { resolveRate, type FoundRate } from '../../shared/domain/rates.ts';
import { mustBeAt, type Found } from '../../shared/store/found.ts';
import { isOpenTo, jobKey, parseJob, type Job } from '../../shared/store/jobs.ts';
import { memberKey, parseMember, type Member } from '../../shared/store/members.ts';
import { parseService, readService, serviceKey, type Service } from '../../shared/store/services.ts';
import type { Table } from '../../shared/store/table.ts';
import { parseWorkspace, workspaceKey, type Workspace } from '../../shared/store/workspaces.ts';
import type { Key } from '../../shared/store/write.ts';

/** What decides about time on a job: its bounds, its days and its rate. */
export interface WorkSetting {
  readonly workspace: Workspace;
  readonly member: Member;
  readonly job: Job;
  /** The kind of work, null for none: the one that was asked for, else the job's own. */
  readonly serviceId: string | null;
  /** The service itself; not read yet where it is only the job's own. */
  readonly service: Service | undefined;
}

/** Whose work, on what. A `serviceId` of undefined leaves the choice to the job. */
export interface Work {
  readonly memberId: string;
  readonly jobId: string;
  readonly serviceId: string | null | undefined;
}

/**
 * Reads the setting and whatever else is wanted in one round trip. Refuses (`not-found`) a member, job or service that this
 * workspace doesn't have.
 */
export const readWorkSetting = async (
  table: Table,
  workspaceId: string,
  { memberId, jobId, serviceId }: Work,
  more: readonly Key[] = [],
): Promise<{ setting: WorkSetting; found: Found }> => {
  const found = await table.batchGet([
    workspaceKey(workspaceId),
    memberKey(workspaceId, memberId),
    jobKey(workspaceId, jobId),
    ...(serviceId ? [serviceKey(workspaceId, serviceId)] : []),
    ...more,
  ]);
  const job = mustBeAt(found, jobKey(workspaceId, jobId), parseJob);
  const setting = {
    workspace: mustBeAt(found, workspaceKey(workspaceId), parseWorkspace),
    member: mustBeAt(found, memberKey(workspaceId, memberId), parseMember),
    job,
    serviceId: serviceId === undefined ? job.serviceId : serviceId,
    service: serviceId ? mustBeAt(found, serviceKey(workspaceId, serviceId), parseService) : undefined,
  };
  return { setting, found };
};

/**
 * Refuses time on a job that is closed, or on which the member doesn't work; also of somebody who was removed and still holds a
 * token. An expert doesn't learn of jobs that aren't theirs.
 */
export const requireOpen = ({ job, member }: Pick<WorkSetting, 'job' | 'member'>, callerId: string): void => {
  if (member.id === callerId && member.status === 'removed') refuse('forbidden', 'No longer a member of this workspace');
  if (member.role === 'expert' && !isOpenTo(job, member.id)) {
    if (member.id === callerId) refuse('not-found', 'There is no such thing here');
    refuseFields({ path: 'memberId', message: 'does not work on this job' });
  }
  if (job.archived) refuseFields({ path: 'jobId', message: 'is archived' });
};

/** Refuses a service that was chosen although it is out of use. */
export const requireInUse = (service: Service | undefined): void => {
  if (service?.archived) refuseFields({ path: 'serviceId', message: 'is archived' });
};

/**
 * The rate that holds for this work now, undefined where no level has one. The job's own service is read only when nothing more
 * particular decides, so that starting a clock stays at two round trips.
 */
export const findRate = async (table: Table, setting: WorkSetting): Promise<FoundRate | undefined> => {
  const { workspace, member, job, serviceId } = setting;
  const resolve = (service: Service | undefined) =>
    resolveRate({
      jobCurrency: job.currency,
      memberId: member.id,
      jobMemberRates: job.memberRates,
      jobRate: job.rate,
      memberRate: member.rate,
      serviceRate: service?.rate,
      workspaceRate: workspace.rate,
    });
  const rate = resolve(setting.service);
  const serviceDecides = rate === undefined || rate.source === 'workspace';
  if (!serviceDecides || serviceId === null || setting.service) return rate;
  return resolve(await readService(table)(workspace.id, serviceId));
};
