import * as z from 'zod';
import type { Xero } from './client.ts';
import { pageOf, type Listed } from './compared.ts';
import { asQuote, quoteAnswer, type XeroQuote } from './quote-answer.ts';

const shape = z.object({ quotes: z.array(quoteAnswer) });

/** The most that Xero hands out at once; it has no larger pages of quotes. */
const quotesPerPage = 100;

const search = async (
  xero: Xero,
  asked: { changedSince?: Date | undefined; page?: number; number?: string },
): Promise<{ found: XeroQuote[]; isFull: boolean }> => {
  const { quotes } = await xero.send(shape, (api, tenantId) =>
    api.getQuotes(
      tenantId,
      asked.changedSince,
      undefined,
      undefined,
      undefined,
      undefined,
      undefined,
      undefined,
      asked.page ?? 1,
      'UpdatedDateUTC ASC, QuoteID ASC',
      asked.number,
    ),
  );
  return { found: quotes.flatMap((found) => asQuote(found) ?? []), isFull: quotes.length >= quotesPerPage };
};

/** Quotes by number, deleted ones too. One call for each: Xero looks for one number at a time. */
export const findQuotesByNumber = async (xero: Xero, numbers: readonly string[]): Promise<XeroQuote[]> => {
  const found: XeroQuote[] = [];
  for (const number of numbers) found.push(...(await search(xero, { number })).found);
  return found;
};

/** One page of 100 quotes, in the order in which they were changed. One call. Xero doesn't say how many pages there are. */
export const listQuotes = (xero: Xero, asked: { page: number; changedSince: string }): Promise<Listed<XeroQuote>> =>
  pageOf({ ...asked, pageSize: quotesPerPage }, async ({ page, changedSince }) => {
    const { found, isFull } = await search(xero, { page, changedSince });
    return { found, pageCount: isFull ? page + 1 : page };
  });
