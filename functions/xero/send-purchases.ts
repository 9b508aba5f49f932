import { hundredthsOf } from '../../shared/domain/hundredths.ts';
import { toDecimal } from '../../shared/domain/money.ts';
import { moneyText } from '../../shared/domain/money-text.ts';
import type { WaitingWork } from '../../shared/store/waiting-work.ts';
import { createInvoices } from '../../shared/xero/create-invoices.ts';
import type { Outcome } from '../../shared/xero/element.ts';
import type { XeroInvoice } from '../../shared/xero/invoice-answer.ts';
import { purchaseFor, spendFor } from '../../shared/xero/map-purchase.ts';
import { createSpends, type XeroSpend } from '../../shared/xero/spends.ts';
import { amountNotSayable, mappingMissing, refusedByXero, totalDiffers } from './blocks.ts';
import { findContacts, type Found } from './find-contacts.ts';
import { followOrganisation, mayBeLocked } from './follow-organisation.ts';
import { gatherPurchases, type PurchaseToSend } from './gather-purchases.ts';
import type { Run } from './run.ts';
import type { Element, Sending } from './send-batch.ts';
import { blocked, nothingToDo, settle, syncItemOf, type Block, type Settled } from './settle.ts';
import { instantAt } from './world.ts';

// Flow of the worker: what is owed to experts, or was spent, as bills or as spent money in Xero; each once.

export type BillDocument = ReturnType<typeof purchaseFor>;
export type SpendDocument = ReturnType<typeof spendFor>;

export interface ReadyPurchase<D> extends PurchaseToSend {
  readonly document: D;
}

export interface PreparedPurchases {
  readonly owed: readonly ReadyPurchase<BillDocument>[];
  readonly spent: readonly ReadyPurchase<SpendDocument>[];
  readonly stopped: readonly Settled[];
  readonly changed: readonly ReadyPurchase<BillDocument>[];
  readonly dead: Awaited<ReturnType<typeof gatherPurchases>>['dead'];
}

/** Everything that can be sent as it stands, and why the rest can't. A bill waits for its expert's contact, and for nothing else. */
export const preparePurchases = async (run: Run, works: readonly WaitingWork[]): Promise<PreparedPurchases> => {
  const { toSend, changed, dead, idle, tried, links } = await gatherPurchases(run, works);
  const stopped: Settled[] = idle.map((work) => nothingToDo(run, work, tried.get(work.documentId)));
  const mapped = [...toSend, ...changed].filter((one) => {
    const gap = gapOf(run, one);
    if (gap) stopped.push(stop(run, one, gap));
    return gap === undefined;
  });
  const suppliers = [...new Map(mapped.map(({ supplier }) => [supplier.id, supplier])).values()];
  const contacts = suppliers.length > 0 ? await findContacts(run, suppliers, links) : new Map<string, Found>();
  const owed: ReadyPurchase<BillDocument>[] = [];
  const spent: ReadyPurchase<SpendDocument>[] = [];
  for (const one of mapped) {
    const contact = contacts.get(one.supplier.id);
    if (!contact) continue;
    if ('block' in contact) {
      stopped.push(stop(run, one, contact.block, { what: 'contact', on: one.supplier.id }));
      continue;
    }
    const place = placeOf(run, one, contact.contactId);
    if (one.isSpent) spent.push({ ...one, document: spendFor(one.content, place) });
    else owed.push({ ...one, document: purchaseFor(one.content, place) });
  }
  const isChanged = new Set(changed.map(({ work }) => work.documentId));
  return {
    ...{ stopped, spent, dead },
    owed: owed.filter(({ work }) => !isChanged.has(work.documentId)),
    changed: owed.filter(({ work }) => isChanged.has(work.documentId)),
  };
};

const placeOf = ({ settings }: Run, { work }: PurchaseToSend, contactId: string) => ({
  contactId,
  status: settings.statusOnPush,
  account: (work.kind === 'bill' ? settings.billAccount : settings.expenseAccount) ?? '',
  taxType: settings.purchaseTaxType,
  bankAccount: settings.paymentAccount ?? '',
});

const gapOf = ({ settings }: Run, { work, isSpent, total }: PurchaseToSend): Block | undefined => {
  const field = work.kind === 'bill' ? 'billAccount' : 'expenseAccount';
  if (settings[field] === null) return notChosen(field, work.kind === 'bill' ? 'bills of experts' : 'expenses');
  if (isSpent && settings.paymentAccount === null) return notChosen('paymentAccount', 'money that was spent');
  if (hundredthsOf(total) !== undefined) return undefined;
  return amountNotSayable(moneyText(total), 'Book it in Xero by hand.');
};

const notChosen = (field: string, what: string): Block => mappingMissing(field, `No account in Xero is chosen for ${what}`);

/**
 * A person is told by the invoice or the words of it: the id is for the books. Where no account was ever chosen, nobody has asked for
 * bills or expenses in the books: they wait without anybody being called.
 */
const stop = (run: Run, one: PurchaseToSend, block: Block, waitsFor?: Settled['waitsFor']): Settled =>
  blocked(run, one.work, one.before, block, waitsFor, block.code === 'mapping-missing' ? { state: 'pending' } : {});

export const purchaseElement = <D>({ work, version, document }: ReadyPurchase<D>): Element<D> => ({
  ...{ work, documentVersion: version, payload: document },
});

/** What of an answer is kept, whichever kind it is. */
interface Standing {
  readonly id: string;
  readonly status: string;
  readonly subtotal: number;
  readonly total: number;
}

const ofInvoice = ({ invoiceId, status, subtotal, total }: XeroInvoice): Standing => ({ id: invoiceId, status, subtotal, total });
const ofSpend = ({ spendId, status, subtotal, total }: XeroSpend): Standing => ({ id: spendId, status, subtotal, total });

/** How bills are made, and what is kept of each answer. */
export const sendingOwed = (
  run: Run,
  kind: 'bill' | 'expense',
  batch: readonly ReadyPurchase<BillDocument>[],
): Sending<BillDocument, XeroInvoice> => ({
  kind,
  call: (payloads, key) => createInvoices(run.books, payloads, key),
  settle: (results) => settleAll(run, batch, results, (outcome) => mapped(outcome, ofInvoice)),
});

/** How spent money is booked, and what is kept of each answer. */
export const sendingSpent = (run: Run, batch: readonly ReadyPurchase<SpendDocument>[]): Sending<SpendDocument, XeroSpend> => ({
  kind: 'spend',
  call: (payloads, key) => createSpends(run.books, payloads, key),
  settle: (results) => settleAll(run, batch, results, (outcome) => mapped(outcome, ofSpend)),
});

const mapped = <A, B>(outcome: Outcome<A>, to: (value: A) => B): Outcome<B> =>
  outcome.ok ? { ok: true, value: to(outcome.value) } : outcome;

const settleAll = async <P, R>(
  run: Run,
  batch: readonly PurchaseToSend[],
  results: readonly { element: Element<P>; outcome: Outcome<R> }[],
  as: (outcome: Outcome<R>) => Outcome<Standing>,
): Promise<void> => {
  const before = run.connection.lockDate ?? '';
  const locked = ({ outcome }: { outcome: Outcome<R> }): boolean => !outcome.ok && mayBeLocked(outcome.messages);
  if (results.some(locked)) await followOrganisation(run);
  const moved = (run.connection.lockDate ?? '') > before;
  const outcomes = results.flatMap((result) => {
    const one = batch.find(({ work }) => work.documentId === result.element.work.documentId);
    // What was refused because a period was closed meanwhile goes again with the first open date.
    return one && !(moved && locked(result)) ? [settledPurchase(run, one, as(result.outcome))] : [];
  });
  await settle(run, outcomes, { closing: true });
};

export const settledOwed = (run: Run, one: PurchaseToSend, outcome: Outcome<XeroInvoice>): Settled =>
  settledPurchase(run, one, mapped(outcome, ofInvoice));
export const settledSpent = (run: Run, one: PurchaseToSend, outcome: Outcome<XeroSpend>): Settled =>
  settledPurchase(run, one, mapped(outcome, ofSpend));

/** Whether what was sent holds its tax. */
const isGross = ({ settings }: Run, { content }: PurchaseToSend): boolean =>
  settings.purchaseTaxType === null || content.taxIncluded;

/** The sum there that has to be what is owed or spent here. */
const comparedOf = (run: Run, one: PurchaseToSend, { subtotal, total }: Pick<Standing, 'subtotal' | 'total'>): number =>
  isGross(run, one) ? total : subtotal;

export const isSameTotal = (run: Run, one: PurchaseToSend, there: Pick<Standing, 'subtotal' | 'total'>): boolean =>
  hundredthsOf(one.total) === BigInt(Math.round(comparedOf(run, one, there) * 100));

const settledPurchase = (run: Run, one: PurchaseToSend, outcome: Outcome<Standing>): Settled => {
  const what = one.work.kind === 'bill' ? 'the bill' : 'the expense';
  if (!outcome.ok) return stop(run, one, refusedByXero(what, outcome.messages));
  const { value } = outcome;
  const theirs = comparedOf(run, one, value);
  const known = {
    ...{ xeroId: value.id, xeroStatus: value.status, pushedVersion: one.version, lastSyncedAt: instantAt(run.world) },
    sent: { amount: Math.round(theirs * 100), tax: Math.round((value.total - value.subtotal) * 100) },
  };
  if (isSameTotal(run, one, value))
    return { work: one.work, item: syncItemOf(run, one.work, one.before, { state: 'synced', ...known }) };
  return {
    work: one.work,
    item: syncItemOf(run, one.work, one.before, {
      state: 'blocked',
      ...known,
      ...totalDiffers(
        what,
        `${theirs.toFixed(2)} there and ${toDecimal(one.total)} here`,
        'Compare it with the one in Xero, and correct it there.',
      ),
    }),
  };
};
