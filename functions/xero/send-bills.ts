import type { WaitingWork } from '../../shared/store/waiting-work.ts';
import { changeInvoiceStatus } from '../../shared/xero/change-invoice-status.ts';
import { XeroError } from '../../shared/xero/failure.ts';
import { findPurchaseById } from '../../shared/xero/find-purchases.ts';
import { updatePurchase } from '../../shared/xero/update-purchase.ts';
import { saidBy } from './blocks.ts';
import type { Run } from './run.ts';
import { sendBatch } from './send-batch.ts';
import {
  preparePurchases,
  purchaseElement,
  sendingOwed,
  sendingSpent,
  settledOwed,
  type PreparedPurchases,
} from './send-purchases.ts';
import { blocked, settle, syncItemOf, type Settled } from './settle.ts';
import { instantAt } from './world.ts';

// Flow of the worker: bills of experts go to Xero, follow what is written off them, and are taken out again with their invoices.

/** Sends a batch of bills. What only has to be changed or taken out goes one by one. Returns whether more can go on at once. */
export const sendBills = async (run: Run, works: readonly WaitingWork[]): Promise<boolean> => {
  const openFrom = run.connection.lockDate;
  const { owed, stopped, changed, dead } = await preparePurchases(run, works);
  if (stopped.length > 0) await settle(run, stopped, { closing: false });
  for (const one of dead) await settle(run, [await takeOut(run, one)], { closing: false });
  for (const one of changed) {
    const change = { invoiceId: one.before?.xeroId ?? '', document: one.document, key: run.world.newId('bill') };
    const outcome = await updatePurchase(run.books, change);
    await settle(run, [settledOwed(run, one, outcome)], { closing: false });
  }
  await sendBatch(run, owed.map(purchaseElement), sendingOwed(run, 'bill', owed));
  return dead.length + changed.length + owed.length > 0 || run.connection.lockDate !== openFrom;
};

/** Sends a batch of expenses: as bills where a member has paid, as spent money where the workspace has. */
export const sendExpenses = async (run: Run, works: readonly WaitingWork[]): Promise<boolean> => {
  const openFrom = run.connection.lockDate;
  const { owed, spent, stopped } = await preparePurchases(run, works);
  if (stopped.length > 0) await settle(run, stopped, { closing: false });
  if (owed.length > 0) await sendBatch(run, owed.map(purchaseElement), sendingOwed(run, 'expense', owed));
  else await sendBatch(run, spent.map(purchaseElement), sendingSpent(run, spent));
  return owed.length + spent.length > 0 || run.connection.lockDate !== openFrom;
};

type Dead = PreparedPurchases['dead'][number];
const gone = new Set(['VOIDED', 'DELETED']);

/** Voids what is approved there, deletes what isn't. Its own state there decides; asking twice changes nothing. */
const takeOut = async (run: Run, { work, before }: Dead): Promise<Settled> => {
  const there = await findPurchaseById(run.books, before.xeroId ?? '');
  if (!there || gone.has(there.status)) return takenOut(run, { work, before }, there?.status ?? 'DELETED');
  const status = there.status === 'DRAFT' || there.status === 'SUBMITTED' ? 'DELETED' : 'VOIDED';
  try {
    const change = { invoiceId: there.invoiceId, status, key: run.world.newId('bill') } as const;
    return takenOut(run, { work, before }, await changeInvoiceStatus(run.books, change));
  } catch (error) {
    if (!(error instanceof XeroError) || error.code !== 'validation') throw error;
    return blocked(run, work, before, {
      code: 'void-refused',
      reason: `Xero refused to void the bill: ${saidBy(error.messages)}`,
      mend: 'Remove what was paid on it in Xero, then try again.',
    });
  }
};

const takenOut = (run: Run, { work, before }: Dead, xeroStatus: string): Settled => ({
  work,
  item: syncItemOf(run, work, before, { state: 'synced', xeroStatus, lastSyncedAt: instantAt(run.world) }),
});
