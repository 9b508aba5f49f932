import { randomUUID } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Operation } from './aws-endpoint.ts';
import type { StateStore } from './state-store.ts';

/** A mail that would have left the house. */
export type Mail = Letter & { id: string; at: string };

type Letter = { to: string[]; subject: string; text: string; attachments?: Attachment[] };
/** A file that goes with a mail, base64. */
type Attachment = { name: string; type: string; content: string };

/** Mails stay here: nothing is ever sent from the local system. */
export type Outbox = {
  add(mail: Letter): string;
  /** All mails, oldest first. */
  list(): Mail[];
  /** SESv2's SendEmail. */
  send: Operation;
};

type Content = {
  Simple?: {
    Subject?: { Data?: string };
    Body?: { Text?: { Data?: string }; Html?: { Data?: string } };
    Attachments?: { FileName?: string; ContentType?: string; RawContent?: string }[];
  };
};

/**
 * Opens the outbox over the state store; `now` is simulated time in milliseconds. With a directory each mail also lies there as a
 * file to read.
 */
export const openOutbox = (store: StateStore, now: () => number, directory?: string): Outbox => {
  const add: Outbox['add'] = (mail) => {
    const id = randomUUID();
    const at = new Date(now()).toISOString();
    store.put('mail', `${at} ${id}`, { id, at, ...mail } satisfies Mail);
    if (directory !== undefined) writeLetter(directory, { id, at, ...mail });
    return id;
  };
  return {
    add,
    list: () => store.list<Mail>('mail'),
    send: (input: { Destination?: { ToAddresses?: string[] }; Content?: Content }) => {
      const simple = input.Content?.Simple;
      const text = simple?.Body?.Text?.Data ?? simple?.Body?.Html?.Data ?? '';
      const attachments = (simple?.Attachments ?? []).map(({ FileName = 'file', ContentType = '', RawContent = '' }) => ({
        ...{ name: FileName, type: ContentType, content: RawContent },
      }));
      const mail = { to: input.Destination?.ToAddresses ?? [], subject: simple?.Subject?.Data ?? '', text };
      return { MessageId: add({ ...mail, ...(attachments.length > 0 ? { attachments } : {}) }) };
    },
  };
};

/** The mail, and the files that go with it under the same beginning of a name. */
const writeLetter = (directory: string, { id, at, to, subject, text, attachments = [] }: Mail): void => {
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  const name = `${at.replaceAll(':', '-')} ${id.slice(0, 8)}`;
  const files = attachments.map((one) => `${name} ${one.name.replace(/[^A-Za-z0-9 ._-]/g, '-')}`);
  const attached = files.map((file) => `Attached: ${file}\n`).join('');
  const head = `To: ${to.join(', ')}\nDate: ${at}\nSubject: ${subject}\n${attached}`;
  writeFileSync(join(directory, `${name}.txt`), `${head}\n${text}\n`, { mode: 0o600 });
  for (const [place, { content }] of attachments.entries())
    writeFileSync(join(directory, files[place] ?? name), Buffer.from(content, 'base64'), { mode: 0o600 });
};
