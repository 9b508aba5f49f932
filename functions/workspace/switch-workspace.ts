/** Chooses the workspace that the next access token of the signed-in person names; the present token keeps its own. */
import type { WorkspaceCall } from '../../shared/api/workspace.ts';
import type { Reply } from '../../shared/domain/once.ts';
import { mustExist } from '../../shared/store/found.ts';
import { answered } from '../../shared/store/idempotency.ts';
import { chooseWorkspace, membershipKey, parseMembership, stillBelongs } from '../../shared/store/memberships.ts';
import { noted, type Needs } from './needs.ts';

export const switchWorkspace =
  (needs: Needs) =>
  async ({ caller: { sub }, body: { workspaceId }, once }: WorkspaceCall<'switchWorkspace'>): Promise<Reply> => {
    const { table } = needs;
    const item = mustExist(await table.get(membershipKey(sub, workspaceId)));
    const { memberId } = parseMembership(item);
    const reply = { status: 200, body: { workspaceId, refreshToken: true } };
    await table.commit([
      chooseWorkspace(sub, workspaceId),
      stillBelongs(sub, workspaceId),
      noted(needs, { workspaceId, memberId }, { what: 'workspace-chosen', about: memberId, text: 'A member came in' }),
      answered(once, reply),
    ]);
    return reply;
  };
