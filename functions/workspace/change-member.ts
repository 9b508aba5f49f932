/** Changes a member for an admin: name, role, zone, rates. Another role counts from their next token on, within ten minutes. */
import type { WorkspaceCall } from '../../shared/api/workspace.ts';
import { actsForOthers, type Role } from '../../shared/domain/access.ts';
import type { Reply } from '../../shared/domain/once.ts';
import { refuse } from '../../shared/domain/refusal.ts';
import { mustExist } from '../../shared/store/found.ts';
import { readMember, replaceMember } from '../../shared/store/members.ts';
import { keepMembership } from '../../shared/store/memberships.ts';
import { requireVersion } from '../../shared/store/versioned.ts';
import { changed, noted, withChanges, type Needs } from './needs.ts';
import { keepAnAdmin } from './other-admin.ts';
import { memberView } from './views.ts';

export const changeMember =
  (needs: Needs) =>
  async ({ caller, params, body, ifMatch }: WorkspaceCall<'updateMember'>): Promise<Reply> => {
    const { table } = needs;
    const { workspaceId } = caller;
    const before = mustExist(await readMember(table)(workspaceId, params.id));
    requireVersion(ifMatch, before.version);
    if (before.status === 'removed') return refuse('in-use', 'This member was removed; invite them again');
    const after = withChanges(before, { ...promotion(before.role, body.role), ...body });
    const { sub, id: memberId, role, exportToAccounting } = after;
    const tokensChange = role !== before.role || exportToAccounting !== before.exportToAccounting;
    const demoted = role !== before.role ? await keepAnAdmin(table, caller, before) : undefined;
    await table.commit([
      replaceMember(workspaceId, after),
      tokensChange ? keepMembership(sub, { workspaceId, memberId, role, exportToAccounting }) : undefined,
      demoted,
      noted(needs, caller, {
        what: 'member-changed',
        about: memberId,
        text: role === before.role ? `${after.name} was changed` : `${after.name} is ${role} now`,
        ...changed(before, after),
      }),
    ]);
    return { status: 200, body: memberView(after), etag: String(before.version + 1) };
  };

/** Whoever begins to keep the books may export to them at first, and whoever ceases may no longer. */
const promotion = (before: Role, after: Role | undefined) =>
  after === undefined || actsForOthers(before) === actsForOthers(after) ? {} : { exportToAccounting: actsForOthers(after) };
