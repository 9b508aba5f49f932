import type { WaitingWork } from '../../shared/store/waiting-work.ts';
import { findPurchasesByNumber } from '../../shared/xero/find-purchases.ts';
import { findSpends } from '../../shared/xero/spends.ts';
import { gatherPurchases } from './gather-purchases.ts';
import type { Run } from './run.ts';
import { settledOwed, settledSpent } from './send-purchases.ts';
import { syncItemOf, type Settled } from './settle.ts';

// Flow of the worker: what became of bills and spent money whose answers were lost.

interface Looked {
  readonly found: Settled[];
  readonly missing: ReadonlySet<string>;
}

const gone = new Set(['VOIDED', 'DELETED']);

/**
 * Bills by our id, which is their number there. One that is no longer owed may have arrived all the same: then it is known, and its
 * work stays, so that it is taken out again.
 */
export const foundPurchases = async (run: Run, works: readonly WaitingWork[]): Promise<Looked> => {
  const { toSend, idle } = await gatherPurchases(run, works);
  const wanted = [...toSend.map(({ content }) => content.id), ...idle.map(({ documentId }) => documentId)];
  const there = (await findPurchasesByNumber(run.books, wanted)).filter(({ status }) => !gone.has(status));
  const missing = new Set<string>();
  const found: Settled[] = idle.map((work): Settled => {
    const holder = there.find(({ number }) => number === work.documentId);
    if (!holder || (work.kind !== 'bill' && work.kind !== 'expense')) return { work };
    const { documentId, kind } = work;
    const item = { state: 'pending', xeroId: holder.invoiceId, xeroStatus: holder.status } as const;
    return { work, stays: true, item: syncItemOf(run, { documentId, kind }, undefined, item) };
  });
  for (const one of toSend) {
    const holder = there.find(({ number }) => number === one.content.id);
    if (holder) found.push(settledOwed(run, one, { ok: true, value: holder }));
    else missing.add(one.content.id);
  }
  return { found, missing };
};

/** Spent money by our id, which is its reference there. */
export const foundSpends = async (run: Run, works: readonly WaitingWork[]): Promise<Looked> => {
  const { toSend, idle } = await gatherPurchases(run, works);
  const there = await findSpends(
    run.books,
    toSend.map(({ content }) => content.id),
  );
  const found: Settled[] = idle.map((work) => ({ work }));
  const missing = new Set<string>();
  for (const one of toSend) {
    const holder = there.find(({ reference, status }) => reference === one.content.id && !gone.has(status));
    if (holder) found.push(settledSpent(run, one, { ok: true, value: holder }));
    else missing.add(one.content.id);
  }
  return { found, missing };
};
