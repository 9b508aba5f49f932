import * as z from 'zod';
import { date, id, syncSchema } from './common.ts';
import { defineRoutes } from './route.ts';

const backfillKinds = ['contact', 'quote', 'invoice', 'payment', 'credit-note', 'bill', 'expense'] as const;

const counts = {
  /** Documents since that day, and how many of them were not known to be in Xero. */
  total: z.int(),
  found: z.int(),
  linked: z.int(),
  pushed: z.int(),
  blocked: z.int(),
};

export const backfillSchema = z
  .object({
    state: z.enum(['none', 'finding', 'linking', 'pushing', 'done', 'stopped']),
    from: z.string().nullable(),
    kinds: z.array(z.enum(backfillKinds)),
    ...counts,
    /** The same by kind, in the order in which they are brought over. Bills and expenses without an account wait: they are not blocked. */
    byKind: z.array(z.object({ kind: z.enum(backfillKinds), ...counts, waiting: z.int() })),
    startedAt: z.string().nullable(),
    /** When it will probably be done; null when nothing is left to do. */
    endsAt: z.string().nullable(),
  })
  .meta({ id: 'Backfill' });

const room = { capability: 'xero' } as const;

/** Bringing many things over at once: contacts, clients, members, and what was issued before the connection. */
export const xeroTransferRoutes = defineRoutes([
  {
    id: 'importXeroContacts',
    method: 'POST',
    path: '/v1/xero/contacts/import',
    ...room,
    access: 'finance',
    summary: 'Make clients of contacts, each once',
    body: z.union([z.strictObject({ contactIds: z.array(z.uuid()).min(1).max(100) }), z.strictObject({ all: z.literal(true) })]),
    reply: {
      status: 202,
      schema: z.object({
        items: z.array(z.object({ contactId: z.string(), clientId: z.string(), made: z.boolean() })),
        queued: z.boolean(),
      }),
    },
  },
  {
    id: 'exportClientsToXero',
    method: 'POST',
    path: '/v1/xero/clients/export',
    ...room,
    access: 'export',
    summary: 'Make contacts of clients, each once',
    body: z.strictObject({ clientIds: z.array(id('cli')).min(1).max(100) }),
    reply: { status: 202, schema: z.object({ items: z.array(z.object({ id: z.string(), sync: syncSchema })) }) },
  },
  {
    id: 'exportMembersToXero',
    method: 'POST',
    path: '/v1/xero/members/export',
    ...room,
    access: 'export',
    summary: 'Make contacts of members, as suppliers',
    body: z.strictObject({ memberIds: z.array(id('mem')).min(1).max(100) }),
    reply: { status: 202, schema: z.object({ items: z.array(z.object({ id: z.string(), sync: syncSchema })) }) },
  },
  {
    id: 'startXeroBackfill',
    method: 'POST',
    path: '/v1/xero/backfill',
    ...room,
    access: 'export',
    summary: 'Link or send everything that was made since a day and is not in Xero yet',
    description:
      'Without kinds: quotes, invoices, payments and credit notes, and bills and expenses as far as an account is chosen for them. Quotes count by the day on which they were made, the others by their date.',
    body: z.strictObject({
      from: date,
      kinds: z.array(z.enum(backfillKinds)).min(1).max(backfillKinds.length).optional(),
    }),
    reply: { status: 202, schema: backfillSchema },
  },
  {
    id: 'getXeroBackfill',
    method: 'GET',
    path: '/v1/xero/backfill',
    ...room,
    access: 'finance',
    summary: 'How far it has come, and when it will be done',
    reply: { status: 200, schema: backfillSchema },
  },
]);
