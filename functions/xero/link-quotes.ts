import { findQuotesByNumber } from '../../shared/xero/find-quotes.ts';
import { totalsThatDiffer } from '../../shared/xero/map-invoice.ts';
import type { XeroQuote } from '../../shared/xero/quote-answer.ts';
import { gatherQuotes } from './gather-quotes.ts';
import { heldBy, type Judged, type ToJudge } from './link-existing.ts';
import type { Run } from './run.ts';
import { adoptedQuote, settledQuote } from './send-quotes.ts';

// Flow of the worker: which quotes are in Xero already. One that is linked is led from its state there to the one that it has here.

/** Judges quotes by what Xero has under their numbers. Somebody else's stops ours. */
export const judgeQuotes = async (run: Run, { works, lookUp }: ToJudge): Promise<Judged[]> => {
  const { toSend, links } = await gatherQuotes(run, works);
  const there = await lookUp(
    toSend.map(({ quote }) => quote.number),
    async (numbers) => byNumber(await findQuotesByNumber(run.books, numbers)),
  );
  const held = await heldBy(run, toSend, {
    links,
    id: ({ quote }) => quote.id,
    party: ({ client }) => client,
    holder: ({ quote }) => there.get(quote.number),
    isSame: ({ quote }, holder) => holder.currency === quote.currency && totalsThatDiffer(quote, holder).length === 0,
  });
  return toSend.map((one): Judged => {
    const documentId = one.quote.id;
    const found = held.get(documentId);
    if (!found) return { documentId };
    const { holder, isOurs } = found;
    return { documentId, settled: isOurs ? settledQuote(run, one, { ok: true, value: holder }) : adoptedQuote(run, one, holder) };
  });
};

/** What was deleted there holds no number, unless it was ours. */
export const byNumber = (quotes: readonly XeroQuote[]): Map<string, XeroQuote> =>
  new Map(
    quotes
      .filter(({ number, status, reference }) => number !== '' && (status !== 'DELETED' || reference.startsWith('quo_')))
      .map((one) => [one.number, one]),
  );
