import type { QuoteCall } from '../../shared/api/quotes.ts';
import type { Instant } from '../../shared/domain/days.ts';
import type { Reply } from '../../shared/domain/once.ts';
import type { Table } from '../../shared/store/table.ts';
import { readByLink } from './follow-link.ts';
import { privateHeaders } from './private-headers.ts';
import { publicQuoteView } from './views.ts';

/** Shows a client the quote that their link leads to, however it stands. Changes nothing. */
export const getPublicQuote =
  ({ table, now }: { table: Table; now: () => Instant }) =>
  async ({ params }: QuoteCall<'getPublicQuote'>): Promise<Reply> => {
    const quote = await readByLink({ table, now }, params.token);
    return { status: 200, headers: privateHeaders, body: publicQuoteView(quote, now()) };
  };
