import { isQuoteId } from '../../shared/domain/claimed.ts';
import {
  compareDocument,
  differenceOf,
  isGoneThere,
  type ComparedLine,
  type DocumentHere,
} from '../../shared/domain/compare-document.ts';
import type { Difference } from '../../shared/domain/discrepancy.ts';
import { hundredthsOf } from '../../shared/domain/hundredths.ts';
import { quoteStatusAt } from '../../shared/domain/quote.ts';
import { judgeQuoteThere, quoteNumberThere, quoteStatusWanted } from '../../shared/domain/quote-in-xero.ts';
import { clientKey, parseClient } from '../../shared/store/clients.ts';
import { foundAt, type Found } from '../../shared/store/found.ts';
import { parseQuote, quoteIn, quoteKey, quoteLineKeys, type QuoteHead } from '../../shared/store/quotes.ts';
import { parseSyncItem, syncItemKey, type SyncItem } from '../../shared/store/sync-items.ts';
import type { QuoteThere } from '../../shared/xero/list-quotes.ts';
import { linesAsSent } from '../../shared/xero/map-invoice.ts';
import type { DocumentKind, OurDocument, Pair as PairOf } from './compare-documents.ts';
import { quoteDays } from './gather-quotes.ts';
import { ownSeries } from './own-series.ts';
import { contactsOf, type IsContactOf } from './party-contacts.ts';
import type { Run } from './run.ts';
import { instantAt } from './world.ts';

// Flow of the comparison: quotes as Xero has them, and what of ours they are held against.

export interface OurQuote extends OurDocument {
  readonly head: QuoteHead;
}
type Pair = PairOf<QuoteThere, OurQuote>;

const readOurs = async ({ ws, world }: Run, ids: readonly string[]): Promise<Map<string, OurQuote>> => {
  const items = await world.table.batchGet(ids.flatMap((id) => [quoteKey(ws, id), syncItemKey(ws, id)]));
  const heads = ids.flatMap((id) => foundAt(items, quoteKey(ws, id), parseQuote) ?? []);
  return new Map(
    heads.map((head) => {
      const wanted = head.number === null ? undefined : quoteStatusWanted(head.status);
      const standing = wanted === undefined ? 'nothing' : wanted === 'DELETED' ? 'off' : 'stands';
      const sync = foundAt(items, syncItemKey(ws, head.id), parseSyncItem);
      const { id, number, total, toXero } = head;
      return [id, { id, subject: 'quote', standing, toXero, sync, number, total, head }] as const;
    }),
  );
};

/** What a quote's state there means for it. */
export const judgedQuote = (run: Run, { ours: { head }, there, sync }: Pair): ReturnType<typeof judgeQuoteThere> =>
  judgeQuoteThere(quoteStatusAt(head, instantAt(run.world)), { stored: head.status, there: there.status, told: toldOf(sync) });

/** What Xero was told last. */
const toldOf = ({ state, xeroStatus }: SyncItem): string | null => (state === 'synced' ? (xeroStatus ?? null) : null);

/** So many quotes' lines are held at once. */
const pairsAtOnce = 100;

const comparePairs = async (run: Run, pairs: readonly Pair[]) => {
  const differences: Difference[] = [];
  for (let start = 0; start < pairs.length; start += pairsAtOnce) {
    const chunk = pairs.slice(start, start + pairsAtOnce);
    const parts = await run.world.table.batchGet(
      chunk.flatMap(({ ours: { head } }) => [
        ...quoteLineKeys(run.ws, head.id, head.linesEpoch, head.lineCount),
        ...[clientKey(run.ws, head.clientId), quoteKey(run.ws, head.id)],
      ]),
    );
    const isContactOf = await contactsOf(
      run,
      chunk.map(({ there, ours }) => ({ there, ...partyOf(run, ours, parts) })),
    );
    for (const pair of chunk) differences.push(...comparePair(run, pair, parts, isContactOf));
  }
  return { differences, unfinished: pairs.filter((pair) => isUnfinished(run, pair)).map(({ ours }) => ours.id) };
};

const comparePair = (run: Run, pair: Pair, parts: Found, isContactOf: IsContactOf): Difference[] => {
  const { there, ours } = pair;
  const here = hereOf(run, pair, parts, isContactOf);
  if (there.unclear === undefined && judgedQuote(run, pair) === 'differs') {
    const cause = 'Its state was changed in Xero after it was settled here, or the other way round';
    return [differenceOf(here, there.quoteId, { kind: 'status', ours: ours.head.status, theirs: there.status, cause })];
  }
  // What became of it is judged above; here it is about what it says.
  return compareDocument({ ...here, isOff: isGoneThere(there) }, there, there.quoteId);
};

/** It is on its way to where it stands here; whether anything still waits for that is asked afterwards. */
const isUnfinished = (run: Run, pair: Pair): boolean =>
  pair.there.unclear === undefined &&
  pair.sync.state !== 'blocked' &&
  pair.there.status !== quoteStatusWanted(pair.ours.head.status) &&
  judgedQuote(run, pair) === 'same';

/** How quotes are compared. */
export const quoteKind: DocumentKind<QuoteThere, OurQuote> = {
  idOf: ({ quoteId }) => quoteId,
  subjectOf: () => 'quote',
  claimOf: ({ reference }) => (isQuoteId(reference) ? reference : undefined),
  series: (run) => ownSeries(run, 'quote'),
  read: readOurs,
  comparePairs,
};

const partyOf = ({ ws }: Run, { head }: OurQuote, parts: Found) => ({
  ...{ partyId: head.clientId, linkedTo: foundAt(parts, clientKey(ws, head.clientId), parseClient)?.xeroContactId ?? null },
});

const hereOf = (run: Run, { ours }: Pair, parts: Found, isContactOf: IsContactOf): DocumentHere => {
  const { head } = ours;
  const number = quoteNumberThere(head.number ?? '', head.edition);
  const { issueDate, dueDate } = quoteDays(head, run.zone);
  return {
    ...{ subject: 'quote', id: head.id, number, numberThere: number, status: head.status, isOff: ours.standing === 'off' },
    ...{ currency: head.currency, subtotal: head.subtotal, tax: head.tax, total: head.total, date: issueDate, dueDate },
    partyName: foundAt(parts, clientKey(run.ws, head.clientId), parseClient)?.name ?? head.clientId,
    isOurContact: (contactId) => isContactOf(partyOf(run, ours, parts), contactId),
    lines: linesHere(run, head, parts),
  };
};

const linesHere = ({ ws }: Run, { id, lineCount }: QuoteHead, parts: Found): ComparedLine[] | null => {
  const lines = quoteIn(parts, ws, id)?.lines ?? [];
  if (lines.length !== lineCount) return null;
  return linesAsSent(lines.map((line) => ({ ...line, taxIncluded: line.explanation.taxIncluded }))).map((sent, place) => {
    const line = lines[place];
    return {
      ...sent,
      ...{ amount: (line && hundredthsOf(line.amount)) ?? 0n, tax: (line && hundredthsOf(line.tax.amount)) ?? 0n },
    };
  });
};
