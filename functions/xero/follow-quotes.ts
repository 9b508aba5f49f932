import { Refusal } from '../../shared/domain/refusal.ts';
import type { Difference } from '../../shared/domain/discrepancy.ts';
import { quoteStatusAt } from '../../shared/domain/quote.ts';
import { judgeQuoteThere } from '../../shared/domain/quote-in-xero.ts';
import { foundAt } from '../../shared/store/found.ts';
import { parseQuote, quoteKey, type QuoteHead } from '../../shared/store/quotes.ts';
import { documentsThere, keepSyncItem, type SyncItem } from '../../shared/store/sync-items.ts';
import type { XeroQuote } from '../../shared/xero/quote-answer.ts';
import { closeDrift, noteDrift } from './note-drift.ts';
import type { Run } from './run.ts';
import { instantAt } from './world.ts';

// Flow of the worker: quotes as they stand in Xero are held against what stands here; whatever comes twice changes nothing.

/** Follows what the accountant did with quotes of ours; all others are nobody's business here. */
export const followQuotes = async (run: Run, found: readonly XeroQuote[]): Promise<void> => {
  const { ws, tenantId, world } = run;
  const known = await documentsThere(world.table)(
    ws,
    tenantId,
    found.map(({ quoteId }) => quoteId),
  );
  const ours = found.flatMap((there) => {
    const item = known.get(there.quoteId);
    return item?.kind === 'quote' ? [{ there, item }] : [];
  });
  const heads = await world.table.batchGet(ours.map(({ item }) => quoteKey(ws, item.documentId)));
  for (const { there, item } of ours) {
    const head = foundAt(heads, quoteKey(ws, item.documentId), parseQuote);
    if (head) await follow(run, there, item, head);
  }
};

const follow = async (run: Run, there: XeroQuote, item: SyncItem, head: QuoteHead): Promise<void> => {
  const at = instantAt(run.world);
  const shown = quoteStatusAt(head, at);
  const told = item.state === 'synced' ? (item.xeroStatus ?? null) : null;
  const judged = judgeQuoteThere(shown, { stored: head.status, there: there.status, told });
  const difference = differenceOf(there, item, head);
  const seen: SyncItem = { ...item, xeroStatus: there.status, at };
  switch (judged) {
    case 'accepted':
    case 'declined':
      return takeOver(run, head, judged, seen);
    case 'differs':
      // What Xero was told stays noted: by that the difference is known for one.
      await run.world.table.commit([keepSyncItem(run.ws, { ...item, differs: [`status:${there.status}`] })]);
      await noteDrift(run.world)(run.ws, difference, at);
      return;
    case 'same':
      if ((item.differs ?? []).length === 0) return;
      await closeDrift(run.world)(run.ws, difference, at);
      await run.world.table.commit([keepSyncItem(run.ws, { ...item, differs: [] })]);
  }
};

/** The accountant's word counts as the client's, while the quote is open; whoever was faster here has won. */
const takeOver = async (run: Run, head: QuoteHead, kind: 'accepted' | 'declined', seen: SyncItem): Promise<void> => {
  try {
    await run.flows.quoteAnswered(run.ws, head.id, kind, [keepSyncItem(run.ws, seen)]);
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
  }
};

const differenceOf = (there: XeroQuote, item: SyncItem, head: QuoteHead): Difference => ({
  kind: 'status',
  system: 'xero',
  subject: 'quote',
  documentId: head.id,
  outsideId: there.quoteId,
  number: item.number,
  ours: head.status,
  theirs: there.status,
  amount: null,
  cause: 'Its state was changed in Xero after it was settled here, or the other way round',
});
