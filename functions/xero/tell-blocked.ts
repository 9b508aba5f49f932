import { notified, readNotice, resolved } from '../../shared/store/notifications.ts';
import { newestBlocked } from '../../shared/store/sync-items.ts';
import { done, type WaitingWork } from '../../shared/store/waiting-work.ts';
import type { Write } from '../../shared/store/write.ts';
import type { Run } from './run.ts';
import { instantAt } from './world.ts';

// Flow of the worker: documents that wait for a person are told of as one matter, for as long as there are any.

export const blockedCause = 'xero-blocked';
const countedUpTo = 100;

/** Says how many documents can't go on. Settled by hand, it is told again only for what was blocked since. */
export const tellBlocked = async (run: Run, work: WaitingWork): Promise<void> => {
  const { world, ws, blockage } = run;
  blockage.touched = false;
  await world.table.commit([...(await newsOfBlocked(run)), done(ws, work)]);
};

const newsOfBlocked = async ({ world, ws }: Run): Promise<Write[]> => {
  const { table } = world;
  const [told, blocked] = await Promise.all([readNotice(table)(ws, blockedCause), newestBlocked(table)(ws, countedUpTo)]);
  const at = instantAt(world);
  const isOpen = told !== undefined && told.openSince !== null;
  const [newest] = blocked;
  if (!newest) return isOpen ? [resolved(ws, blockedCause, at)] : [];
  const text = words(blocked.length);
  if (isOpen ? told.text === text : newest.at <= (told?.resolvedAt ?? '')) return [];
  const mend = 'Open the documents that are blocked on their way to Xero: each says why, and what to do about it.';
  return [notified(ws, { id: world.newId('ntf'), cause: blockedCause, text, mend, about: null, at })];
};

const words = (count: number): string =>
  count === 1
    ? 'A document cannot go on to Xero before somebody has looked at it'
    : `${count < countedUpTo ? count : `${countedUpTo} or more`} documents cannot go on to Xero before somebody has looked at them`;
