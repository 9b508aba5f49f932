import { randomUUID } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Operation } from './aws-endpoint.ts';
import type { StateStore } from './state-store.ts';

/** A mail that would have left the house. */
export type Mail = { id: string; at: string; to: string[]; subject: string; text: string };

/** Mails stay here: nothing is ever sent from the local system. */
export type Outbox = {
  add(mail: { to: string[]; subject: string; text: string }): string;
  /** All mails, oldest first. */
  list(): Mail[];
  /** SESv2's SendEmail. */
  send: Operation;
};

type Content = { Simple?: { Subject?: { Data?: string }; Body?: { Text?: { Data?: string }; Html?: { Data?: string } } } };

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
      return { MessageId: add({ to: input.Destination?.ToAddresses ?? [], subject: simple?.Subject?.Data ?? '', text }) };
    },
  };
};

const writeLetter = (directory: string, { id, at, to, subject, text }: Mail): void => {
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  const name = `${at.replaceAll(':', '-')} ${id.slice(0, 8)}.txt`;
  writeFileSync(join(directory, name), `To: ${to.join(', ')}\nDate: ${at}\nSubject: ${subject}\n\n${text}\n`, { mode: 0o600 });
};
