import * as z from 'zod';
import { keys, partitions } from './keys.ts';
import { maybe } from './shapes.ts';
import { put, type Item, type Write } from './write.ts';

const record = z.object({
  documentId: z.string(),
  kind: z.enum(['contact', 'invoice', 'payment', 'void']),
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
  });

/** What a document says of its way to Xero. Without an attempt: `pending` when it has to get there, else `off`. */
export const syncView = (item: Item | undefined, toXero: boolean): SyncView => {
  if (!item) return { state: toXero ? 'pending' : 'off' };
  const { state, reason, code, xeroId, lastSyncedAt, nextSyncAt } = parseSyncItem(item);
  const said = { reason, code, xeroId, lastSyncedAt, nextSyncAt };
  return { state, ...Object.fromEntries(Object.entries(said).filter(([, value]) => value !== null)) };
};
