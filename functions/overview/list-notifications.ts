import type { OverviewCall } from '../../shared/api/overview.ts';
import type { Reply } from '../../shared/domain/once.ts';
import { listNotices } from '../../shared/store/notifications.ts';
import type { Table } from '../../shared/store/table.ts';

/** Lists what somebody should know or do, the newest first. */
export const listNotifications =
  ({ table }: { table: Table }) =>
  async ({ caller, query }: OverviewCall<'listNotifications'>): Promise<Reply> => ({
    status: 200,
    body: await listNotices(table)(caller.workspaceId, query),
  });
