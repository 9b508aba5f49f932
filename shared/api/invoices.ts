import * as z from 'zod';
import type { Call, RouteOf } from './call.ts';
import { amount, date, documentDate, flag, id, listOf, moneySchema, pageQuery, syncSchema, text } from './common.ts';
import { defineRoutes } from './route.ts';

const quantity = z.string().regex(/^\d{1,9}(\.\d{1,4})?$/, 'must be a number with up to 4 decimals');
const invoiceStatus = z.enum(['collecting', 'draft', 'issued', 'partially-paid', 'paid', 'voiding', 'void', 'abandoned']);

export const lineSchema = z
  .object({
    id: z.string(),
    timeEntryId: z.string().nullable(),
    timeEntryIds: z.array(z.string()).optional(),
    expenseId: z.string().optional(),
    memberId: z.string().nullable(),
    serviceId: z.string().nullable(),
    date: z.string().nullable(),
    description: z.string(),
    quantity: z.string(),
    unit: z.enum(['hour', 'item']),
    unitPrice: moneySchema,
    amount: moneySchema,
    tax: z
      .object({
        name: z.string(),
        rate: z.string(),
        amount: moneySchema,
        rule: z.string(),
        effectiveFrom: z.string().nullable(),
        components: z.array(z.object({ name: z.string(), rate: z.string(), amount: moneySchema })),
      })
      .nullable(),
    explanation: z.record(z.string(), z.unknown()).nullable(),
  })
  .meta({ id: 'Line' });

const party = z.record(z.string(), z.unknown());

export const invoiceSchema = z
  .object({
    id: z.string(),
    number: z.string().nullable(),
    status: invoiceStatus,
    clientId: z.string(),
    jobId: z.string().nullable(),
    quoteId: z.string().nullable(),
    currency: z.string(),
    issueDate: z.string().nullable(),
    dueDate: z.string().nullable(),
    notes: z.string(),
    lines: z.array(lineSchema),
    linesCursor: z.string().optional(),
    pricesIncludeTax: z.boolean(),
    subtotal: moneySchema,
    tax: moneySchema,
    total: moneySchema,
    paid: moneySchema,
    credited: moneySchema,
    due: moneySchema,
    overdue: z.boolean(),
    sentAt: z.string().nullable(),
    supplier: party.nullable(),
    client: party.nullable(),
    sync: syncSchema,
  })
  .meta({ id: 'Invoice' });

export const previewSchema = z
  .object({
    lines: z.array(lineSchema),
    subtotal: moneySchema,
    tax: moneySchema,
    total: moneySchema,
    issueDate: z.string(),
    dueDate: z.string(),
    entries: z.int(),
    left: z.array(z.object({ timeEntryId: z.string(), reason: z.string() })),
    expect: z.string(),
  })
  .meta({ id: 'InvoicePreview' });

const priced = {
  pricesIncludeTax: z.boolean().optional().meta({ description: 'Prices are meant with tax; without it tax comes on top' }),
};

const choice = {
  jobId: id('job'),
  timeEntryIds: z.array(id('te')).min(1).max(2000).optional(),
  expenseIds: z.array(id('exp')).max(200).optional().meta({
    description: 'Exactly these expenses; without it, those of the same members and days, and none beside chosen entries',
  }),
  memberIds: z.array(id('mem')).min(1).max(100).optional(),
  from: date.optional(),
  to: date.optional(),
  groupBy: z.enum(['entry', 'member', 'day', 'service']).default('entry'),
  issueDate: documentDate.optional(),
  dueDate: documentDate.optional(),
  notes: text(4000).optional(),
  ...priced,
};
/** A line that somebody writes freely. */
export const freeLine = z.strictObject({
  description: text(4000, 1),
  quantity: quantity.default('1'),
  unitPrice: amount,
  serviceId: id('svc').nullable().optional(),
});
const fromTime = z.strictObject({ ...choice, draft: z.boolean().optional(), expect: z.string().max(100).optional() });
const fromLines = z.strictObject({
  clientId: id('cli'),
  jobId: id('job').optional(),
  lines: z.array(freeLine).min(1).max(500),
  ...priced,
  draft: z.boolean().optional(),
  issueDate: documentDate.optional(),
  dueDate: documentDate.optional(),
  notes: text(4000).optional(),
});
const fromQuote = z.strictObject({
  quoteId: id('quo'),
  issueDate: documentDate.optional(),
  dueDate: documentDate.optional(),
  notes: text(4000).optional(),
});
const byId = z.strictObject({ id: id('inv') });
const room = { capability: 'invoices', access: 'finance' } as const;

export const invoiceRoutes = defineRoutes([
  {
    id: 'previewInvoice',
    method: 'POST',
    path: '/v1/invoices/preview',
    ...room,
    idempotency: 'none',
    summary: 'The lines that an invoice from time would have',
    body: z.strictObject(choice),
    reply: { status: 200, schema: previewSchema },
  },
  {
    id: 'createInvoice',
    method: 'POST',
    path: '/v1/invoices',
    ...room,
    idempotency: 'required',
    summary: 'Make an invoice from time, from free lines or from the terms of a quote, and issue it unless it is to stay a draft',
    body: z.union([fromTime, fromLines, fromQuote]),
    reply: { status: 201, schema: invoiceSchema },
  },
  {
    id: 'listInvoices',
    method: 'GET',
    path: '/v1/invoices',
    ...room,
    summary: 'Invoices, newest first',
    query: z.strictObject({
      status: invoiceStatus.optional(),
      overdue: flag.optional(),
      clientId: id('cli').optional(),
      jobId: id('job').optional(),
      sync: z.enum(['pending', 'sending', 'synced', 'blocked', 'failed', 'off']).optional(),
      from: date.optional(),
      to: date.optional(),
      ...pageQuery,
    }),
    reply: {
      status: 200,
      schema: listOf(
        invoiceSchema.omit({ lines: true, linesCursor: true, pricesIncludeTax: true, supplier: true, client: true }),
      ),
    },
  },
  {
    id: 'getInvoice',
    method: 'GET',
    path: '/v1/invoices/{id}',
    ...room,
    summary: 'One invoice with its first 100 lines',
    params: byId,
    reply: { status: 200, schema: invoiceSchema },
  },
  {
    id: 'listInvoiceLines',
    method: 'GET',
    path: '/v1/invoices/{id}/lines',
    ...room,
    summary: 'Lines of an invoice',
    params: byId,
    query: z.strictObject(pageQuery),
    reply: { status: 200, schema: listOf(lineSchema) },
  },
  {
    id: 'updateInvoice',
    method: 'PATCH',
    path: '/v1/invoices/{id}',
    ...room,
    summary: 'Change a draft',
    params: byId,
    body: z
      .strictObject({
        lines: z.array(freeLine).min(1).max(500),
        ...priced,
        issueDate: documentDate.nullable(),
        dueDate: documentDate.nullable(),
        notes: text(4000),
      })
      .partial()
      .refine((body) => Object.keys(body).length > 0, 'must change something'),
    reply: { status: 200, schema: invoiceSchema },
  },
  {
    id: 'deleteInvoice',
    method: 'DELETE',
    path: '/v1/invoices/{id}',
    ...room,
    summary: 'Delete a draft that never had a number; its entries are free again',
    params: byId,
    reply: { status: 204 },
  },
  {
    id: 'issueInvoice',
    method: 'POST',
    path: '/v1/invoices/{id}/issue',
    ...room,
    idempotency: 'required',
    summary: 'Issue a draft: it gets its number and its tax is locked',
    params: byId,
    reply: { status: 200, schema: invoiceSchema },
  },
  {
    id: 'voidInvoice',
    method: 'POST',
    path: '/v1/invoices/{id}/void',
    ...room,
    idempotency: 'required',
    summary: 'Void an unpaid invoice; once Xero has confirmed, its entries are free again',
    params: byId,
    reply: { status: 200, schema: invoiceSchema },
  },
  {
    id: 'returnToDraft',
    method: 'POST',
    path: '/v1/invoices/{id}/return-to-draft',
    ...room,
    idempotency: 'required',
    summary: 'Turn an invoice that is not approved in Xero back into a draft; it keeps its number',
    params: byId,
    reply: { status: 200, schema: invoiceSchema },
  },
  {
    id: 'syncInvoice',
    method: 'POST',
    path: '/v1/invoices/{id}/sync',
    ...room,
    access: 'export',
    summary: 'Send the invoice to Xero now',
    params: byId,
    reply: { status: 202, schema: syncSchema },
  },
]);

/** A parsed request to one of the routes above. */
export type InvoiceCall<Id extends (typeof invoiceRoutes)[number]['id']> = Call<RouteOf<typeof invoiceRoutes, Id>>;
