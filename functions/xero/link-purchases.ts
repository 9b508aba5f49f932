import { parseBill } from '../../shared/store/bills.ts';
import { findPurchasesByNumber } from '../../shared/xero/find-purchases.ts';
import { findSpends } from '../../shared/xero/spends.ts';
import { gatherPurchases, type PurchaseToSend } from './gather-purchases.ts';
import { heldBy, type Judged, type ToJudge } from './link-existing.ts';
import type { Run } from './run.ts';
import { isSameTotal, settledOwed, settledSpent } from './send-purchases.ts';

// Flow of the worker: which bills of experts and expenses are in Xero already.

const gone = new Set(['VOIDED', 'DELETED']);

/**
 * Judges bills by what Xero has under our ids, which are their numbers there, and under the numbers that they have here. Numbers of bills
 * need not be unique: one with another contact or other sums is another bill, and stops nothing.
 */
export const judgeBills = async (run: Run, { works, rows }: ToJudge): Promise<Judged[]> => {
  const { toSend, links } = await gatherPurchases(run, works);
  const bills = new Map(rows.map(parseBill).map((bill) => [bill.id, bill]));
  const numberOf = ({ content }: PurchaseToSend): string => bills.get(content.id)?.number ?? '';
  const wanted = toSend.flatMap((one) => [one.content.id, numberOf(one)]).filter((number) => number !== '');
  const there = (await findPurchasesByNumber(run.books, wanted)).filter(({ status }) => !gone.has(status));
  const isSame = (one: PurchaseToSend, holder: (typeof there)[number]): boolean =>
    holder.currency === one.content.currency && isSameTotal(run, one, holder);
  const held = await heldBy(run, toSend, {
    links,
    id: ({ content }) => content.id,
    party: ({ supplier }) => supplier,
    holder: (one) => {
      const ours = there.find(({ number }) => number === one.content.id);
      const typed = there.find((found) => found.number === numberOf(one) && isSame(one, found));
      return ours ? { ...ours, reference: ours.number } : typed;
    },
    isSame,
  });
  return toSend.map((one): Judged => {
    const documentId = one.content.id;
    const found = held.get(documentId);
    if (!found?.isOurs) return { documentId };
    // Joining the books makes it a version younger: what stands there is that one.
    const version = one.version + (bills.get(documentId)?.toXero ? 0 : 1);
    return { documentId, settled: settledOwed(run, { ...one, version }, { ok: true, value: found.holder }) };
  });
};

/** Judges expenses by our ids: as the number of a bill where a member has paid, as the reference of spent money where the workspace has. */
export const judgeExpenses = async (run: Run, { works }: ToJudge): Promise<Judged[]> => {
  const { toSend } = await gatherPurchases(run, works);
  const ids = (isSpent: boolean): string[] => toSend.filter((one) => one.isSpent === isSpent).map(({ content }) => content.id);
  const owed = (await findPurchasesByNumber(run.books, ids(false))).filter(({ status }) => !gone.has(status));
  const spent = (await findSpends(run.books, ids(true))).filter(({ status }) => !gone.has(status));
  return toSend.map((one): Judged => {
    const documentId = one.content.id;
    const bill = owed.find(({ number }) => number === documentId);
    const spend = spent.find(({ reference }) => reference === documentId);
    if (bill) return { documentId, settled: settledOwed(run, one, { ok: true, value: bill }) };
    return spend ? { documentId, settled: settledSpent(run, one, { ok: true, value: spend }) } : { documentId };
  });
};
