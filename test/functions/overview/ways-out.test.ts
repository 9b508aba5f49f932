import { beforeEach, describe, expect, test } from '@jest/globals';
import { billKey } from '../../../shared/store/bills.ts';
import { quoteKey } from '../../../shared/store/quotes.ts';
import { syncItemKey } from '../../../shared/store/sync-items.ts';
import { allLanes, cancelled, readWaitingWork } from '../../../shared/store/waiting-work.ts';
import { remove, update } from '../../../shared/store/write.ts';
import { comparedBooks, type AllBooks, type Standing, type Wire } from '../../support/compared-books.ts';
import type { Answer } from '../../support/door-call.ts';
import { forAllTests } from '../../support/for-all-tests.ts';
import { overviewOf } from '../../support/overview-room.ts';
import { syncOf } from '../../support/xero-documents.ts';
import type { TestWorkspace } from '../../support/workspace.ts';
import { startXeroStage } from '../../support/xero-stage.ts';

// Each way out is taken to its end: afterwards a whole comparison finds nothing, and Xero has each document once.

const stage = await forAllTests(startXeroStage({ tier: 5000 }));
let place: TestWorkspace;
let books: ReturnType<typeof comparedBooks>;
beforeEach(async () => {
  place = await stage.fresh();
  books = comparedBooks(stage, () => place);
  await books.begin();
});

type Collection = 'invoices' | 'creditNotes' | 'bankTransactions' | 'quotes';
const idField = { invoices: 'InvoiceID', creditNotes: 'CreditNoteID', bankTransactions: 'BankTransactionID', quotes: 'QuoteID' };
interface Kind {
  readonly name: string;
  readonly subject: string;
  readonly collection: Collection;
  readonly work: 'bill' | 'expense' | 'quote' | 'credit-note';
  readonly make: () => Promise<Standing>;
}
const kinds: readonly Kind[] = [
  {
    ...{ name: 'a credit note', subject: 'credit-note', collection: 'creditNotes', work: 'credit-note' },
    make: async () => {
      const invoice = await books.invoice();
      await books.work();
      return books.creditNote(invoice);
    },
  },
  {
    ...{ name: 'a bill', subject: 'bill', collection: 'invoices', work: 'bill' },
    make: async () => books.bill(await books.invoice({ billing: 'bls_01K00000000000000000000000' })),
  },
  {
    ...{ name: 'an expense as a bill', subject: 'expense', collection: 'invoices', work: 'expense' },
    make: () => books.expense('member'),
  },
  {
    ...{ name: 'an expense as spent money', subject: 'expense', collection: 'bankTransactions', work: 'expense' },
    make: () => books.expense('workspace'),
  },
  { ...{ name: 'a quote', subject: 'quote', collection: 'quotes', work: 'quote' }, make: () => books.quote() },
];
const gone = new Set(['VOIDED', 'DELETED']);
const all = async ({ collection }: Pick<Kind, 'collection'>, { id }: Standing): Promise<Wire[]> =>
  ((await books.books())[collection as keyof AllBooks] as Wire[]).filter(
    (one) => one['Reference'] === id || one['InvoiceNumber'] === id,
  );
const standing = async (kind: Kind, one: Standing): Promise<Wire[]> =>
  (await all(kind, one)).filter(({ Status }) => !gone.has(String(Status)));
const xeroIdOf = async (kind: Kind, one: Standing): Promise<string> =>
  String((await standing(kind, one))[0]?.[idField[kind.collection]] ?? '');

/** A document that stands there under another id than the one that is known here. */
const astray = async (kind: Kind): Promise<{ one: Standing; xeroId: string }> => {
  const one = await kind.make();
  await books.work();
  const xeroId = await xeroIdOf(kind, one);
  const lost = '11111111-1111-4111-8111-111111111111';
  const key = syncItemKey(place.workspace.id, one.id);
  await stage.engine.table.commit([update('sync item', key, { set: { xeroId: lost, jobSk: lost } })]);
  await books.compare();
  return { one, xeroId };
};

const call = (route: string, parts: object = {}): Promise<Answer> => overviewOf(stage)(place.admin, route, parts);
const open = async () => (await call('GET /v1/discrepancies')).body.items;
const resolve = (id: string, body: object): Promise<Answer> =>
  call('POST /v1/discrepancies/{id}/resolve', { params: { id }, body });
/** The one difference that is told, its way shown first, and then taken. */
const take = async (expected: object, way: object): Promise<void> => {
  await books.compare();
  const found = await open();
  expect(found).toMatchObject([expected]);
  const [{ id }] = found;
  const shown = await resolve(id, { ...way, preview: true });
  expect(shown.body.steps.length).toBeGreaterThan(0);
  expect(await open()).toHaveLength(1);
  expect((await resolve(id, way)).status).toBe(200);
  await books.work();
};
const settled = async (): Promise<void> => {
  await books.compare();
  expect(await open()).toEqual([]);
  expect(await readWaitingWork(stage.engine.table)(place.workspace.id)).toEqual([]);
};

describe('push again', () => {
  test.each(kinds)('$name that Xero has no more is sent once more', async (kind) => {
    const one = await kind.make();
    await books.work();
    await books.tamper(kind.collection, await xeroIdOf(kind, one), { remove: true });
    const { allocations } = (await books.books()) as unknown as { allocations: Wire[] };
    for (const { AllocationID } of allocations) await books.tamper('allocations', AllocationID, { remove: true });
    await books.compare();
    // The invoice of a credit note tells that it is set against it no more; that mends itself.
    const [{ id }] = (await open()).filter(({ kind: what }: { kind: string }) => what === 'missing');
    expect((await resolve(id, { way: 'push-again' })).status).toBe(200);
    await books.work();
    expect(await standing(kind, one)).toHaveLength(1);
    expect(await syncOf(stage, place, one.id)).toMatchObject({ state: 'synced', xeroId: await xeroIdOf(kind, one) });
    await settled();
  });

  test.each(kinds)('$name that stands there under another id by now is found, and not made twice', async (kind) => {
    const { one, xeroId } = await astray(kind);
    const [{ id }] = (await open()).filter(({ kind: what }: { kind: string }) => what === 'missing' || what === 'duplicate');
    await resolve(id, { way: 'push-again' });
    const missing = (await open()).find(({ kind: what }: { kind: string }) => what === 'missing');
    if (missing) await resolve(missing.id, { way: 'push-again' });
    await books.work();
    expect(await syncOf(stage, place, one.id)).toMatchObject({ state: 'synced', xeroId });
    expect(await standing(kind, one)).toHaveLength(1);
    await settled();
  });

  test.each(kinds.filter(({ subject }) => subject === 'bill' || subject === 'expense'))(
    '$name that was voided or deleted there is made anew',
    async (kind) => {
      const one = await kind.make();
      await books.work();
      const Status = kind.collection === 'invoices' ? 'VOIDED' : 'DELETED';
      await books.tamper(kind.collection, await xeroIdOf(kind, one), { set: { Status } });
      await take({ kind: 'status', subject: kind.subject, theirs: Status }, { way: 'push-again' });
      expect(await all(kind, one)).toHaveLength(2);
      expect(await standing(kind, one)).toHaveLength(1);
      await settled();
    },
  );

  test('a bill that counts no more here is voided there', async () => {
    const kind = kinds[1] as Kind;
    const one = await kind.make();
    await books.work();
    const lines = [{ rate: null, seconds: 5400, writtenOff: 5400 }];
    await stage.engine.table.commit([update('bill', billKey(place.workspace.id, one.id), { set: { lines } })]);
    await take({ kind: 'status', subject: 'bill', ours: 'void', theirs: 'AUTHORISED' }, { way: 'push-again' });
    expect((await all(kind, one)).map(({ Status }) => Status)).toEqual(['VOIDED']);
    await settled();
  });

  test('a quote that was withdrawn here is deleted there', async () => {
    const kind = kinds[4] as Kind;
    const one = await kind.make();
    await books.work();
    const ws = place.workspace.id;
    await stage.engine.table.commit([
      update('quote', quoteKey(ws, one.id), { set: { status: 'withdrawn' } }),
      update('sync item', syncItemKey(ws, one.id), { set: { xeroStatus: 'DELETED' } }),
    ]);
    await take({ kind: 'status', subject: 'quote', ours: 'withdrawn', theirs: 'SENT' }, { way: 'push-again' });
    expect((await all(kind, one)).map(({ Status }) => Status)).toEqual(['DELETED']);
    await settled();
  });

  test.each([
    ['a credit note that was taken off its invoice', { remove: true }, 0, 'nothing'],
    ['a credit note of which a part was taken off', { set: { Amount: 10 } }, 10, 'credit note CN-0001 over 10.00'],
  ])('%s is set against it again', async (_name, change, left, theirs) => {
    const kind = kinds[0] as Kind;
    const one = await kind.make();
    await books.work();
    await takeOff(kind, one, change, left);
    const said = { kind: 'allocation', subject: 'invoice', ours: 'credit note CN-0001 over 30.00', theirs };
    await take(said, { way: 'push-again' });
    const [{ Allocations = [] } = {}] = (await standing(kind, one)) as { Allocations?: Wire[] }[];
    expect(Allocations.reduce((sum, { Amount }) => sum + Number(Amount), 0)).toBe(30);
    await settled();
  });
});

/** Takes a credit note over 30.00 off its invoice, until so much of it is left there. */
const takeOff = async (kind: Kind, one: Standing, change: object, left: number): Promise<void> => {
  const { allocations, invoices } = (await books.books()) as AllBooks & { allocations: Wire[] };
  await books.tamper('allocations', allocations[0]?.['AllocationID'], { ...change });
  await books.tamper('creditNotes', await xeroIdOf(kind, one), { set: { RemainingCredit: 30 - left, Status: 'AUTHORISED' } });
  await books.tamper('invoices', invoices[0]?.['InvoiceID'], { set: { AmountDue: 150 - left, AmountCredited: left } });
};

describe('link', () => {
  test.each(kinds)('$name is the one that somebody has named, after a look', async (kind) => {
    const { one, xeroId } = await astray(kind);
    const missing = (await open()).find(({ kind: what }: { kind: string }) => what === 'missing');
    expect((await resolve(missing.id, { way: 'link', outsideId: xeroId })).status).toBe(200);
    await books.work();
    expect(await syncOf(stage, place, one.id)).toMatchObject({ xeroId, state: 'synced' });
    expect(await standing(kind, one)).toHaveLength(1);
    await settled();
  });

  test('a credit note that is void there is named by no way out: somebody has to say which one it is', async () => {
    const kind = kinds[0] as Kind;
    const one = await kind.make();
    await books.work();
    await takeOff(kind, one, { remove: true }, 0);
    await books.tamper(kind.collection, await xeroIdOf(kind, one), { set: { Status: 'VOIDED' } });
    await books.compare();
    const { id } = (await open()).find(({ kind: what }: { kind: string }) => what === 'status');
    const refused = { status: 400, body: { errors: [{ path: 'outsideId', message: 'must name what it is in Xero' }] } };
    expect(await resolve(id, { way: 'link' })).toMatchObject(refused);
    expect((await call('GET /v1/discrepancies/{id}', { params: { id } })).body.state).toBe('open');
    const told = (await call('GET /v1/notifications')).body.items.map(({ text }: { text: string }) => text);
    expect(told).toContainEqual(expect.stringMatching(/^Another status of credit note CN-/));
  });

  test('what does not belong to it is refused: the difference is back with the reason', async () => {
    const kind = kinds[1] as Kind;
    const one = await kind.make();
    const other = await kind.make();
    await books.work();
    const outsideId = await xeroIdOf(kind, other);
    await books.tamper('invoices', await xeroIdOf(kind, one), { remove: true });
    await books.compare();
    const [{ id }] = await open();
    await resolve(id, { way: 'link', outsideId });
    await books.work();
    expect(await open()).toMatchObject([{ id, cause: expect.stringMatching(/neither its number nor its reference/) }]);
  });
});

describe('work that was lost', () => {
  test.each(kinds)('$name that was never sent goes there by itself', async (kind) => {
    const one = await kind.make();
    const ws = place.workspace.id;
    await stage.engine.table.commit(allLanes.map((lane) => cancelled(ws, { lane, kind: kind.work, documentId: one.id })));
    await books.compare();
    await books.compare();
    expect(await open()).toEqual([]);
    expect(await standing(kind, one)).toHaveLength(1);
    expect(await syncOf(stage, place, one.id)).toMatchObject({ state: 'synced' });
    await settled();
  });

  test.each(kinds)('$name that stands there, and of which nobody here knows that, is found and not doubled', async (kind) => {
    const one = await kind.make();
    await books.work();
    await stage.engine.table.commit([remove('sync item', syncItemKey(place.workspace.id, one.id))]);
    await books.compare();
    await books.compare();
    expect(await open()).toEqual([]);
    expect(await standing(kind, one)).toHaveLength(1);
    expect(await syncOf(stage, place, one.id)).toMatchObject({ state: 'synced', xeroId: await xeroIdOf(kind, one) });
  });

  test('the allocation of a credit note goes on', async () => {
    const kind = kinds[0] as Kind;
    const one = await kind.make();
    const ws = place.workspace.id;
    await books.work();
    await takeOff(kind, one, { remove: true }, 0);
    await stage.engine.table.commit([update('sync item', syncItemKey(ws, one.id), { set: { pushedVersion: 1 } })]);
    await books.compare();
    expect((await standing(kind, one))[0]?.['Allocations']).toMatchObject([{ Amount: 30 }]);
    await settled();
  });

  test('what was written off a bill goes on', async () => {
    const kind = kinds[1] as Kind;
    const one = await kind.make();
    await books.work();
    const lines = [{ rate: { amount: 4500, currency: 'GBP' }, seconds: 5400, writtenOff: 1800 }];
    await stage.engine.table.commit([
      update('bill', billKey(place.workspace.id, one.id), { set: { lines }, add: { version: 1 } }),
    ]);
    await books.compare();
    expect((await standing(kind, one)).map(({ Total }) => Total)).toEqual([45]);
    await settled();
  });
});
