import type { QuoteCall } from '../../shared/api/quotes.ts';
import type { Reply } from '../../shared/domain/once.ts';
import { answerByLink, type AnswerNeeds } from './answer-by-link.ts';
import { privateHeaders } from './private-headers.ts';
import { publicQuoteView } from './views.ts';

/** Declines a quote for its client: the name and the hash of the terms are kept with it. */
export const declinePublicQuote =
  (needs: AnswerNeeds) =>
  async ({ params, body }: QuoteCall<'declinePublicQuote'>): Promise<Reply> => {
    const { quote, now } = await answerByLink(needs, params.token, { kind: 'declined', ...body });
    return { status: 200, headers: privateHeaders, body: publicQuoteView(quote, now, null) };
  };
