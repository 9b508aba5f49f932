import type { Caller } from '../../shared/api/call.ts';
import type { Role } from '../../shared/domain/access.ts';
import { addMember } from '../../shared/store/members.ts';
import type { Table } from '../../shared/store/table.ts';
import { newId, type Setting } from './billing.ts';

/** Stores another member of a workspace and answers their sign-in. */
export const storeMember = async (table: Table, { workspace }: Setting, role: Role): Promise<Caller> => {
  const id = newId('mem');
  const sub = `sub-of-${id}`;
  const person = {
    id,
    version: 1,
    sub,
    name: 'Noor Haddad',
    email: 'noor@example.com',
    role,
    zone: workspace.zone,
    rate: null,
    costRate: null,
  };
  await table.commit([addMember(workspace.id, { ...person, exportToAccounting: role !== 'expert', status: 'active' })]);
  return { workspaceId: workspace.id, memberId: id, role, sub, canExport: role !== 'expert' };
};
