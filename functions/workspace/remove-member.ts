/** Removes a member for an admin: they can't renew their sign-in and are out within ten minutes; their time stays. */
import type { WorkspaceCall } from '../../shared/api/workspace.ts';
import type { Reply } from '../../shared/domain/once.ts';
import type { People } from '../../shared/runtime/people.ts';
import { mustExist } from '../../shared/store/found.ts';
import { readMember, replaceMember } from '../../shared/store/members.ts';
import { endMembership } from '../../shared/store/memberships.ts';
import { requireVersion } from '../../shared/store/versioned.ts';
import { noted, type Needs } from './needs.ts';
import { keepAnAdmin } from './other-admin.ts';

export const removeMember =
  (needs: Needs & { people: Pick<People, 'signOut'> }) =>
  async ({ caller, params, ifMatch }: WorkspaceCall<'removeMember'>): Promise<Reply> => {
    const { table, people } = needs;
    const { workspaceId } = caller;
    const member = mustExist(await readMember(table)(workspaceId, params.id));
    if (member.status === 'active') {
      requireVersion(ifMatch, member.version);
      await table.commit([
        replaceMember(workspaceId, { ...member, status: 'removed' }),
        endMembership(member.sub, workspaceId),
        await keepAnAdmin(table, caller, member),
        noted(needs, caller, { what: 'member-removed', about: member.id, text: `${member.name} was removed` }),
      ]);
    }
    // Also when they were removed before: the function may have died in between.
    await people.signOut(member.sub);
    return { status: 204 };
  };
