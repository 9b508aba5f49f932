import type { QuoteCall } from '../../shared/api/quotes.ts';
import type { Instant } from '../../shared/domain/days.ts';
import type { Reply } from '../../shared/domain/once.ts';
import type { Table } from '../../shared/store/table.ts';
import { readByLink } from './follow-link.ts';
import { invoiceByLink } from './invoice-by-link.ts';
import { privateHeaders } from './private-headers.ts';
import { publicQuoteView } from './views.ts';

/** Shows a client the quote that their link leads to, however it stands. Changes nothing. */
export const getPublicQuote =
  ({ table, now, publicUrl }: { table: Table; now: () => Instant; publicUrl: string }) =>
  async ({ params: { token } }: QuoteCall<'getPublicQuote'>): Promise<Reply> => {
    const quote = await readByLink({ table, now }, token);
    const invoice = await invoiceByLink(table)(token, quote);
    const invoiceUrl = invoice ? `${publicUrl}${invoice.path}` : null;
    return { status: 200, headers: privateHeaders, body: publicQuoteView(quote, now(), invoiceUrl) };
  };
