import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Difference } from '../../../shared/domain/discrepancy.ts';
import { readInvoice, replaceInvoice, type InvoiceHead } from '../../../shared/store/invoices.ts';
import { billKey } from '../../../shared/store/bills.ts';
import { quoteKey } from '../../../shared/store/quotes.ts';
import { syncItemKey } from '../../../shared/store/sync-items.ts';
import { update } from '../../../shared/store/write.ts';
import { comparedBooks, type AllBooks, type Standing, type Wire } from '../../support/compared-books.ts';
import { aPayment } from '../../support/xero-documents.ts';
import type { TestWorkspace } from '../../support/workspace.ts';
import { startXeroStage, tenantId, type XeroStage } from '../../support/xero-stage.ts';

// Every kind of drift for every kind of document: each case harms one document of its own in shared books among thousands of foreign
// ones. One comparison has to find exactly those, and nothing else.

let stage: XeroStage;
let place: TestWorkspace;
let there: AllBooks;
let clean: Difference[];
let shared: ReturnType<typeof comparedBooks>;
const on = () => shared;

type Kind = 'invoice' | 'credit note' | 'bill' | 'expense as a bill' | 'expense as spent money' | 'quote' | 'payment';
const collectionOf: Record<Kind, keyof AllBooks & string> = {
  ...{ invoice: 'invoices', 'credit note': 'creditNotes', bill: 'invoices', 'expense as a bill': 'invoices' },
  ...{ 'expense as spent money': 'bankTransactions', quote: 'quotes', payment: 'payments' },
};
const idField: Record<string, string> = {
  ...{ invoices: 'InvoiceID', creditNotes: 'CreditNoteID', bankTransactions: 'BankTransactionID' },
  ...{ quotes: 'QuoteID', payments: 'PaymentID' },
};

/** One document of ours, and the one that it is there. */
interface One extends Standing {
  readonly kind: Kind;
  readonly xeroId: string;
  readonly wire: Wire;
}

const wireOf = (kind: Kind, { id }: Standing): Wire => {
  const found = (there[collectionOf[kind]] as Wire[]).find((one) => one['Reference'] === id || one['InvoiceNumber'] === id);
  if (!found) throw new Error(`no ${kind} ${id} there`);
  return found;
};

const set = (fields: Record<string, unknown>) => (one: One) => on().tamper(collectionOf[one.kind], one.xeroId, { set: fields });
const gone = (one: One) => on().tamper(collectionOf[one.kind], one.xeroId, { remove: true });

let used = 0;
/** A foreign document of the same kind, each time another one. */
const foreign = (kind: Kind): Wire => {
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
const asForeign = (fields: (one: One) => Record<string, unknown>) => (one: One) => {
  const collection = collectionOf[one.kind];
  const target = foreign(one.kind);
  return on().tamper(collection, target[idField[collection] ?? ''], { set: fields(one) });
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

interface Case {
  readonly drift: Difference['kind'];
  readonly cause: RegExp;
  readonly harm: (one: One) => Promise<unknown>;
  /** What stands only there is found by what it is, not by a document of ours. */
  readonly extra?: true;
}

const stranger = () => there.contacts.find((one) => String(one['Name']).startsWith('Foreign'))?.['ContactID'];
const deletes = (status: string): Case => ({
  ...{ drift: 'status', cause: /was (voided|deleted) in Xero/, harm: set({ Status: status }) },
});
const extra: Case = {
  ...{ drift: 'extra', cause: /carries our reference/, extra: true },
  harm: (one) => asForeign(({ kind }) => carrying(kind, absentId[kind]))(one),
};
const duplicate: Case = {
  ...{ drift: 'duplicate', cause: /second .* with the same reference/ },
  harm: (one) => asForeign(({ kind, id }) => carrying(kind, id))(one),
};
const missing: Case = { drift: 'missing', cause: /not there any more/, harm: gone };
const currency: Case = { drift: 'currency', cause: /currency was changed/, harm: set({ CurrencyCode: 'EUR' }) };
const contact: Case = {
  ...{ drift: 'contact', cause: /moved to the contact Foreign/ },
  harm: (one) => set({ ContactID: stranger() })(one),
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
  harm: (one) => set({ LineItems: withWords(one) })(one),
};
const withWords = ({ wire }: One): unknown[] =>
  (wire['LineItems'] as Wire[]).map((item) => ({ ...item, Description: 'Other words' }));
const secondLine: Case = {
  ...{ drift: 'line', cause: /A line was added/ },
  harm: (one) => set({ LineItems: [...(one.wire['LineItems'] as Wire[]), ...(one.wire['LineItems'] as Wire[])] })(one),
};
const renumbered: Case = {
  ...{ drift: 'line', cause: /number was changed to X-/ },
  harm: (one) => {
    const field = { invoice: 'InvoiceNumber', 'credit note': 'CreditNoteNumber', quote: 'QuoteNumber' }[one.kind as 'quote'];
    return set({ [field]: `X-${one.number}` })(one);
  },
};
const numberOfOurs: Case = {
  ...{ drift: 'extra', cause: /number of our series/, extra: true },
  harm: (one) => {
    const field = { invoice: 'InvoiceNumber', 'credit note': 'CreditNoteNumber', quote: 'QuoteNumber' }[one.kind as 'quote'];
    return asForeign(({ number }) => ({ [field]: `${String(number).replace(/\d+$/, '')}99999` }))(one);
  },
};

const unknownAnswer: Case = { ...unknownState, cause: /not known here: status FROZEN/ };

const voidHere: Case = {
  ...{ drift: 'status', cause: /is void here and still stands/ },
  harm: async ({ id, kind }) => {
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
  harm: async (one) => {
    const head = (await readInvoice(stage.engine.table)(place.workspace.id, one.id)) as InvoiceHead;
    await stage.engine.table.commit([replaceInvoice(place.workspace.id, { ...head, status: 'paid', paid: head.total })]);
    await set({ Status: 'VOIDED' })(one);
  },
};
const withdrawnHere: Case = {
  ...{ drift: 'status', cause: /state was changed in Xero/ },
  harm: ({ id }) => {
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
  harm: ({ xeroId }) => {
    const [payment] = there.payments.filter((one) => !one['Reference']).slice(-1);
    const fields = { targetID: xeroId, target: 'CreditNote', PaymentType: 'ARCREDITPAYMENT' };
    return on().tamper('payments', payment?.['PaymentID'], { set: fields });
  },
};
const allocatedElsewhere: Case = {
  ...{ drift: 'allocation', cause: /set against another document/ },
  harm: async ({ id }) => {
    const target = there.invoices.find((one) => String(one['InvoiceNumber']).startsWith('FOR-'));
    const allocation = allocationOf(id);
    await on().tamper('allocations', allocation['AllocationID'], { set: { invoiceID: target?.['InvoiceID'] } });
  },
};
const takenOff: Case = {
  ...{ drift: 'allocation', cause: /taken off it in Xero/ },
  harm: ({ id }) => on().tamper('allocations', allocationOf(id)['AllocationID'], { remove: true }),
};
const wrongDay: Case = { drift: 'date', cause: /date of the payment/, harm: set({ Date: '2026-11-01' }) };
const wrongSum: Case = { drift: 'amount', cause: /amount of the payment/, harm: set({ Amount: 99 }) };
const paidElsewhere: Case = {
  ...{ drift: 'allocation', cause: /another document/ },
  harm: (one) => set({ targetID: there.invoices.find(({ Type }) => Type === 'ACCREC')?.['InvoiceID'] })(one),
};
const paymentGone: Case = { drift: 'missing', cause: /payment is no more in Xero/, harm: gone };
const paymentDeleted: Case = { drift: 'missing', cause: /payment was deleted/, harm: set({ Status: 'DELETED' }) };

const purchase = (sums: { net: number }): Case[] => [
  ...[missing, extra, duplicate, amounts({ SubTotal: 1, Total: 1 }), currency, date, contact, line, secondLine, unknownState],
  taxed({ SubTotal: sums.net, TotalTax: 1, Total: sums.net + 1 }),
];
const cases: Record<Kind, readonly Case[]> = {
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
const documents = new Map<Kind, Standing[]>();
/** Credit notes that are set against their invoices. */
const credited: { readonly invoice: Standing; readonly note: Standing }[] = [];
const allocationOf = (noteId: string): Wire => {
  const xeroId = wireOf('credit note', { id: noteId, number: null })['CreditNoteID'];
  const all = (there as unknown as { allocations: Wire[] }).allocations;
  return all.find((one) => (one['CreditNote'] as Wire | undefined)?.['CreditNoteID'] === xeroId) as Wire;
};

interface Expected {
  readonly name: string;
  readonly subject: string;
  readonly drift: Difference['kind'];
  readonly cause: RegExp;
  /** The document of ours that it is told of; undefined for what stands only there. */
  readonly about: () => string | undefined;
}
const asTold = (kind: Kind): string => (kind.startsWith('expense') ? 'expense' : kind === 'credit note' ? 'credit-note' : kind);
const expectedOf = (kind: Kind, { drift, cause, extra: isExtra }: Case, about: () => string | undefined): Expected => ({
  name: `${kind}: ${drift}, ${cause.source}`,
  ...{ subject: asTold(kind), drift, cause, about: isExtra ? () => undefined : about },
});

const rows = Object.entries(cases).flatMap(([name, list]) =>
  list.map((one, index) => ({ kind: name as Kind, one, ours: () => documents.get(name as Kind)?.[index] as Standing })),
);
const expectations: readonly Expected[] = [
  ...rows.map(({ kind, one, ours }) => expectedOf(kind, one, () => ours().id)),
  expectedOf('invoice', takenOff, () => credited[0]?.invoice.id),
  expectedOf('credit note', allocatedElsewhere, () => credited[1]?.note.id),
  { ...expectedOf('invoice', takenOff, () => credited[1]?.invoice.id), name: 'invoice: its credit note went elsewhere' },
];

const make = async (): Promise<void> => {
  const books = on();
  const many = <T>(kind: Kind, one: () => Promise<T>): Promise<T[]> =>
    cases[kind].reduce<Promise<T[]>>(async (made, _case) => [...(await made), await one()], Promise.resolve([]));
  documents.set('invoice', await many('invoice', () => books.invoice()));
  const billed = await books.invoice({ billing: 'bls_01K00000000000000000000000' });
  documents.set('bill', await many('bill', () => books.bill(billed)));
  documents.set('expense as a bill', await many('expense as a bill', () => books.expense('member')));
  documents.set('expense as spent money', await many('expense as spent money', () => books.expense('workspace')));
  documents.set('quote', await many('quote', () => books.quote()));
  const payments = await many('payment', async () => aPayment(stage, place, await books.invoice()));
  documents.set(
    'payment',
    payments.map(({ id }) => ({ id, number: null })),
  );
  // Everything on it is paid, so that nothing of its credit notes is set against it.
  const paid = await books.invoice({ status: 'paid', paid: { amount: 15_000, currency: 'GBP' } });
  const small = { amount: { amount: 500, currency: 'GBP' } };
  documents.set('credit note', await many('credit note', () => books.creditNote(paid, small)));
  for (const invoice of [await books.invoice(), await books.invoice()])
    credited.push({ invoice, note: await books.creditNote(invoice) });
  await books.work();
  await stage.control('POST', 'foreign', { tenantId, invoices: 1500, contacts: 20, others: 250 });
  await books.compare();
};

/** What one comparison has found, as far as no expectation has taken it. */
let left: Difference[];
const told = new Map<Expected, Difference>();

beforeAll(async () => {
  stage = await startXeroStage({ tier: 5000, watched: ['request'] });
  await stage.control('POST', 'settings', { tier: 1_000_000, minuteLimit: 10_000 });
  place = await stage.fresh();
  shared = comparedBooks(stage, () => place);
  await on().begin();
  await make();
  clean = await on().open();
  there = await on().books();
  for (const { kind, one, ours } of rows) {
    const wire = wireOf(kind, ours());
    await one.harm({ ...ours(), kind, wire, xeroId: String(wire[idField[collectionOf[kind]] ?? '']) });
  }
  const [first, second] = credited.map(({ note }) => ({ ...note, kind: 'credit note', wire: {}, xeroId: '' }) as const);
  await takenOff.harm(first as One);
  await allocatedElsewhere.harm(second as One);
  await on().compare();
  left = [...(await on().open())];
  for (const one of expectations) {
    const index = left.findIndex(
      ({ kind, subject, cause, documentId }) =>
        kind === one.drift && subject === one.subject && one.cause.test(cause) && documentId === (one.about() ?? null),
    );
    const [taken] = index < 0 ? [] : left.splice(index, 1);
    if (taken) told.set(one, taken);
  }
}, 120_000);
afterAll(() => stage.close());

describe('R8: of documents in Xero that are other ones there', () => {
  test('clean books of every kind among thousands of foreign documents say nothing', () => {
    expect(clean).toEqual([]);
  });
  test.each(expectations)('$name', (one) => {
    expect(told.get(one)).toMatchObject({ kind: one.drift, system: 'xero', subject: one.subject });
  });
  test('nothing else is told', () => {
    expect(left).toEqual([]);
  });
  test('looked at again, they are the same ones', async () => {
    await on().compare();
    expect(await on().open()).toHaveLength(expectations.length);
  });
});
