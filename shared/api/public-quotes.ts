import * as z from 'zod';
import { moneySchema, text } from './common.ts';
import { lineSchema } from './invoices.ts';

// A quote as its client sees it, who has nothing but a link, and what they may say to it.

export const quoteStatus = z.enum(['draft', 'sent', 'accepted', 'declined', 'invoiced', 'expired', 'withdrawn', 'superseded']);
export const party = z.record(z.string(), z.unknown());

/** The receipt of an answer. */
export const answerSchema = z
  .object({
    kind: z.enum(['accepted', 'declined']),
    name: z.string(),
    at: z.string(),
    zone: z.string(),
    termsHash: z.string().nullable(),
    by: z.enum(['client', 'member', 'xero']),
  })
  .meta({
    id: 'QuoteAnswer',
    description: 'Who answered a quote, when, in which zone, and the hash of the terms they agreed to',
  });

/** What every view of a quote says. */
export const quoteHead = {
  number: z.string().nullable(),
  version: z.int(),
  status: quoteStatus,
  currency: z.string(),
  title: z.string(),
  subtotal: moneySchema,
  tax: moneySchema,
  total: moneySchema,
  validUntil: z.string().nullable(),
  sentAt: z.string().nullable(),
  acceptedBy: z.string().nullable(),
  acceptedAt: z.string().nullable(),
  declinedBy: z.string().nullable(),
  declinedAt: z.string().nullable(),
};

export const publicQuoteSchema = z
  .object({
    ...quoteHead,
    notes: z.string(),
    pricesIncludeTax: z.boolean(),
    lines: z.array(lineSchema.pick({ description: true, quantity: true, unit: true, unitPrice: true, amount: true, tax: true })),
    termsHash: z.string(),
    zone: z.string(),
    answer: answerSchema.omit({ by: true }).nullable(),
    invoiceUrl: z.string().nullable().meta({ description: 'The page of the invoice that it became, for whoever has this link' }),
    supplier: party,
    client: party,
  })
  .meta({ id: 'PublicQuote', description: 'A quote as its client sees it' });

const name = z.string().trim().pipe(text(200, 1)).meta({ description: 'Who answers, in full' });
export const answerBody = z.strictObject({ name, termsHash: z.string().max(100) });
/** What the page's form sends. Whatever is wrong with it, the page says so. */
export const answerForm = z.object({
  name: z.string().optional(),
  termsHash: z.string().optional(),
  nonce: z.string().optional(),
});

export const byToken = z.strictObject({ token: z.string().max(300) });
