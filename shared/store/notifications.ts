import * as z from 'zod';
import { keys, partitions } from './keys.ts';
import { maybe } from './shapes.ts';
import { listPage, type ListPage, type PageRequest } from './paging.ts';
import type { Table } from './table.ts';
import { put, update, type Write } from './write.ts';

const record = z.object({
  id: z.string(),
  cause: z.string(),
  text: z.string(),
  mend: maybe(z.string()),
  about: maybe(z.string()),
  at: z.string(),
  resolvedAt: maybe(z.string()),
});

/** Something that somebody should know or do. There is one per cause until it is resolved. */
export type Notification = z.infer<typeof record>;

/**
 * Tells of a cause, unless it is told already and not resolved. The write overwrites an unresolved one of the same cause with
 * the same words, so it never stops the commit it belongs to and never makes a second notification.
 */
export const notified = (ws: string, notification: Omit<Notification, 'resolvedAt'>): Write =>
  put('notification', {
    ...keys.notification(ws, notification.cause),
    v: 1,
    ...notification,
    resolvedAt: null,
    listPk: partitions.notifications(ws),
    listSk: `${notification.at}#${notification.cause}`,
  });

/** The cause is gone. Goes together with what ended it; a cause that was never told leaves a trace that stands in no list. */
export const resolved = (ws: string, cause: string, at: string): Write =>
  update('notification', keys.notification(ws, cause), { set: { resolvedAt: at } });

/** A page of notifications, the newest first. */
export const listNotices =
  (table: Table) =>
  async (ws: string, request: PageRequest): Promise<ListPage<Notification>> => {
    const partition = partitions.notifications(ws);
    return listPage(table, {
      query: { partition, index: 'list', descending: true },
      scope: `${partition}/notices`,
      filtered: false,
      request,
      show: async (rows) => rows.map((row) => record.parse(row)),
    });
  };
