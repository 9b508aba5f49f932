import type { Instant } from '../../shared/domain/days.ts';
import type { Reply } from '../../shared/domain/once.ts';
import type { QuoteAnswer } from '../../shared/domain/quote.ts';
import { Refusal } from '../../shared/domain/refusal.ts';
import { isFreshNonce } from '../../shared/domain/share-token.ts';
import { quoteStatusAt } from '../../shared/domain/quote.ts';
import type { WholeQuote } from '../../shared/store/quotes.ts';
import { nothingHere } from '../documents/no-such-page.ts';
import { answerByLink, type AnswerNeeds } from './answer-by-link.ts';
import type { Said } from './quote-page.ts';

// Flow: the page's form. Whatever it leads to, the browser goes back to the page by a GET, so that reloading it repeats nothing.

interface Form {
  readonly name?: string | undefined;
  readonly termsHash?: string | undefined;
  readonly nonce?: string | undefined;
}

const nameMax = 200;

/** The form is not one of this page as it stands. */
class StaleForm extends Error {}

/** What a form says, once it is seen that it came from the page. */
export const answerByForm = async (needs: AnswerNeeds, token: string, kind: QuoteAnswer['kind'], form: Form): Promise<Reply> => {
  const back = (said?: Said): Reply => ({
    status: 303,
    headers: {
      location: `/q/${encodeURIComponent(token)}${said === undefined ? '' : `?said=${said}#answer`}`,
      'referrer-policy': 'no-referrer',
    },
  });
  const name = (form.name ?? '').replaceAll('\0', '').toWellFormed().trim();
  const { termsHash = '', nonce = '' } = form;
  const look = ({ head }: WholeQuote, now: Instant): void => {
    if (quoteStatusAt(head, now) === 'sent' && !isFreshNonce(nonce, token, head.version, now)) throw new StaleForm();
  };
  if (name === '' || name.length > nameMax) return back('name');
  try {
    await answerByLink(needs, token, { kind, name, termsHash }, look);
    return back();
  } catch (error) {
    if (error instanceof StaleForm) return back('again');
    if (!(error instanceof Refusal)) throw error;
    if (error.code === 'not-found') return nothingHere;
    if (error.code === 'quota-used-up') return back('slowly');
    return back(error.code === 'quote-terms-changed' ? 'again' : undefined);
  }
};
