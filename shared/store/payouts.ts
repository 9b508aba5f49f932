import * as z from 'zod';
import { keys, partitions } from './keys.ts';
import { money, version } from './shapes.ts';
import type { Table } from './table.ts';
import { unchangedSince } from './versioned.ts';
import { put, putNew, type Item, type Write } from './write.ts';

const record = z.object({
  id: z.string(),
  version,
  accountId: z.string(),
  stripeId: z.string(),
  /** What the bank gets; negative when Stripe takes money from it. */
  amount: money,
  arrivalDate: z.string(),
  status: z.enum(['pending', 'in_transit', 'paid', 'failed', 'canceled']),
  /** Made by Stripe's schedule. What others are made of, Stripe doesn't say. */
  automatic: z.boolean(),
  /** What Stripe has taken of what it is made of; null while Stripe hasn't said. */
  fees: money.nullable(),
  /** What it is made of, signed as it moved the balance; null while Stripe hasn't said. */
  parts: z.object({ charges: money, refunds: money, disputes: money, other: money }).nullable(),
  /** Whether it belongs into Xero. */
  toXero: z.boolean(),
  createdAt: z.string(),
});

/** Money that Stripe has sent to the bank, as Stripe has told of it last. */
export type Payout = z.infer<typeof record>;

export const payoutKey = keys.payout;
export const parsePayout = (item: Item): Payout => record.parse(item);

export const readPayout =
  (table: Table) =>
  async (ws: string, id: string): Promise<Payout | undefined> => {
    const item = await table.get(keys.payout(ws, id));
    return item && record.parse(item);
  };

const asItem = (ws: string, payout: Payout): Item => ({
  ...keys.payout(ws, payout.id),
  v: 1,
  ...payout,
  listPk: partitions.payoutsOfWorkspace(ws),
  listSk: `${payout.arrivalDate}#${payout.id}`,
});

/** Writes a payout: a new one, or in place of the one that was read. `payout.version` is the version it gets. */
export const keepPayout = (ws: string, payout: Payout, before: Payout | undefined): Write =>
  before ? put('payout', asItem(ws, payout), unchangedSince('payout', before.version)) : putNew('payout', asItem(ws, payout));
