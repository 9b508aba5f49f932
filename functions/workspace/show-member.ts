/** Shows one member, also one who was removed, for admin and finance. */
import type { WorkspaceCall } from '../../shared/api/workspace.ts';
import type { Reply } from '../../shared/domain/once.ts';
import { mustExist } from '../../shared/store/found.ts';
import { readMember } from '../../shared/store/members.ts';
import type { Table } from '../../shared/store/table.ts';
import { memberView } from './views.ts';

export const showMember =
  ({ table }: { table: Table }) =>
  async ({ caller, params }: WorkspaceCall<'getMember'>): Promise<Reply> => {
    const member = mustExist(await readMember(table)(caller.workspaceId, params.id));
    return { status: 200, body: memberView(member), etag: String(member.version) };
  };
