import type { QuoteCall } from '../../shared/api/quotes.ts';
import type { Instant } from '../../shared/domain/days.ts';
import type { Reply } from '../../shared/domain/once.ts';
import type { Table } from '../../shared/store/table.ts';
import { readShown } from './read-quote.ts';
import { quoteView } from './views.ts';

/** Shows finance one quote, with its lines, its answer and its way to Xero. */
export const getQuote =
  ({ table, now }: { table: Table; now: () => Instant }) =>
  async ({ caller, params }: QuoteCall<'getQuote'>): Promise<Reply> => {
    const { quote, sync } = await readShown(table)(caller.workspaceId, params.id);
    return { status: 200, etag: String(quote.head.version), body: quoteView(quote, sync, now()) };
  };
