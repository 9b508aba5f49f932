import { actsForOthers } from '../../shared/domain/access.ts';
import { Conflict } from '../../shared/domain/conflict.ts';
import type { Instant } from '../../shared/domain/days.ts';
import { rareDueByNow } from '../../shared/store/due.ts';
import { foundAt } from '../../shared/store/found.ts';
import { mailWaits } from '../../shared/store/mails.ts';
import { activeMembers, type Member } from '../../shared/store/members.ts';
import { mailsWritten, notificationKey, parseNotification, type Notification } from '../../shared/store/notifications.ts';
import type { Table } from '../../shared/store/table.ts';

// Flow of the schedule for mail: whatever was told since the last run becomes one mail for each member whom it concerns.

const noticesPerShard = 100;
/** What a mail tells at most, and how many mails are written with it: all of it is one transaction. */
const noticesPerMail = 20;
const mailsMax = 70;

interface Needs {
  readonly table: Table;
  readonly now: () => Instant;
  readonly newId: (prefix: string) => string;
  /** Whether this stage sends mail at all; without it the notifications are only marked as seen to. */
  readonly mailIsOn: boolean;
}

/** Writes the mails of all that was told and has none yet. `goOn` says whether there is time for more. */
export const writeMails = async (needs: Needs, goOn: () => boolean): Promise<void> => {
  const { table, now } = needs;
  const due = await rareDueByNow(table)('notice', now(), noticesPerShard);
  for (const [workspaceId, told] of Map.groupBy(due, (one) => one.workspaceId)) {
    const causes = told.map(({ id }) => id);
    for (let start = 0; start < causes.length; start += noticesPerMail) {
      if (!goOn()) return;
      await writeFor(needs, workspaceId, causes.slice(start, start + noticesPerMail)).catch(ignoreLostRace);
    }
  }
};

type Open = Notification & { readonly openSince: string };

const writeFor = async ({ table, now, newId, mailIsOn }: Needs, ws: string, causes: readonly string[]): Promise<void> => {
  const found = await table.batchGet(causes.map((cause) => notificationKey(ws, cause)));
  // The index lags: some were resolved meanwhile.
  const open = causes
    .map((cause) => foundAt(found, notificationKey(ws, cause), parseOpen))
    .filter((notice) => notice !== undefined);
  const fresh = mailIsOn ? open.filter(({ mailedFor, openSince }) => mailedFor !== openSince) : [];
  const members = fresh.length === 0 ? [] : await activeMembers(table)(ws);
  const at = now();
  await table.commit([
    ...open.map((notice) => mailsWritten(ws, notice)),
    ...mailsFor(members, fresh).map((mail) => mailWaits(ws, { id: newId('mail'), at, ...mail })),
  ]);
};

/** A cause that went away before it was told has left a trace without words. */
const parseOpen = (item: Parameters<typeof parseNotification>[0]): Open | undefined =>
  typeof item['openSince'] === 'string' ? (parseNotification(item) as Open) : undefined;

/** Who is told what: all who want mail and whom something concerns; admins first, where there are too many. */
const mailsFor = (members: readonly Member[], fresh: readonly Open[]) =>
  members
    .filter(({ emailNotices }) => emailNotices !== false)
    .sort((one, other) => one.role.localeCompare(other.role))
    .map(({ id, role }) => ({
      memberId: id,
      about: fresh
        .filter(({ memberId }) => (memberId === null ? actsForOthers(role) : id === memberId))
        .map(({ cause, openSince }) => ({ cause, openSince })),
    }))
    .filter(({ about }) => about.length > 0)
    .slice(0, mailsMax);

const ignoreLostRace = (error: unknown): void => {
  if (!(error instanceof Conflict)) throw error;
};
