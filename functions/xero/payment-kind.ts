import { paymentMissing } from '../../shared/domain/compare-payment.ts';
import { belongsInXero } from '../../shared/domain/payments.ts';
import { foundAt } from '../../shared/store/found.ts';
import { invoiceKey, parseInvoice, type InvoiceHead } from '../../shared/store/invoices.ts';
import { partitions } from '../../shared/store/keys.ts';
import { findInvoicesThere } from '../../shared/xero/list-invoices.ts';
import { listPayments, readPaymentThere } from '../../shared/xero/list-payments.ts';
import { comparePaymentsFollowed } from './compare-followed.ts';
import { hereOf, readPayments, type PaymentAround } from './compare-payments.ts';
import { nothingOf, together, type Compared } from './compared.ts';
import { followInvoices } from './follow-invoices.ts';
import type { Run } from './run.ts';
import type { OwnRows, WalkedKind } from './walked-kind.ts';

// Flow of the comparison: payments of sales invoices.

const isHere = ({ tenantId }: Run, { sync }: PaymentAround): boolean => sync?.tenantId == null || sync.tenantId === tenantId;

const judge: OwnRows['judge'] = async (run, ids) => {
  const around = await readPayments(run, ids);
  const known = ids.flatMap((id) => around.at(id) ?? []);
  const heads = await run.world.table.batchGet(known.map(({ payment }) => invoiceKey(run.ws, payment.invoiceId)));
  return new Map(
    known.flatMap((one) => {
      const head = foundAt(heads, invoiceKey(run.ws, one.payment.invoiceId), parseInvoice);
      const judged = judgeOne(run, one, head);
      return judged ? [[one.payment.id, judged] as const] : [];
    }),
  );
};

const judgeOne = (run: Run, one: PaymentAround, head: InvoiceHead | undefined): 'there' | 'never-sent' | undefined => {
  const { payment, sync } = one;
  if (sync?.xeroId != null) return isHere(run, one) ? 'there' : undefined;
  if (sync?.state === 'blocked' || sync?.state === 'failed') return undefined;
  return head && belongsInXero(payment, head) ? 'never-sent' : undefined;
};

/** Looks up payments of ours by their ids there; one call each. */
const lookUp = async (run: Run, ids: readonly string[]): Promise<Compared> => {
  const around = await readPayments(run, ids);
  const wanted = ids.flatMap((id) => around.at(id) ?? []).filter(({ sync }) => sync?.xeroId != null);
  const parts: Compared[] = [];
  for (const ours of wanted) {
    const { payment, sync, invoiceThere } = ours;
    // What came from there follows what stands there: its invoice tells.
    if (payment.origin === 'xero') {
      if (invoiceThere !== null) await followInvoices(run, await findInvoicesThere(run.books, [invoiceThere]));
      continue;
    }
    const xeroId = sync?.xeroId ?? '';
    const there = await readPaymentThere(run.books, xeroId);
    if (there) parts.push(await comparePaymentsFollowed(run, [there]));
    else if (payment.counts.amount > 0)
      parts.push({
        ...nothingOf(payment.id),
        differences: [paymentMissing(hereOf(run, ours), xeroId, 'The payment is no more in Xero')],
      });
  }
  return together([...parts, ...wanted.map(({ payment }) => nothingOf(payment.id))]);
};

export const walkedPayments: WalkedKind = {
  stage: 'payments',
  subjects: ['payment'],
  isKept: async () => true,
  page: async (run, asked) => {
    const { found, more } = await listPayments(run.books, asked);
    return { ...(await comparePaymentsFollowed(run, found)), more };
  },
  lookUpTheirs: async (run, outsideId) => {
    const there = await readPaymentThere(run.books, outsideId);
    return there && comparePaymentsFollowed(run, [there]);
  },
  rows: [
    {
      ...{ stage: 'payments-here', prefix: 'pay_', atOnce: 5, judge, lookUp },
      list: (ws) => ({ partition: partitions.paymentsOfWorkspace(ws), index: 'list' }),
    },
  ],
};
