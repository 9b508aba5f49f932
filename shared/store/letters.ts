import * as z from 'zod';
import { Conflict } from '../domain/conflict.ts';
import { addSeconds, epochMs, type Instant } from '../domain/days.ts';
import { timedKeys } from './due.ts';
import { keys } from './keys.ts';
import { maybe } from './shapes.ts';
import { put, putNew, type Item, type Write } from './write.ts';

const record = z.object({
  id: z.string(),
  /** What it brings: one of the two. */
  invoiceId: maybe(z.string()),
  quoteId: maybe(z.string()),
  /** How often the document's links had been revoked when it was written. */
  linksEpoch: z.int().default(0),
  to: z.string(),
  /** The sender's own words; may be empty. */
  message: z.string(),
  /** The member who sends it. */
  by: z.string(),
  /** `sending`: handed over, or about to be; whether it left isn't known. */
  state: z.enum(['waiting', 'sending', 'sent', 'dropped', 'failed']),
  attempts: z.int(),
  /** Why it was dropped or failed, as a word. */
  reason: maybe(z.string()),
  at: z.string(),
  /** When it is to be sent, or tried again; null once nothing is left to do. */
  dueAt: maybe(z.string()),
});

/** An invoice or a quote on its way to its client by mail. Link and file are made when it leaves: no token waits in the table. */
export type Letter = z.infer<typeof record>;

export const letterKey = keys.letter;
export const parseLetter = (item: Item): Letter => record.parse(item);

const keptForSeconds = 30 * 86_400;

const asItem = (ws: string, letter: Letter): Item => ({
  ...keys.letter(ws, letter.id),
  v: 1,
  ...letter,
  expiresAt: epochMs(addSeconds(letter.at, keptForSeconds)) / 1000,
  ...(letter.dueAt === null ? {} : timedKeys('letter', ws, letter.dueAt, letter.id)),
});

/** A letter that is to be sent at once. */
export const letterWaits = (
  ws: string,
  letter: Pick<Letter, 'id' | 'linksEpoch' | 'to' | 'message' | 'by' | 'at'> & ({ invoiceId: string } | { quoteId: string }),
): Write =>
  putNew(
    'letter',
    asItem(ws, { invoiceId: null, quoteId: null, ...letter, state: 'waiting', attempts: 0, reason: null, dueAt: letter.at }),
  );

/** Moves a letter on from exactly the state it was read in: of two that are at it, one is stopped (`Conflict`). */
export const letterMoved = (ws: string, read: Letter, now: Partial<Letter>, dueAt: Instant | null = null): Write =>
  put('letter', asItem(ws, { ...read, ...now, dueAt }), {
    condition: '#state = :readState AND #attempts = :readAttempts',
    values: { ':readState': read.state, ':readAttempts': read.attempts },
    onFail: () => new Conflict('letter'),
  });
