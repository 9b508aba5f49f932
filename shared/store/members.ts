import * as z from 'zod';
import { Conflict } from '../domain/conflict.ts';
import { keys, partitions } from './keys.ts';
import { maybe, money, role, version } from './shapes.ts';
import type { Table } from './table.ts';
import { listPage, type PageRequest } from './paging.ts';
import { unchangedSince } from './versioned.ts';
import { check, put, putNew, type Item, type Write } from './write.ts';

const record = z.object({
  id: z.string(),
  version,
  sub: z.string(),
  name: z.string(),
  email: z.string(),
  role,
  zone: z.string(),
  rate: maybe(money),
  /** What an hour of theirs costs the workspace. */
  costRate: maybe(money),
  exportToAccounting: z.boolean(),
  /** False: they don't want to be told by mail what the product shows them. */
  emailNotices: z.boolean().optional(),
  status: z.enum(['active', 'removed']),
  /** The contact in Xero that they are as a supplier. */
  xeroContactId: z.string().nullish(),
});

/** A person of the workspace. */
export type Member = z.infer<typeof record>;

export const memberKey = keys.member;
export const parseMember = (item: Item): Member => record.parse(item);

export const readMember =
  (table: Table) =>
  async (workspaceId: string, id: string): Promise<Member | undefined> => {
    const item = await table.get(keys.member(workspaceId, id));
    return item && record.parse(item);
  };

/** A page in the order in which they were made; those who were removed are among them, since their time stays. */
export const listMembers = (table: Table) => (workspaceId: string, request: PageRequest) => {
  const partition = partitions.workspace(workspaceId);
  return listPage(table, {
    query: { partition, beginsWith: 'MEMBER#' },
    scope: `${partition}/MEMBER`,
    filtered: false,
    request,
    show: async (rows) => rows.map(parseMember),
  });
};

/** Whether the signed-in member still belongs to the workspace with the role that the token names, read now. */
export const stillMember =
  (table: Table) =>
  async ({ workspaceId, memberId, role: named }: { workspaceId: string; memberId: string; role: Member['role'] }) => {
    const member = await readMember(table)(workspaceId, memberId);
    return member?.status === 'active' && member.role === named;
  };

/** The active members of a workspace. */
export const activeMembers =
  (table: Table) =>
  async (workspaceId: string): Promise<Member[]> => {
    const rows = await table.queryAll({ partition: partitions.workspace(workspaceId), beginsWith: 'MEMBER#' });
    return rows.map(parseMember).filter(({ status }) => status === 'active');
  };

/** The active admins of a workspace. */
export const readAdmins =
  (table: Table) =>
  async (workspaceId: string): Promise<Member[]> =>
    (await activeMembers(table)(workspaceId)).filter(({ role: held }) => held === 'admin');

/** The condition that a member is an admin at the moment of the commit. Its failure is a lost race, read and tried again. */
export const stillAdmin = (workspaceId: string, memberId: string): Write =>
  check('member', keys.member(workspaceId, memberId), {
    condition: '#role = :admin AND #status = :active',
    values: { ':admin': 'admin', ':active': 'active' },
    onFail: () => new Conflict('member'),
  });

export const addMember = (workspaceId: string, member: Member): Write =>
  putNew('member', { ...keys.member(workspaceId, member.id), v: 1, ...member });

/** Replaces a member as it was read; its version grows by one. */
export const replaceMember = (workspaceId: string, member: Member): Write =>
  put(
    'member',
    { ...keys.member(workspaceId, member.id), v: 1, ...member, version: member.version + 1 },
    unchangedSince('member', member.version),
  );
