import type { Difference } from '../../shared/domain/discrepancy.ts';
import { billKey } from '../../shared/store/bills.ts';
import { readInvoice, replaceInvoice, type InvoiceHead } from '../../shared/store/invoices.ts';
import { quoteKey } from '../../shared/store/quotes.ts';
import { syncItemKey } from '../../shared/store/sync-items.ts';
import { update } from '../../shared/store/write.ts';
import type { AllBooks, comparedBooks, Standing, Wire } from './compared-books.ts';
import type { TestWorkspace } from './workspace.ts';
import type { XeroStage } from './xero-stage.ts';

export type Kind = 'invoice' | 'credit note' | 'bill' | 'expense as a bill' | 'expense as spent money' | 'quote' | 'payment';
export const collectionOf: Record<Kind, keyof AllBooks & string> = {
  ...{ invoice: 'invoices', 'credit note': 'creditNotes', bill: 'invoices', 'expense as a bill': 'invoices' },
  ...{ 'expense as spent money': 'bankTransactions', quote: 'quotes', payment: 'payments' },
};
export const idField: Record<string, string> = {
  ...{ invoices: 'InvoiceID', creditNotes: 'CreditNoteID', bankTransactions: 'BankTransactionID' },
  ...{ quotes: 'QuoteID', payments: 'PaymentID' },
};

/** One document of ours, and the one that it is there. */
export interface One extends Standing {
  readonly kind: Kind;
  readonly xeroId: string;
  readonly wire: Wire;
}

/** What a harm reaches: both sides, and the books as they were before all harms. */
export interface Scene {
  readonly stage: XeroStage;
  readonly place: TestWorkspace;
  readonly books: ReturnType<typeof comparedBooks>;
  readonly there: AllBooks;
}

type Harm = (one: One, scene: Scene) => Promise<unknown>;

export const wireOf = (there: AllBooks, kind: Kind, { id }: Pick<Standing, 'id'>): Wire => {
  const found = (there[collectionOf[kind]] as Wire[]).find((one) => one['Reference'] === id || one['InvoiceNumber'] === id);
  if (!found) throw new Error(`no ${kind} ${id} there`);
  return found;
};

const set =
  (fields: Record<string, unknown>): Harm =>
  ({ kind, xeroId }, { books }) =>
    books.tamper(collectionOf[kind], xeroId, { set: fields });
const gone: Harm = ({ kind, xeroId }, { books }) => books.tamper(collectionOf[kind], xeroId, { remove: true });

let used = 0;
/** A foreign document of the same kind, each time another one. */
const foreign = (kind: Kind, there: AllBooks): Wire => {
  const own = (one: Wire): boolean => /^(inv|cn|bil|exp|quo|pay)_/.test(String(one['Reference'] ?? one['InvoiceNumber'] ?? ''));
  const type = kind === 'invoice' ? 'ACCREC' : collectionOf[kind] === 'invoices' ? 'ACCPAY' : undefined;
  const all = there[collectionOf[kind]] as Wire[];
  const fitting = all.filter(
    (one) =>
      !own(one) && !/^(inv|bil|exp)_/.test(String(one['InvoiceNumber'] ?? '')) && (type === undefined || one['Type'] === type),
  );
  used += 1;
  return fitting[used] as Wire;
};
const asForeign =
  (fields: (one: One) => Record<string, unknown>): Harm =>
  (one, { books, there }) => {
    const collection = collectionOf[one.kind];
    const target = foreign(one.kind, there);
    return books.tamper(collection, target[idField[collection] ?? ''], { set: fields(one) });
  };
/** What carries our id there: bills have no reference. */
const carrying = (kind: Kind, id: string): Record<string, unknown> =>
  kind === 'bill' || kind === 'expense as a bill' ? { InvoiceNumber: id } : { Reference: id };
const absentId: Record<Kind, string> = {
  ...{ invoice: 'inv_01K00000000000000000000000', 'credit note': 'cn_01K00000000000000000000000' },
  ...{ bill: 'bil_01K00000000000000000000000', 'expense as a bill': 'exp_01K00000000000000000000000' },
  ...{ 'expense as spent money': 'exp_01K00000000000000000000001', quote: 'quo_01K00000000000000000000000' },
  payment: 'pay_01K00000000000000000000000',
};

export interface Case {
  readonly drift: Difference['kind'];
  readonly cause: RegExp;
  readonly harm: Harm;
  /** What stands only there is found by what it is, not by a document of ours. */
  readonly extra?: true;
}

const strangerIn = ({ contacts }: AllBooks): unknown =>
  contacts.find((one) => String(one['Name']).startsWith('Foreign'))?.['ContactID'];
const deletes = (status: string): Case => ({
  ...{ drift: 'status', cause: /was (voided|deleted) in Xero/, harm: set({ Status: status }) },
});
const extra: Case = {
  ...{ drift: 'extra', cause: /carries our reference/, extra: true },
  harm: asForeign(({ kind }) => carrying(kind, absentId[kind])),
};
const duplicate: Case = {
  ...{ drift: 'duplicate', cause: /second .* with the same reference/ },
  harm: asForeign(({ kind, id }) => carrying(kind, id)),
};
const missing: Case = { drift: 'missing', cause: /not there any more/, harm: gone };
const currency: Case = { drift: 'currency', cause: /currency was changed/, harm: set({ CurrencyCode: 'EUR' }) };
const contact: Case = {
  ...{ drift: 'contact', cause: /moved to the contact Foreign/ },
  harm: (one, scene) => set({ ContactID: strangerIn(scene.there) })(one, scene),
};
const date: Case = { drift: 'date', cause: /The date of the/, harm: set({ Date: '2026-10-01' }) };
const unknownState: Case = { drift: 'status', cause: /not known here/, harm: set({ Status: 'FROZEN' }) };
const amounts = (fields: Record<string, unknown>): Case => ({
  ...{ drift: 'amount', cause: /amount was changed/, harm: set(fields) },
});
const taxed = (fields: Record<string, unknown>): Case => ({ drift: 'tax', cause: /tax was changed/, harm: set(fields) });
/** Words only: the sums stay as they are. */
const line: Case = {
  ...{ drift: 'line', cause: /Line 1 was edited/ },
  harm: (one, scene) => set({ LineItems: withWords(one) })(one, scene),
};
const withWords = ({ wire }: One): unknown[] =>
  (wire['LineItems'] as Wire[]).map((item) => ({ ...item, Description: 'Other words' }));
const secondLine: Case = {
  ...{ drift: 'line', cause: /A line was added/ },
  harm: (one, scene) => {
    const lines = one.wire['LineItems'] as Wire[];
    return set({ LineItems: [...lines, ...lines] })(one, scene);
  },
};
const numberField = ({ kind }: One): string =>
  ({ invoice: 'InvoiceNumber', 'credit note': 'CreditNoteNumber', quote: 'QuoteNumber' })[kind as 'quote'];
const renumbered: Case = {
  ...{ drift: 'line', cause: /number was changed to X-/ },
  harm: (one, scene) => set({ [numberField(one)]: `X-${one.number}` })(one, scene),
};
const numberOfOurs: Case = {
  ...{ drift: 'extra', cause: /number of our series/, extra: true },
  harm: asForeign((one) => ({ [numberField(one)]: `${String(one.number).replace(/\d+$/, '')}99999` })),
};

const unknownAnswer: Case = { ...unknownState, cause: /not known here: status FROZEN/ };

const voidHere: Case = {
  ...{ drift: 'status', cause: /is void here and still stands/ },
  harm: async ({ id, kind }, { stage, place }) => {
    const { table } = stage.engine;
    const ws = place.workspace.id;
    const head = (await readInvoice(table)(ws, id)) as InvoiceHead;
    await table.commit(
      kind === 'invoice'
        ? [replaceInvoice(ws, { ...head, status: 'void' })]
        : [update('bill', billKey(ws, id), { set: { lines: [{ rate: null, seconds: 5400, writtenOff: 5400 }] } })],
    );
  },
};
const paidAndVoided: Case = {
  ...{ drift: 'status', cause: /voided in Xero although money came in/ },
  harm: async (one, scene) => {
    const { table } = scene.stage.engine;
    const ws = scene.place.workspace.id;
    const head = (await readInvoice(table)(ws, one.id)) as InvoiceHead;
    await table.commit([replaceInvoice(ws, { ...head, status: 'paid', paid: head.total })]);
    await set({ Status: 'VOIDED' })(one, scene);
  },
};
const withdrawnHere: Case = {
  ...{ drift: 'status', cause: /state was changed in Xero/ },
  harm: ({ id }, { stage, place }) => {
    const ws = place.workspace.id;
    return stage.engine.table.commit([
      update('quote', quoteKey(ws, id), { set: { status: 'withdrawn' } }),
      update('sync item', syncItemKey(ws, id), { set: { xeroStatus: 'DELETED' } }),
    ]);
  },
};
const answeredThere: Case = { drift: 'status', cause: /state was changed in Xero/, harm: set({ Status: 'INVOICED' }) };
const deletedThere: Case = { drift: 'status', cause: /state was changed in Xero/, harm: set({ Status: 'DELETED' }) };
const lastDay: Case = { drift: 'date', cause: /last day of the quote/, harm: set({ ExpiryDate: '2027-02-01' }) };
const foreignRefund: Case = {
  ...{ drift: 'payment', cause: /refund of it was recorded/ },
  harm: ({ xeroId }, { books, there }) => {
    const [payment] = there.payments.filter((one) => !one['Reference']).slice(-1);
    const fields = { targetID: xeroId, target: 'CreditNote', PaymentType: 'ARCREDITPAYMENT' };
    return books.tamper('payments', payment?.['PaymentID'], { set: fields });
  },
};
/** The id there of what sets a credit note of ours against its invoice. */
const allocationOf = (there: AllBooks, noteId: string): unknown => {
  const xeroId = wireOf(there, 'credit note', { id: noteId })['CreditNoteID'];
  const all = (there as unknown as { allocations: Wire[] }).allocations;
  return all.find((one) => (one['CreditNote'] as Wire | undefined)?.['CreditNoteID'] === xeroId)?.['AllocationID'];
};
export const allocatedElsewhere: Case = {
  ...{ drift: 'allocation', cause: /set against another document/ },
  harm: ({ id }, { books, there }) => {
    const target = there.invoices.find((one) => String(one['InvoiceNumber']).startsWith('FOR-'));
    return books.tamper('allocations', allocationOf(there, id), { set: { invoiceID: target?.['InvoiceID'] } });
  },
};
export const takenOff: Case = {
  ...{ drift: 'allocation', cause: /taken off it in Xero/ },
  harm: ({ id }, { books, there }) => books.tamper('allocations', allocationOf(there, id), { remove: true }),
};
const wrongDay: Case = { drift: 'date', cause: /date of the payment/, harm: set({ Date: '2026-11-01' }) };
const wrongSum: Case = { drift: 'amount', cause: /amount of the payment/, harm: set({ Amount: 99 }) };
const paidElsewhere: Case = {
  ...{ drift: 'allocation', cause: /another document/ },
  harm: (one, scene) => {
    const other = scene.there.invoices.find(({ Type }) => Type === 'ACCREC');
    return set({ targetID: other?.['InvoiceID'] })(one, scene);
  },
};
const paymentGone: Case = { drift: 'missing', cause: /payment is no more in Xero/, harm: gone };
const paymentDeleted: Case = { drift: 'missing', cause: /payment was deleted/, harm: set({ Status: 'DELETED' }) };

const purchase = (sums: { net: number }): Case[] => [
  ...[missing, extra, duplicate, amounts({ SubTotal: 1, Total: 1 }), currency, date, contact, line, secondLine, unknownState],
  taxed({ SubTotal: sums.net, TotalTax: 1, Total: sums.net + 1 }),
];
/** For each kind of document what can be done to one of it, and what a comparison has to say of that. */
export const driftCases: Record<Kind, readonly Case[]> = {
  invoice: [
    ...[missing, extra, numberOfOurs, duplicate, date, currency, contact, line, secondLine, renumbered, unknownState],
    ...[amounts({ SubTotal: 1, Total: 26 }), taxed({ TotalTax: 1, Total: 126 }), voidHere, paidAndVoided],
  ],
  'credit note': [
    ...[missing, extra, numberOfOurs, duplicate, date, currency, contact, line, secondLine, renumbered, unknownState],
    ...[amounts({ SubTotal: 1, Total: 1.83 }), taxed({ TotalTax: 1, Total: 5.17 }), deletes('VOIDED'), foreignRefund],
  ],
  bill: [...purchase({ net: 67.5 }), deletes('VOIDED'), voidHere],
  'expense as a bill': [...purchase({ net: 42.5 }), deletes('DELETED')],
  'expense as spent money': [...purchase({ net: 42.5 }), deletes('DELETED')],
  quote: [
    ...[missing, extra, numberOfOurs, duplicate, date, lastDay, currency, contact, line, secondLine, renumbered, unknownAnswer],
    ...[amounts({ SubTotal: 1, Total: 26 }), taxed({ TotalTax: 1, Total: 126 })],
    ...[answeredThere, deletedThere, withdrawnHere],
  ],
  payment: [wrongSum, wrongDay, paidElsewhere, paymentGone, paymentDeleted, extra, duplicate],
};
