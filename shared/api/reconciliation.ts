import * as z from 'zod';
import { differenceSubjects, driftKinds, wayOutNames } from '../domain/discrepancy.ts';
import { id, listOf, moneySchema, pageQuery, text } from './common.ts';
import { defineRoutes } from './route.ts';

const driftKind = z.enum(driftKinds);
const wayOut = z.enum(wayOutNames);
const step = z.object({ where: z.enum(['here', 'xero', 'stripe']), what: z.string() });

export const discrepancySchema = z
  .object({
    id: z.string(),
    kind: driftKind,
    system: z.enum(['xero', 'stripe']),
    subject: z.enum(differenceSubjects),
    documentId: z.string().nullable(),
    outsideId: z.string().nullable(),
    number: z.string().nullable(),
    ours: z.string().nullable(),
    theirs: z.string().nullable(),
    amount: moneySchema.nullable(),
    cause: z.string(),
    state: z.enum(['open', 'resolved', 'ignored']),
    ways: z.array(z.object({ way: wayOut, steps: z.array(step) })),
    foundAt: z.string(),
    seenAt: z.string(),
    resolvedAt: z.string().nullable(),
    resolvedBy: z.string().nullable(),
    reason: z.string().nullable(),
  })
  .meta({ id: 'Discrepancy' });

export const reconciliationSchema = z
  .object({
    state: z.enum(['never', 'waiting', 'running', 'done', 'stopped']),
    scope: z.enum(['changed', 'all']).nullable(),
    startedAt: z.string().nullable(),
    finishedAt: z.string().nullable(),
    compared: z.record(z.string(), z.int()),
    open: z.int(),
    reason: z.string().nullable(),
  })
  .meta({ id: 'Reconciliation' });

const room = { capability: 'overview' } as const;

/** Comparing the books, and what to do about differences. Part of the room of overview. */
export const reconciliationRoutes = defineRoutes([
  {
    id: 'runReconciliation',
    method: 'POST',
    path: '/v1/reconciliation/run',
    ...room,
    access: 'finance',
    summary: 'Compare the platform with Xero and Stripe now',
    body: z
      .strictObject({ scope: z.enum(['changed', 'all']).default('changed') })
      .optional()
      .transform((body) => body ?? { scope: 'changed' as const }),
    reply: { status: 202, schema: reconciliationSchema },
  },
  {
    id: 'getReconciliation',
    method: 'GET',
    path: '/v1/reconciliation',
    ...room,
    access: 'finance',
    summary: 'How the last comparison went, or how far the running one is',
    reply: { status: 200, schema: reconciliationSchema },
  },
  {
    id: 'listDiscrepancies',
    method: 'GET',
    path: '/v1/discrepancies',
    ...room,
    access: 'finance',
    summary: 'Differences between the platform, Xero and Stripe',
    query: z.strictObject({ state: z.enum(['open', 'resolved', 'ignored']).default('open'), ...pageQuery }),
    reply: { status: 200, schema: listOf(discrepancySchema) },
  },
  {
    id: 'getDiscrepancy',
    method: 'GET',
    path: '/v1/discrepancies/{id}',
    ...room,
    access: 'finance',
    summary: 'One difference, with its safe ways out',
    params: z.strictObject({ id: id('dis') }),
    reply: { status: 200, schema: discrepancySchema },
  },
  {
    id: 'resolveDiscrepancy',
    method: 'POST',
    path: '/v1/discrepancies/{id}/resolve',
    ...room,
    access: 'finance',
    summary: 'Take a way out; with `preview` only tell what it would do. The way `credit` needs the `expect` of a preview',
    params: z.strictObject({ id: id('dis') }),
    body: z.strictObject({
      way: wayOut,
      preview: z.boolean().optional(),
      reason: text(500, 1).optional(),
      outsideId: z.uuid().optional(),
      expect: z
        .string()
        .max(100)
        .optional()
        .meta({ description: 'What a preview of `credit` has shown: exactly that is done, or nothing (`preview-changed`)' }),
    }),
    reply: {
      status: 200,
      schema: z.object({
        done: z.boolean(),
        steps: z.array(step),
        expect: z.string().optional(),
        creditNoteId: z.string().optional(),
        discrepancy: discrepancySchema,
      }),
    },
  },
]);
