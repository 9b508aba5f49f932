import { addSeconds } from '../../shared/domain/days.ts';
import { count } from '../../shared/runtime/metrics.ts';
import { foundAt } from '../../shared/store/found.ts';
import { parsePayout, payoutKey, type Payout } from '../../shared/store/payouts.ts';
import { listPayouts, type StripePayout } from '../../shared/stripe/read-payout.ts';
import type { PastNeeds } from './handle-past.ts';
import { payoutIdOf, recordPayout } from './record-payout.ts';

/** A payout comes back within days if it does at all; the rest is for outages. */
const reachSeconds = 30 * 24 * 3600;

/** Records payouts of one account that no webhook told of, or that stand otherwise by now than when they were recorded. */
export const notePayouts =
  (needs: PastNeeds) =>
  async (ws: string, accountId: string, isLate: () => boolean): Promise<void> => {
    const { client } = await needs.stripe();
    const there = await listPayouts(client, { accountId, createdFrom: addSeconds(needs.now(), -reachSeconds) });
    const found = await needs.table.batchGet(there.map((one) => payoutKey(ws, payoutIdOf(one))));
    for (const one of there.reverse()) {
      if (isLate()) return;
      if (isRecorded(foundAt(found, payoutKey(ws, payoutIdOf(one)), parsePayout), one)) continue;
      const { stripeId, livemode } = one;
      if (await needs.retry(() => recordPayout(needs)({ accountId, stripeId, livemode }))) count('StripeEventMissed');
    }
  };

const isRecorded = (here: Payout | undefined, { status, automatic, isReconciled }: StripePayout): boolean =>
  here !== undefined && here.status === status && (!automatic || !isReconciled || here.fees !== null);
