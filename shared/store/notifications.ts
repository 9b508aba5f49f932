import * as z from 'zod';
import { Conflict } from '../domain/conflict.ts';
import type { Instant } from '../domain/days.ts';
import { timedKeys } from './due.ts';
import { keys, partitions } from './keys.ts';
import { maybe } from './shapes.ts';
import { listPage, type ListPage, type PageRequest } from './paging.ts';
import type { Table } from './table.ts';
import { update, type Item, type Write } from './write.ts';

const record = z.object({
  id: z.string(),
  cause: z.string(),
  text: z.string(),
  mend: maybe(z.string()),
  about: maybe(z.string()),
  /** Whom alone it concerns; null: all who look after money and books. */
  memberId: maybe(z.string()),
  /** When it was told; later words for the same cause don't change that. */
  at: z.string(),
  resolvedAt: maybe(z.string()),
  /** The member who said that it is settled; null when its cause went away. */
  resolvedBy: maybe(z.string()),
  /** Names this telling, from when it was told until it is resolved. */
  openSince: maybe(z.string()),
  /** The telling for which mails were written last. */
  mailedFor: maybe(z.string()),
});

/** Something that somebody should know or do. There is one per cause; it keeps its id when its cause comes back. */
export type Notification = z.infer<typeof record>;

/** What there is to tell. `cause` names it within the workspace; `memberId` is absent where it concerns all who look after money. */
export type Telling = Pick<Notification, 'id' | 'cause' | 'text' | 'mend' | 'about' | 'at'> & { readonly memberId?: string };

export const notificationKey = keys.notification;
export const parseNotification = (item: Item): Notification => record.parse(item);

/**
 * Tells of a cause. While it is told already and not resolved, only its words are renewed: nothing is read, nothing can fail, and
 * there is never a second notification or a second mail. One that was resolved is open again.
 */
export const notified = (ws: string, { id, cause, text, mend, about, at, memberId }: Telling): Write => ({
  kind: 'update',
  what: 'notification',
  key: keys.notification(ws, cause),
  expression: [
    'SET #v = :v, #cause = :cause, #text = :text, #mend = :mend, #about = :about, #memberId = :memberId',
    '#id = if_not_exists(#id, :id), #jobPk = if_not_exists(#jobPk, :jobPk), #jobSk = :jobSk',
    // The right sides see the item as it was: all of these stay while it is open.
    '#at = if_not_exists(#openSince, :at), #listSk = if_not_exists(#openSince, :at), #partySk = if_not_exists(#openSince, :at)',
    '#openSince = if_not_exists(#openSince, :at), #listPk = :listPk',
    `${memberId === undefined ? '' : '#partyPk = :partyPk, '}#duePk = :duePk, #dueSk = :dueSk REMOVE #resolvedAt, #resolvedBy`,
  ].join(', '),
  values: {
    ':v': 1,
    ':id': id,
    ':cause': cause,
    ':text': text,
    ':mend': mend,
    ':about': about,
    ':memberId': memberId ?? null,
    ':at': at,
    ':listPk': partitions.notifications(ws, 'open'),
    ':jobPk': partitions.notificationById(ws, id),
    ':jobSk': 'NOTIFICATION',
    ...(memberId === undefined ? {} : { ':partyPk': partitions.notificationsOfMember(ws, memberId) }),
    ...prefixed(timedKeys('notice', ws, at, cause)),
  },
});

const prefixed = (values: Readonly<Record<string, unknown>>): Record<string, unknown> =>
  Object.fromEntries(Object.entries(values).map(([name, value]) => [`:${name}`, value]));

const resolution = (ws: string, by: string | null, at: Instant) => ({
  set: { resolvedAt: at, resolvedBy: by, listPk: partitions.notifications(ws, 'resolved'), ...notDue, openSince: undefined },
});
const notDue = { duePk: undefined, dueSk: undefined };

/** The cause is gone. Goes together with what ended it; a cause that was never told leaves a trace that stands in no list. */
export const resolved = (ws: string, cause: string, at: Instant): Write =>
  update('notification', keys.notification(ws, cause), resolution(ws, null, at));

/** A person says that it is settled. Fails (`Conflict`) when it was resolved, or told anew, since it was read. */
export const resolvedByHand = (ws: string, { cause, openSince }: Notification, by: string, at: Instant): Write =>
  update('notification', keys.notification(ws, cause), resolution(ws, by, at), stillOpen(openSince));

/**
 * Notes that mails for a telling were written; goes together with them. Of two that write them at once one fails (`Conflict`), and
 * so does one for a telling that was resolved since it was read.
 */
export const mailsWritten = (ws: string, { cause, openSince, mailedFor }: Notification): Write => {
  const guard = stillOpen(openSince);
  const once = mailedFor === openSince ? '' : ' AND (attribute_not_exists(#mailedFor) OR #mailedFor <> :read)';
  return update(
    'notification',
    keys.notification(ws, cause),
    { set: { mailedFor: openSince, ...notDue } },
    { ...guard, condition: `${guard.condition}${once}` },
  );
};

const stillOpen = (openSince: string | null) => ({
  condition: '#openSince = :read',
  values: { ':read': openSince },
  onFail: () => new Conflict('notification'),
});

/** A notification by its cause; undefined when the cause was never told. */
export const readNotice =
  (table: Table) =>
  async (ws: string, cause: string): Promise<Notification | undefined> => {
    const item = await table.get(keys.notification(ws, cause));
    return item?.['id'] === undefined ? undefined : record.parse(item);
  };

/** A notification by its id. The index only tells where it stands; what counts is read from there. */
export const readNoticeById =
  (table: Table) =>
  async (ws: string, id: string): Promise<Notification | undefined> => {
    const { items } = await table.query({ partition: partitions.notificationById(ws, id), index: 'job', limit: 1 });
    const [found] = items;
    const item = found && (await table.get({ pk: found.pk, sk: found.sk }));
    return item && record.parse(item);
  };

/** A page of a workspace's notifications, the newest first. */
export const listNotices =
  (table: Table) =>
  async (ws: string, request: PageRequest, state: 'open' | 'resolved' = 'open'): Promise<ListPage<Notification>> => {
    const partition = partitions.notifications(ws, state);
    return listPage(table, {
      query: { partition, index: 'list', descending: true },
      scope: `${partition}/notices`,
      filtered: false,
      request,
      show: async (rows) => rows.map((row) => record.parse(row)),
    });
  };

/** A page of those that concern one member alone, the newest first. */
export const listNoticesOfMember =
  (table: Table) =>
  async (ws: string, memberId: string, request: PageRequest, state: 'open' | 'resolved'): Promise<ListPage<Notification>> => {
    const partition = partitions.notificationsOfMember(ws, memberId);
    return listPage(table, {
      query: { partition, index: 'party', descending: true },
      scope: `${partition}/notices/${state}`,
      filtered: true,
      request,
      show: async (rows) =>
        rows
          .map((row) => record.parse(row))
          .map((one) => ((one.openSince === null) === (state === 'resolved') ? one : undefined)),
    });
  };
