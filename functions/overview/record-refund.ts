import type { Instant } from '../../shared/domain/days.ts';
import { zero } from '../../shared/domain/money.ts';
import { refuse } from '../../shared/domain/refusal.ts';
import { foundAt, mustExist } from '../../shared/store/found.ts';
import { invoiceKey, parseInvoice } from '../../shared/store/invoices.ts';
import { readPayment } from '../../shared/store/payments.ts';
import { parseSyncItem, keepSyncItem, syncItemKey } from '../../shared/store/sync-items.ts';
import type { Table } from '../../shared/store/table.ts';
import type { Write } from '../../shared/store/write.ts';
import { paymentWrites } from '../payments/apply-payment.ts';

interface Needs {
  readonly table: Table;
  readonly now: () => Instant;
  readonly newId: (prefix: string) => string;
}

/**
 * A payment that Xero has no more was given back: it counts nothing from now on. Refuses (`forbidden`) money that came through
 * Stripe: that is given back there, and comes here by itself.
 */
export const recordRefund =
  ({ table, now, newId }: Needs) =>
  async (ws: string, paymentId: string, who: string): Promise<{ writes: readonly Write[]; rings: boolean }> => {
    const payment = mustExist(await readPayment(table)(ws, paymentId));
    if (payment.origin === 'stripe')
      return refuse('forbidden', 'A card payment is refunded in Stripe; what was given back there shows here by itself');
    const found = await table.batchGet([invoiceKey(ws, payment.invoiceId), syncItemKey(ws, payment.id)]);
    const head = foundAt(found, invoiceKey(ws, payment.invoiceId), parseInvoice);
    const sync = foundAt(found, syncItemKey(ws, payment.id), parseSyncItem);
    const after = { ...payment, counts: zero(payment.counts.currency), refunded: payment.amount, status: 'refunded' as const };
    const applied = paymentWrites({ before: payment, after, head, deletedThere: true }, { ws, who, now: now(), newId });
    // It is not there any more, so that nothing is compared with it.
    const gone = sync && keepSyncItem(ws, { ...sync, xeroStatus: 'DELETED', at: now() });
    return { writes: [...applied.writes, ...(gone ? [gone] : [])], rings: applied.rings };
  };
