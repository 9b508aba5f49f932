import { Refusal } from '../../shared/domain/refusal.ts';
import { keepSyncItem } from '../../shared/store/sync-items.ts';
import type { QuoteThere } from '../../shared/xero/list-quotes.ts';
import type { Pair } from './compare-documents.ts';
import { followDocuments } from './follow-documents.ts';
import { judgedQuote, quoteKind, type OurQuote } from './quote-kind.ts';
import type { Run } from './run.ts';
import { instantAt } from './world.ts';

// Flow of the worker: quotes as they stand in Xero are held against what stands here; whatever comes twice changes nothing.

type QuotePair = Pair<QuoteThere, OurQuote>;

/** The accountant's word counts as the client's, while the quote is open. */
const takeOver = async (run: Run, pairs: readonly QuotePair[]): Promise<boolean> => {
  let answered = false;
  for (const pair of pairs) {
    const judged = pair.there.unclear === undefined ? judgedQuote(run, pair) : 'same';
    if (judged !== 'accepted' && judged !== 'declined') continue;
    await answer(run, pair, judged);
    answered = true;
  }
  return answered;
};

/** Whoever was faster here has won. */
const answer = async (run: Run, { ours, there, sync }: QuotePair, kind: 'accepted' | 'declined'): Promise<void> => {
  const seen = { ...sync, xeroStatus: there.status, at: instantAt(run.world) };
  try {
    await run.flows.quoteAnswered(run.ws, ours.id, kind, [keepSyncItem(run.ws, seen)]);
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
  }
};

/** Follows quotes. What Xero was told of their state stays noted, whatever it says by now: by that a difference is known for one. */
export const followQuotes = followDocuments(quoteKind, {
  takeOver,
  remembers: () => ({}),
});
