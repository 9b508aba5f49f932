import type { PaymentFact } from '../domain/payments.ts';
import type { StripePayment } from './read-payment.ts';

/** What a payment, as Stripe has it now, tells. Empty while nobody has tried to pay yet. */
export function paymentFacts(payment: StripePayment): PaymentFact[] {
  const { refunded, disputes } = payment;
  return [
    ...triedFacts(payment),
    ...(refunded.amount > 0 ? [{ kind: 'refunded' as const, refundId: 'all', amount: refunded }] : []),
    ...disputes.flatMap(({ disputeId, amount, outcome }): PaymentFact[] => {
      if (outcome === 'none-taken') return [];
      const opened = { kind: 'dispute-opened' as const, disputeId, amount };
      return outcome === 'open' ? [opened] : [opened, { kind: `dispute-${outcome}`, disputeId }];
    }),
  ];
}

function triedFacts({ status, amountReceived, chargeId, paymentIntentId }: StripePayment): PaymentFact[] {
  const attempt = chargeId ?? paymentIntentId;
  switch (status) {
    case 'succeeded':
      return [{ kind: 'succeeded', amount: amountReceived }];
    case 'processing':
      return [{ kind: 'processing', attempt }];
    case 'canceled':
      return [{ kind: 'failed', attempt }];
    case 'requires_payment_method':
      // Also how an intent begins: only a charge shows that somebody tried.
      return chargeId === null ? [] : [{ kind: 'failed', attempt }];
    default:
      return [];
  }
}
