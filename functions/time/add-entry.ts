/** Enters time by hand, for oneself or, as admin or finance, for another member: a day with a duration, or from start to end. */
import type { TimeCall } from '../../shared/api/time.ts';
import { actsForOthers } from '../../shared/domain/access.ts';
import type { Instant } from '../../shared/domain/days.ts';
import type { Reply } from '../../shared/domain/once.ts';
import { refuse } from '../../shared/domain/refusal.ts';
import { manualTime } from '../../shared/domain/time-entry.ts';
import { audited } from '../../shared/store/audit.ts';
import { answered } from '../../shared/store/idempotency.ts';
import type { Table } from '../../shared/store/table.ts';
import { addEntry as added, type TimeEntry } from '../../shared/store/time-entries.ts';
import { entryView, spoken } from './views.ts';
import { findRate, readWorkSetting, requireInUse, requireOpen } from './work-setting.ts';

export const addEntry =
  ({ table, now, newId }: { table: Table; now: () => Instant; newId: (prefix: string) => string }) =>
  async ({ caller, body, once }: TimeCall<'createTimeEntry'>): Promise<Reply> => {
    const { workspaceId } = caller;
    const { jobId, memberId = caller.memberId, serviceId } = body;
    if (memberId !== caller.memberId && !actsForOthers(caller.role))
      return refuse('forbidden', 'Only admin and finance enter time for others');
    const { setting } = await readWorkSetting(table, workspaceId, { memberId, jobId, serviceId });
    requireOpen(setting, caller.memberId);
    requireInUse(setting.service);
    const at = now();
    const time = manualTime(setting.workspace.dayPolicy, setting.member.zone, body, at);
    const rated = await findRate(table, setting);
    const entry: TimeEntry = {
      id: newId('te'),
      version: 1,
      jobId,
      memberId,
      serviceId: setting.serviceId,
      ...time,
      description: body.description ?? '',
      billable: body.billable ?? true,
      rate: rated?.rate ?? null,
      rateSource: rated?.source ?? null,
      costRate: setting.member.costRate,
      review: false,
      invoiceId: null,
    };
    const reply = { status: 201, body: entryView(entry, undefined), etag: '1' };
    await table.commit([
      ...added(workspaceId, entry),
      audited(workspaceId, {
        id: newId('aud'),
        at,
        who: caller.memberId,
        what: 'entry-added',
        about: entry.id,
        text: `${spoken(entry.seconds)} on ${setting.job.name} for ${setting.member.name}`,
      }),
      answered(once, reply),
    ]);
    return reply;
  };
