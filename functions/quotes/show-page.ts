import type { QuoteCall } from '../../shared/api/quotes.ts';
import type { Instant } from '../../shared/domain/days.ts';
import type { Reply } from '../../shared/domain/once.ts';
import { Refusal } from '../../shared/domain/refusal.ts';
import { nonceFor } from '../../shared/domain/share-token.ts';
import type { Table } from '../../shared/store/table.ts';
import { linkIsDead } from './dead-link.ts';
import { readByLink } from './follow-link.ts';
import { quotePage, sayings } from './quote-page.ts';

/** Shows a client the page of their quote, however it stands. Changes nothing, whoever fetches it and how often. */
export const showQuotePage =
  ({ table, now }: { table: Table; now: () => Instant }) =>
  async ({ params: { token }, query }: QuoteCall<'showQuotePage'>): Promise<Reply> => {
    try {
      const quote = await readByLink({ table, now }, token);
      const at = now();
      const said = sayings.find((one) => one === query.said);
      return quotePage(quote, { token, now: at, nonce: nonceFor(token, quote.head.version, at), said });
    } catch (error) {
      if (error instanceof Refusal && error.code === 'not-found') return linkIsDead();
      throw error;
    }
  };
