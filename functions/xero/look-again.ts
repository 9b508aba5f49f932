import type { Reconciliation } from '../../shared/store/reconciliation.ts';
import { lookAtOpen } from './look-at-open.ts';
import { lookAtOurs } from './look-at-ours.ts';
import type { Looked } from './compared.ts';
import type { Run } from './run.ts';

// Flow of the comparison: what here was not among the pages is asked for by name, before anything is said of it.

/** One step of looking for what the pages did not show. */
export const lookAgain = (run: Run, leased: Reconciliation): Promise<Looked> =>
  leased.stage === 'open' ? lookAtOpen(run, leased) : lookAtOurs(run, leased);
