import { readFileSync } from 'node:fs';
import { randomBytes } from 'node:crypto';
import { documentsDoor } from '../../functions/documents/door.ts';
import { sendLetters } from '../../functions/documents/send-letters.ts';
import { fontFile } from '../../infra/fonts.ts';
import { instantOf } from '../../shared/domain/days.ts';
import type { PrintedDocument } from '../../shared/domain/printed.ts';
import { drawDocument } from '../../shared/pdf/draw-document.ts';
import { readPicture } from '../../shared/pdf/read-picture.ts';
import type { SendMail } from '../../shared/runtime/mail.ts';
import { newId } from './billing.ts';
import { sendTo, type Request, type Send } from './send.ts';
import type { Till } from './till.ts';

/** Reads faces from where they are installed. */
export const installedFace = (name: Parameters<typeof fontFile>[0]): Uint8Array => readFileSync(fontFile(name));

export const draw = (document: PrintedDocument): Promise<Uint8Array> => drawDocument(document, installedFace);

export type Posted = Parameters<SendMail>[0];

/** The room of documents behind its door, and the schedule for letters with a stand-in for SES, on a till's table. */
export interface WritingRoom {
  readonly documents: Send;
  /** What was handed over to SES. */
  readonly posted: Posted[];
  readonly counted: string[];
  /** One run of the schedule; `send` replaces the stand-in, null switches mail off. */
  post(send?: SendMail | null): Promise<void>;
}

export const publicUrl = 'https://api.example.com';
let keys = 0;

export const openWritingRoom = (till: Till, { mailIsOn = true } = {}): WritingRoom => {
  const clock = till.stage.clock.now;
  const newSecret = (): string => randomBytes(32).toString('base64url');
  const sleep = async (): Promise<void> => undefined;
  const posted: Posted[] = [];
  const counted: string[] = [];
  const shared = {
    table: till.engine.table,
    newId,
    newSecret,
    draw,
    readPicture: async (bytes: Uint8Array) => readPicture(bytes),
    publicUrl,
  };
  const ring = async (workspaceIds: readonly string[]): Promise<void> => void till.rung.push(...workspaceIds);
  const door = sendTo(documentsDoor({ ...shared, ring, mailIsOn, clock, random: () => 0.5, sleep }) as never);
  const documents = (request: Request) =>
    door({ ...request, headers: { 'idempotency-key': `document-${(keys += 1)}`, ...request.headers } });
  return {
    documents: documents as Send,
    posted,
    counted,
    post: async (send = async (letter) => void posted.push(letter)) =>
      sendLetters(
        { ...shared, now: () => instantOf(clock()), send: send ?? undefined, count: (metric) => void counted.push(metric) },
        () => true,
      ),
  };
};
