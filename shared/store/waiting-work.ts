import * as z from 'zod';
import { keys, partitions } from './keys.ts';
import type { Table } from './table.ts';
import { put, remove, type Write } from './write.ts';

/** Lanes in the order in which they are served: a person waits for it, payments, the rest, backfill. */
export const lanes = { urgent: '1-urgent', payments: '2-payments', documents: '3-documents', backfill: '4-backfill' } as const;
export type Lane = keyof typeof lanes;
export type WorkKind = 'contact' | 'invoice' | 'payment' | 'void' | 'pull-contacts';

const record = z.object({
  lane: z.enum(['urgent', 'payments', 'documents', 'backfill']),
  kind: z.enum(['contact', 'invoice', 'payment', 'void', 'pull-contacts']),
  documentId: z.string(),
  /** Grows with every wish to send the document again: work that was renewed while it was being done stays due. */
  version: z.number(),
  dueAt: z.string(),
  since: z.string(),
  attempts: z.number(),
});

/** A document that must reach Xero, or something to fetch from there. */
export type WaitingWork = z.infer<typeof record>;

const shards = 16;
/** Sweepers look here: a few partitions, workspaces one behind another. */
export const duePartition = (shard: number): string => `due#out#${shard}`;
export const dueShards: readonly number[] = Array.from({ length: shards }, (_, shard) => shard);

/** The same workspace always lands in the same shard. */
const shardOf = (workspaceId: string): number => {
  let hash = 0;
  for (const letter of workspaceId) hash = (hash * 31 + letter.charCodeAt(0)) >>> 0;
  return hash % shards;
};

export const dueKeys = (workspaceId: string, dueAt: string, id: string) => ({
  duePk: duePartition(shardOf(workspaceId)),
  dueSk: `${workspaceId}#${dueAt}#${id}`,
});

/**
 * Work that waits, written in the transaction of the fact that causes it. Replaces waiting work for the same document, so that
 * several edits cause one push. `version` must differ from that of earlier work for the document (an epoch in ms will do).
 */
export const waits = (workspaceId: string, work: Omit<WaitingWork, 'attempts'> & { attempts?: number }): Write =>
  put('waiting work', {
    ...keys.waitingWork(workspaceId, lanes[work.lane], work.kind, work.documentId),
    v: 1,
    attempts: 0,
    ...work,
    ...dueKeys(workspaceId, work.dueAt, work.documentId),
  });

/** Removes work that is done, unless it was renewed meanwhile. */
export const done = (
  workspaceId: string,
  { lane, kind, documentId, version }: Pick<WaitingWork, 'lane' | 'kind' | 'documentId' | 'version'>,
): Write =>
  remove('waiting work', keys.waitingWork(workspaceId, lanes[lane], kind, documentId), {
    condition: 'attribute_not_exists(#pk) OR #version = :version',
    values: { ':version': version },
  });

/** Removes work that must not happen any more, whatever its version. */
export const cancelled = (
  workspaceId: string,
  { lane, kind, documentId }: Pick<WaitingWork, 'lane' | 'kind' | 'documentId'>,
): Write => remove('waiting work', keys.waitingWork(workspaceId, lanes[lane], kind, documentId));

/** A workspace's waiting work in the order of its lanes, read strongly. The manifest that stands before it is left out. */
export const readWaitingWork =
  (table: Table) =>
  async (workspaceId: string, limit?: number): Promise<readonly WaitingWork[]> => {
    const page = await table.query({
      partition: partitions.waitingWork(workspaceId),
      from: '1',
      ...(limit === undefined ? {} : { limit }),
    });
    return page.items.map((item) => record.parse(item));
  };

/** Workspaces of one shard that have work due at `now`, hopping from workspace to workspace so that one backlog costs one read. */
export const workspacesWithDueWork =
  (table: Table) =>
  async (shard: number, now: string): Promise<readonly string[]> => {
    const found: string[] = [];
    let from = '';
    for (;;) {
      const { items } = await table.query({
        partition: duePartition(shard),
        index: 'due',
        from: from === '' ? ' ' : from,
        limit: 1,
      });
      const dueSk = items[0]?.['dueSk'];
      if (typeof dueSk !== 'string') return found;
      const [workspaceId = '', dueAt = ''] = dueSk.split('#');
      if (dueAt <= now) found.push(workspaceId);
      from = `${workspaceId}#~`;
    }
  };
