import * as z from 'zod';
import type { Call, RouteOf } from './call.ts';
import { id, mailBody, moneySchema } from './common.ts';
import { invoiceSchema, lineSchema } from './invoices.ts';
import { defineRoutes } from './route.ts';

/** A link is answered once and can't be read again: only its hash is kept. */
export const invoiceLinkSchema = z.object({ url: z.string(), token: z.string() }).meta({ id: 'InvoiceLink' });

export const publicInvoiceSchema = z
  .object({
    number: z.string(),
    status: z.enum(['issued', 'partially-paid', 'paid', 'void']),
    currency: z.string(),
    issueDate: z.string().nullable(),
    dueDate: z.string().nullable(),
    notes: z.string(),
    lines: z.array(
      lineSchema.pick({ description: true, date: true, quantity: true, unit: true, unitPrice: true, amount: true, tax: true }),
    ),
    lineCount: z.int(),
    subtotal: moneySchema,
    tax: moneySchema,
    total: moneySchema,
    paid: moneySchema,
    due: moneySchema,
    overdue: z.boolean(),
    payable: z.boolean().meta({ description: 'Whether it can be paid by card at this moment' }),
    supplier: z.record(z.string(), z.unknown()),
    client: z.record(z.string(), z.unknown()),
  })
  .meta({ id: 'PublicInvoice', description: 'An invoice as its client sees it' });

const logoSchema = z
  .object({ contentType: z.enum(['image/png', 'image/jpeg']), width: z.int(), height: z.int(), bytes: z.int() })
  .meta({ id: 'Logo', description: 'The picture at the head of documents as it is kept; its sides are in pixels' });

const byId = z.strictObject({ id: id('inv') });
const byToken = z.strictObject({ token: z.string().max(300) });
const room = { capability: 'documents', access: 'finance' } as const;
const logo = { capability: 'documents', path: '/v1/workspace/logo' } as const;
const open = { capability: 'documents', access: 'public', params: byToken } as const;
const pdf = { status: 200, contentType: 'application/pdf' } as const;

export const documentRoutes = defineRoutes([
  {
    id: 'getInvoicePdf',
    method: 'GET',
    path: '/v1/invoices/{id}/pdf',
    ...room,
    summary: 'The invoice as a PDF file',
    params: byId,
    reply: pdf,
  },
  {
    id: 'getQuotePdf',
    method: 'GET',
    path: '/v1/quotes/{id}/pdf',
    ...room,
    summary: 'The quote as a PDF file',
    params: z.strictObject({ id: id('quo') }),
    reply: pdf,
  },
  {
    id: 'getCreditNotePdf',
    method: 'GET',
    path: '/v1/credit-notes/{id}/pdf',
    ...room,
    summary: 'The credit note as a PDF file',
    params: z.strictObject({ id: id('cn') }),
    reply: pdf,
  },
  {
    id: 'shareInvoice',
    method: 'POST',
    path: '/v1/invoices/{id}/share',
    ...room,
    summary: "Make a link to the invoice's page for its client; links that were made before stay as they are",
    params: byId,
    reply: { status: 201, schema: invoiceLinkSchema },
  },
  {
    id: 'revokeInvoiceLinks',
    method: 'DELETE',
    path: '/v1/invoices/{id}/share',
    ...room,
    ifMatch: 'optional',
    summary: 'Revoke all links to the invoice at once, those in mails too',
    params: byId,
    reply: { status: 204 },
  },
  {
    id: 'sendInvoice',
    method: 'POST',
    path: '/v1/invoices/{id}/send',
    ...room,
    idempotency: 'required',
    summary: 'Mail the invoice to its client, with a link to its page and the PDF; Xero is told that it was sent',
    params: byId,
    body: mailBody.optional().transform((body) => body ?? {}),
    reply: { status: 200, schema: invoiceSchema },
  },
  {
    id: 'getPublicInvoice',
    method: 'GET',
    path: '/v1/public/invoices/{token}',
    ...open,
    summary: 'The invoice that a link leads to, with its first 100 lines',
    reply: { status: 200, schema: publicInvoiceSchema },
  },
  {
    id: 'showInvoicePage',
    method: 'GET',
    path: '/i/{token}',
    ...open,
    summary: 'The page of an invoice for its client',
    query: z.looseObject({ said: z.string().optional() }),
    reply: { status: 200, contentType: 'text/html' },
  },
  {
    id: 'getPublicInvoicePdf',
    method: 'GET',
    path: '/i/{token}/pdf',
    ...open,
    summary: 'The invoice that a link leads to, as a PDF file',
    reply: pdf,
  },
  {
    id: 'getPublicQuotePdf',
    method: 'GET',
    path: '/q/{token}/pdf',
    ...open,
    summary: 'The quote that a link leads to, as a PDF file',
    reply: pdf,
  },
  {
    id: 'showAfterPayment',
    method: 'GET',
    path: '/paid/{id}',
    capability: 'documents',
    access: 'public',
    params: byId,
    summary: 'Where a payment page leads back to: on to the page of the invoice, for the browser that came from there',
    reply: { status: 200, contentType: 'text/html' },
  },
  {
    id: 'getLogo',
    method: 'GET',
    ...logo,
    access: 'member',
    summary: 'The picture at the head of documents',
    reply: { status: 200, contentType: 'image/*' },
  },
  {
    id: 'putLogo',
    method: 'PUT',
    ...logo,
    access: 'admin',
    membershipAtOnce: true,
    ifMatch: 'optional',
    summary: 'Set the picture at the head of documents: at most 200 KB, and 2,000 pixels wide and high',
    file: ['image/png', 'image/jpeg'],
    reply: { status: 200, schema: logoSchema },
  },
  {
    id: 'deleteLogo',
    method: 'DELETE',
    ...logo,
    access: 'admin',
    membershipAtOnce: true,
    summary: 'Show documents without a picture again',
    reply: { status: 204 },
  },
]);

/** A parsed request to one of the routes above. */
export type DocumentCall<Id extends (typeof documentRoutes)[number]['id']> = Call<RouteOf<typeof documentRoutes, Id>>;
