import type Stripe from 'stripe';
import { StripeFailure } from '../errors.ts';
import { newId } from '../ids.ts';
import { emit, secondsNow, type World } from '../world.ts';
import { book } from './balance.ts';

/** Sends to the bank everything of one currency that is available and wasn't sent before, and tells how that ended. */
export function payOut(world: World, account: string, currency: string, outcome: 'paid' | 'failed'): Stripe.Payout {
  const { balanceTransactions, payoutEntries, payouts } = world.state;
  const now = secondsNow(world);
  const waiting = balanceTransactions
    .of(account)
    .filter(
      (entry) => entry.currency === currency && entry.available_on <= now && payoutEntries.find(account, entry.id) === undefined,
    );
  const amount = waiting.reduce((sum, entry) => sum + entry.net, 0);
  if (amount <= 0) throw new StripeFailure({ code: 'balance_insufficient', message: `Nothing in ${currency} is available yet.` });
  const payout = payouts.add(account, {
    id: newId('po'),
    object: 'payout',
    amount,
    application_fee: null,
    application_fee_amount: null,
    arrival_date: now,
    automatic: true,
    balance_transaction: null,
    created: now,
    currency,
    description: 'STRIPE PAYOUT',
    destination: newId('ba'),
    failure_balance_transaction: null,
    failure_code: null,
    failure_message: null,
    livemode: world.livemode,
    metadata: {},
    method: 'standard',
    original_payout: null,
    payout_method: null,
    reconciliation_status: 'in_progress',
    reversed_by: null,
    source_type: 'card',
    statement_descriptor: null,
    status: 'in_transit',
    trace_id: null,
    type: 'bank_account',
  });
  const outgoing = book(world, account, { type: 'payout', category: 'payout', amount: -amount, currency, source: payout.id });
  payout.balance_transaction = outgoing.id;
  for (const entry of [...waiting, outgoing]) payoutEntries.add(account, { id: entry.id, payout: payout.id });
  emit(world, account, 'payout.created', payout);
  if (outcome === 'failed') fail(world, account, payout, waiting);
  else {
    payout.status = 'paid';
    payout.reconciliation_status = 'completed';
    emit(world, account, 'payout.paid', payout);
    emit(world, account, 'payout.reconciliation_completed', payout);
  }
  return payout;
}

/** The bank sent the money back: it stands on the balance again, ready for the next payout. */
function fail(world: World, account: string, payout: Stripe.Payout, waiting: readonly Stripe.BalanceTransaction[]): void {
  const entry = {
    type: 'payout_failure',
    category: 'payout_reversal',
    amount: payout.amount,
    currency: payout.currency,
    source: payout.id,
  };
  const returned = book(world, account, entry);
  // The failed payout and its return cancel out; only the entries it was made of go out again.
  world.state.payoutEntries.add(account, { id: returned.id, payout: payout.id });
  for (const { id } of waiting) world.state.payoutEntries.delete(id);
  payout.status = 'failed';
  payout.failure_code = 'account_closed';
  payout.failure_balance_transaction = returned.id;
  emit(world, account, 'payout.failed', payout);
}
