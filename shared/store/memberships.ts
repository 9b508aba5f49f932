import * as z from 'zod';
import { Refusal } from '../domain/refusal.ts';
import { keys, partitions } from './keys.ts';
import { role } from './shapes.ts';
import type { Table } from './table.ts';
import { check, put, putNew, remove, type Item, type Write } from './write.ts';

const record = z.object({ workspaceId: z.string(), memberId: z.string(), role, exportToAccounting: z.boolean() });

/** That a person (a subject of the user pool) is a member of a workspace: what access tokens are made from. */
export type Membership = z.infer<typeof record>;

/** Writes the membership of a person who is new to the workspace. Refuses (`duplicate`) one who is a member already. */
export const addMembership = (sub: string, membership: Membership): Write =>
  putNew(
    'membership',
    { ...keys.membership(sub, membership.workspaceId), v: 1, ...membership },
    { onFail: () => new Refusal('duplicate', 'This person is a member already') },
  );

export const membershipKey = keys.membership;
export const parseMembership = (item: Item): Membership => record.parse(item);

/** The condition that the person still belongs to the workspace. */
export const stillBelongs = (sub: string, workspaceId: string): Write =>
  check('membership', keys.membership(sub, workspaceId), { condition: 'attribute_exists(#pk)' });

/** Replaces a membership, together with its member. */
export const keepMembership = (sub: string, membership: Membership): Write =>
  put('membership', { ...keys.membership(sub, membership.workspaceId), v: 1, ...membership });

export const endMembership = (sub: string, workspaceId: string): Write => remove('membership', keys.membership(sub, workspaceId));

/** The workspace that the person's next access token names. */
export const chooseWorkspace = (sub: string, workspaceId: string): Write =>
  put('current workspace', { ...keys.currentWorkspace(sub), v: 1, workspaceId });

/** All memberships of a person, and the workspace they chose last. */
export const readMemberships =
  (table: Table) =>
  async (sub: string): Promise<{ memberships: Membership[]; current: string | undefined }> => {
    const items = await table.queryAll({ partition: partitions.memberships(sub) });
    const current = items.find(({ sk }) => sk === 'CURRENT')?.['workspaceId'];
    return {
      memberships: items.filter(({ sk }) => sk !== 'CURRENT').map((item) => record.parse(item)),
      current: typeof current === 'string' ? current : undefined,
    };
  };
