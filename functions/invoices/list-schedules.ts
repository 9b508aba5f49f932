/** Lists for admin and finance what is billed by itself. */
import type { ScheduleCall } from '../../shared/api/schedules.ts';
import type { Reply } from '../../shared/domain/once.ts';
import { listSchedules as page } from '../../shared/store/schedules.ts';
import type { Table } from '../../shared/store/table.ts';
import { scheduleView } from './schedule-views.ts';

export const listSchedules =
  ({ table }: { table: Table }) =>
  async ({ caller, query }: ScheduleCall<'listInvoiceSchedules'>): Promise<Reply> => {
    const { items, nextCursor } = await page(table)(caller.workspaceId, query);
    return { status: 200, body: { items: items.map(scheduleView), nextCursor } };
  };
