import { Busy, Conflict } from '../../shared/domain/conflict.ts';
import { addSeconds, dateIn, type Instant } from '../../shared/domain/days.ts';
import { invoiceMail } from '../../shared/domain/invoice-mail.ts';
import { wasIssued } from '../../shared/domain/invoice.ts';
import { OutsideError } from '../../shared/domain/outside-error.ts';
import type { PrintedDocument } from '../../shared/domain/printed.ts';
import { shareTokenOf } from '../../shared/domain/share-token.ts';
import type { SendMail } from '../../shared/runtime/mail.ts';
import { rareDueByNow } from '../../shared/store/due.ts';
import { foundAt } from '../../shared/store/found.ts';
import { invoiceLinksKey, linkAdded, parseInvoiceLinks } from '../../shared/store/invoice-links.ts';
import { invoiceKey, parseInvoice } from '../../shared/store/invoices.ts';
import { letterKey, letterMoved, parseLetter, type Letter } from '../../shared/store/letters.ts';
import { memberKey, parseMember } from '../../shared/store/members.ts';
import { notified } from '../../shared/store/notifications.ts';
import type { Table } from '../../shared/store/table.ts';
import { parseWorkspace, workspaceKey } from '../../shared/store/workspaces.ts';
import type { Write } from '../../shared/store/write.ts';
import { pageUrl } from './page-url.ts';
import { fileName, printedInvoice } from './printed-invoice.ts';

// Flow of the schedule for letters: sends each invoice that is due to its client, noted before and after.

const lettersPerShard = 50;
const attemptsMax = 8;
/** Longer than a run: a letter that is still being sent after this has lost its function. */
const heldForSeconds = 120;

/** What SES won't take however often it is asked: this address, or what was sent. */
const hopeless = new Set(['MessageRejected', 'BadRequestException', 'NotFoundException']);

export interface LetterNeeds {
  readonly table: Table;
  readonly now: () => Instant;
  readonly newId: (prefix: string) => string;
  readonly newSecret: () => string;
  /** Undefined where this stage sends no mail. */
  readonly send: SendMail | undefined;
  readonly draw: (document: PrintedDocument) => Promise<Uint8Array>;
  readonly publicUrl: string;
  readonly count: (metric: string) => void;
}

/** Sends every letter that is due. `goOn` says whether there is time for another one. */
export const sendLetters = async (needs: LetterNeeds, goOn: () => boolean): Promise<void> => {
  for (const { workspaceId, id } of await rareDueByNow(needs.table)('letter', needs.now(), lettersPerShard)) {
    if (!goOn()) return;
    await sendOne(needs, workspaceId, id).catch(ignoreLostRace);
  }
};

const sendOne = async (needs: LetterNeeds, ws: string, id: string): Promise<void> => {
  const { table, send } = needs;
  const item = await table.get(letterKey(ws, id));
  const read = item && parseLetter(item);
  // The index lags: another run is at it, or was.
  if (!read || read.dueAt === null || read.dueAt > needs.now()) return;
  const letter = send ? await compose(needs, ws, read) : 'mail-off';
  if (typeof letter === 'string' || !send) return end(needs, ws, read, { state: 'dropped', reason: String(letter) });
  if (read.attempts >= attemptsMax) return end(needs, ws, read, { state: 'failed', reason: 'no-answer' });
  const held = { ...read, state: 'sending' as const, attempts: read.attempts + 1 };
  // Who dies after this leaves a letter of which nobody knows whether it left: it is sent again, with a link of its own.
  await table.commit([letterMoved(ws, read, held, addSeconds(needs.now(), heldForSeconds)), letter.link]);
  try {
    await send({
      ...letter.mail,
      attachment: { name: letter.name, type: 'application/pdf', bytes: await needs.draw(letter.document) },
    });
  } catch (error) {
    if (!(error instanceof OutsideError)) throw error;
    return failed(needs, ws, held, error);
  }
  needs.count('LetterSent');
  await table.commit([letterMoved(ws, held, { state: 'sent', reason: null })]);
};

interface Composed {
  readonly mail: { to: string; subject: string; text: string; html: string; replyTo: string | undefined };
  readonly document: PrintedDocument;
  readonly name: string;
  readonly link: Write;
}

/** The letter as it reads now, with a link of its own; or why it must not leave any more. */
const compose = async (needs: LetterNeeds, ws: string, { invoiceId, to, message, by }: Letter): Promise<Composed | string> => {
  const at = {
    head: invoiceKey(ws, invoiceId),
    links: invoiceLinksKey(ws, invoiceId),
    workspace: workspaceKey(ws),
    member: memberKey(ws, by),
  };
  const found = await needs.table.batchGet(Object.values(at));
  const head = foundAt(found, at.head, parseInvoice);
  const workspace = foundAt(found, at.workspace, parseWorkspace);
  if (!head || !workspace || !wasIssued(head) || head.status === 'void' || head.status === 'voiding') return 'not-issued';
  const token = shareTokenOf({ workspaceId: ws, documentId: invoiceId }, needs.newSecret());
  const url = pageUrl(needs.publicUrl, token);
  const document = await printedInvoice(needs.table)(ws, head, { today: dateIn(workspace.zone, needs.now()), link: url });
  const member = foundAt(found, at.member, parseMember);
  return {
    mail: { to, replyTo: member?.status === 'active' ? member.email : undefined, ...invoiceMail(document, { message, url }) },
    document,
    name: fileName(document),
    link: linkAdded(ws, invoiceId, foundAt(found, at.links, parseInvoiceLinks), token),
  };
};

const failed = async (needs: LetterNeeds, ws: string, held: Letter, { code }: OutsideError): Promise<void> => {
  if (hopeless.has(code) || held.attempts >= attemptsMax) return end(needs, ws, held, { state: 'failed', reason: code });
  needs.count('LetterDelayed');
  const waitSeconds = 60 * 2 ** (held.attempts - 1);
  await needs.table.commit([letterMoved(ws, held, { state: 'waiting', reason: code }, addSeconds(needs.now(), waitSeconds))]);
};

/** A letter that will not leave any more. Somebody believes that it did, so they are told. */
const end = async (needs: LetterNeeds, ws: string, read: Letter, change: { state: 'dropped' | 'failed'; reason: string }) => {
  needs.count('LetterFailed');
  await needs.table.commit([
    letterMoved(ws, read, change),
    notified(ws, {
      id: needs.newId('ntf'),
      cause: `letter#${read.id}`,
      text: `An invoice could not be mailed to ${read.to}`,
      mend: 'Check the address and send the invoice again, or share a link.',
      about: read.invoiceId,
      at: needs.now(),
    }),
  ]);
};

/** Somebody else is at this one; what is busy is due again with the next run. */
const ignoreLostRace = (error: unknown): void => {
  if (!(error instanceof Conflict || error instanceof Busy)) throw error;
};
