import type { Payout } from '../../shared/store/payouts.ts';
import { syncView } from '../../shared/store/sync-items.ts';
import type { Item } from '../../shared/store/write.ts';

/** A payout as a list shows it, with its way to Xero. */
export const payoutView = (payout: Payout, sync: Item | undefined) => {
  const { id, amount, arrivalDate, status, automatic, fees, stripeId } = payout;
  const shown = { id, amount, arrivalDate, status, automatic, fees, stripePayoutId: stripeId };
  return { ...shown, sync: syncView(sync, payout.toXero) };
};
