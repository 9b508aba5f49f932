import type { QuoteCall } from '../../shared/api/quotes.ts';
import type { Reply } from '../../shared/domain/once.ts';
import { answerByLink, type AnswerNeeds } from './answer-by-link.ts';
import { privateHeaders } from './private-headers.ts';
import { publicQuoteView } from './views.ts';

/** Accepts a quote for its client: the name and the hash of the terms are kept with it, and its invoice is made in the same commit. */
export const acceptPublicQuote =
  (needs: AnswerNeeds) =>
  async ({ params, body }: QuoteCall<'acceptPublicQuote'>): Promise<Reply> => {
    const { quote, now } = await answerByLink(needs, params.token, { kind: 'accepted', ...body });
    return { status: 200, headers: privateHeaders, body: publicQuoteView(quote, now) };
  };
