import type { Instant } from '../../shared/domain/days.ts';
import { compareMoney, subtract, type Money } from '../../shared/domain/money.ts';
import { givingBackId } from '../../shared/domain/open-credit.ts';
import { OutsideError } from '../../shared/domain/outside-error.ts';
import { refuse } from '../../shared/domain/refusal.ts';
import type { RingDoorbell } from '../../shared/runtime/queue.ts';
import { foundAt, mustExist } from '../../shared/store/found.ts';
import { audited } from '../../shared/store/audit.ts';
import { invoiceKey, parseInvoice } from '../../shared/store/invoices.ts';
import { parsePayment, paymentKey, type Payment } from '../../shared/store/payments.ts';
import { parseStripeConnection, stripeConnectionKey } from '../../shared/store/stripe-connections.ts';
import type { Table } from '../../shared/store/table.ts';
import type { Write } from '../../shared/store/write.ts';
import { createRefund } from '../../shared/stripe/create-refund.ts';
import { recordCardPayment } from './record-card-payment.ts';
import { refundByHand } from './refund-by-hand.ts';
import type { OpenStripe } from './stripe-app.ts';

// Flow of refunds and of credit notes that are given back: money goes back to whoever paid it, once for each id.

interface Needs {
  readonly table: Table;
  readonly stripe: OpenStripe;
  readonly now: () => Instant;
  readonly newId: (prefix: string) => string;
  readonly ring: RingDoorbell;
}

/** How far a refund is. `failed` comes later, from Stripe, and then the payment counts again. */
export type RefundStatus = 'pending' | 'succeeded' | 'failed';

export interface GivenBack {
  readonly payment: Payment;
  readonly status: RefundStatus;
}

/** What of a payment can still be given back from here. */
export const refundable = ({ amount, refunded, counts, origin, status }: Payment): Money => {
  if (status === 'parked' && origin === 'stripe') return subtract(amount, refunded);
  return origin === 'xero' || (status !== 'succeeded' && status !== 'disputed') ? { ...counts, amount: 0 } : counts;
};

/** Refuses money that isn't ours to give back, and more than is left of the payment (`refund-exceeds-payment`). */
export const requireRefundable = (payment: Payment, amount: Money): void => {
  if (payment.origin === 'xero')
    refuse(
      'forbidden',
      'The payment was recorded in Xero: taken back there, it follows here by itself; give it back there for a credit note',
    );
  const left = refundable(payment);
  if (compareMoney(amount, left) > 0)
    refuse('refund-exceeds-payment', 'More can not go back than is left of the payment', { left });
};

/**
 * Gives a part of a card payment back through Stripe. `refundId` makes it happen once, however often it is asked for; what Stripe
 * says of the payment afterwards is what is stored.
 */
export const refundCard =
  (needs: Needs) =>
  async (ws: string, payment: Payment, { amount, refundId }: { amount: Money; refundId: string }): Promise<GivenBack> => {
    const { table } = needs;
    const paymentIntentId = payment.paymentIntentId ?? '';
    const found = await table.batchGet([stripeConnectionKey(ws)]);
    const connection = foundAt(found, stripeConnectionKey(ws), parseStripeConnection);
    if (!connection || connection.state === 'disconnected')
      return refuse('stripe-not-connected', 'Connect the Stripe account that took the payment first');
    const { client, live } = await needs.stripe();
    const { accountId } = connection;
    const refund = await createRefund(client, { accountId, paymentIntentId, amount, refundId }).catch(tooMuch);
    await recordCardPayment(needs)({ accountId, paymentIntentId, livemode: live });
    const after = await table.batchGet([paymentKey(ws, payment.id)]);
    return { payment: mustExist(foundAt(after, paymentKey(ws, payment.id), parsePayment)), status: refund.outcome };
  };

/** Somebody was faster, or the payer's bank has the money: Stripe knows what is left. */
const tooMuch = (error: unknown): never => {
  const isNo = error instanceof OutsideError && error.service === 'stripe' && error.status === 400;
  if (isNo) return refuse('refund-exceeds-payment', `Stripe does not give that much of the payment back (${error.code})`);
  throw error;
};

/**
 * Gives what stands open on a credit note back, from the latest payment of its invoice on. May be cut off and begun again: what is
 * open by then decides. What came in through Xero is given back there, and taken over from there; until then something may be left open.
 */
export const giveBackOpen =
  (needs: Needs) =>
  async (
    ws: string,
    who: string,
    { invoiceId, creditNoteId }: { invoiceId: string; creditNoteId: string },
    paymentIds: readonly string[],
  ): Promise<void> => {
    for (const id of [...paymentIds].sort().reverse()) {
      const found = await needs.table.batchGet([invoiceKey(ws, invoiceId), paymentKey(ws, id)]);
      const head = mustExist(foundAt(found, invoiceKey(ws, invoiceId), parseInvoice));
      const payment = foundAt(found, paymentKey(ws, id), parsePayment);
      const open = head.openCredits?.find((one) => one.creditNoteId === creditNoteId)?.amount;
      if (!open) return;
      const part = payment && smaller(open, refundable(payment));
      if (!payment || !part || part.amount === 0) continue;
      if (payment.origin === 'stripe')
        await refundCard(needs)(ws, payment, { amount: part, refundId: givingBackId(creditNoteId, payment.id) });
      else {
        const applied = refundByHand(needs, { ws, who }, { payment, head, amount: part, creditNoteId });
        await needs.table.commit([...applied.writes, said(needs, { ws, who, creditNoteId })]);
      }
    }
  };

const said = ({ now, newId }: Needs, { ws, who, creditNoteId }: { ws: string; who: string; creditNoteId: string }): Write =>
  audited(ws, {
    ...{ id: newId('aud'), at: now(), who, what: 'credit-given-back', about: creditNoteId },
    text: 'What a credit note left open was given back by hand',
  });

const smaller = (one: Money, other: Money): Money => (compareMoney(one, other) > 0 ? other : one);
