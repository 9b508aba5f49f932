import * as z from 'zod';
import type { Call, RouteOf } from './call.ts';
import { documentDate, id, listOf, mailBody, pageQuery, syncSchema, text } from './common.ts';
import { freeLine, lineSchema } from './invoices.ts';
import {
  answerBody,
  answerForm,
  answerSchema,
  byToken,
  party,
  publicQuoteSchema,
  quoteHead,
  quoteStatus,
} from './public-quotes.ts';
import { defineRoutes } from './route.ts';

const { title: _title, ...untitled } = quoteHead;
const listed = {
  id: z.string(),
  ...untitled,
  clientId: z.string(),
  jobId: z.string().nullable(),
  invoiceId: z.string().nullable(),
  supersedes: z.string().nullable(),
  supersededBy: z.string().nullable(),
  shared: z.boolean(),
  createdAt: z.string(),
  sync: syncSchema,
};

export const quoteSchema = z
  .object({
    ...listed,
    title: z.string(),
    notes: z.string(),
    pricesIncludeTax: z.boolean(),
    lines: z.array(lineSchema),
    termsHash: z.string().nullable(),
    answer: answerSchema.nullable(),
    supplier: party,
    client: party,
  })
  .meta({ id: 'Quote' });

/** A link is answered once and can't be read again: only its hash is kept. */
const linkSchema = z.object({ url: z.string(), token: z.string() }).meta({ id: 'QuoteLink' });
const sentSchema = quoteSchema.extend({ link: linkSchema });

const lines = z.array(freeLine).min(1).max(200);
const withTax = z.boolean().meta({ description: 'Prices are meant with tax; without it tax comes on top' });
const said = {
  lines,
  pricesIncludeTax: withTax.optional(),
  title: text(100).optional(),
  notes: text(4000).optional(),
  validUntil: documentDate.nullable().optional(),
};
const forSomebody = z
  .strictObject({ clientId: id('cli').optional(), jobId: id('job').optional(), ...said })
  .refine(({ clientId, jobId }) => clientId !== undefined || jobId !== undefined, {
    path: ['clientId'],
    message: 'or jobId must be given',
  });

const byId = z.strictObject({ id: id('quo') });
const room = { capability: 'quotes', access: 'finance' } as const;
const open = { capability: 'quotes', access: 'public', params: byToken } as const;
const page = { status: 200, contentType: 'text/html' } as const;

export const quoteRoutes = defineRoutes([
  {
    id: 'createQuote',
    method: 'POST',
    path: '/v1/quotes',
    ...room,
    idempotency: 'required',
    summary: 'Draft a quote for a client or a job',
    body: forSomebody,
    reply: { status: 201, schema: quoteSchema },
  },
  {
    id: 'listQuotes',
    method: 'GET',
    path: '/v1/quotes',
    ...room,
    summary: 'Quotes, newest first',
    query: z.strictObject({
      status: quoteStatus.optional(),
      clientId: id('cli').optional(),
      jobId: id('job').optional(),
      ...pageQuery,
    }),
    reply: { status: 200, schema: listOf(z.object(listed)) },
  },
  {
    id: 'getQuote',
    method: 'GET',
    path: '/v1/quotes/{id}',
    ...room,
    summary: 'One quote',
    params: byId,
    reply: { status: 200, schema: quoteSchema },
  },
  {
    id: 'updateQuote',
    method: 'PATCH',
    path: '/v1/quotes/{id}',
    ...room,
    summary: 'Change a draft',
    params: byId,
    body: z
      .strictObject({
        lines,
        pricesIncludeTax: withTax,
        title: text(100),
        notes: text(4000),
        validUntil: documentDate.nullable(),
      })
      .partial()
      .refine((body) => Object.keys(body).length > 0, 'must change something'),
    reply: { status: 200, schema: quoteSchema },
  },
  {
    id: 'sendQuote',
    method: 'POST',
    path: '/v1/quotes/{id}/send',
    ...room,
    idempotency: 'required',
    summary:
      'Send a draft: it gets its number, its tax is locked, and its link is answered; with `mail` it is mailed to the client too',
    params: byId,
    body: z
      .strictObject({ mail: mailBody.optional() })
      .optional()
      .transform((body) => body ?? {}),
    reply: { status: 200, schema: sentSchema },
  },
  {
    id: 'mailQuote',
    method: 'POST',
    path: '/v1/quotes/{id}/mail',
    ...room,
    idempotency: 'required',
    summary: 'Mail a quote that waits for its answer to the client, with the PDF and a link of its own',
    params: byId,
    body: mailBody.optional().transform((body) => body ?? {}),
    reply: { status: 200, schema: quoteSchema },
  },
  {
    id: 'reviseQuote',
    method: 'POST',
    path: '/v1/quotes/{id}/revise',
    ...room,
    idempotency: 'required',
    summary: 'Draft the next version; the one before it can no longer be accepted',
    params: byId,
    reply: { status: 201, schema: quoteSchema },
  },
  {
    id: 'withdrawQuote',
    method: 'POST',
    path: '/v1/quotes/{id}/withdraw',
    ...room,
    summary: 'Take a sent quote back',
    params: byId,
    reply: { status: 200, schema: quoteSchema },
  },
  {
    id: 'shareQuote',
    method: 'POST',
    path: '/v1/quotes/{id}/share',
    ...room,
    summary: 'Make a new link; all before it, those in mails too, lead nowhere from then on',
    params: byId,
    reply: { status: 201, schema: linkSchema },
  },
  {
    id: 'revokeQuoteLink',
    method: 'DELETE',
    path: '/v1/quotes/{id}/share',
    ...room,
    ifMatch: 'optional',
    summary: 'Revoke all links to the quote at once, those in mails too',
    params: byId,
    reply: { status: 204 },
  },
  {
    id: 'getPublicQuote',
    method: 'GET',
    path: '/v1/public/quotes/{token}',
    ...open,
    summary: 'The quote that a link leads to',
    reply: { status: 200, schema: publicQuoteSchema },
  },
  {
    id: 'acceptPublicQuote',
    method: 'POST',
    path: '/v1/public/quotes/{token}/accept',
    ...open,
    summary: 'Accept the quote: its invoice is made',
    body: answerBody,
    reply: { status: 200, schema: publicQuoteSchema },
  },
  {
    id: 'declinePublicQuote',
    method: 'POST',
    path: '/v1/public/quotes/{token}/decline',
    ...open,
    summary: 'Decline the quote',
    body: answerBody,
    reply: { status: 200, schema: publicQuoteSchema },
  },
  {
    id: 'showQuotePage',
    method: 'GET',
    path: '/q/{token}',
    ...open,
    summary: 'The page of a quote for its client',
    query: z.looseObject({ said: z.string().optional() }),
    reply: page,
  },
  {
    id: 'acceptOnPage',
    method: 'POST',
    path: '/q/{token}/accept',
    ...open,
    form: true,
    summary: 'The form that accepts the quote; leads back to its page',
    body: answerForm,
    reply: { status: 303 },
  },
  {
    id: 'declineOnPage',
    method: 'POST',
    path: '/q/{token}/decline',
    ...open,
    form: true,
    summary: 'The form that declines the quote; leads back to its page',
    body: answerForm,
    reply: { status: 303 },
  },
]);

/** A parsed request to one of the routes above. */
export type QuoteCall<Id extends (typeof quoteRoutes)[number]['id']> = Call<RouteOf<typeof quoteRoutes, Id>>;
