import { openDiscrepancies, type Discrepancy } from '../../shared/store/discrepancies.ts';
import { readSeen, type Reconciliation } from '../../shared/store/reconciliation.ts';
import { nothingOf, together, type Compared, type Looked } from './compared.ts';
import { rowsOf, walkedKinds } from './document-kinds.ts';
import type { Run } from './run.ts';

// Flow of the comparison: what was found earlier and did not come by this time is looked up, before it may count as gone.

/** Discrepancies that are looked up in one step; one or two calls each. */
const atOnce = 5;

/** One step: a few of the open discrepancies whose documents this comparison has not seen. */
export const lookAtOpen = async (run: Run, leased: Reconciliation): Promise<Looked> => {
  const seen = await readSeen(run.world.table)(run.ws, leased.runId ?? '');
  const stale = (await openDiscrepancies(run.world.table)(run.ws)).filter(
    ({ difference, seenAt }) =>
      difference.system === 'xero' &&
      seenAt < (leased.startedAt ?? '') &&
      !seen.has(seenBy({ difference })) &&
      !seen.has(difference.documentId ?? ''),
  );
  const parts: Compared[] = [];
  for (const discrepancy of stale.slice(0, atOnce)) parts.push(await lookUpOne(run, discrepancy));
  return { ...together(parts), more: stale.length > atOnce, after: null };
};

/** What a comparison notes of the document of a discrepancy when it comes by. */
const seenBy = ({ difference: { documentId, outsideId } }: Pick<Discrepancy, 'difference'>): string =>
  documentId ?? outsideId ?? '';

const lookUpOne = async (run: Run, discrepancy: Discrepancy): Promise<Compared> => {
  const { documentId, outsideId, subject } = discrepancy.difference;
  const parts: Compared[] = [nothingOf(seenBy(discrepancy))];
  if (documentId !== null) for (const rows of rowsOf(documentId)) parts.push(await rows.lookUp(run, [documentId]));
  if (outsideId === null) return together(parts);
  for (const kind of walkedKinds.filter(({ subjects }) => subjects.includes(subject))) {
    const theirs = await kind.lookUpTheirs(run, outsideId);
    if (theirs) parts.push(theirs);
  }
  return together(parts);
};
