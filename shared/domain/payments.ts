import type { DateText } from './days.ts';
import type { Money } from './money.ts';
import type { Covers } from './open-credit.ts';
import { isSame, moneyOf, subtract, sumMoney, unitsOf, zero, type AmountStep } from './money.ts';
import { refuseFields } from './refusal.ts';

/**
 * One thing that is known about a payment. Facts arrive in any order, late and more than once; the same fact twice is one.
 * `attempt` names a try to pay (a charge), `refundId` and `disputeId` what they are about.
 */
export type PaymentFact =
  | { kind: 'processing'; attempt: string }
  | { kind: 'failed'; attempt: string }
  | { kind: 'succeeded'; amount: Money }
  | { kind: 'refunded'; refundId: string; amount: Money }
  | { kind: 'refund-failed'; refundId: string }
  | { kind: 'dispute-opened'; disputeId: string; amount: Money }
  | { kind: 'dispute-won'; disputeId: string }
  | { kind: 'dispute-lost'; disputeId: string };

/** `parked`: the facts contradict each other, or the money isn't what was asked for; somebody must look. */
export type PaymentStatus = 'processing' | 'succeeded' | 'failed' | 'refunded' | 'disputed' | 'parked';

/** Where a payment stands. `counts` is what it pays of its invoice: arrived − refunded − taken back by disputes, never below nothing. */
export type PaymentState = { status: PaymentStatus; amount: Money; refunded: Money; disputed: Money; counts: Money };

/**
 * The state of a payment, given all facts known about it; their order doesn't matter. Arrival beats every failed try. A refund or
 * dispute known before the arrival waits for it. A failed refund counts as none, a won dispute as none, a lost one as money taken.
 */
export function paymentState(currency: string, facts: readonly PaymentFact[]): PaymentState {
  const nothing = zero(currency);
  const foreign = facts.some((fact) => 'amount' in fact && fact.amount.currency !== currency);
  const arrived = arrivals(facts);
  const [amount] = arrived;
  if (foreign || arrived.length > 1) {
    return { status: 'parked', amount: nothing, refunded: nothing, disputed: nothing, counts: nothing };
  }
  const refunded = sumMoney(currency, remaining(facts, 'refunded', 'refund-failed'));
  const disputed = sumMoney(currency, remaining(facts, 'dispute-opened', 'dispute-won'));
  if (!amount) return { status: tries(facts), amount: nothing, refunded, disputed, counts: nothing };
  const left = subtract(subtract(amount, refunded), disputed);
  const counts = unitsOf(left) < 0n ? nothing : left;
  return { status: arrivedStatus(amount, refunded, disputed), amount, refunded, disputed, counts };
}

/** What was asked for, or what came: how much, and whether in the real world or in a test. */
export type PaidAs = { amount: Money; live: boolean };

/** Why money that came in can't pay what was asked for; an empty list when it is right. */
export function paymentFaults(asked: PaidAs, came: PaidAs): ('amount' | 'currency' | 'mode')[] {
  const faults: ('amount' | 'currency' | 'mode')[] = [];
  if (asked.live !== came.live) faults.push('mode');
  if (asked.amount.currency !== came.amount.currency) faults.push('currency');
  else if (!isSame(asked.amount, came.amount)) faults.push('amount');
  return faults;
}

/** The different amounts that are said to have arrived; one payment is reported by several events, so they should be one. */
function arrivals(facts: readonly PaymentFact[]): Money[] {
  const amounts = facts.flatMap((fact) => (fact.kind === 'succeeded' ? [fact.amount] : []));
  return amounts.filter((money, index) => amounts.findIndex((other) => isSame(other, money)) === index);
}

function tries(facts: readonly PaymentFact[]): 'processing' | 'failed' {
  const failed = new Set(facts.flatMap((fact) => (fact.kind === 'failed' ? [fact.attempt] : [])));
  const open = facts.some((fact) => fact.kind === 'processing' && !failed.has(fact.attempt));
  return failed.size > 0 && !open ? 'failed' : 'processing';
}

/** Amounts by their id, those that were called off left out; of one id reported with several amounts the largest counts. */
function remaining(
  facts: readonly PaymentFact[],
  kind: 'refunded' | 'dispute-opened',
  calledOff: 'refund-failed' | 'dispute-won',
): Money[] {
  const off = new Set(facts.flatMap((fact) => (fact.kind === calledOff ? [idOf(fact)] : [])));
  const amounts = new Map<string, Money>();
  for (const fact of facts) {
    if (fact.kind !== kind || off.has(idOf(fact))) continue;
    const seen = amounts.get(idOf(fact));
    if (!seen || unitsOf(fact.amount) > unitsOf(seen)) amounts.set(idOf(fact), fact.amount);
  }
  return [...amounts.values()];
}

function idOf(fact: PaymentFact): string {
  if ('refundId' in fact) return fact.refundId;
  return 'disputeId' in fact ? fact.disputeId : '';
}

function arrivedStatus(amount: Money, refunded: Money, disputed: Money): PaymentStatus {
  if (unitsOf(disputed) > 0n) return 'disputed';
  if (unitsOf(refunded) >= unitsOf(amount) && unitsOf(amount) > 0n) return 'refunded';
  return 'succeeded';
}

/** What the payment is worth beyond what is due, given what the other payments of its invoice count. */
export function overpaidBy(total: Money, others: readonly Money[], counts: Money): Money {
  const due = unitsOf(total) - unitsOf(sumMoney(total.currency, others));
  const beyond = unitsOf(counts) - (due > 0n ? due : 0n);
  return moneyOf(beyond > 0n ? beyond : 0n, total.currency);
}

/** Refuses an amount that is finer than the books can say, unless it is all that there is. `step` as from `stepFor`. */
export function requireSteps(amount: Money, { step, all }: { step: AmountStep; all: Money }): void {
  if (unitsOf(amount) % BigInt(step) === 0n || isSame(amount, all)) return;
  refuseFields({ path: 'amount.amount', message: `must be a multiple of ${step} minor units: Xero has 2 decimals` });
}

/** Refuses a day on which a payment can't have been received. `today` is a day in the workspace's zone. */
export function requireReceived(on: DateText, today: DateText): void {
  if (on > today) refuseFields({ path: 'receivedOn', message: 'must not be in the future' });
}

/** Whether a payment has to get to Xero: it counts, it doesn't come from there, and its invoice stands there to take it. */
export function belongsInXero(
  payment: { counts: Money; covers?: Covers | undefined; origin: 'platform' | 'stripe' | 'xero' },
  invoice: { toXero: boolean; status: string },
): boolean {
  const counts = unitsOf(payment.counts) > 0n || (payment.covers?.length ?? 0) > 0;
  return invoice.toXero && invoice.status !== 'void' && payment.origin !== 'xero' && counts;
}
