import type Stripe from 'stripe';
import { newId } from '../ids.ts';
import { secondsNow, type World } from '../world.ts';

/** Money of a charge can be paid out two days later. */
const clearingSeconds = 2 * 24 * 3_600;

/** Books a movement of the account's balance. `amount` and `fee` are minor units; a negative amount goes out. */
export function book(
  world: World,
  account: string,
  entry: {
    type: string;
    category: string;
    amount: number;
    fee?: number;
    currency: string;
    source: string;
    description?: string | null;
  },
): Stripe.BalanceTransaction {
  const { type, category, amount, fee = 0, currency, source, description = null } = entry;
  const created = secondsNow(world);
  const isCharge = type === 'charge' || type === 'payment';
  return world.state.balanceTransactions.add(account, {
    id: newId('txn'),
    object: 'balance_transaction',
    amount,
    available_on: isCharge ? created + clearingSeconds : created,
    balance_type: 'payments',
    created,
    currency,
    description,
    exchange_rate: null,
    fee,
    fee_details:
      fee === 0 ? [] : [{ amount: fee, application: null, currency, description: 'Stripe processing fees', type: 'stripe_fee' }],
    net: amount - fee,
    reporting_category: category,
    source,
    status: isCharge ? 'pending' : 'available',
    type,
  });
}

/** The entry as it stands now: pending money becomes available by the clock. */
export function asOfNow(world: Pick<World, 'clock'>, entry: Stripe.BalanceTransaction): Stripe.BalanceTransaction {
  return { ...entry, status: entry.available_on <= secondsNow(world) ? 'available' : 'pending' };
}

/** Stripe is quicker this time: what is pending on an account can be paid out from now on. */
export function makeAvailable(world: World, account: string): void {
  const now = secondsNow(world);
  for (const entry of world.state.balanceTransactions.of(account)) entry.available_on = Math.min(entry.available_on, now);
}
