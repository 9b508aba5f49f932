/** Lists the people of the workspace, for admin and finance. */
import type { WorkspaceCall } from '../../shared/api/workspace.ts';
import type { Reply } from '../../shared/domain/once.ts';
import { listMembers as page } from '../../shared/store/members.ts';
import type { Table } from '../../shared/store/table.ts';
import { memberView } from './views.ts';

export const listMembers =
  ({ table }: { table: Table }) =>
  async ({ caller, query }: WorkspaceCall<'listMembers'>): Promise<Reply> => {
    const { items, nextCursor } = await page(table)(caller.workspaceId, query);
    return { status: 200, body: { items: items.map(memberView), nextCursor } };
  };
