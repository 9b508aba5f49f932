import { billStatus, billTotals, isOwed } from '../../shared/domain/bill.ts';
import { isBillId, isExpenseId } from '../../shared/domain/claimed.ts';
import { compareDocument, type ComparedLine, type DocumentHere } from '../../shared/domain/compare-document.ts';
import type { DifferenceSubject } from '../../shared/domain/discrepancy.ts';
import { fromHundredths, hundredthsOf } from '../../shared/domain/hundredths.ts';
import { add, subtract, type Money } from '../../shared/domain/money.ts';
import { billKey, parseBill, type Bill } from '../../shared/store/bills.ts';
import { expenseKey, parseExpense } from '../../shared/store/expenses.ts';
import { foundAt, type Found } from '../../shared/store/found.ts';
import { invoiceKey, parseInvoice } from '../../shared/store/invoices.ts';
import { memberKey, parseMember } from '../../shared/store/members.ts';
import { parseSyncItem, syncItemKey } from '../../shared/store/sync-items.ts';
import type { PurchaseThere } from '../../shared/xero/list-purchases.ts';
import type { DocumentKind, OurDocument, Pair as PairOf } from './compare-documents.ts';
import { billLines } from './gather-purchases.ts';
import { contactsOf } from './party-contacts.ts';
import type { Run } from './run.ts';

// Flow of the comparison: bills of experts and expenses as Xero has them, and what of ours they are held against.

export interface OurPurchase extends OurDocument {
  /** Absent for an expense. */
  readonly bill?: Bill;
  readonly status: string;
  readonly date: string;
  readonly memberId: string;
  readonly memberName: string;
  readonly linkedTo: string | null;
  readonly lines: readonly { readonly description: string; readonly amount: Money }[];
}
type Pair = PairOf<PurchaseThere, OurPurchase>;

const readBillsOf = async ({ ws, world }: Run, ids: readonly string[]): Promise<OurPurchase[]> => {
  const found = await world.table.batchGet(ids.flatMap((id) => [billKey(ws, id), syncItemKey(ws, id)]));
  const bills = ids.flatMap((id) => foundAt(found, billKey(ws, id), parseBill) ?? []);
  const beside = await world.table.batchGet(
    bills.flatMap(({ invoiceId, memberId }) => [invoiceKey(ws, invoiceId), memberKey(ws, memberId)]),
  );
  return bills.flatMap((bill): OurPurchase[] => {
    const head = foundAt(beside, invoiceKey(ws, bill.invoiceId), parseInvoice);
    if (!head) return [];
    const status = isOwed(bill) ? billStatus(bill, head) : 'void';
    return [
      {
        ...{ id: bill.id, subject: 'bill', standing: status === 'void' ? 'off' : 'stands', toXero: bill.toXero },
        ...{ bill, number: bill.number, status, date: bill.date, total: billTotals(bill).total },
        ...{ sync: foundAt(found, syncItemKey(ws, bill.id), parseSyncItem), lines: billLines(bill, head) },
        ...memberOf(ws, bill.memberId, beside),
      },
    ];
  });
};

/** Expenses that a member has paid are bills in Xero; those of the workspace are money that was spent. */
const readExpensesOf = async ({ ws, world }: Run, ids: readonly string[], by: 'member' | 'workspace'): Promise<OurPurchase[]> => {
  const found = await world.table.batchGet(ids.flatMap((id) => [expenseKey(ws, id), syncItemKey(ws, id)]));
  const expenses = ids.flatMap((id) => foundAt(found, expenseKey(ws, id), parseExpense) ?? []);
  const own = expenses.filter(({ paidBy }) => paidBy === by);
  const beside = await world.table.batchGet(own.map(({ memberId }) => memberKey(ws, memberId)));
  return own.map(({ id, toXero, date, amount, description, memberId }) => ({
    ...{ id, subject: 'expense', standing: 'stands', toXero, number: null, status: 'recorded', date, total: amount },
    ...{ sync: foundAt(found, syncItemKey(ws, id), parseSyncItem), lines: [{ description, amount }] },
    ...memberOf(ws, memberId, beside),
  }));
};

const memberOf = (ws: string, memberId: string, found: Found) => {
  const member = foundAt(found, memberKey(ws, memberId), parseMember);
  return { memberId, memberName: member?.name ?? memberId, linkedTo: member?.xeroContactId ?? null };
};

const byId = (read: readonly OurPurchase[]): Map<string, OurPurchase> => new Map(read.map((one) => [one.id, one]));

const comparePairs = async (run: Run, pairs: readonly Pair[]) => {
  const isContactOf = await contactsOf(
    run,
    pairs.map(({ there, ours }) => ({ there, partyId: ours.memberId, linkedTo: ours.linkedTo })),
  );
  const judged = pairs.map((pair) => {
    const { memberId: partyId, linkedTo } = pair.ours;
    const here = { ...hereOf(run, pair), isOurContact: (id: string) => isContactOf({ partyId, linkedTo }, id) };
    return { pair, differences: compareDocument(here, pair.there, pair.there.purchaseId) };
  });
  return {
    differences: judged.flatMap(({ pair, differences }) => (isUnfinished(pair) ? [] : differences)),
    unfinished: judged.flatMap(({ pair }) => (isUnfinished(pair) ? [pair.ours.id] : [])),
  };
};

const sumThere = ({ exclusive, subtotal, total }: PurchaseThere): bigint => (exclusive ? subtotal : total);

/** It came to something else here since it was sent, and stands there just as it was sent. */
const isUnfinished = ({ ours, sync, there }: Pair): boolean =>
  sync.sent != null &&
  ours.standing === 'stands' &&
  hundredthsOf(ours.total) !== BigInt(sync.sent.amount) &&
  sumThere(there) === BigInt(sync.sent.amount);

const hereOf = (run: Run, { ours, sync, there }: Pair): Omit<DocumentHere, 'isOurContact'> => {
  const { id, subject, number, status, date, total } = ours;
  const { lockDate } = run.connection;
  return {
    // An accountant may give it the number that the supplier's own paper has.
    ...{ subject, id, number, numberThere: null, status, isOff: ours.standing === 'off', currency: total.currency },
    ...sumsOf(total, there, sync.sent?.tax),
    // On which day it is due follows its invoice; in the books it is theirs.
    ...{ date, dueDate: null, mayBeLater: lockDate !== null && date <= lockDate, partyName: ours.memberName },
    lines: ours.lines.map((line, place) => lineOf(line, date, there.lines[place])),
  };
};

/** What its tax is to be nobody knows but Xero, which said so when it was sent. */
const sumsOf = (amount: Money, { exclusive }: PurchaseThere, cents: number | undefined) => {
  if (cents === undefined) return exclusive ? { subtotal: amount } : { total: amount };
  const tax = fromHundredths(BigInt(cents), amount.currency);
  return exclusive ? { subtotal: amount, tax, total: add(amount, tax) } : { subtotal: subtract(amount, tax), tax, total: amount };
};

/** What could not be booked on its own day says that day. */
const lineOf = (
  { description, amount }: { description: string; amount: Money },
  date: string,
  there: ComparedLine | undefined,
): ComparedLine => {
  const dated = `${description} (${date})`;
  return {
    description: there?.description === dated ? dated : description,
    ...{ quantity: 1, amount: hundredthsOf(amount) ?? 0n, tax: there?.tax ?? 0n },
  };
};

const isPurchaseId = (text: string): boolean => isBillId(text) || isExpenseId(text);
const subjectOf = (claim: string): DifferenceSubject => (isExpenseId(claim) ? 'expense' : 'bill');
const common = {
  ...{ idOf: ({ purchaseId }: PurchaseThere) => purchaseId, series: async () => null, subjectOf, comparePairs },
  isTakenTwice: true,
} as const;

/** How bills of experts, and expenses that members have paid, are compared: both are bills in Xero, with our id as their number. */
export const billKind: DocumentKind<PurchaseThere, OurPurchase> = {
  ...common,
  claimOf: ({ number }) => (isPurchaseId(number) ? number : undefined),
  read: async (run, ids) =>
    byId([...(await readBillsOf(run, ids.filter(isBillId))), ...(await readExpensesOf(run, ids.filter(isExpenseId), 'member'))]),
};

/** How money that the workspace has spent is compared; it carries our id as its reference. */
export const spendKind: DocumentKind<PurchaseThere, OurPurchase> = {
  ...common,
  claimOf: ({ reference }) => (isExpenseId(reference) ? reference : undefined),
  read: async (run, ids) => byId(await readExpensesOf(run, ids.filter(isExpenseId), 'workspace')),
};
