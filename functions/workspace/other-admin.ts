import { refuse } from '../../shared/domain/refusal.ts';
import { readAdmins, stillAdmin, type Member } from '../../shared/store/members.ts';
import type { Table } from '../../shared/store/table.ts';
import type { Write } from '../../shared/store/write.ts';

/**
 * Holds on to another admin while one is demoted or removed: when two admins do that to each other at the same moment, one of them
 * stays. Refuses (`in-use`) to lose the last one. Nothing for a member who isn't an admin.
 */
export const keepAnAdmin = async (
  table: Table,
  { workspaceId, memberId: callerId }: { workspaceId: string; memberId: string },
  member: Member,
): Promise<Write | undefined> => {
  if (member.role !== 'admin') return undefined;
  if (member.id !== callerId) return stillAdmin(workspaceId, callerId);
  const other = (await readAdmins(table)(workspaceId)).find(({ id }) => id !== member.id);
  return other ? stillAdmin(workspaceId, other.id) : refuse('in-use', 'A workspace keeps at least one admin');
};
