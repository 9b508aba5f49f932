/** One movement of an account's balance at Stripe, in the smallest units of the payout's currency; what goes out is negative. */
export type BalanceMove = {
  /** Stripe's type, e.g. charge, refund, adjustment, stripe_fee. */
  type: string;
  /** Stripe's category for reports, e.g. charge, refund, dispute, fee. */
  category: string;
  amount: number;
  /** What Stripe kept of it. */
  fee: number;
  /** What it comes from. */
  source: string | null;
};

/** What a payout is made of, signed as it moved the balance; `fees` is what Stripe has taken, so that it counts against the rest. */
export type PayoutParts = { charges: number; refunds: number; disputes: number; other: number; fees: number };

const payoutTypes = new Set(['payout', 'payout_failure', 'payout_cancel', 'payout_reversal']);
const feeTypes = new Set(['stripe_fee', 'stripe_fx_fee', 'tax_fee', 'network_cost']);
const feeCategories = new Set(['fee', 'network_cost', 'tax']);
const partOf: Readonly<Record<string, 'charges' | 'refunds' | 'disputes'>> = {
  charge: 'charges',
  refund: 'refunds',
  refund_failure: 'refunds',
  charge_failure: 'refunds',
  dispute: 'disputes',
  dispute_reversal: 'disputes',
};

/**
 * Sums up the movements that went out with a payout. The payout's own row is left out, but for what Stripe took for paying out.
 * Rows that are a fee themselves count as fees, whole.
 */
export function partsOfPayout(payoutId: string, moves: readonly BalanceMove[]): PayoutParts {
  const parts = { charges: 0, refunds: 0, disputes: 0, other: 0, fees: 0 };
  for (const { type, category, amount, fee, source } of moves) {
    parts.fees += fee;
    if (payoutTypes.has(type) && source === payoutId) continue;
    if (feeTypes.has(type) || feeCategories.has(category)) parts.fees -= amount;
    else parts[partOf[category] ?? 'other'] += amount;
  }
  return parts;
}

/** What reaches the bank of what the payout is made of. */
export function netOfParts({ charges, refunds, disputes, other, fees }: PayoutParts): number {
  return charges + refunds + disputes + other - fees;
}

/** How a payout stands at Stripe. */
export type PayoutStatus = 'pending' | 'in_transit' | 'paid' | 'failed' | 'canceled';

/** Whether the money came back: nothing of the payout may stand in the books. */
export function isReturned(status: PayoutStatus): boolean {
  return status === 'failed' || status === 'canceled';
}
