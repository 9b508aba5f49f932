import * as z from 'zod';
import { keys, partitions } from './keys.ts';
import { maybe } from './shapes.ts';
import type { Table } from './table.ts';
import { put, update, type Item, type Write } from './write.ts';

const record = z.object({
  documentId: z.string(),
  kind: z.enum(['contact', 'invoice', 'quote', 'payment', 'payout', 'credit-note', 'bill', 'expense', 'void']),
  number: maybe(z.string()),
  state: z.enum(['pending', 'sending', 'synced', 'blocked', 'failed']),
  /** In plain words, for the person who has to do something. */
  reason: maybe(z.string()),
  code: maybe(z.string()),
  mend: maybe(z.string()),
  xeroId: maybe(z.string()),
  lastSyncedAt: maybe(z.string()),
  nextSyncAt: maybe(z.string()),
  /** The version of the document that Xero has. */
  pushedVersion: maybe(z.number()),
  at: z.string(),
  /** The organisation that has it. A document in the books of another one is left alone. */
  tenantId: z.string().nullish(),
  /** The document's status in Xero, as last seen. */
  xeroStatus: z.string().nullish(),
  /** Xero's own stamp of the version we wrote: tells our echo from somebody's change. */
  xeroUpdatedAt: z.string().nullish(),
  /** The differences that were told when it was last looked at, each as its kind and what Xero says. */
  differs: z.array(z.string()).nullish(),
  /** What Xero said that a purchase came to when it was sent, and its tax, in hundredths of a major unit. */
  sent: z.object({ amount: z.int(), tax: z.int() }).nullish(),
  /** Credit notes of which something was given back for this payment there. */
  refundedFrom: z.array(z.string()).nullish(),
  /** Other documents wait until this one is there. */
  awaited: z.boolean().nullish(),
});

/** How one document stands on its way to Xero. Absent until the first attempt: then it is pending, or off. */
export type SyncItem = z.infer<typeof record>;

export interface SyncView {
  readonly state: SyncItem['state'] | 'off';
  readonly reason?: string;
  readonly code?: string;
  readonly xeroId?: string;
  readonly lastSyncedAt?: string;
  readonly nextSyncAt?: string;
}

export const syncItemKey = keys.syncItem;
export const parseSyncItem = (item: Item): SyncItem => record.parse(item);

/** Writes the outcome of an attempt, whatever stood there before. */
export const keepSyncItem = (ws: string, item: SyncItem): Write =>
  put('sync item', {
    ...keys.syncItem(ws, item.documentId),
    v: 1,
    ...item,
    listPk: partitions.syncItems(ws, item.state),
    listSk: `${item.at}#${item.documentId}`,
    ...(item.xeroId === null || item.tenantId == null
      ? {}
      : { jobPk: partitions.documentsThere(ws, item.tenantId), jobSk: item.xeroId }),
  });

/** Notes Xero's stamp of our own latest write to a document, so that its echo is known for what it is. */
export const stampSeen = (ws: string, documentId: string, xeroUpdatedAt: string): Write =>
  update('sync item', keys.syncItem(ws, documentId), { set: { xeroUpdatedAt } }, { condition: 'attribute_exists(#pk)' });

/** Few ids are asked for one by one, many by the range they span. */
const askedOneByOne = 10;

/**
 * Which of our documents these ids of Xero's are. From an index: what it doesn't know may be ours all the same, if it was sent in
 * the last second.
 */
export const documentsThere =
  (table: Table) =>
  async (ws: string, tenantId: string, xeroIds: readonly string[]): Promise<Map<string, SyncItem>> => {
    const wanted = [...new Set(xeroIds)].sort();
    const partition = partitions.documentsThere(ws, tenantId);
    const ranges =
      wanted.length <= askedOneByOne ? wanted.map((id) => [id, id] as const) : [[wanted[0] ?? '', wanted.at(-1) ?? ''] as const];
    const found = await Promise.all(ranges.map(([from, to]) => table.queryAll({ partition, index: 'job', from, to })));
    const asked = new Set(wanted);
    return new Map(
      found.flat().flatMap((item) => {
        const parsed = record.parse(item);
        return parsed.xeroId !== null && asked.has(parsed.xeroId) ? [[parsed.xeroId, parsed] as const] : [];
      }),
    );
  };

/** Documents that were sent since an instant, the oldest first. */
export const syncedSince = (ws: string, since: string) => ({
  partition: partitions.syncItems(ws, 'synced'),
  index: 'list' as const,
  from: since,
});

/** What a document says of its way to Xero. Without an attempt: `pending` when it has to get there, else `off`. */
export const syncView = (item: Item | undefined, toXero: boolean): SyncView => {
  if (!item) return { state: toXero ? 'pending' : 'off' };
  const { state, reason, code, xeroId, lastSyncedAt, nextSyncAt } = parseSyncItem(item);
  const said = { reason, code, xeroId, lastSyncedAt, nextSyncAt };
  return { state, ...Object.fromEntries(Object.entries(said).filter(([, value]) => value !== null)) };
};

/** The same for a document that is over: what never got there is off, whatever an earlier try came to. */
export const syncViewOfOver = (item: Item | undefined): SyncView =>
  item && parseSyncItem(item).xeroId !== null ? syncView(item, true) : { state: 'off' };

/** The documents that are blocked, the latest first, at most `limit`. Read from an index: the last moment may be missing. */
export const newestBlocked =
  (table: Table) =>
  async (ws: string, limit: number): Promise<readonly SyncItem[]> => {
    const { items } = await table.query({
      partition: partitions.syncItems(ws, 'blocked'),
      index: 'list',
      descending: true,
      limit,
    });
    return items.map(parseSyncItem);
  };
