/** Tells the signed-in person who they are here, and to which workspaces they belong. */
import type { WorkspaceCall } from '../../shared/api/workspace.ts';
import type { Reply } from '../../shared/domain/once.ts';
import { foundAt, mustBeAt } from '../../shared/store/found.ts';
import { memberKey, parseMember } from '../../shared/store/members.ts';
import { readMemberships } from '../../shared/store/memberships.ts';
import type { Table } from '../../shared/store/table.ts';
import { parseWorkspace, workspaceKey } from '../../shared/store/workspaces.ts';
import { memberView } from './views.ts';

export const showMe =
  ({ table }: { table: Table }) =>
  async ({ caller: { workspaceId, memberId, sub } }: WorkspaceCall<'getMe'>): Promise<Reply> => {
    const { memberships } = await readMemberships(table)(sub);
    const found = await table.batchGet([
      memberKey(workspaceId, memberId),
      workspaceKey(workspaceId),
      ...memberships.map((membership) => workspaceKey(membership.workspaceId)),
    ]);
    const { id, name, zone, currency } = mustBeAt(found, workspaceKey(workspaceId), parseWorkspace);
    const workspaces = memberships.flatMap(({ workspaceId: other, role }) => {
      const workspace = foundAt(found, workspaceKey(other), parseWorkspace);
      return workspace ? [{ id: workspace.id, name: workspace.name, role }] : [];
    });
    const member = memberView(mustBeAt(found, memberKey(workspaceId, memberId), parseMember));
    return { status: 200, body: { member, workspace: { id, name, zone, currency }, workspaces } };
  };
