import { randomUUID } from 'node:crypto';
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

/** Opens the outbox over the state store; `now` is simulated time in milliseconds. */
export const openOutbox = (store: StateStore, now: () => number): Outbox => {
  const add: Outbox['add'] = (mail) => {
    const id = randomUUID();
    const at = new Date(now()).toISOString();
    store.put('mail', `${at} ${id}`, { id, at, ...mail } satisfies Mail);
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
