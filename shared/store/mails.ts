import * as z from 'zod';
import { Conflict } from '../domain/conflict.ts';
import { addSeconds, epochMs, type Instant } from '../domain/days.ts';
import { timedKeys } from './due.ts';
import { keys } from './keys.ts';
import { maybe } from './shapes.ts';
import { put, putNew, type Item, type Write } from './write.ts';

const record = z.object({
  id: z.string(),
  memberId: z.string(),
  /** What it tells of, and which telling of it. Words and address are read when it is sent. */
  about: z.array(z.object({ cause: z.string(), openSince: z.string() })),
  /** `sending`: handed over, or about to be; whether it left isn't known. */
  state: z.enum(['waiting', 'sending', 'sent', 'dropped', 'failed']),
  attempts: z.int(),
  /** Why it was dropped or failed, as a word. */
  reason: maybe(z.string()),
  at: z.string(),
  /** When it is to be sent, or tried again; null once nothing is left to do. */
  dueAt: maybe(z.string()),
});

/** A mail to one member about what was told in the same minute. */
export type Mail = z.infer<typeof record>;

export const mailKey = keys.mail;
export const parseMail = (item: Item): Mail => record.parse(item);

const keptForSeconds = 30 * 86_400;

const asItem = (ws: string, mail: Mail): Item => ({
  ...keys.mail(ws, mail.id),
  v: 1,
  ...mail,
  expiresAt: epochMs(addSeconds(mail.at, keptForSeconds)) / 1000,
  ...(mail.dueAt === null ? {} : timedKeys('mail', ws, mail.dueAt, mail.id)),
});

/** A mail that is to be sent at once. */
export const mailWaits = (ws: string, mail: Pick<Mail, 'id' | 'memberId' | 'about' | 'at'>): Write =>
  putNew('mail', asItem(ws, { ...mail, state: 'waiting', attempts: 0, reason: null, dueAt: mail.at }));

/** Moves a mail on from exactly the state it was read in: of two that are at it, one is stopped (`Conflict`). */
export const mailMoved = (ws: string, read: Mail, now: Partial<Mail>, dueAt: Instant | null = null): Write =>
  put('mail', asItem(ws, { ...read, ...now, dueAt }), {
    condition: '#state = :readState AND #attempts = :readAttempts',
    values: { ':readState': read.state, ':readAttempts': read.attempts },
    onFail: () => new Conflict('mail'),
  });
