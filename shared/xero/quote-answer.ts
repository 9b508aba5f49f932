import * as z from 'zod';
import { noSuchId } from './element.ts';

/** The fields of a quote that we read in any answer. Amounts are major units as Xero's JSON has them. */
export const quoteAnswer = z.object({
  quoteID: z.string().optional(),
  quoteNumber: z.string().optional(),
  reference: z.string().optional(),
  status: z.string().optional(),
  contact: z.object({ contactID: z.string().optional() }).optional(),
  currencyCode: z.string().optional(),
  subTotal: z.number().optional(),
  totalTax: z.number().optional(),
  total: z.number().optional(),
  updatedDateUTC: z.date().optional(),
});

/** A quote as Xero has it. */
export interface XeroQuote {
  readonly quoteId: string;
  readonly number: string;
  readonly reference: string;
  readonly status: string;
  /** Empty when Xero didn't say. */
  readonly contactId: string;
  readonly currency: string;
  readonly subtotal: number;
  readonly tax: number;
  readonly total: number;
  readonly updatedAt: string | null;
}

export const asQuote = (found: z.infer<typeof quoteAnswer>): XeroQuote | undefined =>
  found.quoteID === undefined || found.quoteID === noSuchId
    ? undefined
    : {
        quoteId: found.quoteID,
        number: found.quoteNumber ?? '',
        reference: found.reference ?? '',
        status: found.status ?? '',
        contactId: found.contact?.contactID ?? '',
        currency: found.currencyCode ?? '',
        subtotal: found.subTotal ?? 0,
        tax: found.totalTax ?? 0,
        total: found.total ?? 0,
        updatedAt: found.updatedDateUTC?.toISOString() ?? null,
      };
