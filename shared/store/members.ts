import * as z from 'zod';
import { keys, partitions } from './keys.ts';
import { maybe, money, role, version } from './shapes.ts';
import type { Table } from './table.ts';
import { readCursor, writeCursor } from './cursor.ts';
import { unchangedSince } from './versioned.ts';
import { put, putNew, type Item, type Write } from './write.ts';

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
  status: z.enum(['active', 'removed']),
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

/** A page in the order in which they were made. */
export const listMembers =
  (table: Table) =>
  async (workspaceId: string, { limit, cursor }: { limit: number; cursor?: string | undefined }) => {
    const partition = partitions.workspace(workspaceId);
    const scope = `${partition}/MEMBER`;
    const page = await table.query({ partition, beginsWith: 'MEMBER#', limit, after: readCursor(scope, cursor, partition) });
    return { items: page.items.map(parseMember), nextCursor: writeCursor(scope, page.last) };
  };

export const addMember = (workspaceId: string, member: Member): Write =>
  putNew('member', { ...keys.member(workspaceId, member.id), v: 1, ...member });

/** Replaces a member as it was read; its version grows by one. */
export const replaceMember = (workspaceId: string, member: Member): Write =>
  put(
    'member',
    { ...keys.member(workspaceId, member.id), v: 1, ...member, version: member.version + 1 },
    unchangedSince('member', member.version),
  );
