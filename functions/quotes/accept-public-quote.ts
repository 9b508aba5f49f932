import type { QuoteCall } from '../../shared/api/quotes.ts';
import type { Reply } from '../../shared/domain/once.ts';
import { answerByLink, type AnswerNeeds } from './answer-by-link.ts';
import { invoiceByLink, invoicePath } from './invoice-by-link.ts';
import { privateHeaders } from './private-headers.ts';
import { publicQuoteView } from './views.ts';

/**
 * Accepts a quote for its client: the name and the hash of the terms are kept with it, and its invoice is made in the same commit. They
 * are led to the invoice, by the secret that they came with.
 */
export const acceptPublicQuote =
  (needs: AnswerNeeds & { readonly publicUrl: string }) =>
  async ({ params: { token }, body }: QuoteCall<'acceptPublicQuote'>): Promise<Reply> => {
    const { quote, now, changed } = await answerByLink(needs, token, { kind: 'accepted', ...body });
    const { invoiceId } = quote.head;
    // Nobody can have revoked the links of an invoice that was made in this moment.
    const isNew = changed && invoiceId !== null;
    const path = isNew ? invoicePath(token, invoiceId) : (await invoiceByLink(needs.table)(token, quote))?.path;
    const invoiceUrl = path === undefined ? null : `${needs.publicUrl}${path}`;
    return { status: 200, headers: privateHeaders, body: publicQuoteView(quote, now, invoiceUrl) };
  };
