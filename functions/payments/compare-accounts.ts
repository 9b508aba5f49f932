import { describe, log } from '../../shared/runtime/log.ts';
import { count } from '../../shared/runtime/metrics.ts';
import type { Deadline } from '../../shared/runtime/worker-door.ts';
import { dueShards, everyTimed } from '../../shared/store/due.ts';
import { readStripeConnection } from '../../shared/store/stripe-connections.ts';
import { compareAccount, isComparisonDue } from './compare-account.ts';
import type { PastNeeds } from './handle-past.ts';
import { passesByItself } from './passes-by-itself.ts';

/** Nothing is begun with less time than this. */
const marginMs = 60_000;

/** Compares the payments of every connected Stripe account that is due; an account that fails is no other's trouble. */
export const compareAccounts =
  (needs: PastNeeds) =>
  async ({ remainingMs }: Deadline): Promise<void> => {
    const isLate = (): boolean => remainingMs() < marginMs;
    let failed = 0;
    for (const shard of dueShards) {
      for (const ws of new Set(await everyTimed(needs.table)('stripe', shard))) {
        if (isLate()) return;
        if (!(await tryOne(needs, ws, isLate))) failed += 1;
      }
    }
    if (failed > 0) throw new Error(`payments could not be compared for ${failed} Stripe accounts`);
  };

/** False when its trouble won't pass by itself. */
const tryOne = async (needs: PastNeeds, ws: string, isLate: () => boolean): Promise<boolean> => {
  try {
    const connection = await readStripeConnection(needs.table)(ws);
    if (connection && isComparisonDue(connection, needs.now())) await compareAccount(needs)(ws, connection, isLate);
    return true;
  } catch (error) {
    const passes = passesByItself(error);
    count('StripeComparisonFailed');
    log[passes ? 'warn' : 'error']('payments of a Stripe account could not be compared', { workspaceId: ws, ...describe(error) });
    return passes;
  }
};
