/** Shows admin and finance one schedule with the latest invoices that it made. */
import type { ScheduleCall } from '../../shared/api/schedules.ts';
import type { Reply } from '../../shared/domain/once.ts';
import { mustExist } from '../../shared/store/found.ts';
import { latestRuns, readSchedule } from '../../shared/store/schedules.ts';
import type { Table } from '../../shared/store/table.ts';
import { scheduleView } from './schedule-views.ts';

const runsShown = 20;

export const getSchedule =
  ({ table }: { table: Table }) =>
  async ({ caller, params }: ScheduleCall<'getInvoiceSchedule'>): Promise<Reply> => {
    const ws = caller.workspaceId;
    const [found, latest] = await Promise.all([readSchedule(table)(ws, params.id), latestRuns(table)(ws, params.id, runsShown)]);
    const schedule = mustExist(found);
    const runs = latest.map(({ period, jobId, invoiceId, at }) => ({ periodEnd: period, jobId, invoiceId, at }));
    return { status: 200, etag: String(schedule.version), body: { ...scheduleView(schedule), runs } };
  };
