import { duplicateThere, extraThere, isPaymentId } from '../../shared/domain/claimed.ts';
import { comparePayment, paymentUnknown, type PaymentHere, type PaymentThere } from '../../shared/domain/compare-payment.ts';
import type { Difference } from '../../shared/domain/discrepancy.ts';
import { hundredthsOf } from '../../shared/domain/hundredths.ts';
import { bookedAmount } from '../../shared/domain/open-credit.ts';
import { foundAt, type Found } from '../../shared/store/found.ts';
import { invoiceKey, parseInvoice } from '../../shared/store/invoices.ts';
import { parsePayment, paymentKey, type Payment } from '../../shared/store/payments.ts';
import { documentsThere, parseSyncItem, syncItemKey, type SyncItem } from '../../shared/store/sync-items.ts';
import type { Compared } from './compared.ts';
import { isMadeAnewThere } from './gather-followed.ts';
import type { Run } from './run.ts';

// Flow of the comparison: payments as Xero has them, held against ours.

/** Compares payments of the organisation with ours. Payments of other people's invoices are left alone. */
export const comparePayments = async (run: Run, found: readonly PaymentThere[]): Promise<Compared> => {
  const { differences, seen, rest } = await compareNamed(run, found);
  const unknown = await compareUnnamed(run, rest);
  return {
    differences: [...differences, ...unknown.differences],
    seen: [...seen, ...unknown.seen],
    unlinked: [],
    follow: unknown.follow ?? [],
  };
};

/** Those that carry an id of ours, and are ours; `rest` are the others. */
const compareNamed = async (run: Run, found: readonly PaymentThere[]) => {
  const named = found.filter(({ reference }) => isPaymentId(reference));
  const around = await readPayments(
    run,
    named.map(({ reference }) => reference),
  );
  const differences: Difference[] = [];
  const seen: string[] = [];
  const rest = found.filter(({ reference }) => !isPaymentId(reference));
  for (const there of named) {
    const ours = around.at(there.reference);
    if (ours && isMadeAnewThere(ours, there.paymentId)) rest.push(there);
    else if (!ours) {
      seen.push(there.paymentId);
      if (there.status !== 'DELETED')
        differences.push(extraThere('payment', { outsideId: there.paymentId, number: '', amount: null }, 'reference'));
    } else if (ours.sync?.xeroId == null || (ours.sync.tenantId != null && ours.sync.tenantId !== run.tenantId)) continue;
    else if (ours.sync.xeroId === there.paymentId) {
      seen.push(ours.payment.id);
      differences.push(...comparePayment(hereOf(run, ours), there));
    } else if (there.status !== 'DELETED') {
      seen.push(there.paymentId);
      const facts = { outsideId: there.paymentId, number: ours.number ?? '', amount: ours.payment.amount };
      differences.push(duplicateThere('payment', ours.payment.id, { ...facts, first: ours.sync.xeroId }));
    } else seen.push(there.paymentId);
  }
  return { differences, seen, rest };
};

export interface PaymentAround {
  readonly payment: Payment;
  readonly sync: SyncItem | undefined;
  readonly number: string | null;
  /** Xero's id of its invoice. */
  readonly invoiceThere: string | null;
}

/** Payments of ours with what is known of them and of their invoices in Xero. */
export const readPayments = async (
  run: Run,
  ids: readonly string[],
): Promise<{ at: (id: string) => PaymentAround | undefined }> => {
  const { ws, world } = run;
  const items = await world.table.batchGet(ids.flatMap((id) => [paymentKey(ws, id), syncItemKey(ws, id)]));
  const payments = ids.flatMap((id) => foundAt(items, paymentKey(ws, id), parsePayment) ?? []);
  const invoices = await world.table.batchGet(
    payments.flatMap(({ invoiceId }) => [invoiceKey(ws, invoiceId), syncItemKey(ws, invoiceId)]),
  );
  return {
    at: (id) => {
      const payment = foundAt(items, paymentKey(ws, id), parsePayment);
      return (
        payment && { payment, sync: foundAt(items, syncItemKey(ws, id), parseSyncItem), ...invoiceOf(run, payment, invoices) }
      );
    },
  };
};

const invoiceOf = ({ ws }: Run, { invoiceId }: Payment, invoices: Found) => ({
  number: foundAt(invoices, invoiceKey(ws, invoiceId), parseInvoice)?.number ?? null,
  invoiceThere: foundAt(invoices, syncItemKey(ws, invoiceId), parseSyncItem)?.xeroId ?? null,
});

/** A payment as it must look there. */
export const hereOf = (run: Run, { payment, number, invoiceThere }: PaymentAround): PaymentHere => ({
  id: payment.id,
  invoiceThere,
  number,
  amount: bookedAmount(payment),
  receivedOn: payment.receivedOn,
  stands: bookedAmount(payment).amount > 0,
  mayBeLater: run.connection.lockDate !== null && payment.receivedOn <= run.connection.lockDate,
});

/** Payments that don't carry our id: those that stand on our invoices have to be here too. */
const compareUnnamed = async (
  run: Run,
  found: readonly PaymentThere[],
): Promise<Pick<Compared, 'differences' | 'seen' | 'follow'>> => {
  const { ws, tenantId, world } = run;
  const onInvoices = found.filter(({ invoiceId }) => invoiceId !== '');
  const invoices = await documentsThere(world.table)(
    ws,
    tenantId,
    onInvoices.map(({ invoiceId }) => invoiceId),
  );
  const ours = onInvoices.filter(({ invoiceId }) => invoices.has(invoiceId));
  if (ours.length === 0) return { differences: [], seen: [] };
  const known = await documentsThere(world.table)(
    ws,
    tenantId,
    ours.map(({ paymentId }) => paymentId),
  );
  const heads = await world.table.batchGet([...invoices.values()].map(({ documentId }) => invoiceKey(ws, documentId)));
  const around = await readPayments(
    run,
    [...known.values()].map(({ documentId }) => documentId),
  );
  const follow: string[] = [];
  const differences = ours.flatMap((there): Difference[] => {
    const here = around.at(known.get(there.paymentId)?.documentId ?? '');
    const isNews = here ? isMoved(here.payment, there) : there.status !== 'DELETED';
    if (isNews) follow.push(there.invoiceId);
    // What came from there follows what is done there.
    if (here?.payment.origin === 'xero') return [];
    // Somebody has changed the reference of one of ours.
    if (here) return comparePayment(hereOf(run, here), there);
    const head = foundAt(heads, invoiceKey(ws, invoices.get(there.invoiceId)?.documentId ?? ''), parseInvoice);
    return head && there.status !== 'DELETED' ? [paymentUnknown(there, head)] : [];
  });
  const seen = ours.map(({ paymentId }) => known.get(paymentId)?.documentId ?? paymentId);
  return { differences, seen, follow };
};

/** Money of Xero's own that is another there by now. */
const isMoved = (payment: Payment, there: PaymentThere): boolean =>
  payment.origin === 'xero' &&
  (there.status === 'DELETED' || hundredthsOf(payment.amount) !== there.amount || payment.receivedOn !== there.date);
