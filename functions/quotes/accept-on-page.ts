import type { QuoteCall } from '../../shared/api/quotes.ts';
import type { Reply } from '../../shared/domain/once.ts';
import type { AnswerNeeds } from './answer-by-link.ts';
import { answerByForm } from './answer-by-form.ts';

/** Accepts a quote for its client by the page's form, and leads back to the page, which says how it stands. */
export const acceptOnPage =
  (needs: AnswerNeeds) =>
  ({ params, body }: QuoteCall<'acceptOnPage'>): Promise<Reply> =>
    answerByForm(needs, params.token, 'accepted', body);
