import { dateIn } from '../../shared/domain/days.ts';
import { askable, wasIssued } from '../../shared/domain/invoice.ts';
import { zero, type Money } from '../../shared/domain/money.ts';
import { paymentFaults, paymentState } from '../../shared/domain/payments.ts';
import type { Checkout } from '../../shared/store/checkouts.ts';
import type { InvoiceHead } from '../../shared/store/invoices.ts';
import type { Payment } from '../../shared/store/payments.ts';
import { paymentFacts } from '../../shared/stripe/payment-facts.ts';
import type { StripePayment } from '../../shared/stripe/read-payment.ts';

/** What the payment is held against. */
export interface Surroundings {
  readonly id: string;
  /** The invoice that the payment names; there may be none such in this workspace. */
  readonly invoiceId: string;
  readonly head: InvoiceHead | undefined;
  /** What the page asked for by which it was paid. */
  readonly asked: Checkout | undefined;
  readonly before: Payment | undefined;
  readonly accountId: string;
  /** Whether the platform moves real money. */
  readonly live: boolean;
  readonly zone: string;
  readonly now: string;
}

/**
 * The payment as it has to be stored, by what Stripe says of it now; undefined while nobody has tried to pay. Only money that is
 * right in account, amount, currency and mode counts; the rest is parked with its faults and counts nothing.
 */
export const judgePayment = (truth: StripePayment, around: Surroundings): Payment | undefined => {
  const facts = paymentFacts(truth);
  if (facts.length === 0) return undefined;
  const state = paymentState(truth.amountAsked.currency, facts);
  const hasArrived = state.amount.amount > 0;
  const came = hasArrived ? state.amount : truth.amountAsked;
  // A try that failed, and money that was all given back, need nobody's care.
  const settled = state.status === 'failed' || state.status === 'refunded';
  const faults = settled ? [] : faultsOf(truth, came, around);
  const isParked = faults.length > 0;
  const { before } = around;
  return {
    id: around.id,
    version: before?.version ?? 1,
    invoiceId: around.invoiceId,
    amount: came,
    counts: isParked || state.status === 'parked' ? zero(came.currency) : state.counts,
    refunded: state.refunded,
    overpaid: before?.overpaid ?? zero(came.currency),
    method: 'card',
    origin: 'stripe',
    receivedOn: dateIn(around.zone, truth.arrivedAt ?? truth.created),
    reference: truth.paymentIntentId,
    status: isParked ? 'parked' : state.status,
    faults,
    paymentIntentId: truth.paymentIntentId,
    createdAt: before?.createdAt ?? around.now,
  };
};

const faultsOf = (truth: StripePayment, came: Money, around: Surroundings): string[] => {
  const { head, asked, accountId, live } = around;
  if (!head || !wasIssued(head)) return ['invoice'];
  const stranger = asked && asked.accountId !== accountId ? ['account'] : [];
  const faults = paymentFaults({ amount: wanted(head, around), live }, { amount: came, live: truth.livemode });
  return [...stranger, ...faults];
};

/**
 * What was asked for. Without the page (its note is written before Stripe is asked, so this is rare) it is what is due, and for a
 * payment that was found right before, what it was then.
 */
const wanted = (head: InvoiceHead, { asked, before }: Surroundings): Money => {
  if (asked) return asked.amount;
  return before && before.faults.length === 0 ? before.amount : askable(head);
};

/** Whether storing it would change nothing. */
export const isKnown = (before: Payment | undefined, after: Payment): boolean =>
  before !== undefined && facets(before) === facets(after);

const facets = ({ status, amount, counts, refunded, faults, receivedOn }: Payment): string =>
  JSON.stringify([status, amount.amount, amount.currency, counts.amount, refunded.amount, faults, receivedOn]);
