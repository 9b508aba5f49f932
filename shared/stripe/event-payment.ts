import * as z from 'zod';
import type { PaymentFact } from '../domain/payments.ts';
import type { EventSnapshot, StripeEvent } from './event.ts';
import { fromStripeAmount } from './minor-units.ts';

/** What an event tells about a payment. Ids it doesn't name are null; `facts` is empty when it only says that something changed. */
export type EventPayment = {
  /** Null for the platform's own account. The workspace is the one this account is bound to, whatever the metadata says. */
  accountId: string | null;
  paymentIntentId: string | null;
  chargeId: string | null;
  sessionId: string | null;
  /** How the Checkout session stands, for events about one. */
  session: { state: 'open' | 'complete' | 'expired'; isPaid: boolean } | null;
  /** Who it is for according to what we wrote on it; a hint, never a proof. */
  claimed: { workspaceId: string | null; invoiceId: string | null };
  livemode: boolean;
  facts: PaymentFact[];
};

type Told = Pick<EventPayment, 'paymentIntentId' | 'chargeId' | 'sessionId' | 'session' | 'facts'>;
type Reader = (snapshot: EventSnapshot, type: string) => Told;

const currency = z.string();
const nothing = { paymentIntentId: null, chargeId: null, sessionId: null, session: null, facts: [] } satisfies Told;

const intentShape = z.object({ id: z.string(), amount_received: z.int(), currency });

const ofIntent: Reader = (snapshot, type) => {
  const { id, amount_received: received, currency: code } = intentShape.parse(snapshot);
  const attempt = snapshot.last_payment_error?.charge ?? snapshot.latest_charge ?? id;
  const about = { ...nothing, paymentIntentId: id, chargeId: snapshot.latest_charge ?? null };
  switch (type) {
    case 'payment_intent.succeeded':
      return { ...about, facts: [{ kind: 'succeeded', amount: fromStripeAmount(received, code) }] };
    case 'payment_intent.processing':
      return { ...about, facts: [{ kind: 'processing', attempt: snapshot.latest_charge ?? id }] };
    default:
      return { ...about, facts: [{ kind: 'failed', attempt }] };
  }
};

const chargeShape = z.object({ id: z.string(), amount_captured: z.int(), captured: z.boolean(), currency });

const ofCharge: Reader = (snapshot, type) => {
  const charge = chargeShape.parse(snapshot);
  const about = { ...nothing, paymentIntentId: snapshot.payment_intent ?? null, chargeId: charge.id };
  switch (type) {
    case 'charge.succeeded':
      // Money that was only set aside hasn't arrived.
      if (!charge.captured) return about;
      return { ...about, facts: [{ kind: 'succeeded', amount: fromStripeAmount(charge.amount_captured, charge.currency) }] };
    case 'charge.pending':
      return { ...about, facts: [{ kind: 'processing', attempt: charge.id }] };
    case 'charge.failed':
      return { ...about, facts: [{ kind: 'failed', attempt: charge.id }] };
    default:
      // charge.refunded gives the sum; the refunds themselves come as refund.* with an id and can be told apart.
      return about;
  }
};

const refundShape = z.object({ id: z.string(), amount: z.int(), currency, status: z.string() });

const ofRefund: Reader = (snapshot) => {
  const { id, amount, currency: code, status } = refundShape.parse(snapshot);
  const isOff = status === 'failed' || status === 'canceled';
  return {
    ...nothing,
    paymentIntentId: snapshot.payment_intent ?? null,
    chargeId: snapshot.charge ?? null,
    facts: [
      { kind: 'refunded', refundId: id, amount: fromStripeAmount(amount, code) },
      ...(isOff ? [{ kind: 'refund-failed' as const, refundId: id }] : []),
    ],
  };
};

const disputeShape = z.object({ id: z.string(), amount: z.int(), currency, status: z.string() });

const ofDispute: Reader = (snapshot) => {
  const { id, amount, currency: code, status } = disputeShape.parse(snapshot);
  const about = { ...nothing, paymentIntentId: snapshot.payment_intent ?? null, chargeId: snapshot.charge ?? null };
  // A bank that only inquires, or a dispute that was headed off, has taken no money.
  if (status.startsWith('warning_') || status === 'prevented') return about;
  const opened: PaymentFact = { kind: 'dispute-opened', disputeId: id, amount: fromStripeAmount(amount, code) };
  if (status === 'won') return { ...about, facts: [opened, { kind: 'dispute-won', disputeId: id }] };
  if (status === 'lost') return { ...about, facts: [opened, { kind: 'dispute-lost', disputeId: id }] };
  return { ...about, facts: [opened] };
};

const sessionShape = z.object({
  id: z.string(),
  status: z.enum(['open', 'complete', 'expired']),
  payment_status: z.string(),
  amount_total: z.int(),
  currency,
});

const ofSession: Reader = (snapshot) => {
  const session = sessionShape.parse(snapshot);
  const isPaid = session.payment_status === 'paid';
  return {
    ...nothing,
    paymentIntentId: snapshot.payment_intent ?? null,
    sessionId: session.id,
    session: { state: session.status, isPaid },
    // Completed but unpaid is a bank debit on its way: its attempts are told by payment_intent.* and charge.*, under the charge's id.
    facts: isPaid ? [{ kind: 'succeeded', amount: fromStripeAmount(session.amount_total, session.currency) }] : [],
  };
};

const readers: Readonly<Record<string, Reader>> = {
  'payment_intent.succeeded': ofIntent,
  'payment_intent.processing': ofIntent,
  'payment_intent.payment_failed': ofIntent,
  'payment_intent.canceled': ofIntent,
  'charge.succeeded': ofCharge,
  'charge.pending': ofCharge,
  'charge.failed': ofCharge,
  'charge.refunded': ofCharge,
  'refund.created': ofRefund,
  'refund.updated': ofRefund,
  'refund.failed': ofRefund,
  'charge.dispute.created': ofDispute,
  'charge.dispute.updated': ofDispute,
  'charge.dispute.funds_withdrawn': ofDispute,
  'charge.dispute.funds_reinstated': ofDispute,
  'charge.dispute.closed': ofDispute,
  'checkout.session.completed': ofSession,
  'checkout.session.async_payment_succeeded': ofSession,
  'checkout.session.async_payment_failed': ofSession,
  'checkout.session.expired': ofSession,
};

/** The types of events that tell about payments, to ask Stripe for exactly these: 20, the most it takes in one question. */
export const paymentEventTypes: readonly string[] = Object.keys(readers);

/**
 * Which payment an event is about and what it says of it; undefined when it says nothing about one. One payment is told by
 * several events, in any order: key what is stored on the payment intent. Throws when a relevant event lacks what it must have.
 */
export function eventPayment(event: StripeEvent): EventPayment | undefined {
  const reader = readers[event.type];
  if (reader === undefined) return undefined;
  const { metadata } = event.snapshot;
  return {
    ...reader(event.snapshot, event.type),
    accountId: event.accountId,
    claimed: { workspaceId: metadata?.workspaceId ?? null, invoiceId: metadata?.invoiceId ?? null },
    livemode: event.livemode,
  };
}
