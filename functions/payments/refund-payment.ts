import type { PaymentCall } from '../../shared/api/payments.ts';
import type { Instant } from '../../shared/domain/days.ts';
import { stepFor } from '../../shared/domain/money.ts';
import { moneyText } from '../../shared/domain/money-text.ts';
import type { Once, Reply } from '../../shared/domain/once.ts';
import { idOfRequest } from '../../shared/domain/payment-id.ts';
import { requireSteps } from '../../shared/domain/payments.ts';
import { refuseFields } from '../../shared/domain/refusal.ts';
import type { RingDoorbell } from '../../shared/runtime/queue.ts';
import { audited } from '../../shared/store/audit.ts';
import { foundAt, mustExist } from '../../shared/store/found.ts';
import { answered, claim } from '../../shared/store/idempotency.ts';
import { invoiceKey, parseInvoice } from '../../shared/store/invoices.ts';
import { readPayment, type Payment } from '../../shared/store/payments.ts';
import { syncItemKey } from '../../shared/store/sync-items.ts';
import { keyText, type Table } from '../../shared/store/table.ts';
import type { Write } from '../../shared/store/write.ts';
import { checkoutKey, parseCheckout } from '../../shared/store/checkouts.ts';
import { closeStaleCheckout } from './close-checkout.ts';
import { refundable, refundCard, requireRefundable, type RefundStatus } from './give-back.ts';
import { refundByHand } from './refund-by-hand.ts';
import type { OpenStripe } from './stripe-app.ts';
import { paymentView } from './views.ts';

interface Needs {
  readonly table: Table;
  readonly stripe: OpenStripe;
  readonly now: () => Instant;
  readonly newId: (prefix: string) => string;
  readonly ring: RingDoorbell;
}

type Refund = { id: string; amount: Payment['amount']; reason: string; status: RefundStatus };

/**
 * Gives a payment back, whole or in part: what came by card goes back through Stripe, what was recorded by hand is recorded as given
 * back. What goes back is due again, as far as no credit note stands open for it.
 */
export const refundPayment =
  (needs: Needs) =>
  async ({ caller, params, body, once }: PaymentCall<'refundPayment'>): Promise<Reply> => {
    const { table, newId } = needs;
    const ws = caller.workspaceId;
    const payment = mustExist(await readPayment(table)(ws, params.id));
    if (body.amount.currency !== payment.amount.currency)
      return refuseFields({ path: 'amount.currency', message: `must be ${payment.amount.currency}` });
    const id = once ? idOfRequest('rf', once as Once, payment.createdAt) : newId('rf');
    const refund = { id, amount: body.amount, reason: body.reason };
    const trail = said(needs, { ws, who: caller.memberId, payment }, refund);
    if (payment.origin !== 'stripe') return byHand(needs, { ws, who: caller.memberId, once, trail }, payment, refund);
    await claim(table)(once);
    // What this very request has given back already must not count against it.
    const isAgain = payment.refunded.amount > 0;
    if (!isAgain) requireRefundable(payment, body.amount);
    const given = await refundCard(needs)(ws, payment, { amount: body.amount, refundId: id });
    const reply = await replyFor(needs, ws, given.payment, { ...refund, status: given.status });
    await table.commit([trail, answered(once, reply)]);
    return reply;
  };

const byHand = async (
  needs: Needs,
  { ws, who, once, trail }: { ws: string; who: string; once: Once | undefined; trail: Write },
  payment: Payment,
  refund: Omit<Refund, 'status'>,
): Promise<Reply> => {
  requireRefundable(payment, refund.amount);
  const found = await needs.table.batchGet([
    invoiceKey(ws, payment.invoiceId),
    syncItemKey(ws, payment.id),
    checkoutKey(ws, payment.invoiceId),
  ]);
  const head = foundAt(found, invoiceKey(ws, payment.invoiceId), parseInvoice);
  const step = stepFor(payment.amount.currency, { connectedToXero: head?.toXero === true });
  requireSteps(refund.amount, { step, all: refundable(payment) });
  const applied = refundByHand(needs, { ws, who }, { payment, head, amount: refund.amount });
  const sync = found.get(keyText(syncItemKey(ws, payment.id)));
  const shown = paymentView(applied.payment, { head: applied.head, sync });
  const reply = replyOf(applied.payment, { ...refund, status: 'succeeded' }, shown);
  await needs.table.commit([...applied.writes, trail, answered(once, reply)]);
  if (applied.rings) await needs.ring([ws]).catch(() => undefined);
  const checkout = foundAt(found, checkoutKey(ws, payment.invoiceId), parseCheckout);
  if (applied.head) await closeStaleCheckout(needs)(ws, applied.head, checkout).catch(() => undefined);
  return reply;
};

const replyFor = async ({ table }: Needs, ws: string, payment: Payment, refund: Refund): Promise<Reply> => {
  const found = await table.batchGet([invoiceKey(ws, payment.invoiceId), syncItemKey(ws, payment.id)]);
  const head = foundAt(found, invoiceKey(ws, payment.invoiceId), parseInvoice);
  return replyOf(payment, refund, paymentView(payment, { head, sync: found.get(keyText(syncItemKey(ws, payment.id))) }));
};

const replyOf = ({ id: paymentId, invoiceId }: Payment, refund: Refund, payment: ReturnType<typeof paymentView>): Reply => ({
  status: 201,
  body: { ...refund, paymentId, invoiceId, payment },
});

const said = (
  { now, newId }: Needs,
  { ws, who, payment }: { ws: string; who: string; payment: Payment },
  { amount, reason }: Omit<Refund, 'status'>,
): Write => {
  const why = reason === '' ? '' : `: ${reason}`;
  const text = `${moneyText(amount)} of a payment were given back${why}`;
  return audited(ws, { id: newId('aud'), at: now(), who, what: 'payment-refunded', about: payment.id, text });
};
