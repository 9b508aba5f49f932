import type { Difference } from './discrepancy.ts';
import { isSame, type Money } from './money.ts';
import { moneyText } from './money-text.ts';

/** A card payment as the platform has it. */
export type CardPaymentHere = { id: string; paymentIntentId: string; amount: Money; counts: Money; number: string | null };

/** What Stripe says has arrived for it; null when it says that there is no such payment. */
export type CardPaymentThere = { amountReceived: Money; hasArrived: boolean } | null;

/**
 * What differs after the payment was recorded anew from what Stripe says: it counts here and there is none there, or another sum
 * has arrived.
 */
export function compareCardPayment(ours: CardPaymentHere, theirs: CardPaymentThere): Difference[] {
  if (ours.counts.amount === 0) return [];
  const about = {
    ...({ system: 'stripe', subject: 'payment', documentId: ours.id, outsideId: ours.paymentIntentId } as const),
    ...{ number: ours.number, ours: words(ours.amount) },
  };
  if (theirs === null || !theirs.hasArrived) {
    const cause =
      theirs === null
        ? 'It counts here, and Stripe has no such payment on the connected account'
        : 'It counts here, and has not arrived at Stripe';
    return [{ ...about, kind: 'missing', theirs: null, amount: ours.amount, cause }];
  }
  if (isSame(ours.amount, theirs.amountReceived)) return [];
  const cause = 'Another sum has arrived at Stripe than was recorded here';
  return [{ ...about, kind: 'amount', theirs: words(theirs.amountReceived), amount: theirs.amountReceived, cause }];
}

/** Money that arrived for an invoice of this workspace and could not be recorded. */
export function cardPaymentUnknown(paymentIntentId: string, amount: Money): Difference {
  return {
    ...({ kind: 'payment', system: 'stripe', subject: 'payment', documentId: null, outsideId: paymentIntentId } as const),
    ...{ number: null, ours: null, theirs: words(amount), amount },
    cause: 'It has arrived at Stripe for an invoice of this workspace and could not be recorded here',
  };
}

function words(money: Money): string {
  return moneyText(money);
}
