import type * as z from 'zod';
import type { Caller } from '../../shared/api/call.ts';
import type { meSchema } from '../../shared/api/workspace.ts';
import { foundAt, mustBeAt } from '../../shared/store/found.ts';
import { memberKey, parseMember } from '../../shared/store/members.ts';
import { readMemberships } from '../../shared/store/memberships.ts';
import type { Table } from '../../shared/store/table.ts';
import { parseWorkspace, workspaceKey } from '../../shared/store/workspaces.ts';
import { memberView } from './views.ts';

/** The signed-in person as the API shows them to themselves, with the workspaces to which they belong. */
export const readMe =
  (table: Table) =>
  async ({ workspaceId, memberId, sub }: Caller): Promise<z.infer<typeof meSchema>> => {
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
    return { member, workspace: { id, name, zone, currency }, workspaces };
  };
