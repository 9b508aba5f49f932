import { openDiscrepancies } from '../../shared/store/discrepancies.ts';
import { replaceReconciliation, type Reconciliation } from '../../shared/store/reconciliation.ts';
import { done, type WaitingWork } from '../../shared/store/waiting-work.ts';
import { underWay } from './compared.ts';
import { closeDrift } from './note-drift.ts';
import type { Run } from './run.ts';
import { instantAt } from './world.ts';

// Flow of the comparison: its end.

/**
 * Closes what was open and is no longer found, then the comparison itself. Every open discrepancy was either seen by a page or
 * looked up; what is on its way at this moment is left for the next comparison.
 */
export const closeComparison = async (run: Run, work: WaitingWork, leased: Reconciliation): Promise<void> => {
  const { table } = run.world;
  const startedAt = leased.startedAt ?? '';
  const stale = (await openDiscrepancies(table)(run.ws)).filter(
    ({ difference, seenAt }) => difference.system === 'xero' && seenAt < startedAt,
  );
  const busy = await underWay(
    run,
    stale.flatMap(({ difference }) => difference.documentId ?? []),
  );
  const at = instantAt(run.world);
  for (const { difference } of stale)
    if (!busy.has(difference.documentId ?? '')) await closeDrift({ table })(run.ws, difference, at);
  await table.commit([
    replaceReconciliation(run.ws, leased, {
      state: 'done',
      finishedAt: at,
      leaseUntil: null,
      changedUntil: startedAt,
      ...(leased.scope === 'all' ? { wholeAt: startedAt } : {}),
    }),
    done(run.ws, work),
  ]);
};
