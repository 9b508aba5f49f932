import type { PaymentCall } from '../../shared/api/payments.ts';
import type { Reply } from '../../shared/domain/once.ts';
import { foundAt, mustExist } from '../../shared/store/found.ts';
import { invoiceKey, parseInvoice } from '../../shared/store/invoices.ts';
import { readPayment } from '../../shared/store/payments.ts';
import { syncItemKey } from '../../shared/store/sync-items.ts';
import { keyText, type Table } from '../../shared/store/table.ts';
import { paymentView } from './views.ts';

/** Shows one payment. */
export const getPayment =
  ({ table }: { table: Table }) =>
  async ({ caller, params }: PaymentCall<'getPayment'>): Promise<Reply> => {
    const ws = caller.workspaceId;
    const payment = mustExist(await readPayment(table)(ws, params.id));
    const found = await table.batchGet([invoiceKey(ws, payment.invoiceId), syncItemKey(ws, payment.id)]);
    const head = foundAt(found, invoiceKey(ws, payment.invoiceId), parseInvoice);
    const sync = found.get(keyText(syncItemKey(ws, payment.id)));
    return { status: 200, etag: String(payment.version), body: paymentView(payment, { head, sync }) };
  };
