import type { Instant } from '../../shared/domain/days.ts';
import { Refusal } from '../../shared/domain/refusal.ts';
import { isTokenOf, readShareToken, type LinkPlace } from '../../shared/domain/share-token.ts';
import { quoteIn, sentQuoteKeys, type WholeQuote } from '../../shared/store/quotes.ts';
import { leadsSomewhere } from '../../shared/store/share-links.ts';
import type { Table } from '../../shared/store/table.ts';
import { throttled } from '../../shared/store/throttles.ts';

// Flow: where a link leads. A link that never was, one that was revoked and one to nothing look the same from outside.

interface Needs {
  readonly table: Table;
  readonly now: () => Instant;
}

const leadsNowhere = (): Refusal => new Refusal('not-found', 'There is no such thing here');

/** Where a token says that it leads. Refuses what is no token in the same words as everything else that leads nowhere. */
export const placeOf = (token: string): LinkPlace => {
  const place = readShareToken(token, 'quo');
  if (!place) throw leadsNowhere();
  return place;
};

/** The quote, if the token is still a link to it; refused as a link that leads nowhere otherwise. */
export const mustBeLinked = (quote: WholeQuote | undefined, token: string): WholeQuote => {
  if (!quote || !isLinked(quote, token)) throw leadsNowhere();
  return quote;
};

/** Whether a token is the link that was shared, or one of those that went out by mail. */
export const isLinked = ({ head, links }: Pick<WholeQuote, 'head' | 'links'>, token: string): boolean => {
  const isMailed = leadsSomewhere(links, token);
  return head.status !== 'draft' && (isTokenOf(token, head.linkHash) || isMailed);
};

/** Counts a link that leads nowhere against the workspace that it names, whether there is one or not. Refuses when there are too many. */
export const countWrongLink = async ({ table, now }: Needs, { workspaceId }: LinkPlace): Promise<void> =>
  table.commit([throttled(workspaceId, 'wrong-link', '', now())]);

/** Runs what a link allows; one that leads nowhere is counted, so that nobody goes on guessing. */
export const withLink = async <T>(needs: Needs, token: string, run: (place: LinkPlace) => Promise<T>): Promise<T> => {
  const place = placeOf(token);
  try {
    return await run(place);
  } catch (error) {
    if (error instanceof Refusal && error.code === 'not-found') await countWrongLink(needs, place);
    throw error;
  }
};

/** The quote that a link leads to. One round trip; changes nothing. */
export const readByLink = (needs: Needs, token: string): Promise<WholeQuote> =>
  withLink(needs, token, async ({ workspaceId, documentId }) => {
    const found = await needs.table.batchGet(sentQuoteKeys(workspaceId, documentId));
    return mustBeLinked(quoteIn(found, workspaceId, documentId), token);
  });
