import { duplicateThere, extraThere, isOfSeries, type OwnSeries } from '../../shared/domain/claimed.ts';
import { isGoneThere, type DocumentThere } from '../../shared/domain/compare-document.ts';
import type { Difference, DifferenceSubject } from '../../shared/domain/discrepancy.ts';
import { fromHundredths } from '../../shared/domain/hundredths.ts';
import { isCurrency, type Money } from '../../shared/domain/money.ts';
import { documentsThere, type SyncItem } from '../../shared/store/sync-items.ts';
import { together, type Compared, type Unlinked } from './compared.ts';
import type { Run } from './run.ts';

// Flow of the comparison: documents as Xero has them, held against ours; the same walk for every kind.

/** A document of ours, as far as the walk has to know it. */
export interface OurDocument {
  readonly id: string;
  readonly subject: DifferenceSubject;
  /** `stands`: Xero has to have it; `off`: it counts no more; `nothing`: nothing is said of it, as of a draft. */
  readonly standing: 'stands' | 'off' | 'nothing';
  readonly toXero: boolean;
  readonly sync: SyncItem | undefined;
  /** What people call it by, and what it comes to. */
  readonly number: string | null;
  readonly total: Money;
}

/** A document of ours with the one that it is in Xero. */
export interface Pair<T, O> {
  readonly there: T;
  readonly ours: O;
  readonly sync: SyncItem;
}

/** What the walk has to know of a kind of documents. */
export interface DocumentKind<T extends DocumentThere, O extends OurDocument> {
  readonly idOf: (there: T) => string;
  /** What something of theirs is called that carries an id of ours, or our number. */
  readonly subjectOf: (claim: string) => DifferenceSubject;
  /** The id of ours that a document carries there. */
  readonly claimOf: (there: T) => string | undefined;
  /** Whether Xero takes it again under the same number, so that nothing may be sent of which it is known that it stands there. */
  readonly isTakenTwice?: true;
  /** The numbers that are ours; null where no number is. */
  readonly series: (run: Run) => Promise<OwnSeries | null>;
  readonly read: (run: Run, ids: readonly string[]) => Promise<ReadonlyMap<string, O>>;
  /** What is different about pairs, and which of ours are not done with there although nothing waits for it. */
  readonly comparePairs: (
    run: Run,
    pairs: readonly Pair<T, O>[],
  ) => Promise<{ readonly differences: readonly Difference[]; readonly unfinished: readonly string[] }>;
}

/** What a walk has shown, with the pairs that it has found. */
export interface Walked<T, O> extends Compared {
  readonly pairs: readonly Pair<T, O>[];
}

/** Compares documents of the organisation with ours. What is none of ours is left alone, however much of it there is. */
export const compareDocuments =
  <T extends DocumentThere, O extends OurDocument>(kind: DocumentKind<T, O>) =>
  async (run: Run, found: readonly T[]): Promise<Walked<T, O>> => {
    if (found.length === 0) return { ...together([]), pairs: [] };
    const series = await kind.series(run);
    const mine = await oursAmong(run, kind, found, series);
    const known = await kind.read(run, [...new Set(mine.values())]);
    const pairs: Pair<T, O>[] = [];
    const differences: Difference[] = [];
    const seen: string[] = [];
    const unlinked: Unlinked[] = [];
    for (const there of found) {
      const outsideId = kind.idOf(there);
      const id = mine.get(outsideId);
      const ours = id === undefined ? undefined : known.get(id);
      if (!ours) {
        const claim = id === undefined ? numbered(there, series) : 'reference';
        if (claim) seen.push(outsideId);
        if (claim && !isGoneThere(there))
          differences.push(extraThere(kind.subjectOf(id ?? ''), namedBy(outsideId, there), claim));
        continue;
      }
      const judged = judge(run, ours, outsideId, there);
      seen.push(judged === 'second' ? outsideId : ours.id);
      if (judged === 'unlinked')
        unlinked.push({ id: ours.id, ...(kind.isTakenTwice ? { there: { xeroId: outsideId, status: there.status } } : {}) });
      else if (judged === 'second')
        differences.push(
          duplicateThere(ours.subject, ours.id, { ...namedBy(outsideId, there), first: ours.sync?.xeroId ?? null }),
        );
      else if (judged === 'pair' && ours.sync) pairs.push({ there, ours, sync: ours.sync });
    }
    const compared = await kind.comparePairs(run, pairs);
    return {
      differences: [...differences, ...compared.differences],
      seen,
      unlinked: [...unlinked, ...compared.unfinished.map((id) => ({ id }))],
      pairs,
    };
  };

/** What one document there is to the one of ours whose id it carries, or with which it is linked. */
const judge = (
  run: Run,
  { sync, standing, toXero }: OurDocument,
  outsideId: string,
  there: DocumentThere,
): 'pair' | 'second' | 'unlinked' | 'nothing' => {
  // The books of an organisation that was connected before are left as they are.
  if (sync?.tenantId != null && sync.tenantId !== run.tenantId) return 'nothing';
  if (there.unclear !== undefined && sync?.xeroId !== outsideId) return 'nothing';
  if (sync?.xeroId == null) return standing === 'stands' && toXero && !isGoneThere(there) ? 'unlinked' : 'nothing';
  if (sync.xeroId !== outsideId) return isGoneThere(there) ? 'nothing' : 'second';
  return standing === 'nothing' ? 'nothing' : 'pair';
};

/** Our document for each of theirs: by the id it carries, and by our links where somebody has changed that. */
const oursAmong = async <T extends DocumentThere>(
  run: Run,
  kind: Pick<DocumentKind<T, never>, 'idOf' | 'claimOf'>,
  found: readonly T[],
  series: OwnSeries | null,
): Promise<Map<string, string>> => {
  const unnamed = found.filter((there) => kind.claimOf(there) === undefined && mayBeLinked(there, series, found.length));
  const linked = await documentsThere(run.world.table)(run.ws, run.tenantId, unnamed.map(kind.idOf));
  return new Map(
    found.flatMap((there) => {
      const outsideId = kind.idOf(there);
      const id = kind.claimOf(there) ?? linked.get(outsideId)?.documentId;
      return id === undefined ? [] : [[outsideId, id] as const];
    }),
  );
};

/** As many as are looked up one by one. */
const few = 40;

/** On whole pages only what bears our numbers is asked for, where there are numbers; among a few that were named, everything. */
const mayBeLinked = (there: DocumentThere, series: OwnSeries | null, among: number): boolean =>
  series === null || among <= few || numbered(there, series) !== null;

const numbered = ({ number }: DocumentThere, series: OwnSeries | null): 'number' | null =>
  series !== null && isOfSeries(number, series) ? 'number' : null;

const namedBy = (outsideId: string, { number, reference, total, currency }: DocumentThere) => ({
  outsideId,
  number: number || reference,
  amount: isCurrency(currency) ? fromHundredths(total, currency) : null,
});
