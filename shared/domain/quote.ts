import type { DateText, Instant } from './days.ts';
import type { RefusalCode } from './refusal.ts';
import { refuse, refuseFields } from './refusal.ts';

/**
 * `draft` can be edited; `sent` never changes and waits for an answer; `accepted` is `invoiced` in the same commit; `declined`,
 * `withdrawn` and `superseded` are over. `expired` is never stored: it is what a sent quote is after its last day.
 */
export type QuoteStatus = 'draft' | 'sent' | 'accepted' | 'declined' | 'invoiced' | 'withdrawn' | 'superseded';
/** How a quote is shown at a moment. */
export type QuoteStatusShown = QuoteStatus | 'expired';

/** What somebody said to a quote: the receipt of it. `termsHash` is the hash of the terms that they had before them. */
export type QuoteAnswer = {
  kind: 'accepted' | 'declined';
  name: string;
  at: Instant;
  /** The workspace's zone, in which the last day was judged. */
  zone: string;
  /** Null where the answer was given to a person, or in Xero. */
  termsHash: string | null;
  by: 'client' | 'member' | 'xero';
};

/** The part of a quote that the rules below judge. `endsAt` is the first instant after its last day. */
export type QuoteState = {
  status: QuoteStatus;
  /** The first version is 1; each revision is the next one, under the same number. */
  edition: number;
  number: string | null;
  validUntil: DateText | null;
  endsAt: Instant | null;
  termsHash: string | null;
  answer: QuoteAnswer | null;
  invoiceId: string | null;
};

/** How a quote stands at an instant. At its very end it is over. */
export function quoteStatusAt({ status, endsAt }: Pick<QuoteState, 'status' | 'endsAt'>, now: Instant): QuoteStatusShown {
  return status === 'sent' && endsAt !== null && now >= endsAt ? 'expired' : status;
}

const closedBecause: Readonly<Record<Exclude<QuoteStatusShown, 'sent'>, readonly [RefusalCode, string]>> = {
  draft: ['quote-not-sent', 'The quote was not sent yet'],
  expired: ['quote-expired', 'The quote has expired'],
  accepted: ['quote-accepted', 'The quote was accepted already'],
  invoiced: ['quote-accepted', 'The quote was accepted already'],
  declined: ['quote-declined', 'The quote was declined'],
  withdrawn: ['quote-withdrawn', 'The quote was withdrawn'],
  superseded: ['quote-superseded', 'A newer version has taken the place of this quote'],
};

function notIn(wanted: readonly QuoteStatusShown[], quote: QuoteState, now: Instant): void {
  const status = quoteStatusAt(quote, now);
  if (wanted.includes(status)) return;
  const [code, words] = status === 'sent' ? (['quote-not-draft', 'The quote was sent already'] as const) : closedBecause[status];
  refuse(code, words, { quoteStatus: status });
}

/** Refuses a quote that doesn't wait for an answer, by what became of it. */
export function requireOpen(quote: QuoteState, now: Instant): void {
  notIn(['sent'], quote, now);
}

/** Changes a draft. Refuses (`quote-not-draft`) everything that was sent, whatever became of it. */
export function editQuote<Q extends QuoteState>(
  quote: Q,
  change: Partial<Omit<Q, keyof QuoteState>> & Partial<Pick<QuoteState, 'validUntil'>>,
): Q {
  requireDraft(quote);
  return { ...quote, ...change };
}

export function requireDraft({ status }: QuoteState): void {
  if (status !== 'draft')
    refuse('quote-not-draft', 'The quote was sent already; revise it to change it', { quoteStatus: status });
}

/**
 * Sends a draft under `number`; a revision keeps the one it has. From then on its terms stand, up to `endsAt`. Refuses a last day that
 * is over already (`validation`).
 */
export function sendQuote<Q extends QuoteState>(
  quote: Q,
  by: { number: string; validUntil: DateText; endsAt: Instant; termsHash: string; now: Instant },
): Q {
  requireDraft(quote);
  if (by.endsAt <= by.now) refuseFields({ path: 'validUntil', message: 'is over already' });
  const { validUntil, endsAt, termsHash } = by;
  return { ...quote, status: 'sent', number: quote.number ?? by.number, validUntil, endsAt, termsHash };
}

/**
 * The client's yes, to the very terms of this version. Refuses what is not open any more, by what became of it, and a hash of other
 * terms (`quote-terms-changed`).
 */
export function acceptQuote<Q extends QuoteState>(quote: Q, answer: QuoteAnswer): Q {
  return answered(quote, { ...answer, kind: 'accepted' }, 'accepted');
}

/** The client's no; open to the same questions as a yes. */
export function declineQuote<Q extends QuoteState>(quote: Q, answer: QuoteAnswer): Q {
  return answered(quote, { ...answer, kind: 'declined' }, 'declined');
}

function answered<Q extends QuoteState>(quote: Q, answer: QuoteAnswer, status: 'accepted' | 'declined'): Q {
  notIn(['sent'], quote, answer.at);
  if (answer.termsHash !== null && answer.termsHash !== quote.termsHash)
    refuse('quote-terms-changed', 'The terms are not the ones of this quote; look at it again', {});
  return { ...quote, status, answer };
}

/** Whether the quote has had this very answer: asking twice for the same is no mistake. */
export function isSameAnswer(
  { answer }: Pick<QuoteState, 'answer'>,
  other: Pick<QuoteAnswer, 'kind' | 'name' | 'termsHash'>,
): boolean {
  return answer?.kind === other.kind && answer.name === other.name && answer.termsHash === other.termsHash;
}

/** The invoice that an accepted quote became. */
export function invoiceQuote<Q extends QuoteState>(quote: Q, invoiceId: string): Q {
  if (quote.status !== 'accepted')
    refuse('quote-not-sent', `A ${quote.status} quote makes no invoice`, { quoteStatus: quote.status });
  return { ...quote, status: 'invoiced', invoiceId };
}

/** Somebody makes the invoice by hand, from the terms of a quote that is open or has expired: it counts as accepted by word of mouth. */
export function invoiceByHand<Q extends QuoteState>(quote: Q, answer: QuoteAnswer, invoiceId: string): Q {
  notIn(['sent', 'expired'], quote, answer.at);
  return { ...quote, status: 'invoiced', answer, invoiceId };
}

/** Takes a sent quote back. One that was withdrawn already stays so. */
export function withdrawQuote<Q extends QuoteState>(quote: Q, now: Instant): Q {
  notIn(['sent', 'expired', 'withdrawn'], quote, now);
  return { ...quote, status: 'withdrawn' };
}

/** A newer version takes the place of one that was sent and did not become an invoice. */
export function supersedeQuote<Q extends QuoteState>(quote: Q, now: Instant): Q {
  if (quote.status === 'draft')
    refuse('quote-not-sent', 'A draft is changed as it is; there is nothing to revise yet', { quoteStatus: 'draft' });
  notIn(['sent', 'expired', 'declined', 'withdrawn'], quote, now);
  return { ...quote, status: 'superseded' };
}
