import type { Instant } from '../../shared/domain/days.ts';
import { compareMoney, subtract, zero, type Money } from '../../shared/domain/money.ts';
import { foundAt } from '../../shared/store/found.ts';
import { invoiceKey, parseInvoice, type InvoiceHead } from '../../shared/store/invoices.ts';
import { parsePayment, paymentIdsOfInvoice, paymentKey, type Payment } from '../../shared/store/payments.ts';
import { keepSyncItem, parseSyncItem, syncItemKey, type SyncItem } from '../../shared/store/sync-items.ts';
import type { Table } from '../../shared/store/table.ts';
import { refundByHand } from './refund-by-hand.ts';

// Flow of the worker for Xero: money that somebody gave back there for a credit note of ours went back here, too.

interface Needs {
  readonly table: Table;
  readonly now: () => Instant;
  readonly newId: (prefix: string) => string;
}

/** A credit note, and what of it went back in Xero and is not known here. */
export interface RefundThere {
  readonly tenantId: string;
  readonly invoiceId: string;
  readonly creditNoteId: string;
  readonly amount: Money;
}

/**
 * Takes the money off the payments of the invoice that stand in Xero, one commit for each, as far as the credit note stands open.
 * Card payments are left out: what goes back of them comes from Stripe. Returns what could not be taken off any.
 */
export const followRefund =
  (needs: Needs) =>
  async (ws: string, { tenantId, invoiceId, creditNoteId, amount }: RefundThere): Promise<Money> => {
    const { table, now } = needs;
    let left = amount;
    for (const id of await paymentIdsOfInvoice(table)(ws, invoiceId)) {
      const found = await table.batchGet([invoiceKey(ws, invoiceId), paymentKey(ws, id), syncItemKey(ws, id)]);
      const head = foundAt(found, invoiceKey(ws, invoiceId), parseInvoice);
      const payment = foundAt(found, paymentKey(ws, id), parsePayment);
      const sync = foundAt(found, syncItemKey(ws, id), parseSyncItem);
      if (!head || !payment || !sync || !standsThere(payment, sync, tenantId)) continue;
      const part = least(left, openOf(head, creditNoteId), payment.counts);
      if (part.amount === 0) continue;
      const { writes } = refundByHand(needs, { ws, who: null }, { payment, head, amount: part, creditNoteId });
      // From here on the refunds of this credit note are held against what stands there.
      const refundedFrom = [...new Set([...(sync.refundedFrom ?? []), creditNoteId])];
      await table.commit([...writes, keepSyncItem(ws, { ...sync, refundedFrom, at: now() })]);
      left = subtract(left, part);
    }
    return left;
  };

const standsThere = ({ origin }: Payment, { state, xeroId, tenantId }: SyncItem, connected: string): boolean =>
  origin !== 'stripe' && state === 'synced' && xeroId !== null && (tenantId == null || tenantId === connected);

const openOf = ({ openCredits = [], currency }: InvoiceHead, id: string): Money =>
  openCredits.find(({ creditNoteId }) => creditNoteId === id)?.amount ?? zero(currency);

const least = (...all: readonly [Money, ...Money[]]): Money =>
  all.reduce((least, one) => (compareMoney(one, least) < 0 ? one : least));
