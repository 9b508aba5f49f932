import { balanceOf } from '../../shared/domain/invoice.ts';
import { compareMoney, zero, type Money } from '../../shared/domain/money.ts';
import { belongsInXero } from '../../shared/domain/payments.ts';
import type { InvoiceHead } from '../../shared/store/invoices.ts';
import type { Payment } from '../../shared/store/payments.ts';
import { syncView } from '../../shared/store/sync-items.ts';
import type { Item } from '../../shared/store/write.ts';

/** What belongs to a payment when it is shown: its invoice (there may be none such) and its way to Xero. */
export interface Beside {
  readonly head: InvoiceHead | undefined;
  readonly sync: Item | undefined;
}

/** A payment as the API shows it. */
export const paymentView = (payment: Payment, { head, sync }: Beside) => {
  const { id, invoiceId, amount, method, origin, receivedOn, reference, status, refunded } = payment;
  const toXero = head !== undefined && belongsInXero(payment, head);
  const shown = { id, invoiceId, amount, method, origin, receivedOn, reference, status, refunded };
  return { ...shown, overpaid: stillOverpaid(payment, head), sync: syncView(sync, toXero) };
};

/** What was too much of it, unless another payment has left since. */
const stillOverpaid = ({ overpaid }: Payment, head: InvoiceHead | undefined): Money => {
  if (!head || overpaid.amount === 0) return zero(overpaid.currency);
  const beyond = balanceOf(head).overpaid;
  return compareMoney(overpaid, beyond) > 0 ? beyond : overpaid;
};
