/** Starts the clock of the signed-in member on a job; the rate is frozen now. While one runs, a second start gets the running one. */
import type { TimeCall } from '../../shared/api/time.ts';
import type { Instant } from '../../shared/domain/days.ts';
import type { Reply } from '../../shared/domain/once.ts';
import { nextLook, startTimer as start } from '../../shared/domain/timer.ts';
import { audited } from '../../shared/store/audit.ts';
import { foundAt } from '../../shared/store/found.ts';
import { answered } from '../../shared/store/idempotency.ts';
import type { Table } from '../../shared/store/table.ts';
import { parseTimer, runs, timerKey } from '../../shared/store/timers.ts';
import { timerView } from './views.ts';
import { findRate, readWorkSetting, requireInUse, requireOpen } from './work-setting.ts';

export const startTimer =
  ({ table, now, newId }: { table: Table; now: () => Instant; newId: (prefix: string) => string }) =>
  async ({ caller, body, once }: TimeCall<'startTimer'>): Promise<Reply> => {
    const { workspaceId, memberId } = caller;
    const work = { memberId, jobId: body.jobId, serviceId: body.serviceId };
    const { setting, found } = await readWorkSetting(table, workspaceId, work, [timerKey(workspaceId, memberId)]);
    requireOpen(setting, memberId);
    requireInUse(setting.service);
    const rated = await findRate(table, setting);
    const startedAt = now();
    const timer = start(foundAt(found, timerKey(workspaceId, memberId), parseTimer)?.running, {
      id: newId('te'),
      memberId,
      jobId: setting.job.id,
      serviceId: setting.serviceId,
      description: body.description ?? '',
      billable: body.billable ?? true,
      zone: setting.member.zone,
      startedAt,
      rate: rated?.rate ?? null,
      rateSource: rated?.source ?? null,
      costRate: setting.member.costRate,
    });
    const reply = { status: 201, body: timerView(timer, setting.workspace, startedAt), etag: timer.id };
    await table.commit([
      runs(workspaceId, timer, nextLook(timer, startedAt, setting.workspace.timerLimitSeconds)),
      audited(workspaceId, {
        id: newId('aud'),
        at: startedAt,
        who: memberId,
        what: 'timer-started',
        about: timer.id,
        text: `${setting.member.name} started the timer on ${setting.job.name}`,
      }),
      answered(once, reply),
    ]);
    return reply;
  };
