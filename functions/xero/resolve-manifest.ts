import { afterLookUp } from '../../shared/domain/unknown-outcome.ts';
import { manifestAfter, replaceManifest, type Batch } from '../../shared/store/manifests.ts';
import { lookUp } from './look-up-batch.ts';
import { MustWait } from './open-books.ts';
import type { Run } from './run.ts';
import { closeManifest, settle } from './settle.ts';
import { instantAt } from './world.ts';

// Flow of the worker: finds out what became of a batch whose answer was lost, before anything else is sent.

/**
 * Looks up what the manifest names. What is there is adopted; of what is missing, the same bytes go out under the same key, or it
 * is left to a new batch, or neither is safe yet: then `MustWait` is thrown.
 */
export const resolveManifest = async (run: Run): Promise<void> => {
  const { batch } = run.manifest;
  if (!batch) return;
  const { found, missing, again } = await lookUp(run, batch);
  // Nothing waits any more for what is found: if its manifest stayed open, nobody would come to close it.
  if (missing.length === 0) return found.length > 0 ? settle(run, found, { closing: true }) : closeManifest(run);
  if (found.length > 0) await settle(run, found, { closing: false });
  const next = afterLookUp({
    now: instantAt(run.world),
    firstSentAt: batch.firstSentAt,
    lastSentAt: batch.lastSentAt,
    someFound: found.length > 0,
    sameBytes: again !== undefined,
  });
  if (next.next === 'renew') return closeManifest(run);
  if (next.next === 'resend' && again) return again();
  if (found.length > 0) await keepMissing(run, { ...batch, documents: missing });
  const until = next.next === 'wait' ? next.until : instantAt(run.world, 60_000);
  throw new MustWait(until, 'unknown-outcome', { estimated: false, refused: false });
};

/** What was found need not be looked up again. The rest can't be sent under the old key any more: its bytes are others. */
const keepMissing = async (run: Run, batch: Batch): Promise<void> => {
  await run.world.table.commit([replaceManifest(run.ws, run.manifest, batch)]);
  run.manifest = manifestAfter(run.manifest, batch);
};
