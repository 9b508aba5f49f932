import type { QuoteCall } from '../../shared/api/quotes.ts';
import type { Instant } from '../../shared/domain/days.ts';
import type { Reply } from '../../shared/domain/once.ts';
import { nonceFor } from '../../shared/domain/share-token.ts';
import { readLogo } from '../../shared/store/logos.ts';
import type { Table } from '../../shared/store/table.ts';
import { noSuchPage } from '../documents/no-such-page.ts';
import { placeOf, readByLink } from './follow-link.ts';
import { invoiceByLink } from './invoice-by-link.ts';
import { quotePage, sayings } from './quote-page.ts';

/** Shows a client the page of their quote, however it stands. Changes nothing, whoever fetches it and how often. */
export const showQuotePage =
  ({ table, now }: { table: Table; now: () => Instant }) =>
  ({ params: { token }, query }: QuoteCall<'showQuotePage'>): Promise<Reply> =>
    noSuchPage(async () => {
      const quote = await readByLink({ table, now }, token);
      const { workspaceId } = placeOf(token);
      const [logo, invoice] = await Promise.all([readLogo(table)(workspaceId), invoiceByLink(table)(token, quote)]);
      const at = now();
      const said = sayings.find((one) => one === query.said);
      return quotePage(quote, { token, now: at, nonce: nonceFor(token, quote.head.version, at), said, logo, invoice });
    });
