import * as z from 'zod';
import { keys, partitions } from './keys.ts';
import { maybe, money, version } from './shapes.ts';
import type { Table } from './table.ts';
import { unchangedSince } from './versioned.ts';
import { put, putNew, remove, type Item, type Write } from './write.ts';

const record = z.object({
  id: z.string(),
  version,
  invoiceId: z.string(),
  /** What was paid, before refunds. */
  amount: money,
  /** How much of it counts towards the invoice: nothing while it is processing, failed or parked; refunds taken off. */
  counts: money,
  refunded: money,
  method: z.enum(['card', 'manual', 'escrow', 'xero']),
  origin: z.enum(['platform', 'stripe', 'xero']),
  receivedOn: z.string(),
  reference: z.string(),
  status: z.enum(['succeeded', 'processing', 'failed', 'refunded', 'disputed', 'parked']),
  /** Why it is parked: its invoice, account, amount, currency or mode are not those that were asked for. */
  faults: z.array(z.string()),
  paymentIntentId: maybe(z.string()),
  /** What of it came in beyond what was due when it was last written; other payments may have left the invoice since. */
  overpaid: money,
  /** What of it went back for credit notes. */
  covers: z.array(z.object({ creditNoteId: z.string(), amount: money })).optional(),
  createdAt: z.string(),
});

/** Money that arrived for an invoice, or is on its way. */
export type Payment = z.infer<typeof record>;

export const paymentKey = keys.payment;
export const parsePayment = (item: Item): Payment => record.parse(item);

export const readPayment =
  (table: Table) =>
  async (workspaceId: string, id: string): Promise<Payment | undefined> => {
    const item = await table.get(keys.payment(workspaceId, id));
    return item && record.parse(item);
  };

const asItem = (ws: string, payment: Payment): Item => {
  const place = `${payment.receivedOn}#${payment.id}`;
  return {
    ...keys.payment(ws, payment.id),
    v: 1,
    ...payment,
    listPk: partitions.paymentsOfWorkspace(ws),
    listSk: place,
    partyPk: partitions.paymentsOfInvoice(ws, payment.invoiceId),
    partySk: place,
  };
};

/** A payment's id is made from what it records (a PaymentIntent's own id, say), so that recording it twice makes one payment. */
export const addPayment = (ws: string, payment: Payment): Write => putNew('payment', asItem(ws, payment));

/** Replaces a payment as it was read; its version grows by one. */
export const replacePayment = (ws: string, payment: Payment): Write =>
  put('payment', asItem(ws, { ...payment, version: payment.version + 1 }), unchangedSince('payment', payment.version));

/** Takes a payment away as it was read. Only for what was never ours to keep: money that Xero alone had recorded. */
export const forgetPayment = (ws: string, payment: Payment): Write =>
  remove('payment', keys.payment(ws, payment.id), unchangedSince('payment', payment.version));

/** Ids of the payments of an invoice. From an index: one of the last second may be missing. */
export const paymentIdsOfInvoice =
  (table: Table) =>
  async (ws: string, invoiceId: string): Promise<string[]> => {
    const items = await table.queryAll({ partition: partitions.paymentsOfInvoice(ws, invoiceId), index: 'party' });
    return items.map((item) => record.parse(item).id);
  };

/** Card payments that were received from a day on. From an index. */
export const paymentsReceivedSince =
  (table: Table) =>
  async (ws: string, day: string): Promise<Payment[]> => {
    const items = await table.queryAll({ partition: partitions.paymentsOfWorkspace(ws), index: 'list', from: day });
    return items.map((item) => record.parse(item)).filter(({ origin }) => origin === 'stripe');
  };
