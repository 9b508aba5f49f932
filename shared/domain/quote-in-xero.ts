import type { QuoteStatus, QuoteStatusShown } from './quote.ts';

/** The states that a quote has in Xero, and which may follow which when it only ever goes forward: nobody's answer is taken back. */
const forward = {
  DRAFT: ['SENT', 'DELETED'],
  SENT: ['ACCEPTED', 'DECLINED', 'DELETED'],
  ACCEPTED: ['INVOICED', 'DELETED'],
  DECLINED: ['DELETED'],
  INVOICED: ['DELETED'],
  DELETED: [],
} as const;
export type QuoteStatusThere = keyof typeof forward;

/** Whether a word is one of the states that are known here. */
export const isQuoteStatusThere = (status: string): status is QuoteStatusThere => Object.hasOwn(forward, status);

/** How a quote has to stand in Xero by how it stands here; undefined for one that has no business there. */
export function quoteStatusWanted(status: QuoteStatus): QuoteStatusThere | undefined {
  switch (status) {
    case 'draft':
      return undefined;
    case 'sent':
      return 'SENT';
    case 'accepted':
      return 'ACCEPTED';
    case 'invoiced':
      return 'INVOICED';
    case 'declined':
      return 'DECLINED';
    case 'withdrawn':
    case 'superseded':
      return 'DELETED';
  }
}

/** The next state on the way from one to another; undefined when it is there, and when no way leads there. */
export function nextQuoteStatus(from: string, to: QuoteStatusThere): QuoteStatusThere | undefined {
  if (!isQuoteStatusThere(from)) return undefined;
  return forward[from].find((next) => next === to) ?? forward[from].find((next) => leadsTo(next, to));
}

function leadsTo(from: QuoteStatusThere, to: QuoteStatusThere): boolean {
  return from === to || forward[from].some((next) => leadsTo(next, to));
}

/** Whether a quote is on its way from one state to another, or has arrived. */
export function isOnItsWay(there: string, wanted: QuoteStatusThere): boolean {
  return there === wanted || nextQuoteStatus(there, wanted) !== undefined;
}

/**
 * What a state in Xero means for a quote here: an answer that the accountant has entered to one that is open, nothing new, or a
 * difference that somebody has to look at.
 */
export function judgeQuoteThere(
  shown: QuoteStatusShown,
  { stored, there, told }: { stored: QuoteStatus; there: string; told: string | null },
): 'accepted' | 'declined' | 'same' | 'differs' {
  const wanted = quoteStatusWanted(stored);
  if (wanted === undefined || there === wanted) return 'same';
  if (shown === 'sent' && there === 'ACCEPTED') return 'accepted';
  if (shown === 'sent' && there === 'DECLINED') return 'declined';
  // What we have not told Xero yet is still on its way; what we have told stands there, unless somebody changed it.
  return told !== wanted && isOnItsWay(there, wanted) ? 'same' : 'differs';
}

/** The number under which a version stands in Xero, where no two quotes share one. */
export function quoteNumberThere(number: string, edition: number): string {
  return edition === 1 ? number : `${number} v${edition}`;
}
