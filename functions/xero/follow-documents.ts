import { isGoneThere, type DocumentThere } from '../../shared/domain/compare-document.ts';
import type { Difference, DriftKind } from '../../shared/domain/discrepancy.ts';
import { keepSyncItem, type SyncItem } from '../../shared/store/sync-items.ts';
import { compareDocuments, type DocumentKind, type OurDocument, type Pair } from './compare-documents.ts';
import { underWay, type Compared } from './compared.ts';
import { noteDrift } from './note-drift.ts';
import type { Run } from './run.ts';
import { countingWaits } from './settle.ts';
import { isSameList, tell } from './tell-differences.ts';
import { instantAt } from './world.ts';

// Flow of the worker: what somebody did in Xero to documents of ours that are no invoices. It compares what stands there with what
// stands here, so that the echo of our own writes, and a look that comes twice, change nothing.

/** What of a kind is taken over, and what is remembered of how it stands there. */
export interface Following<T, O> {
  /** Takes over what belongs to Xero. Returns whether anything changed here. */
  readonly takeOver: (run: Run, pairs: readonly Pair<T, O>[]) => Promise<boolean>;
  readonly remembers: (there: T) => Pick<SyncItem, 'xeroStatus' | 'xeroUpdatedAt'>;
}

/** Follows documents as they stand in Xero now; those that are not ours are left alone. Returns how they compare by then. */
export const followDocuments = <T extends DocumentThere, O extends OurDocument>(
  kind: DocumentKind<T, O>,
  { takeOver, remembers }: Following<T, O>,
): ((run: Run, found: readonly T[]) => Promise<Compared>) => {
  const compare = compareDocuments(kind);
  return async (run, found) => {
    const first = await compare(run, found);
    const walked = (await takeOver(run, first.pairs)) ? await compare(run, found) : first;
    const { differences, pairs } = walked;
    // Asked for only where there is something to say, or something was said.
    const talked = pairs.filter(({ ours, sync }) => ownOf(differences, ours.id).length + (sync.differs ?? []).length > 0);
    const busy = await underWay(
      run,
      talked.map(({ ours }) => ours.id),
    );
    for (const pair of pairs)
      if (!busy.has(pair.ours.id)) await remember(run, pair, remembers(pair.there), ownOf(differences, pair.ours.id));
    const claims = differences.filter(({ documentId, kind: what }) => documentId === null || what === 'duplicate');
    for (const difference of claims) await noteDrift(run.world)(run.ws, difference, instantAt(run.world));
    return walked;
  };
};

const ownOf = (differences: readonly Difference[], id: string): Difference[] =>
  differences.filter(({ documentId, kind }) => documentId === id && kind !== 'duplicate');

const clean = { state: 'synced', code: null, reason: null, mend: null } as const;
const sums: readonly DriftKind[] = ['amount', 'tax', 'currency'];

/** Tells what is different by now, and keeps how the document stands there. Writes nothing where all is as it was. */
const remember = async <T extends DocumentThere, O extends OurDocument>(
  run: Run,
  { ours, there, sync }: Pair<T, O>,
  seen: Pick<SyncItem, 'xeroStatus' | 'xeroUpdatedAt'>,
  own: readonly Difference[],
): Promise<void> => {
  const differs = await tell(run, { subject: ours.subject, documentId: ours.id }, sync.differs ?? [], own);
  const isMended =
    sync.code === 'total-differs' && !isGoneThere(there) && !own.some(({ kind }) => sums.includes(kind) || kind === 'status');
  const isSeen = there.unclear !== undefined || seen.xeroStatus === undefined || seen.xeroStatus === sync.xeroStatus;
  if (!isMended && isSeen && isSameList(differs, sync.differs ?? [])) return;
  if (isMended) run.blockage.touched = true;
  const after = { ...sync, ...(there.unclear === undefined ? seen : {}), ...(isMended ? clean : {}), differs };
  await run.world.table.commit([keepSyncItem(run.ws, after), ...countingWaits(run)]);
};
