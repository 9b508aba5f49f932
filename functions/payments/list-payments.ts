import type { PaymentCall } from '../../shared/api/payments.ts';
import type { Reply } from '../../shared/domain/once.ts';
import { foundAt } from '../../shared/store/found.ts';
import { invoiceKey, parseInvoice } from '../../shared/store/invoices.ts';
import { partitions } from '../../shared/store/keys.ts';
import { listPage } from '../../shared/store/paging.ts';
import { parsePayment } from '../../shared/store/payments.ts';
import { syncItemKey } from '../../shared/store/sync-items.ts';
import { keyText, type Table } from '../../shared/store/table.ts';
import type { Item } from '../../shared/store/write.ts';
import { paymentView } from './views.ts';

/** Lists payments, those received last first, of the workspace or of one invoice. */
export const listPayments =
  ({ table }: { table: Table }) =>
  async ({ caller, query }: PaymentCall<'listPayments'>): Promise<Reply> => {
    const ws = caller.workspaceId;
    const { invoiceId, ...request } = query;
    const page = await listPage(table, {
      query: {
        descending: true,
        ...(invoiceId === undefined
          ? { index: 'list', partition: partitions.paymentsOfWorkspace(ws) }
          : { index: 'party', partition: partitions.paymentsOfInvoice(ws, invoiceId) }),
      },
      scope: [ws, 'PAY', invoiceId ?? ''].join('/'),
      filtered: false,
      request,
      show: (rows) => shown(table, ws, rows),
    });
    return { status: 200, body: page };
  };

/** A page's payments with their invoices and sync items. */
const shown = async (table: Table, ws: string, rows: readonly Item[]) => {
  const payments = rows.map(parsePayment);
  const found = await table.batchGet(payments.flatMap(({ id, invoiceId }) => [invoiceKey(ws, invoiceId), syncItemKey(ws, id)]));
  return payments.map((payment) =>
    paymentView(payment, {
      head: foundAt(found, invoiceKey(ws, payment.invoiceId), parseInvoice),
      sync: found.get(keyText(syncItemKey(ws, payment.id))),
    }),
  );
};
