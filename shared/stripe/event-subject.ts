import type { StripeEvent } from './event.ts';

/** What an event is about: ids to ask Stripe by. Those that it doesn't name are null. */
export type EventSubject = {
  paymentIntentId: string | null;
  chargeId: string | null;
  sessionId: string | null;
  /** It shows what was written onto the payment, and that isn't ours: somebody else's business on the same account. */
  isForeign: boolean;
};

/**
 * The ids that an event names; undefined when it is about nothing that is paid. Nothing else of it is read: a listed event is
 * written in the version of Stripe's API that the account had when it happened, which needn't be the one we know.
 */
export function eventSubject({ snapshot }: StripeEvent): EventSubject | undefined {
  const { id, payment_intent: intent, charge, metadata } = snapshot;
  if (id === undefined) return undefined;
  const marked = { isForeign: metadata !== undefined && metadata['invoiceId'] === undefined };
  const named = { paymentIntentId: intent ?? null, chargeId: charge ?? null, sessionId: null };
  switch (snapshot.object) {
    case 'payment_intent':
      return { ...named, ...marked, paymentIntentId: id };
    case 'charge':
      return { ...named, ...marked, chargeId: id };
    case 'checkout.session':
      return { ...named, ...marked, sessionId: id };
    case 'refund':
    case 'dispute':
      // These have marks of their own, none of the payment's.
      return { ...named, isForeign: false };
    default:
      return undefined;
  }
}
