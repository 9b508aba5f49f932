import * as z from 'zod';
import type { Quote } from 'xero-node/dist/gen/model/accounting/quote.js';
import type { Xero } from './client.ts';
import { elementShape, outcomeOf, type Outcome } from './element.ts';
import { asQuote, quoteAnswer, type XeroQuote } from './quote-answer.ts';
import { sameLength } from './same-length.ts';

const shape = z.object({ quotes: z.array(quoteAnswer.extend(elementShape)) });

/** Makes quotes. PUT, never POST: that would overwrite the quote that has the number. One call; outcomes in their order. */
export const createQuotes = async (xero: Xero, quotes: Quote[], key: string): Promise<Outcome<XeroQuote>[]> => {
  const answer = await xero.send(shape, (api, tenantId) => api.createQuotes(tenantId, { quotes }, false, key));
  return sameLength(quotes, answer.quotes).map((element) => outcomeOf(element, asQuote));
};

/**
 * Changes quotes that are named by their id: to the state they are to have. One call; outcomes in their order. Asking again for the
 * same state changes nothing.
 */
export const changeQuotes = async (xero: Xero, quotes: Quote[], key: string): Promise<Outcome<XeroQuote>[]> => {
  const answer = await xero.send(shape, (api, tenantId) => api.updateOrCreateQuotes(tenantId, { quotes }, false, key));
  return sameLength(quotes, answer.quotes).map((element) => outcomeOf(element, asQuote));
};
