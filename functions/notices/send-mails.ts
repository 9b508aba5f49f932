import { Busy, Conflict } from '../../shared/domain/conflict.ts';
import { addDays, addSeconds, type Instant } from '../../shared/domain/days.ts';
import { noticeMail, type MailText } from '../../shared/domain/notice-mail.ts';
import { OutsideError } from '../../shared/domain/outside-error.ts';
import type { SendMail } from '../../shared/runtime/mail.ts';
import { rareDueByNow } from '../../shared/store/due.ts';
import { foundAt } from '../../shared/store/found.ts';
import { mailKey, mailMoved, parseMail, type Mail } from '../../shared/store/mails.ts';
import { memberKey, parseMember } from '../../shared/store/members.ts';
import { notificationKey, parseNotification } from '../../shared/store/notifications.ts';
import { countedInQuota } from '../../shared/store/quotas.ts';
import type { Table } from '../../shared/store/table.ts';
import { parseWorkspace, workspaceKey } from '../../shared/store/workspaces.ts';

// Flow of the schedule for mail: sends what is due, one mail after the other, each noted before and after.

const mailsPerShard = 100;
const attemptsMax = 8;
/** Longer than a run: a mail that is still being sent after this has lost its function. */
const heldForSeconds = 120;

/** What SES won't take however often it is asked: this address, or what was sent. */
const hopeless = new Set(['MessageRejected', 'BadRequestException', 'NotFoundException']);

export interface Sending {
  readonly table: Table;
  readonly now: () => Instant;
  /** Undefined where this stage sends no mail. */
  readonly send: SendMail | undefined;
  readonly appUrl: string;
  readonly count: (metric: string) => void;
}

class QuotaUsedUp extends Error {}

/** Sends every mail that is due. `goOn` says whether there is time for another one. */
export const sendMails = async (needs: Sending, goOn: () => boolean): Promise<void> => {
  for (const { workspaceId, id } of await rareDueByNow(needs.table)('mail', needs.now(), mailsPerShard)) {
    if (!goOn()) return;
    await sendOne(needs, workspaceId, id).catch(ignoreLostRace);
  }
};

const sendOne = async (needs: Sending, ws: string, id: string): Promise<void> => {
  const { table, send } = needs;
  const item = await table.get(mailKey(ws, id));
  const read = item && parseMail(item);
  // The index lags: another run is at it, or was.
  if (!read || read.dueAt === null || read.dueAt > needs.now()) return;
  const letter = send ? await compose(needs, ws, read) : 'switched-off';
  if (typeof letter === 'string' || !send) {
    await table.commit([mailMoved(ws, read, { state: 'dropped', reason: String(letter) })]);
    return;
  }
  if (read.attempts >= attemptsMax)
    return void (await table.commit([mailMoved(ws, read, { state: 'failed', reason: 'no-answer' })]));
  const held = await hold(needs, ws, read);
  if (!held) return;
  try {
    await send(letter);
  } catch (error) {
    if (!(error instanceof OutsideError)) throw error;
    return failed(needs, ws, held, error);
  }
  needs.count('MailSent');
  await table.commit([mailMoved(ws, held, { state: 'sent' })]);
};

/** The mail as it reads now, or why nobody needs it any more. */
const compose = async (
  { table, appUrl }: Sending,
  ws: string,
  { memberId, about }: Mail,
): Promise<(MailText & { to: string }) | 'settled' | 'unwanted'> => {
  const at = { member: memberKey(ws, memberId), workspace: workspaceKey(ws) };
  const found = await table.batchGet([at.member, at.workspace, ...about.map(({ cause }) => notificationKey(ws, cause))]);
  const member = foundAt(found, at.member, parseMember);
  if (member?.status !== 'active' || member.emailNotices === false) return 'unwanted';
  const matters = about.flatMap(({ cause, openSince }) => {
    const notice = foundAt(found, notificationKey(ws, cause), parseNotification);
    return notice?.openSince === openSince ? [{ text: notice.text, mend: notice.mend }] : [];
  });
  if (matters.length === 0) return 'settled';
  const workspace = foundAt(found, at.workspace, parseWorkspace)?.name ?? '';
  return { to: member.email, ...noticeMail({ name: member.name, workspace, matters, appUrl }) };
};

/**
 * Notes that a mail is about to leave, so that nobody else sends it. Who dies after that leaves a mail of which nobody knows whether
 * it left: it is sent again, so that a crash costs at most one mail too many and never one too few. Undefined when the
 * workspace's quota of the day is used up: the mail waits for the next day.
 */
const hold = async ({ table, now, count }: Sending, ws: string, read: Mail): Promise<Mail | undefined> => {
  const at = now();
  const today = at.slice(0, 10);
  const change = { state: 'sending', attempts: read.attempts + 1 } as const;
  try {
    await table.commit([
      mailMoved(ws, read, change, addSeconds(at, heldForSeconds)),
      countedInQuota(ws, 'mail', today, () => new QuotaUsedUp()),
    ]);
    return { ...read, ...change };
  } catch (error) {
    if (!(error instanceof QuotaUsedUp)) throw error;
    count('MailOverQuota');
    await table.commit([mailMoved(ws, read, {}, `${addDays(today, 1)}T00:00:00.000Z`)]);
    return undefined;
  }
};

const failed = async ({ table, now, count }: Sending, ws: string, held: Mail, { code }: OutsideError): Promise<void> => {
  if (hopeless.has(code) || held.attempts >= attemptsMax) {
    count('MailFailed');
    await table.commit([mailMoved(ws, held, { state: 'failed', reason: code })]);
    return;
  }
  count('MailDelayed');
  const waitSeconds = 60 * 2 ** (held.attempts - 1);
  await table.commit([mailMoved(ws, held, { state: 'waiting', reason: code }, addSeconds(now(), waitSeconds))]);
};

/** Somebody else is at this one; what is busy is due again with the next run. */
const ignoreLostRace = (error: unknown): void => {
  if (!(error instanceof Conflict || error instanceof Busy)) throw error;
};
