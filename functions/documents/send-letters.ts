import { Busy, Conflict } from '../../shared/domain/conflict.ts';
import { addSeconds, type Instant } from '../../shared/domain/days.ts';
import { OutsideError } from '../../shared/domain/outside-error.ts';
import type { PrintedDocument } from '../../shared/domain/printed.ts';
import type { SendMail } from '../../shared/runtime/mail.ts';
import { rareDueByNow } from '../../shared/store/due.ts';
import { letterKey, letterMoved, parseLetter, type Letter } from '../../shared/store/letters.ts';
import { notified } from '../../shared/store/notifications.ts';
import type { Table } from '../../shared/store/table.ts';
import { composeLetter } from './compose-letter.ts';
import { fileName } from './printed-invoice.ts';

// Flow of the schedule for letters: sends each invoice and quote that is due to its client, noted before and after.

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
  const letter = send ? await composeLetter(needs, ws, read) : 'mail-off';
  if (typeof letter === 'string' || !send) return end(needs, ws, read, { state: 'dropped', reason: String(letter) });
  if (read.attempts >= attemptsMax) return end(needs, ws, read, { state: 'failed', reason: 'no-answer' });
  const held = { ...read, state: 'sending' as const, attempts: read.attempts + 1 };
  // Who dies after this leaves a letter of which nobody knows whether it left: it is sent again, with a link of its own.
  await table.commit([letterMoved(ws, read, held, addSeconds(needs.now(), heldForSeconds)), ...letter.writes]);
  try {
    await send({
      ...letter.mail,
      attachment: { name: fileName(letter.document), type: 'application/pdf', bytes: await needs.draw(letter.document) },
    });
  } catch (error) {
    if (!(error instanceof OutsideError)) throw error;
    return failed(needs, ws, held, error);
  }
  needs.count('LetterSent');
  await table.commit([letterMoved(ws, held, { state: 'sent', reason: null })]);
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
      text: `${read.quoteId === null ? 'An invoice' : 'A quote'} could not be mailed to ${read.to}`,
      mend: mendFor(change.reason, read.quoteId === null ? 'invoice' : 'quote'),
      about: read.quoteId ?? read.invoiceId,
      at: needs.now(),
    }),
  ]);
};

const mendFor = (reason: string, what: string): string => {
  if (reason === 'link-revoked') return `Its links were revoked before it left: send the ${what} again if it is still wanted.`;
  if (reason.startsWith('quote-')) return 'The quote was no longer open when the mail was to leave.';
  return `Check the address and send the ${what} again, or share a link.`;
};

/** Somebody else is at this one; what is busy is due again with the next run. */
const ignoreLostRace = (error: unknown): void => {
  if (!(error instanceof Conflict || error instanceof Busy)) throw error;
};
