import * as z from 'zod';
import { date, id, syncSchema } from './common.ts';
import { defineRoutes } from './route.ts';

const backfillKinds = ['contact', 'invoice', 'payment'] as const;

export const backfillSchema = z
  .object({
    state: z.enum(['none', 'finding', 'linking', 'pushing', 'done', 'stopped']),
    from: z.string().nullable(),
    kinds: z.array(z.enum(backfillKinds)),
    /** Documents since that day, and how many of them were not known to be in Xero. */
    total: z.int(),
    found: z.int(),
    linked: z.int(),
    pushed: z.int(),
    blocked: z.int(),
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
    summary: 'Link or send everything that was issued since a day and is not in Xero yet',
    body: z.strictObject({
      from: date,
      kinds: z.array(z.enum(backfillKinds)).min(1).max(3).default(['invoice', 'payment']),
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
