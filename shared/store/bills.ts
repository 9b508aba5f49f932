import * as z from 'zod';
import type { BillFacts } from '../domain/bill.ts';
import { Conflict } from '../domain/conflict.ts';
import { keys, partitions } from './keys.ts';
import { maybe, money, version } from './shapes.ts';
import type { Table } from './table.ts';
import { unchangedSince } from './versioned.ts';
import { check, put, putNew, type Item, type Write } from './write.ts';

const record = z.object({
  id: z.string(),
  version,
  memberId: z.string(),
  invoiceId: z.string(),
  jobId: maybe(z.string()),
  billing: z.string(),
  state: z.enum(['open', 'payable', 'paid']),
  number: maybe(z.string()),
  date: z.string(),
  currency: z.string(),
  lines: z.array(
    z.object({ rate: maybe(money), present: z.literal(true).optional(), seconds: z.int(), writtenOff: z.int().default(0) }),
  ),
  writeOffs: z
    .array(
      z.object({
        seconds: z.int(),
        reason: z.string(),
        at: z.string(),
        by: maybe(z.string()),
        timeEntryIds: z.array(z.string()).optional(),
      }),
    )
    .default([]),
  toXero: z.boolean(),
});

/**
 * What is owed to one expert for the time on an invoice. Whether it stands is said by the invoice: each issue of it has bills of its
 * own, and they are void with it.
 */
export type Bill = z.infer<typeof record>;

export const billKey = keys.bill;
export const parseBill = (item: Item): Bill => record.parse(item);

const asItem = (ws: string, bill: Bill): Item => {
  const place = `${bill.date}#${bill.id}`;
  return {
    ...keys.bill(ws, bill.id),
    v: 1,
    ...bill,
    listPk: partitions.billsOfWorkspace(ws),
    listSk: place,
    partyPk: partitions.billsOfMember(ws, bill.memberId),
    partySk: place,
    jobPk: partitions.billsOfInvoice(ws, bill.invoiceId),
    jobSk: place,
  };
};

/** A new bill as an item: valid once its invoice carries its `billing`. */
export const billItem = (ws: string, facts: BillFacts): Item => asItem(ws, { ...facts, version: 1 });

export const addBill = (ws: string, facts: BillFacts): Write => putNew('bill', billItem(ws, facts));

/** Replaces a bill as it was read; its version grows by one. */
export const replaceBill = (ws: string, bill: Bill): Write =>
  put('bill', asItem(ws, { ...bill, version: bill.version + 1 }), unchangedSince('bill', bill.version));

/** Holds on to the invoice of a bill: it must still bill the same time. */
export const stillBilled = (ws: string, { invoiceId, billing }: Pick<Bill, 'invoiceId' | 'billing'>): Write =>
  check('invoice', keys.invoice(ws, invoiceId), {
    condition: '#billing = :billing AND #status IN (:issued, :partly, :paid, :voiding)',
    values: { ':billing': billing, ':issued': 'issued', ':partly': 'partially-paid', ':paid': 'paid', ':voiding': 'voiding' },
    onFail: () => new Conflict('invoice'),
  });

/** Bills by their ids; what isn't there is left out. Read strongly. */
export const readBills =
  (table: Table) =>
  async (ws: string, ids: readonly string[]): Promise<Bill[]> => {
    if (ids.length === 0) return [];
    const found = await table.batchGet(ids.map((id) => keys.bill(ws, id)));
    return [...found.values()].map(parseBill);
  };
