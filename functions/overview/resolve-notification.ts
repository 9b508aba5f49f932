import type { OverviewCall } from '../../shared/api/overview.ts';
import type { Instant } from '../../shared/domain/days.ts';
import type { Reply } from '../../shared/domain/once.ts';
import { audited } from '../../shared/store/audit.ts';
import { mustExist } from '../../shared/store/found.ts';
import { answered } from '../../shared/store/idempotency.ts';
import { readNoticeById, resolvedByHand } from '../../shared/store/notifications.ts';
import type { Table } from '../../shared/store/table.ts';
import { notificationView } from './views.ts';

interface Needs {
  readonly table: Table;
  readonly now: () => Instant;
  readonly newId: (prefix: string) => string;
}

/** Lets finance say that something is settled. It is open again when its cause comes back; what is settled already stays so. */
export const resolveNotification =
  ({ table, now, newId }: Needs) =>
  async ({ caller, params, once }: OverviewCall<'resolveNotification'>): Promise<Reply> => {
    const { workspaceId, memberId } = caller;
    const notice = mustExist(await readNoticeById(table)(workspaceId, params.id));
    if (notice.openSince === null) {
      const reply = { status: 200, body: notificationView(notice) };
      await table.commit([answered(once, reply)]);
      return reply;
    }
    const at = now();
    const reply = { status: 200, body: notificationView({ ...notice, resolvedAt: at, resolvedBy: memberId }) };
    await table.commit([
      resolvedByHand(workspaceId, notice, memberId, at),
      audited(workspaceId, {
        id: newId('aud'),
        at,
        who: memberId,
        what: 'notification-resolved',
        about: notice.about ?? notice.id,
        text: `Settled: ${notice.text}`,
      }),
      answered(once, reply),
    ]);
    return reply;
  };
