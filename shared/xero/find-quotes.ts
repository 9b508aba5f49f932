import * as z from 'zod';
import type { Xero } from './client.ts';
import { asQuote, quoteAnswer, type XeroQuote } from './quote-answer.ts';

const shape = z.object({ quotes: z.array(quoteAnswer) });

const search = async (xero: Xero, number: string): Promise<XeroQuote[]> => {
  const { quotes } = await xero.send(shape, (api, tenantId) =>
    api.getQuotes(
      ...([tenantId, undefined, undefined, undefined, undefined, undefined] as const),
      ...([undefined, undefined, 1, 'UpdatedDateUTC ASC, QuoteID ASC', number] as const),
    ),
  );
  return quotes.flatMap((found) => asQuote(found) ?? []);
};

/** Quotes by number, deleted ones too. One call for each: Xero looks for one number at a time. */
export const findQuotesByNumber = async (xero: Xero, numbers: readonly string[]): Promise<XeroQuote[]> => {
  const found: XeroQuote[] = [];
  for (const number of numbers) found.push(...(await search(xero, number)));
  return found;
};
