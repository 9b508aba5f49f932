import * as z from 'zod';
import type { DocumentThere } from '../domain/compare-document.ts';
import { isQuoteStatusThere } from '../domain/quote-in-xero.ts';
import type { Xero } from './client.ts';
import { day, pageOf, type Listed, type PageAsked } from './compared.ts';
import { documentFields, documentThere, theOneOrNone } from './document-there.ts';

/** A quote as Xero has it; its last day stands where other documents are due. Amounts are hundredths of a major unit. */
export type QuoteThere = DocumentThere & { quoteId: string };

const compared = z
  .object({ ...documentFields, quoteID: z.string(), quoteNumber: z.string().default(''), expiryDate: day })
  .transform((found): QuoteThere => ({
    ...documentThere({ ...found, dueDate: found.expiryDate }, found.quoteNumber),
    ...(isQuoteStatusThere(found.status) ? {} : { unclear: `status ${found.status.slice(0, 40) || 'missing'}` }),
    quoteId: found.quoteID,
  }));
const shape = z.object({ quotes: z.array(compared) });

/** The most that Xero hands out at once; it has no larger pages of quotes. */
const quotesPerPage = 100;

/** One page of 100 quotes with lines, deleted ones too, in the order in which they were changed. One call. */
export const listQuotes = (xero: Xero, { page, changedSince }: Omit<PageAsked, 'pageSize'>): Promise<Listed<QuoteThere>> =>
  pageOf({ page, changedSince, pageSize: quotesPerPage }, async (asked) => {
    const { quotes } = await xero.send(shape, (api, tenantId) =>
      api.getQuotes(
        ...([tenantId, asked.changedSince, undefined, undefined, undefined, undefined] as const),
        ...([undefined, undefined, asked.page, 'UpdatedDateUTC ASC, QuoteID ASC'] as const),
      ),
    );
    return { found: quotes, pageCount: undefined };
  });

/** One quote by its id; undefined only when Xero says in so many words that there is no such one. One call. */
export const readQuoteThere = (xero: Xero, id: string): Promise<QuoteThere | undefined> =>
  theOneOrNone(async () => {
    const { quotes } = await xero.send(shape, (api, tenantId) => api.getQuote(tenantId, id));
    return quotes.find(({ quoteId }) => quoteId === id);
  });
