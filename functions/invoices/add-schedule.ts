/** Has admin and finance say that a job's time, or a client's, is billed by itself whenever a week or a month is over. */
import type { ScheduleCall } from '../../shared/api/schedules.ts';
import { dateIn, type Instant } from '../../shared/domain/days.ts';
import type { Reply } from '../../shared/domain/once.ts';
import { refuseFields } from '../../shared/domain/refusal.ts';
import { nextEnd, requireRhythm, runsAt } from '../../shared/domain/schedule.ts';
import { audited } from '../../shared/store/audit.ts';
import { clientKey, parseClient } from '../../shared/store/clients.ts';
import { mustBeAt } from '../../shared/store/found.ts';
import { answered } from '../../shared/store/idempotency.ts';
import { jobKey, parseJob } from '../../shared/store/jobs.ts';
import { addSchedule as added, type Schedule } from '../../shared/store/schedules.ts';
import type { Table } from '../../shared/store/table.ts';
import { parseWorkspace, workspaceKey } from '../../shared/store/workspaces.ts';
import { scheduleView } from './schedule-views.ts';

interface Needs {
  readonly table: Table;
  readonly now: () => Instant;
  readonly newId: (prefix: string) => string;
}

export const addSchedule =
  ({ table, now, newId }: Needs) =>
  async ({ caller, body, once }: ScheduleCall<'createInvoiceSchedule'>): Promise<Reply> => {
    const ws = caller.workspaceId;
    requireRhythm(body);
    const about = 'jobId' in body ? jobKey(ws, body.jobId) : clientKey(ws, body.clientId);
    const found = await table.batchGet([about, workspaceKey(ws)]);
    const { zone } = mustBeAt(found, workspaceKey(ws), parseWorkspace);
    const job = 'jobId' in body ? mustBeAt(found, about, parseJob) : undefined;
    const client = 'clientId' in body ? mustBeAt(found, about, parseClient) : undefined;
    if (job?.billing === 'fixed') return refuseFields({ path: 'jobId', message: 'has a fixed price, which no time decides' });
    const at = now();
    const { every, day, until = null } = body;
    const end = nextEnd({ every, day, until }, dateIn(zone, at));
    if (end === null) return refuseFields({ path: 'until', message: 'is before the end of the first period' });
    const schedule: Schedule = {
      ...{ id: newId('sch'), version: 1, jobId: job?.id ?? null, clientId: client?.id ?? job?.clientId ?? '' },
      ...{ every, day, until, dueInDays: body.dueInDays ?? null, groupBy: body.groupBy ?? 'entry', draft: body.draft ?? false },
      ...{ nextEnd: end, dueAt: runsAt(end, zone), paused: false, pausedReason: null, failedAt: null, createdAt: at },
    };
    const reply: Reply = { status: 201, etag: '1', body: scheduleView(schedule) };
    const text = `Time of ${client?.name ?? `job ${job?.name ?? ''}`} is billed by itself each ${every}`;
    await table.commit([
      added(ws, schedule),
      audited(ws, {
        ...{ id: newId('aud'), at, who: caller.memberId, what: 'schedule-made', about: schedule.id, text },
        after: schedule,
      }),
      answered(once, reply),
    ]);
    return reply;
  };
