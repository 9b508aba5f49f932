import type { PaymentCall } from '../../shared/api/payments.ts';
import { epochMs, type Instant } from '../../shared/domain/days.ts';
import type { Reply } from '../../shared/domain/once.ts';
import { log } from '../../shared/runtime/log.ts';
import { count } from '../../shared/runtime/metrics.ts';
import type { Queue } from '../../shared/runtime/queue.ts';
import type { StripeEvent } from '../../shared/stripe/event.ts';
import { eventAccount } from '../../shared/stripe/event-account.ts';
import { eventPayout } from '../../shared/stripe/event-payout.ts';
import { eventPayment } from '../../shared/stripe/event-payment.ts';
import { verifyWebhook, type VerifiedWebhook } from '../../shared/stripe/verify-webhook.ts';
import type { OpenStripe } from './stripe-app.ts';
import type { StripeEventMessage } from './stripe-messages.ts';

interface Needs {
  readonly stripe: OpenStripe;
  readonly events: Queue;
  readonly now: () => Instant;
}

/**
 * Takes what Stripe tells: verified over the exact bytes before anything is read, and answered with 200 only when the queue has it.
 * What isn't Stripe's gets a bare 400; what tells of nothing that concerns us gets its 200 and goes no further.
 */
export const receiveStripeEvent =
  ({ stripe, events, now }: Needs) =>
  async ({ raw }: PaymentCall<'receiveStripeEvent'>): Promise<Reply> => {
    const { webhookSecrets } = await stripe();
    const verified = verifyWebhook({
      rawBody: raw.body,
      signature: raw.headers['stripe-signature'],
      secrets: webhookSecrets,
      now: epochMs(now()),
    });
    const told = verified.verified ? whatItTells(verified.event) : verified;
    if (told && 'fault' in told) return turnedAway(told.fault);
    if (told) await events.send(told);
    return { status: 200 };
  };

type Fault = Extract<VerifiedWebhook, { verified: false }>['fault'];

const turnedAway = (fault: Fault): Reply => {
  count('StripeWebhookRefused');
  log.warn('a webhook was refused', { fault });
  return { status: 400 };
};

/** The message for the worker: which payment, payout or account to look at. Undefined for events that concern none. */
const whatItTells = (event: StripeEvent): Omit<StripeEventMessage, 'v'> | { fault: Fault } | undefined => {
  // We are paid on connected accounts only: what happens on the platform's own is not about an invoice.
  if (event.accountId === null) return undefined;
  const { id: eventId, type, accountId, livemode, created } = event;
  const about = { kind: 'stripe-event' as const, eventId, type, accountId, livemode, created };
  const noPayment = { paymentIntentId: null, chargeId: null, sessionId: null };
  if (eventAccount(event)) return { ...about, ...noPayment };
  const payoutId = eventPayout(event);
  if (payoutId !== undefined) return { ...about, ...noPayment, payoutId };
  try {
    const payment = eventPayment(event);
    if (!payment) return undefined;
    const { paymentIntentId, chargeId, sessionId } = payment;
    return { ...about, paymentIntentId, chargeId, sessionId };
  } catch {
    // Signed by Stripe, but not of the version that we know.
    return { fault: 'unreadable' };
  }
};
