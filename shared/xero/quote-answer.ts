import * as z from 'zod';
import { asDocument, documentAnswer, type XeroDocument } from './document-answer.ts';
import { noSuchId } from './element.ts';

/** The fields of a quote that we read in any answer. Amounts are major units as Xero's JSON has them. */
export const quoteAnswer = z.object({
  quoteID: z.string().optional(),
  quoteNumber: z.string().optional(),
  ...documentAnswer,
  updatedDateUTC: z.date().optional(),
});

/** A quote as Xero has it. */
export interface XeroQuote extends XeroDocument {
  readonly quoteId: string;
  readonly number: string;
  readonly updatedAt: string | null;
}

export const asQuote = (found: z.infer<typeof quoteAnswer>): XeroQuote | undefined =>
  found.quoteID === undefined || found.quoteID === noSuchId
    ? undefined
    : {
        quoteId: found.quoteID,
        number: found.quoteNumber ?? '',
        ...asDocument(found),
        updatedAt: found.updatedDateUTC?.toISOString() ?? null,
      };
