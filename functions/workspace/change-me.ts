/** Changes what the signed-in person may choose for themselves here: whether they are told by e-mail too. */
import type { WorkspaceCall } from '../../shared/api/workspace.ts';
import type { Reply } from '../../shared/domain/once.ts';
import { refuse } from '../../shared/domain/refusal.ts';
import { mustExist } from '../../shared/store/found.ts';
import { readMember, replaceMember } from '../../shared/store/members.ts';
import { readMe } from './my-view.ts';
import { noted, withChanges, type Needs } from './needs.ts';

export const changeMe =
  (needs: Needs) =>
  async ({ caller, body }: WorkspaceCall<'updateMe'>): Promise<Reply> => {
    const { table } = needs;
    const { workspaceId, memberId } = caller;
    const before = mustExist(await readMember(table)(workspaceId, memberId));
    if (before.status === 'removed') return refuse('forbidden', 'No longer a member here');
    const after = withChanges(before, body);
    const turned = after.emailNotices === false ? 'off' : 'on';
    if ((after.emailNotices ?? true) !== (before.emailNotices ?? true))
      await table.commit([
        replaceMember(workspaceId, after),
        noted(needs, caller, {
          what: 'member-changed',
          about: memberId,
          text: `${before.name} switched e-mails to themselves ${turned}`,
        }),
      ]);
    return { status: 200, body: await readMe(table)(caller) };
  };
