import type { PaymentCall } from '../../shared/api/payments.ts';
import { dateIn, type Instant } from '../../shared/domain/days.ts';
import { balanceOf, requirePayable } from '../../shared/domain/invoice.ts';
import { stepFor, zero } from '../../shared/domain/money.ts';
import type { Reply } from '../../shared/domain/once.ts';
import { requireReceived, requireSteps } from '../../shared/domain/payments.ts';
import { describe, log } from '../../shared/runtime/log.ts';
import type { Queue, RingDoorbell } from '../../shared/runtime/queue.ts';
import { checkoutKey, parseCheckout } from '../../shared/store/checkouts.ts';
import { foundAt, mustBeAt } from '../../shared/store/found.ts';
import { answered } from '../../shared/store/idempotency.ts';
import { invoiceKey, parseInvoice } from '../../shared/store/invoices.ts';
import type { Payment } from '../../shared/store/payments.ts';
import type { Table } from '../../shared/store/table.ts';
import { parseWorkspace, workspaceKey } from '../../shared/store/workspaces.ts';
import { paymentWrites } from './apply-payment.ts';
import { closeStaleCheckout } from './close-checkout.ts';
import type { OpenStripe } from './stripe-app.ts';
import { paymentView } from './views.ts';

interface Needs {
  readonly table: Table;
  readonly stripe: OpenStripe;
  readonly events: Queue;
  readonly now: () => Instant;
  readonly newId: (prefix: string) => string;
  readonly ring: RingDoorbell;
}

/** Records money that a client has paid by bank transfer or in another way that nobody tells us of. */
export const recordPayment =
  (needs: Needs) =>
  async ({ caller, params, body, once }: PaymentCall<'recordPayment'>): Promise<Reply> => {
    const { table, now, newId } = needs;
    const ws = caller.workspaceId;
    const found = await table.batchGet([invoiceKey(ws, params.id), checkoutKey(ws, params.id), workspaceKey(ws)]);
    const head = mustBeAt(found, invoiceKey(ws, params.id), parseInvoice);
    const { zone } = mustBeAt(found, workspaceKey(ws), parseWorkspace);
    requirePayable(head, body.amount);
    const step = stepFor(head.currency, { connectedToXero: head.toXero });
    requireSteps(body.amount, { step, all: balanceOf(head).due });
    requireReceived(body.receivedOn, dateIn(zone, now()));
    const payment: Payment = {
      id: newId('pay'),
      version: 1,
      invoiceId: head.id,
      amount: body.amount,
      counts: body.amount,
      refunded: zero(head.currency),
      overpaid: zero(head.currency),
      method: 'manual',
      origin: 'platform',
      receivedOn: body.receivedOn,
      reference: body.reference ?? '',
      status: 'succeeded',
      faults: [],
      paymentIntentId: null,
      createdAt: now(),
    };
    const by = { ws, who: caller.memberId, now: now(), newId };
    const applied = paymentWrites({ before: undefined, after: payment, head }, by);
    const view = paymentView(applied.payment, { head: applied.head, sync: undefined });
    const reply: Reply = { status: 201, etag: String(applied.payment.version), body: view };
    await table.commit([...applied.writes, answered(once, reply)]);
    if (applied.rings) await needs.ring([ws]).catch(() => undefined);
    const checkout = foundAt(found, checkoutKey(ws, head.id), parseCheckout);
    await closeStaleCheckout(needs)(ws, applied.head ?? head, checkout).catch((error: unknown) =>
      // The payment stands. What can't be closed at once is closed by the worker.
      closeLater(needs, ws, head.id, error),
    );
    return reply;
  };

const closeLater = async ({ events }: Needs, workspaceId: string, invoiceId: string, error: unknown): Promise<void> => {
  log.warn('a payment page could not be closed at once', { invoiceId, ...describe(error) });
  await events.send({ kind: 'close-checkout', workspaceId, invoiceId }).catch(() => undefined);
};
