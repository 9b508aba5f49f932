import * as z from 'zod';
import { keys, partitions } from './keys.ts';
import { maybe } from './shapes.ts';
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
  put('notification', { ...keys.notification(ws, notification.cause), v: 1, ...notification, resolvedAt: null });

/** The cause is gone. Goes together with what ended it; a cause that was never told stays untold. */
export const resolved = (ws: string, cause: string, at: string): Write =>
  update('notification', keys.notification(ws, cause), { set: { cause, resolvedAt: at } });

/** All notifications of a workspace, unresolved ones first, the newest first among each. */
export const readNotifications =
  (table: Table) =>
  async (ws: string): Promise<Notification[]> => {
    const items = await table.queryAll({ partition: partitions.notifications(ws) });
    const told = items.flatMap((item) => record.safeParse(item).data ?? []);
    const open = (one: Notification): number => (one.resolvedAt === null ? 0 : 1);
    return told.sort((one, other) => open(one) - open(other) || other.at.localeCompare(one.at));
  };
