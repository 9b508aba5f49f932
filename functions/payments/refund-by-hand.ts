import type { Instant } from '../../shared/domain/days.ts';
import { add, isSame, subtract, type Money } from '../../shared/domain/money.ts';
import type { Payment } from '../../shared/store/payments.ts';
import { paymentWrites, type Applied, type PaymentChange } from './apply-payment.ts';

// Money that somebody has given back outside of Stripe. The worker for Xero says so, too, and holds nothing of Stripe.

interface Needs {
  readonly now: () => Instant;
  readonly newId: (prefix: string) => string;
}

/** What is written when somebody has given a part of a payment back by hand; `creditNoteId`: for a credit note, before any other. */
export const refundByHand = (
  needs: Needs,
  place: { ws: string; who: string | null },
  {
    payment,
    head,
    amount,
    creditNoteId,
  }: { payment: Payment; head: PaymentChange['head']; amount: Money; creditNoteId?: string },
): Applied => {
  const refunded = add(payment.refunded, amount);
  const counts = subtract(payment.counts, amount);
  const status = isSame(refunded, payment.amount) ? ('refunded' as const) : payment.status;
  const after: Payment = { ...payment, counts, refunded, status };
  const backFor = creditNoteId === undefined ? [] : [...(payment.covers ?? []), { creditNoteId, amount }];
  return paymentWrites({ before: payment, after, head, backFor }, { ...place, now: needs.now(), newId: needs.newId });
};
