import * as z from 'zod';
import type { Xero } from './client.ts';
import { asQuote, quoteAnswer, type XeroQuote } from './quote-answer.ts';

const shape = z.object({ quotes: z.array(quoteAnswer) });

/** The most that Xero hands out at once; it has no larger pages of quotes. */
const quotesPerPage = 100;

const search = async (
  xero: Xero,
  { from, page = 1, order, number }: { from?: string; page?: number; order: string; number?: string },
): Promise<{ found: XeroQuote[]; isFull: boolean }> => {
  const { quotes } = await xero.send(shape, (api, tenantId) =>
    api.getQuotes(
      ...([tenantId, undefined, from, undefined, undefined, undefined] as const),
      ...([undefined, undefined, page, order, number] as const),
    ),
  );
  return { found: quotes.flatMap((found) => asQuote(found) ?? []), isFull: quotes.length >= quotesPerPage };
};

/** Quotes by number, deleted ones too. One call for each: Xero looks for one number at a time. */
export const findQuotesByNumber = async (xero: Xero, numbers: readonly string[]): Promise<XeroQuote[]> => {
  const found: XeroQuote[] = [];
  for (const number of numbers) found.push(...(await search(xero, { number, order: 'UpdatedDateUTC ASC, QuoteID ASC' })).found);
  return found;
};

/**
 * One page of 100 quotes dated from a day on, in an order that changes never disturb. One call. `pageCount` is a page more than was read
 * while there may be more: Xero doesn't say how many there are.
 */
export const listQuotesFrom = async (
  xero: Xero,
  { from, page }: { from: string; page: number },
): Promise<{ quotes: XeroQuote[]; pageCount: number }> => {
  const { found, isFull } = await search(xero, { from, page, order: 'QuoteID ASC' });
  return { quotes: found, pageCount: isFull ? page + 1 : page };
};
