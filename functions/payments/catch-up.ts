import { describe, log } from '../../shared/runtime/log.ts';
import { count } from '../../shared/runtime/metrics.ts';
import type { Deadline } from '../../shared/runtime/worker-door.ts';
import { dueByNow, dueShards } from '../../shared/store/due.ts';
import { catchUpAccount, putBack } from './catch-up-account.ts';
import type { PastNeeds } from './handle-past.ts';
import { passesByItself } from './passes-by-itself.ts';

const perShard = 100;
/** Nothing is begun with less time than this: a payment may take a few calls to Stripe, and each may take its time. */
const marginMs = 60_000;

/**
 * Catches up with the events of every connected Stripe account that is due, those first that have waited longest. An account that
 * fails is put behind the others and tried again with the next run; the run itself fails at its end if more than time is needed.
 */
export const catchUp =
  (needs: PastNeeds) =>
  async ({ remainingMs }: Deadline): Promise<void> => {
    const isLate = (): boolean => remainingMs() < marginMs;
    const waiting = await longestFirst(needs);
    let failed = 0;
    for (const [place, ws] of waiting.entries()) {
      if (isLate()) {
        log.warn('Stripe accounts wait for the next run', { waiting: waiting.length - place });
        break;
      }
      if (!(await tryOne(needs, ws, isLate))) failed += 1;
    }
    if (failed > 0) throw new Error(`events could not be fetched for ${failed} Stripe accounts`);
  };

const longestFirst = async ({ table, now }: PastNeeds): Promise<string[]> => {
  const shards = await Promise.all(dueShards.map((shard) => dueByNow(table)('stripe', shard, now(), perShard)));
  const due = shards.flat().sort((one, other) => (one.dueAt < other.dueAt ? -1 : 1));
  return due.map(({ workspaceId }) => workspaceId);
};

/** One account's trouble is no other's. False when it won't pass by itself. */
const tryOne = async (needs: PastNeeds, ws: string, isLate: () => boolean): Promise<boolean> => {
  try {
    await catchUpAccount(needs)(ws, isLate);
    return true;
  } catch (error) {
    const passes = passesByItself(error);
    count('StripeFetchFailed');
    log[passes ? 'warn' : 'error']('events of a Stripe account could not be fetched', { workspaceId: ws, ...describe(error) });
    await putBack(needs)(ws).catch(() => undefined);
    return passes;
  }
};
