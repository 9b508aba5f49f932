import { toDecimal } from '../../shared/domain/money.ts';
import { foundAt } from '../../shared/store/found.ts';
import { partitions } from '../../shared/store/keys.ts';
import { parsePayment, type Payment } from '../../shared/store/payments.ts';
import { parseSyncItem, syncItemKey, type SyncItem } from '../../shared/store/sync-items.ts';
import { findInvoicesByNumber } from '../../shared/xero/find-invoices.ts';
import type { XeroInvoice } from '../../shared/xero/invoice-answer.ts';
import { totalsThatDiffer } from '../../shared/xero/map-invoice.ts';
import { gatherInvoices, type InvoiceToSend } from './gather-invoices.ts';
import { heldBy, type Judged, type ToJudge } from './link-existing.ts';
import type { Run } from './run.ts';
import { invoiceNumberTaken, settledInvoice } from './send-invoices.ts';
import { syncItemOf } from './settle.ts';
import { instantAt } from './world.ts';

// Flow of the worker: which invoices are in Xero already, with which of their payments.

/** Judges invoices by what Xero has under their numbers. Somebody else's stops ours. */
export const judgeInvoices = async (run: Run, { works, lookUp }: ToJudge): Promise<Judged[]> => {
  const { toSend, links } = await gatherInvoices(run, works);
  const there = await lookUp(
    toSend.map(({ head }) => head.number),
    async (numbers) => new Map((await findInvoicesByNumber(run.books, numbers)).map((one) => [one.number, one])),
  );
  const held = await heldBy(run, toSend, {
    links,
    id: ({ head }) => head.id,
    party: ({ client }) => client,
    holder: ({ head }) => there.get(head.number),
    isSame: ({ invoice }, holder) => holder.currency === invoice.currency && totalsThatDiffer(invoice, holder).length === 0,
  });
  const judged: Judged[] = [];
  for (const one of toSend) {
    const documentId = one.head.id;
    const found = held.get(documentId);
    if (!found) judged.push({ documentId });
    else if (!found.isOurs) judged.push({ documentId, settled: invoiceNumberTaken(run, one) });
    else {
      const { holder } = found;
      const payments = holder.unclear === undefined ? await paymentsThere(run, one, holder) : [];
      judged.push({ documentId, settled: settledInvoice(run, one, { ok: true, value: holder }), payments });
    }
  }
  return judged;
};

/** Payments of a linked invoice that stand in Xero: by our reference, else each by its amount, once. */
const paymentsThere = async (run: Run, { head }: InvoiceToSend, holder: XeroInvoice): Promise<SyncItem[]> => {
  if (holder.payments.length === 0) return [];
  const { ws, world } = run;
  const rows = await world.table.queryAll({ partition: partitions.paymentsOfInvoice(ws, head.id), index: 'party' });
  const ours = rows.map(parsePayment).filter(({ origin, counts }) => origin !== 'xero' && counts.amount > 0);
  const known = await world.table.batchGet(ours.map(({ id }) => syncItemKey(ws, id)));
  const free = [...holder.payments];
  return ours.flatMap((payment) => {
    const before = foundAt(known, syncItemKey(ws, payment.id), parseSyncItem);
    if (before?.xeroId != null) return [];
    const place = placeOfPayment(free, payment);
    const [taken] = place < 0 ? [] : free.splice(place, 1);
    if (!taken) return [];
    const now = { state: 'synced', xeroId: taken.paymentId, xeroStatus: 'AUTHORISED', lastSyncedAt: instantAt(world) } as const;
    return [syncItemOf(run, { documentId: payment.id, kind: 'payment' }, before, { ...now, pushedVersion: payment.version })];
  });
};

const placeOfPayment = (there: XeroInvoice['payments'], { id, amount }: Payment): number => {
  const named = there.findIndex(({ reference }) => reference === id);
  return named >= 0
    ? named
    : there.findIndex((one) => one.amount === Number(toDecimal(amount)) && !one.reference.startsWith('pay_'));
};
