import * as z from 'zod';
import type { Call, RouteOf } from './call.ts';
import { date, id, listOf, moneySchema, pageQuery, positiveAmount, syncSchema, text } from './common.ts';
import { defineRoutes } from './route.ts';

const quantity = z.string().regex(/^\d{1,9}(\.\d{1,4})?$/, 'must be a number with up to 4 decimals');

const creditLineSchema = z
  .object({
    id: z.string(),
    lineId: z.string(),
    serviceId: z.string().nullable(),
    description: z.string(),
    quantity: z.string(),
    unit: z.enum(['hour', 'item']),
    unitPrice: moneySchema,
    amount: moneySchema,
    tax: z.object({
      name: z.string(),
      rate: z.string(),
      amount: moneySchema,
      rule: z.string(),
      effectiveFrom: z.string().nullable(),
      components: z.array(z.object({ name: z.string(), rate: z.string(), amount: moneySchema })),
    }),
    taxIncluded: z.boolean(),
  })
  .meta({ id: 'CreditLine' });

export const creditNoteSchema = z
  .object({
    id: z.string(),
    number: z.string(),
    invoiceId: z.string(),
    invoiceNumber: z.string(),
    clientId: z.string(),
    jobId: z.string().nullable(),
    currency: z.string(),
    kind: z.enum(['full', 'lines', 'amount']),
    reason: z.string(),
    settle: z.enum(['allocate', 'refund']),
    status: z.enum(['issued', 'void']).meta({ description: 'Void with its invoice, when that was voided in Xero' }),
    issueDate: z.string(),
    lines: z.array(creditLineSchema),
    subtotal: moneySchema,
    tax: moneySchema,
    total: moneySchema,
    allocated: moneySchema.meta({ description: 'Set against what was due on the invoice' }),
    open: moneySchema.meta({ description: 'Paid already, and still to be given back' }),
    refunded: moneySchema.meta({ description: 'Given back' }),
    onlyHere: z.boolean().meta({ description: 'Xero never hears of it: the invoice was lowered there itself' }),
    sync: syncSchema,
  })
  .meta({ id: 'CreditNote' });

const room = { capability: 'payments', access: 'finance' } as const;
const common = { reason: text(500).default(''), settle: z.enum(['allocate', 'refund']).default('allocate') };
const creditedLine = z
  .strictObject({ lineId: id('lin'), quantity: quantity.optional(), amount: positiveAmount.optional() })
  .refine((line) => line.quantity === undefined || line.amount === undefined, 'must name a quantity or an amount, not both');

export const creditNoteRoutes = defineRoutes([
  {
    id: 'createCreditNote',
    method: 'POST',
    path: '/v1/invoices/{id}/credit-notes',
    ...room,
    idempotency: 'required',
    summary:
      'Credit an issued invoice in full, by line or by amount; what was paid beyond what is left can be given back at once',
    params: z.strictObject({ id: id('inv') }),
    body: z.discriminatedUnion('kind', [
      z.strictObject({ kind: z.literal('full'), ...common, releaseTime: z.boolean().default(true) }),
      z.strictObject({ kind: z.literal('lines'), ...common, lines: z.array(creditedLine).min(1).max(500) }),
      z.strictObject({ kind: z.literal('amount'), ...common, amount: positiveAmount }),
    ]),
    reply: { status: 201, schema: creditNoteSchema },
  },
  {
    id: 'listCreditNotes',
    method: 'GET',
    path: '/v1/credit-notes',
    ...room,
    summary: 'Credit notes, newest first',
    query: z.strictObject({
      invoiceId: id('inv').optional(),
      clientId: id('cli').optional(),
      from: date.optional(),
      to: date.optional(),
      ...pageQuery,
    }),
    reply: { status: 200, schema: listOf(creditNoteSchema.omit({ lines: true })) },
  },
  {
    id: 'getCreditNote',
    method: 'GET',
    path: '/v1/credit-notes/{id}',
    ...room,
    summary: 'One credit note with its lines',
    params: z.strictObject({ id: id('cn') }),
    reply: { status: 200, schema: creditNoteSchema },
  },
]);

/** A parsed request to one of the routes above. */
export type CreditNoteCall<Id extends (typeof creditNoteRoutes)[number]['id']> = Call<RouteOf<typeof creditNoteRoutes, Id>>;
