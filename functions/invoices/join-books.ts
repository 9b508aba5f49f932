import type { Instant } from '../../shared/domain/days.ts';
import { belongsInXero } from '../../shared/domain/payments.ts';
import { replaceInvoice, type InvoiceHead } from '../../shared/store/invoices.ts';
import { partitions } from '../../shared/store/keys.ts';
import { parsePayment } from '../../shared/store/payments.ts';
import type { Table } from '../../shared/store/table.ts';
import { waits } from '../../shared/store/waiting-work.ts';
import type { Write } from '../../shared/store/write.ts';

/**
 * Flow: somebody wants an invoice in the books that was made before there was a connection. From now on it belongs there, and so do
 * its payments and credit notes. Nothing to write for one that belongs there already.
 */
export const joinBooks =
  (table: Table) =>
  async (ws: string, head: InvoiceHead, now: Instant): Promise<Write[]> => {
    if (head.toXero) return [];
    const joined = { ...head, toXero: true };
    const rows = await table.queryAll({ partition: partitions.paymentsOfInvoice(ws, head.id), index: 'party' });
    const payments = rows.map(parsePayment).filter((payment) => belongsInXero(payment, joined));
    const version = Date.parse(now);
    return [
      replaceInvoice(ws, joined),
      ...payments.map(({ id }) =>
        waits(ws, { lane: 'payments', kind: 'payment', documentId: id, version, dueAt: now, since: now }),
      ),
      ...(head.creditNoteIds ?? []).map((id) =>
        waits(ws, { lane: 'documents', kind: 'credit-note', documentId: id, version, dueAt: now, since: now }),
      ),
      // What of them went back for credit notes is given back there, too.
      ...payments.flatMap(({ id, covers = [] }) =>
        covers.length === 0
          ? []
          : [waits(ws, { lane: 'payments', kind: 'payment-change', documentId: id, version, dueAt: now, since: now })],
      ),
    ];
  };
