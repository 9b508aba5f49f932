import { Conflict } from '../../shared/domain/conflict.ts';
import { followPaid } from '../../shared/domain/bill.ts';
import { audited } from '../../shared/store/audit.ts';
import { replaceBill, stillBilled, type Bill } from '../../shared/store/bills.ts';
import { keepSyncItem } from '../../shared/store/sync-items.ts';
import type { PurchaseThere } from '../../shared/xero/list-purchases.ts';
import type { Pair } from './compare-documents.ts';
import { underWay } from './compared.ts';
import { followDocuments, type Following } from './follow-documents.ts';
import { billKind, spendKind, type OurPurchase } from './purchase-kind.ts';
import type { Run } from './run.ts';
import { instantAt } from './world.ts';

// Flow of the worker: bills that an accountant has paid are paid here; nothing else of them is taken over.

type BillPair = Pair<PurchaseThere, OurPurchase>;

const standsThere = new Set(['AUTHORISED', 'PAID']);

/** Bills that are paid there, or aren't any more; returns whether any changed here. */
const takeOver = async (run: Run, pairs: readonly BillPair[]): Promise<boolean> => {
  const moved = pairs.flatMap((pair) => {
    const { bill, standing } = pair.ours;
    if (!bill || standing !== 'stands' || pair.there.unclear !== undefined || !standsThere.has(pair.there.status)) return [];
    const after = followPaid(bill, pair.there.status === 'PAID');
    return after ? [{ pair, bill, after }] : [];
  });
  // What is being sent at this moment is seen again after it.
  const busy = await underWay(
    run,
    moved.map(({ bill }) => bill.id),
  );
  const free = moved.filter(({ bill }) => !busy.has(bill.id));
  for (const { pair, bill, after } of free) await write(run, pair, bill, after);
  return free.length > 0;
};

/** The invoice may be voided at this moment: then the bill is void with it, and nothing is written. */
const write = async (run: Run, { sync, there }: BillPair, bill: Bill, after: Bill): Promise<void> => {
  const { ws, world } = run;
  const at = instantAt(world);
  const isPaid = after.state === 'paid';
  const text = isPaid ? 'A bill was paid in Xero' : 'The payment of a bill was taken back in Xero';
  const what = isPaid ? 'bill-paid' : 'bill-unpaid';
  await world.table
    .commit([
      replaceBill(ws, after),
      stillBilled(ws, bill),
      // What it says is what Xero has: only its state is another.
      keepSyncItem(ws, {
        ...{ ...sync, xeroStatus: there.status, xeroUpdatedAt: there.updatedAt ?? null },
        pushedVersion: sync.pushedVersion === bill.version ? bill.version + 1 : sync.pushedVersion,
      }),
      audited(ws, { id: world.newId('aud'), at, who: null, what, about: bill.id, text }),
    ])
    .catch((error: unknown) => {
      if (!(error instanceof Conflict)) throw error;
    });
};

const remembers: Following<PurchaseThere, OurPurchase>['remembers'] = ({ status, updatedAt }) => ({
  ...{ xeroStatus: status, xeroUpdatedAt: updatedAt ?? null },
});

/** Follows bills, of experts and for expenses. */
export const followBills = followDocuments(billKind, { takeOver, remembers });

/** Follows money that was spent: nothing of it is taken over. */
export const followSpends = followDocuments(spendKind, { takeOver: async () => false, remembers });
