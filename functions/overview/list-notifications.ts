import type { OverviewCall } from '../../shared/api/overview.ts';
import { actsForOthers } from '../../shared/domain/access.ts';
import type { Reply } from '../../shared/domain/once.ts';
import { listNotices, listNoticesOfMember } from '../../shared/store/notifications.ts';
import type { Table } from '../../shared/store/table.ts';
import { notificationView } from './views.ts';

/** Lists what somebody should know or do, the newest first; for an expert what concerns them alone. */
export const listNotifications =
  ({ table }: { table: Table }) =>
  async ({ caller, query }: OverviewCall<'listNotifications'>): Promise<Reply> => {
    const { workspaceId, memberId, role } = caller;
    const { items, nextCursor } = actsForOthers(role)
      ? await listNotices(table)(workspaceId, query, query.state)
      : await listNoticesOfMember(table)(workspaceId, memberId, query, query.state);
    return { status: 200, body: { items: items.map(notificationView), nextCursor } };
  };
