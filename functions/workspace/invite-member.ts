/** Invites a person to the workspace for an admin: they get a mail, sign in with it, and are a member from now on. */
import type { WorkspaceCall } from '../../shared/api/workspace.ts';
import { actsForOthers } from '../../shared/domain/access.ts';
import type { Reply } from '../../shared/domain/once.ts';
import { Refusal } from '../../shared/domain/refusal.ts';
import type { People } from '../../shared/runtime/people.ts';
import { mustExist } from '../../shared/store/found.ts';
import { answered, claim } from '../../shared/store/idempotency.ts';
import { addMember, type Member } from '../../shared/store/members.ts';
import { addMembership } from '../../shared/store/memberships.ts';
import { countedInQuota } from '../../shared/store/quotas.ts';
import { readWorkspace } from '../../shared/store/workspaces.ts';
import { contactWork, readAutoSync } from './auto-sync.ts';
import { noted, type Needs } from './needs.ts';
import { memberView } from './views.ts';

const tooMany = (): Refusal => new Refusal('quota-used-up', 'Too many invitations today; invite the others tomorrow');

export const inviteMember =
  (needs: Needs & { people: Pick<People, 'invite'> }) =>
  async ({ caller, body, once }: WorkspaceCall<'createMember'>): Promise<Reply> => {
    const { table, people, newId, now } = needs;
    const { workspaceId } = caller;
    const workspace = mustExist(await readWorkspace(table)(workspaceId));
    const email = body.email.toLowerCase();
    // The mail goes out before the commit: a request that is sent again while it runs must not count, or mail, again.
    await claim(table)(once);
    await table.commit([countedInQuota(workspaceId, 'invitation', now().slice(0, 10), tooMany)]);
    // Inviting twice makes one person, so that a commit that fails afterwards may simply be tried again.
    const { sub } = await people.invite({ email, name: body.name });
    const member: Member = {
      id: newId('mem'),
      version: 1,
      sub,
      name: body.name,
      email,
      role: body.role,
      zone: body.zone ?? workspace.zone,
      rate: body.rate ?? null,
      costRate: body.costRate ?? null,
      exportToAccounting: body.exportToAccounting ?? actsForOthers(body.role),
      status: 'active',
    };
    const { id: memberId, role, exportToAccounting } = member;
    const follows = role === 'expert' && (await readAutoSync(table, workspaceId))?.members === true;
    const reply = { status: 201, body: memberView(member), etag: '1' };
    await table.commit([
      addMember(workspaceId, member),
      follows ? contactWork(workspaceId, memberId, 'contact', now()) : undefined,
      addMembership(sub, { workspaceId, memberId, role, exportToAccounting }),
      noted(needs, caller, { what: 'member-invited', about: memberId, text: `${member.name} was invited as ${role}` }),
      answered(once, reply),
    ]);
    return reply;
  };
