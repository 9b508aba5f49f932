/** Has admin and finance change when and how a schedule bills, pause it, or let it go on. */
import type { ScheduleCall } from '../../shared/api/schedules.ts';
import { dateIn, type DateText, type Instant } from '../../shared/domain/days.ts';
import type { Reply } from '../../shared/domain/once.ts';
import { nextEnd, requireRhythm, runsAt } from '../../shared/domain/schedule.ts';
import { audited } from '../../shared/store/audit.ts';
import { mustBeAt } from '../../shared/store/found.ts';
import { resolved } from '../../shared/store/notifications.ts';
import { parseSchedule, replaceSchedule, scheduleKey, type Schedule } from '../../shared/store/schedules.ts';
import type { Table } from '../../shared/store/table.ts';
import { requireVersion } from '../../shared/store/versioned.ts';
import { parseWorkspace, workspaceKey } from '../../shared/store/workspaces.ts';
import { runawayCause } from './run-schedule.ts';
import { scheduleView } from './schedule-views.ts';

interface Needs {
  readonly table: Table;
  readonly now: () => Instant;
  readonly newId: (prefix: string) => string;
}

export const changeSchedule =
  ({ table, now, newId }: Needs) =>
  async ({ caller, params, body, ifMatch }: ScheduleCall<'updateInvoiceSchedule'>): Promise<Reply> => {
    const ws = caller.workspaceId;
    const key = scheduleKey(ws, params.id);
    const found = await table.batchGet([key, workspaceKey(ws)]);
    const before = mustBeAt(found, key, parseSchedule);
    requireVersion(ifMatch, before.version);
    const { zone } = mustBeAt(found, workspaceKey(ws), parseWorkspace);
    const at = now();
    const given = Object.fromEntries(Object.entries(body).filter(([, value]) => value !== undefined));
    const after = planned(before, { ...before, ...given }, { zone, today: dateIn(zone, at) });
    await table.commit([
      replaceSchedule(ws, after),
      ...(before.pausedReason === 'runaway' && !after.paused ? [resolved(ws, runawayCause(before.clientId), at)] : []),
      audited(ws, {
        ...{ id: newId('aud'), at, who: caller.memberId, what: 'schedule-changed', about: before.id },
        ...{ text: 'A schedule of invoices was changed', before, after },
      }),
    ]);
    return { status: 200, etag: String(before.version + 1), body: scheduleView(after) };
  };

/** Another rhythm begins with the period that today belongs to; anything else leaves what is missed to be caught up. */
const planned = (before: Schedule, changed: Schedule, { zone, today }: { zone: string; today: DateText }): Schedule => {
  requireRhythm(changed);
  const isOther = changed.every !== before.every || changed.day !== before.day || changed.until !== before.until;
  const from = changed.every === before.every && changed.day === before.day ? (before.nextEnd ?? today) : today;
  const end = isOther ? nextEnd(changed, from) : before.nextEnd;
  const reason = before.paused ? before.pausedReason : 'by-hand';
  return {
    ...changed,
    pausedReason: changed.paused ? reason : null,
    nextEnd: end,
    dueAt: end === null ? null : runsAt(end, zone),
  };
};
