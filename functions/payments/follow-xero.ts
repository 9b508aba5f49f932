import type { Instant } from '../../shared/domain/days.ts';
import { wasIssued } from '../../shared/domain/invoice.ts';
import { add, compareMoney, isSame, zero, type Money } from '../../shared/domain/money.ts';
import { bookedAmount } from '../../shared/domain/open-credit.ts';
import { foundAt } from '../../shared/store/found.ts';
import { invoiceKey, parseInvoice } from '../../shared/store/invoices.ts';
import { parsePayment, paymentIdsOfInvoice, paymentKey, replacePayment, type Payment } from '../../shared/store/payments.ts';
import { keepSyncItem, parseSyncItem, syncItemKey } from '../../shared/store/sync-items.ts';
import type { Table } from '../../shared/store/table.ts';
import { waits } from '../../shared/store/waiting-work.ts';
import { remove, type Write } from '../../shared/store/write.ts';
import { paymentWrites } from './apply-payment.ts';

// Flow of the worker for Xero: money that was set against an invoice there counts here, for as long as it stands there.

/** A payment, or a credit, that stands against an invoice in Xero. */
export interface MoneyThere {
  /** Made from Xero's id, so that it comes in once. */
  readonly id: string;
  /** Xero's id of the payment; null for a credit, which is none of its payments. */
  readonly xeroId: string | null;
  readonly amount: Money;
  readonly receivedOn: string;
  readonly reference: string;
}

interface Needs {
  readonly table: Table;
  readonly now: () => Instant;
  readonly newId: (prefix: string) => string;
  /** Closes a payment page that asks for what is no longer due. */
  readonly closeCheckout: (workspaceId: string, invoiceId: string) => Promise<void>;
}

/** What of the money on an invoice is new or another amount there, and which of our payments of origin `xero` are there no more. */
export interface MoneyMoved {
  readonly tenantId: string;
  readonly came: readonly MoneyThere[];
  readonly gone: readonly string[];
}

/** Takes over what happened to the money. May be said again at any time: what is known already changes nothing. */
export const followMoney =
  (needs: Needs) =>
  async (ws: string, invoiceId: string, { tenantId, came, gone }: MoneyMoved): Promise<void> => {
    for (const id of gone) await takeBack(needs, ws, invoiceId, id);
    for (const money of came) await takeIn(needs, ws, invoiceId, { money, tenantId });
    if (came.length + gone.length > 0) await needs.closeCheckout(ws, invoiceId).catch(() => undefined);
  };

const read = async ({ table }: Needs, ws: string, invoiceId: string, id: string) => {
  const found = await table.batchGet([invoiceKey(ws, invoiceId), paymentKey(ws, id)]);
  return {
    head: foundAt(found, invoiceKey(ws, invoiceId), parseInvoice),
    before: foundAt(found, paymentKey(ws, id), parsePayment),
  };
};

const by = ({ now, newId }: Needs, ws: string) => ({ ws, who: null, now: now(), newId });

const takeIn = async (
  needs: Needs,
  ws: string,
  invoiceId: string,
  { money, tenantId }: { money: MoneyThere; tenantId: string },
): Promise<void> => {
  const { head, before } = await read(needs, ws, invoiceId, money.id);
  if (!head || !wasIssued(head)) return;
  // What of it went back for credit notes went back of the credit notes there: it still stands there whole.
  if (before && isSame(before.amount, money.amount) && before.receivedOn === money.receivedOn) return;
  const after: Payment = {
    id: money.id,
    version: before?.version ?? 1,
    invoiceId,
    amount: money.amount,
    counts: money.amount,
    refunded: zero(head.currency),
    overpaid: zero(head.currency),
    method: 'xero',
    origin: 'xero',
    receivedOn: money.receivedOn,
    reference: money.reference,
    status: 'succeeded',
    faults: [],
    paymentIntentId: null,
    createdAt: before?.createdAt ?? needs.now(),
  };
  const change = { before, after, head };
  const applied = paymentWrites(change, by(needs, ws));
  const yielding = applied.payment.overpaid.amount > 0 ? await tooMuchOfOurs(needs, ws, applied.payment) : undefined;
  const { writes } = yielding ? paymentWrites({ ...change, yields: yielding.amount }, by(needs, ws)) : applied;
  await needs.table.commit([
    ...writes,
    ...(yielding?.writes ?? []),
    ...linked(needs, ws, money, { tenantId, number: head.number }),
  ]);
};

/**
 * What came in beyond the total can't be of this payment, which stands in Xero: it is of one of ours that is not there yet, of which
 * only the rest has room there.
 */
const tooMuchOfOurs = async (
  { table, now }: Needs,
  ws: string,
  { invoiceId, overpaid }: Payment,
): Promise<{ amount: Money; writes: Write[] } | undefined> => {
  const ids = await paymentIdsOfInvoice(table)(ws, invoiceId);
  const found = await table.batchGet(ids.flatMap((id) => [paymentKey(ws, id), syncItemKey(ws, id)]));
  for (const id of ids) {
    const payment = foundAt(found, paymentKey(ws, id), parsePayment);
    const sync = foundAt(found, syncItemKey(ws, id), parseSyncItem);
    if (!payment || payment.origin === 'xero' || (sync?.xeroId ?? null) !== null) continue;
    const booked = bookedAmount(payment);
    if (booked.amount === 0) continue;
    const amount = compareMoney(booked, overpaid) < 0 ? booked : overpaid;
    const work = { lane: 'payments', kind: 'payment', documentId: id } as const;
    const at = now();
    return {
      amount,
      writes: [
        replacePayment(ws, { ...payment, overpaid: add(payment.overpaid, amount) }),
        waits(ws, { ...work, version: Date.parse(at), dueAt: at, since: at }),
      ],
    };
  }
  return undefined;
};

const linked = (
  { now }: Needs,
  ws: string,
  { id, xeroId }: MoneyThere,
  { tenantId, number }: { tenantId: string; number: string | null },
): Write[] =>
  xeroId === null
    ? []
    : [
        keepSyncItem(ws, {
          documentId: id,
          kind: 'payment',
          number,
          state: 'synced',
          reason: null,
          code: null,
          mend: null,
          xeroId,
          lastSyncedAt: now(),
          nextSyncAt: null,
          pushedVersion: null,
          at: now(),
          tenantId,
          xeroStatus: 'AUTHORISED',
        }),
      ];

/** What is gone there leaves nothing here but its trace in the audit trail. */
const takeBack = async (needs: Needs, ws: string, invoiceId: string, id: string): Promise<void> => {
  const { head, before } = await read(needs, ws, invoiceId, id);
  if (!before || before.origin !== 'xero') return;
  const after = { ...before, counts: zero(before.counts.currency) };
  const { writes } = paymentWrites({ before, after, head, isGone: true }, by(needs, ws));
  await needs.table.commit([...writes, remove('sync item', syncItemKey(ws, id))]);
};
