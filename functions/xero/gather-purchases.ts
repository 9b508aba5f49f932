import { billStatus, billTotals, isOwed, owedSeconds, reckonLine } from '../../shared/domain/bill.ts';
import { toDecimal, type Money } from '../../shared/domain/money.ts';
import { billKey, parseBill, type Bill } from '../../shared/store/bills.ts';
import { expenseKey, parseExpense, type Expense } from '../../shared/store/expenses.ts';
import { foundAt, type Found } from '../../shared/store/found.ts';
import { invoiceKey, parseInvoice, type InvoiceHead } from '../../shared/store/invoices.ts';
import { memberKey, parseMember } from '../../shared/store/members.ts';
import type { Party } from '../../shared/store/parties.ts';
import { parseSyncItem, syncItemKey, type SyncItem } from '../../shared/store/sync-items.ts';
import type { WaitingWork } from '../../shared/store/waiting-work.ts';
import { contactLinkKey, contactLinksAmong, type ContactLink } from '../../shared/store/xero-contacts.ts';
import type { PurchaseForXero } from '../../shared/xero/map-purchase.ts';
import { firstOpenDate } from './follow-organisation.ts';
import type { Run } from './run.ts';

// Flow of the worker: reads all that is needed to send bills of experts and expenses, in two steps.

export type PurchaseWork = WaitingWork & { readonly kind: 'bill' | 'expense' };

/** Something that is owed to an expert, or was spent, with its parts. */
export interface PurchaseToSend {
  readonly work: PurchaseWork;
  readonly version: number;
  readonly before: SyncItem | undefined;
  readonly supplier: Party;
  readonly content: PurchaseForXero;
  readonly total: Money;
  /** Whether the workspace's own money was spent, so that nothing is owed. */
  readonly isSpent: boolean;
}

export interface GatheredPurchases {
  /** Not in Xero yet. */
  readonly toSend: readonly PurchaseToSend[];
  /** In Xero, and changed here since. */
  readonly changed: readonly PurchaseToSend[];
  /** In Xero, and nothing that is owed any more. */
  readonly dead: readonly { readonly work: PurchaseWork; readonly before: SyncItem }[];
  /** Work with nothing to do. */
  readonly idle: readonly WaitingWork[];
  /** What an earlier try came to of bills that are over and never got there, by document. */
  readonly tried: ReadonlyMap<string, SyncItem>;
  readonly links: ReadonlyMap<string, ContactLink>;
}

type Known = { work: PurchaseWork; before: SyncItem | undefined } & ({ bill: Bill } | { expense: Expense });

/** Reads them with the invoices that say whether bills stand, and with their suppliers. */
export const gatherPurchases = async (run: Run, works: readonly WaitingWork[]): Promise<GatheredPurchases> => {
  const { ws, world } = run;
  const first = await world.table.batchGet(
    works.flatMap(({ kind, documentId: id }) => [kind === 'bill' ? billKey(ws, id) : expenseKey(ws, id), syncItemKey(ws, id)]),
  );
  const known = works.flatMap((work) => knownOf(run, work, first));
  const parts = await world.table.batchGet(known.flatMap((one) => partKeys(run, one)));
  const sorted = known.flatMap((one) => sortOut(run, one, parts));
  const of = <K extends string>(as: K) => sorted.filter((one): one is Extract<Sorted, { as: K }> => one.as === as);
  const over = of('over');
  const busy = new Set(sorted.filter(({ as }) => as !== 'over').map(({ work }) => work.documentId));
  const toSend = of('send').map(({ one }) => one);
  const changed = of('change').map(({ one }) => one);
  return {
    toSend,
    changed,
    dead: of('dead').map(({ work, before }) => ({ work, before })),
    idle: works.filter(({ documentId }) => !busy.has(documentId)),
    tried: new Map(over.map(({ before }) => [before.documentId, before])),
    links: contactLinksAmong(
      parts,
      ws,
      run.tenantId,
      [...toSend, ...changed].map(({ supplier: { id } }) => id),
    ),
  };
};

const knownOf = ({ ws }: Run, work: WaitingWork, first: Found): Known[] => {
  const before = foundAt(first, syncItemKey(ws, work.documentId), parseSyncItem);
  if (work.kind === 'bill') {
    const bill = foundAt(first, billKey(ws, work.documentId), parseBill);
    return bill ? [{ work: { ...work, kind: 'bill' }, before, bill }] : [];
  }
  const expense = foundAt(first, expenseKey(ws, work.documentId), parseExpense);
  return expense ? [{ work: { ...work, kind: 'expense' }, before, expense }] : [];
};

const ownerOf = (one: Known): string => ('bill' in one ? one.bill : one.expense).memberId;

const partKeys = ({ ws, tenantId }: Run, one: Known) => [
  memberKey(ws, ownerOf(one)),
  contactLinkKey(ws, tenantId, ownerOf(one)),
  ...('bill' in one ? [invoiceKey(ws, one.bill.invoiceId)] : []),
];

type Sorted = { work: PurchaseWork } & (
  { as: 'send' | 'change'; one: PurchaseToSend } | { as: 'dead'; before: SyncItem } | { as: 'over'; before: SyncItem }
);

const sortOut = (run: Run, known: Known, parts: Found): Sorted[] => {
  const { work, before } = known;
  const supplier = supplierOf(run, ownerOf(known), parts);
  if (!supplier || (before?.tenantId != null && before.tenantId !== run.tenantId)) return [];
  const one = 'bill' in known ? billToSend(run, known, supplier, parts) : expenseToSend(run, known, supplier);
  if (before?.xeroId == null) return one ? [{ as: 'send', work, one }] : before ? [{ as: 'over', work, before }] : [];
  if (before.xeroStatus === 'VOIDED' || before.xeroStatus === 'DELETED') return [];
  if (!one) return [{ as: 'dead', work, before }];
  return 'bill' in known && before.pushedVersion !== one.version ? [{ as: 'change', work, one }] : [];
};

/** Whoever was removed is still owed what they worked for. */
const supplierOf = ({ ws }: Run, memberId: string, parts: Found): Party | undefined => {
  const member = foundAt(parts, memberKey(ws, memberId), parseMember);
  if (!member) return undefined;
  const { id, version, name, email, xeroContactId = null } = member;
  return { id, version, name, email, xeroContactId, taxNumber: null, address: [], country: '' };
};

const billToSend = (
  run: Run,
  { work, before, bill }: Extract<Known, { bill: Bill }>,
  supplier: Party,
  parts: Found,
): PurchaseToSend | undefined => {
  const head = foundAt(parts, invoiceKey(run.ws, bill.invoiceId), parseInvoice);
  if (!head || billStatus(bill, head) === 'void' || !isOwed(bill)) return undefined;
  const bookedOn = firstOpenDate(run, bill.date);
  const dueDate = head.dueDate !== null && head.dueDate > bookedOn ? head.dueDate : bookedOn;
  return {
    ...{ work, version: bill.version, before, supplier, total: billTotals(bill).total, isSpent: false },
    content: { id: bill.id, currency: bill.currency, bookedOn, dueDate, lines: billLines(bill, head), taxIncluded: false },
  };
};

/** What a bill says, line by line. */
export const billLines = (bill: Bill, { number }: Pick<InvoiceHead, 'number'>) =>
  bill.lines
    .filter((line) => line.rate !== null && owedSeconds(line) > 0)
    .map((line) => {
      const { quantity, amount } = reckonLine(line, bill);
      const price = line.rate ? toDecimal(line.rate) : '';
      return { description: `${quantity} h × ${price} for invoice ${number ?? ''}`, amount };
    });

const expenseToSend = (
  run: Run,
  { work, before, expense }: Extract<Known, { expense: Expense }>,
  supplier: Party,
): PurchaseToSend | undefined => {
  const { id, amount, date, description, taxIncluded, version, paidBy } = expense;
  const bookedOn = firstOpenDate(run, date);
  const dated = bookedOn === date ? description : `${description} (${date})`;
  return {
    ...{ work, version, before, supplier, total: amount, isSpent: paidBy === 'workspace' },
    content: {
      ...{ id, currency: amount.currency, bookedOn, dueDate: bookedOn, taxIncluded },
      lines: [{ description: dated, amount }],
    },
  };
};
