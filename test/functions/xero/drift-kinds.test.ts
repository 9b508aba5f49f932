import { beforeAll, describe, expect, test } from '@jest/globals';
import type { Difference } from '../../../shared/domain/discrepancy.ts';
import { comparedBooks, type Standing } from '../../support/compared-books.ts';
import {
  allocatedElsewhere,
  collectionOf,
  driftCases,
  idField,
  takenOff,
  wireOf,
  type Case,
  type Kind,
  type Scene,
} from '../../support/drift-cases.ts';
import { forAllTests } from '../../support/for-all-tests.ts';
import { aPayment } from '../../support/xero-documents.ts';
import type { TestWorkspace } from '../../support/workspace.ts';
import { startXeroStage, tenantId } from '../../support/xero-stage.ts';

// Every kind of drift for every kind of document: each case harms one document of its own in shared books among thousands of foreign
// ones. One comparison has to find exactly those, and nothing else.

const stage = await forAllTests(startXeroStage({ tier: 1_000_000, minuteLimit: 10_000, watched: ['request'] }));
let place: TestWorkspace;
let clean: Difference[];
const books = comparedBooks(stage, () => place);

const documents = new Map<Kind, Standing[]>();
/** Credit notes that are set against their invoices. */
const credited: { readonly invoice: Standing; readonly note: Standing }[] = [];

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

const rows = Object.entries(driftCases).flatMap(([name, list]) =>
  list.map((one, index) => ({ kind: name as Kind, one, ours: () => documents.get(name as Kind)?.[index] as Standing })),
);
const expectations: readonly Expected[] = [
  ...rows.map(({ kind, one, ours }) => expectedOf(kind, one, () => ours().id)),
  expectedOf('invoice', takenOff, () => credited[0]?.invoice.id),
  expectedOf('credit note', allocatedElsewhere, () => credited[1]?.note.id),
  { ...expectedOf('invoice', takenOff, () => credited[1]?.invoice.id), name: 'invoice: its credit note went elsewhere' },
];

const make = async (): Promise<void> => {
  const many = <T>(kind: Kind, one: () => Promise<T>): Promise<T[]> =>
    driftCases[kind].reduce<Promise<T[]>>(async (made, _case) => [...(await made), await one()], Promise.resolve([]));
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
  place = await stage.fresh();
  await books.begin();
  await make();
  clean = await books.open();
  const scene: Scene = { stage, place, books, there: await books.books() };
  const harm = ({ harm: how }: Case, kind: Kind, ours: Standing): Promise<unknown> => {
    const wire = wireOf(scene.there, kind, ours);
    return how({ ...ours, kind, wire, xeroId: String(wire[idField[collectionOf[kind]] ?? '']) }, scene);
  };
  for (const { kind, one, ours } of rows) await harm(one, kind, ours());
  const [first, second] = credited.map(({ note }) => note);
  await harm(takenOff, 'credit note', first as Standing);
  await harm(allocatedElsewhere, 'credit note', second as Standing);
  await books.compare();
  left = [...(await books.open())];
  for (const one of expectations) {
    const index = left.findIndex(
      ({ kind, subject, cause, documentId }) =>
        kind === one.drift && subject === one.subject && one.cause.test(cause) && documentId === (one.about() ?? null),
    );
    const [taken] = index < 0 ? [] : left.splice(index, 1);
    if (taken) told.set(one, taken);
  }
}, 120_000);

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
    await books.compare();
    expect(await books.open()).toHaveLength(expectations.length);
  });
});
