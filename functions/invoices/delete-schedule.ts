/** Ends a schedule for admin and finance; the invoices that it made stay as they are. */
import type { ScheduleCall } from '../../shared/api/schedules.ts';
import type { Instant } from '../../shared/domain/days.ts';
import type { Reply } from '../../shared/domain/once.ts';
import { audited } from '../../shared/store/audit.ts';
import { mustExist } from '../../shared/store/found.ts';
import { resolved } from '../../shared/store/notifications.ts';
import { readSchedule, removeSchedule } from '../../shared/store/schedules.ts';
import type { Table } from '../../shared/store/table.ts';
import { requireVersion } from '../../shared/store/versioned.ts';
import { failedCause } from './run-schedule.ts';

export const deleteSchedule =
  ({ table, now, newId }: { table: Table; now: () => Instant; newId: (prefix: string) => string }) =>
  async ({ caller, params, ifMatch }: ScheduleCall<'deleteInvoiceSchedule'>): Promise<Reply> => {
    const ws = caller.workspaceId;
    const schedule = mustExist(await readSchedule(table)(ws, params.id));
    requireVersion(ifMatch, schedule.version);
    const at = now();
    const text = 'A schedule of invoices was ended';
    await table.commit([
      removeSchedule(ws, schedule),
      ...(schedule.failedAt === null ? [] : [resolved(ws, failedCause(schedule.id), at)]),
      audited(ws, {
        ...{ id: newId('aud'), at, who: caller.memberId, what: 'schedule-ended', about: schedule.id, text },
        before: schedule,
      }),
    ]);
    return { status: 204 };
  };
