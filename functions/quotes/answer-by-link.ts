import type { Instant } from '../../shared/domain/days.ts';
import { Refusal } from '../../shared/domain/refusal.ts';
import type { QuoteAnswer } from '../../shared/domain/quote.ts';
import type { WholeQuote } from '../../shared/store/quotes.ts';
import type { Table } from '../../shared/store/table.ts';
import { throttled } from '../../shared/store/throttles.ts';
import type { Write } from '../../shared/store/write.ts';
import { answerWith, type Answered } from './answer-quote.ts';
import { mustBeLinked, withLink } from './follow-link.ts';

// Flow: what a client says to a quote through its link, by form or by JSON.

export interface AnswerNeeds {
  readonly table: Table;
  readonly now: () => Instant;
  readonly newId: (prefix: string) => string;
  /** Runs again what lost a race over the number series. */
  readonly retry: <T>(run: () => Promise<T>) => Promise<T>;
  readonly ring: (workspaceIds: readonly string[]) => Promise<void>;
}

/**
 * Answers through a link. Every try counts against the link and its workspace: one that goes through in its own commit, any other by
 * itself. `look` sees the quote before it is answered.
 */
export const answerByLink = (
  needs: AnswerNeeds,
  token: string,
  said: Pick<QuoteAnswer, 'kind' | 'name' | 'termsHash'>,
  look: (quote: WholeQuote, now: Instant) => void = () => undefined,
): Promise<Answered> =>
  withLink(needs, token, async ({ workspaceId: ws, documentId }) => {
    const tries = (now: Instant): Write[] => [throttled(ws, 'link', documentId, now), throttled(ws, 'workspace', '', now)];
    const allow = (found: WholeQuote | undefined): WholeQuote => {
      const quote = mustBeLinked(found, token);
      look(quote, needs.now());
      return quote;
    };
    try {
      const answered = await answerWith(needs)({ ws, quoteId: documentId, ...said, by: 'client', allow, also: tries });
      if (!answered.changed) await countAlone(needs.table, tries(answered.now));
      if (answered.toXero) await needs.ring([ws]).catch(() => undefined);
      return answered;
    } catch (error) {
      if (error instanceof Refusal && error.code !== 'not-found' && error.code !== 'quota-used-up')
        await countAlone(needs.table, tries(needs.now()));
      throw error;
    }
  });

/** One by one: a crowd at one link would only be in its own way in transactions. */
const countAlone = async (table: Table, tries: readonly Write[]): Promise<void> => {
  for (const one of tries) await table.commit([one]);
};
