import { Conflict } from '../../shared/domain/conflict.ts';
import type { Instant } from '../../shared/domain/days.ts';
import { actsForOthers } from '../../shared/domain/access.ts';
import { dueByNow, dueShards } from '../../shared/store/due.ts';
import { mailWaits } from '../../shared/store/mails.ts';
import { activeMembers, type Member } from '../../shared/store/members.ts';
import { mailsWritten, readNotice, type Notification } from '../../shared/store/notifications.ts';
import type { Table } from '../../shared/store/table.ts';

// Flow of the schedule for mail: whatever was told since the last run becomes one mail for each member whom it concerns.

const noticesPerShard = 100;
/** All mails of a telling are written in one transaction. */
const mailsPerNotice = 90;

interface Needs {
  readonly table: Table;
  readonly now: () => Instant;
  readonly newId: (prefix: string) => string;
  /** Whether this stage sends mail at all; without it the notifications are only marked as seen to. */
  readonly mailIsOn: boolean;
}

/** Writes the mails of every telling that has none yet. `goOn` says whether there is time for another one. */
export const writeMails = async (needs: Needs, goOn: () => boolean): Promise<void> => {
  const { table, now } = needs;
  for (const shard of dueShards) {
    for (const { workspaceId, id: cause } of await dueByNow(table)('notice', shard, now(), noticesPerShard)) {
      if (!goOn()) return;
      await writeFor(needs, workspaceId, cause).catch(ignoreLostRace);
    }
  }
};

const writeFor = async ({ table, now, newId, mailIsOn }: Needs, ws: string, cause: string): Promise<void> => {
  const notice = await readNotice(table)(ws, cause);
  const { openSince } = notice ?? {};
  // The index lags: it was resolved meanwhile.
  if (!notice || openSince == null) return;
  const isNew = mailIsOn && notice.mailedFor !== openSince;
  const members = isNew ? concerned(await activeMembers(table)(ws), notice) : [];
  const at = now();
  await table.commit([
    mailsWritten(ws, notice),
    ...members.map(({ id: memberId }) => mailWaits(ws, { id: newId('mail'), memberId, cause, openSince, at })),
  ]);
};

/** Whom it concerns and who wants mail; admins first, where there are more than one transaction takes. */
const concerned = (members: readonly Member[], { memberId }: Notification): Member[] =>
  members
    .filter(({ id, role }) => (memberId === null ? actsForOthers(role) : id === memberId))
    .filter(({ emailNotices }) => emailNotices !== false)
    .sort((one, other) => one.role.localeCompare(other.role))
    .slice(0, mailsPerNotice);

const ignoreLostRace = (error: unknown): void => {
  if (!(error instanceof Conflict)) throw error;
};
