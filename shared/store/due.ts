import type { Table } from './table.ts';

const shards = 16;
/** The places in which a sweeper looks, one after the other. */
export const dueShards: readonly number[] = Array.from({ length: shards }, (_, shard) => shard);

/** The same workspace always lands in the same shard. */
export const shardOf = (workspaceId: string): number => {
  let hash = 0;
  for (const letter of workspaceId) hash = (hash * 31 + letter.charCodeAt(0)) >>> 0;
  return hash % shards;
};

/** Kinds of things that fall due by the clock alone, whatever else waits in their workspace. */
export type TimedKind = 'token' | 'consent' | 'stripe' | 'timer' | 'notice' | 'mail' | 'letter' | 'schedule';

/** What people forget or are told is little and looked for often: it lies in the first few shards. */
const fewShards = 4;
const isRare = (kind: TimedKind): boolean =>
  kind === 'timer' || kind === 'notice' || kind === 'mail' || kind === 'letter' || kind === 'schedule';

const partitionOf = (kind: TimedKind, shard: number): string => `due#${kind}#${shard}`;

/** What puts an item among those that fall due at an instant. */
export const timedKeys = (kind: TimedKind, workspaceId: string, dueAt: string, id = '') => ({
  duePk: partitionOf(kind, isRare(kind) ? shardOf(workspaceId) % fewShards : shardOf(workspaceId)),
  dueSk: `${dueAt}#${workspaceId}#${id}`,
});

/** What has fallen due by `now` in one shard, the oldest first, at most `limit`. Candidates only: an index lags. */
export const dueByNow =
  (table: Table) =>
  async (
    kind: TimedKind,
    shard: number,
    now: string,
    limit: number,
  ): Promise<{ workspaceId: string; id: string; dueAt: string }[]> => {
    const page = await table.query({ partition: partitionOf(kind, shard), index: 'due', to: `${now}#~`, limit });
    return page.items.flatMap(({ dueSk }) => {
      const [dueAt = '', workspaceId = '', ...id] = typeof dueSk === 'string' ? dueSk.split('#') : [];
      return workspaceId === '' ? [] : [{ workspaceId, id: id.join('#'), dueAt }];
    });
  };

/** What has fallen due of a rare kind, in all of its shards at once; at most `limit` a shard. */
export const rareDueByNow =
  (table: Table) =>
  async (kind: TimedKind, now: string, limit: number): Promise<{ workspaceId: string; id: string }[]> => {
    const shards = dueShards.slice(0, fewShards);
    return (await Promise.all(shards.map((shard) => dueByNow(table)(kind, shard, now, limit)))).flat();
  };

/** Every workspace of one shard that has something of a kind, whenever it falls due. */
export const everyTimed =
  (table: Table) =>
  async (kind: TimedKind, shard: number): Promise<string[]> => {
    const items = await table.queryAll({ partition: partitionOf(kind, shard), index: 'due' });
    return items.flatMap(({ dueSk }) => (typeof dueSk === 'string' ? (dueSk.split('#')[1] ?? []) : []));
  };

/** Sweepers look here for work on its way to Xero: a few partitions, workspaces one behind another. */
const workPartition = (shard: number): string => `due#out#${shard}`;

/** What puts waiting work where a sweeper finds it: by workspace first, so that one backlog costs one read. */
export const workDueKeys = (workspaceId: string, dueAt: string, id: string) => ({
  duePk: workPartition(shardOf(workspaceId)),
  dueSk: `${workspaceId}#${dueAt}#${id}`,
});

/** Workspaces of one shard that have work due at `now`, hopping from workspace to workspace so that one backlog costs one read. */
export const workspacesWithDueWork =
  (table: Table) =>
  async (shard: number, now: string): Promise<readonly string[]> => {
    const found: string[] = [];
    let from = '';
    for (;;) {
      const { items } = await table.query({
        partition: workPartition(shard),
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
