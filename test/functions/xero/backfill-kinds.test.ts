import { beforeEach, describe, expect, test } from '@jest/globals';
import { accessTokens } from '../../../functions/xero/access-token.ts';
import { getBackfill } from '../../../functions/xero/get-backfill.ts';
import { openBooks } from '../../../functions/xero/open-books.ts';
import { pushToXero } from '../../../functions/xero/push-documents.ts';
import { setSettings } from '../../../functions/xero/set-settings.ts';
import type { Client } from '../../../shared/store/clients.ts';
import { creditNoteKey } from '../../../shared/store/credit-notes.ts';
import { expenseKey } from '../../../shared/store/expenses.ts';
import { readInvoice, replaceInvoice, type InvoiceHead } from '../../../shared/store/invoices.ts';
import { partitions } from '../../../shared/store/keys.ts';
import { quoteKey } from '../../../shared/store/quotes.ts';
import { waits } from '../../../shared/store/waiting-work.ts';
import type { Key } from '../../../shared/store/write.ts';
import { billedHours, rooms } from '../../support/bills.ts';
import { earlierDocuments } from '../../support/earlier-documents.ts';
import { forAllTests } from '../../support/for-all-tests.ts';
import type { TestWorkspace } from '../../support/workspace.ts';
import { syncOf } from '../../support/xero-documents.ts';
import { callOf, startXeroStage, tenantId } from '../../support/xero-stage.ts';

const stage = await forAllTests(startXeroStage({ tier: 5000, minuteLimit: 1_000 }));
let place: TestWorkspace;
let bakery: Client;
let earlier: ReturnType<typeof earlierDocuments>;

beforeEach(async () => {
  place = await stage.fresh();
  earlier = earlierDocuments(stage, place);
  bakery = await earlier.client();
});

const accounts = { billAccount: '320', expenseAccount: '493' } as const;
interface Shown {
  readonly state: string;
  readonly byKind: readonly Record<string, unknown>[];
}
const shown = async (): Promise<Shown> => (await getBackfill(stage.world)(callOf(place.finance))).body as unknown as Shown;
/** Works until nothing waits, as the sweep would have it, minute after minute. */
const workOff = async (): Promise<void> => {
  for (let minute = 0; minute < 12 && (await shown()).state !== 'done'; minute += 1) {
    await stage.work(place.workspace.id);
    await stage.clock.advance(61);
  }
};
const progress = async (): Promise<unknown> =>
  Object.fromEntries(
    (await shown()).byKind.map(({ kind, total, found, linked, pushed, blocked, waiting }) => [
      kind,
      [total, found, linked, pushed, blocked, waiting],
    ]),
  );
type Wire = Record<string, unknown>;
const books = async () => (await stage.books()) as unknown as Record<string, Wire[]>;
const writes = async (): Promise<string[]> =>
  (await stage.calls()).filter(({ method }) => method !== 'GET').map(({ method, path }) => `${method} ${path.split('/').at(-1)}`);
const isOf =
  ({ number }: { number: string | null }) =>
  ({ InvoiceNumber }: Wire): boolean =>
    InvoiceNumber === number;
const toXero = async (keyOf: (ws: string, id: string) => Key, { id } = { id: '' }) =>
  (await stage.engine.table.get(keyOf(place.workspace.id, id)))?.['toXero'];
const states = async (ids: readonly string[]) => Promise.all(ids.map(async (id) => (await syncOf(stage, place, id))?.state));

describe('catching up with every kind that was made before', () => {
  test('sends quotes, invoices, payments, credit notes, bills and expenses, each once and behind what it depends on', async () => {
    const quote = await earlier.quote(bakery, { accepted: true });
    const one = await earlier.credited(bakery);
    const two = await earlier.givenBack(bakery);
    await billedHours(stage, place);
    const expenses = [await earlier.expense('member'), await earlier.expense('workspace')];
    await earlier.connect(accounts);
    expect(await earlier.bringOver()).toMatchObject({
      kinds: ['quote', 'invoice', 'payment', 'credit-note', 'bill', 'expense'],
      state: 'finding',
    });
    await workOff();
    expect(await shown()).toMatchObject({ state: 'done' });
    expect(await progress()).toEqual({
      quote: [1, 1, 0, 1, 0, 0],
      invoice: [4, 4, 0, 4, 0, 0],
      payment: [1, 1, 0, 1, 0, 0],
      'credit-note': [2, 2, 0, 2, 0, 0],
      bill: [2, 2, 0, 2, 0, 0],
      expense: [2, 2, 0, 2, 0, 0],
    });
    const there = await books();
    expect(there['quotes']?.map(({ Status }) => Status)).toEqual(['INVOICED']);
    const invoices = there['invoices'] ?? [];
    const [credited, back] = [invoices.find(isOf(one.head)), invoices.find(isOf(two.head))];
    expect(credited).toMatchObject({ Status: 'AUTHORISED', Total: 150, AmountDue: 120 });
    expect(back).toMatchObject({ Status: 'PAID', AmountDue: 0 });
    expect(
      invoices
        .filter(({ Type }) => Type === 'ACCPAY')
        .map(({ Total }) => Number(Total))
        .sort(),
    ).toEqual([42, 67.5, 90.15]);
    expect(there['creditNotes']?.map(({ Status, RemainingCredit }) => [Status, RemainingCredit])).toEqual([
      ['PAID', 0],
      ['PAID', 0],
    ]);
    expect(there['bankTransactions']?.map(({ Type, Total }) => [Type, Total])).toEqual([['SPEND', 42]]);
    const money = (there['payments'] ?? []).map(({ PaymentType, Amount }) => [PaymentType, Amount]);
    expect(money).toEqual([
      ['ACCRECPAYMENT', 150],
      ['ARCREDITPAYMENT', 30],
    ]);
    const made = [quote, one.head, one.note, two.head, two.payment, two.note, ...expenses].map(({ id }) => id);
    expect(new Set(await states(made))).toEqual(new Set(['synced']));
    expect(await toXero(quoteKey, quote)).toBe(true);
    expect(await toXero(creditNoteKey, one.note)).toBe(true);
    expect(await toXero(expenseKey, expenses[0])).toBe(true);
    await stage.resetCalls();
    await earlier.bringOver();
    await workOff();
    expect(await writes()).toEqual([]);
    expect(await progress()).toMatchObject({
      quote: [1, 0, 0, 0, 0, 0],
      'credit-note': [2, 0, 0, 0, 0, 0],
      bill: [2, 0, 0, 0, 0, 0],
    });
  });

  test('leaves out what was credited of an invoice that is void', async () => {
    const { head } = await earlier.credited(bakery);
    const now = (await readInvoice(stage.engine.table)(place.workspace.id, head.id)) as InvoiceHead;
    await stage.engine.table.commit([replaceInvoice(place.workspace.id, { ...now, status: 'void' })]);
    await earlier.connect();
    await earlier.bringOver();
    await workOff();
    expect(await progress()).toMatchObject({ invoice: [0, 0, 0, 0, 0, 0], 'credit-note': [0, 0, 0, 0, 0, 0] });
    expect((await books())['creditNotes']).toEqual([]);
  });

  test('links what stands there by number, contact and sums, and sends nothing of it again', async () => {
    const quote = await earlier.quote(bakery);
    const one = await earlier.credited(bakery);
    const two = await earlier.givenBack(bakery);
    await earlier.connect();
    await earlier.bringOver();
    await workOff();
    const ids = [quote, one.head, one.note, two.head, two.note].map(({ id }) => id);
    await earlier.forget(ids, ['quotes', 'invoices', 'creditNotes']);
    await stage.resetCalls();
    await earlier.bringOver();
    await workOff();
    expect(await progress()).toEqual({
      quote: [1, 1, 1, 0, 0, 0],
      invoice: [2, 2, 2, 0, 0, 0],
      payment: [1, 0, 0, 0, 0, 0],
      'credit-note': [2, 2, 2, 0, 0, 0],
    });
    expect(await writes()).toEqual([]);
    expect(new Set(await states(ids))).toEqual(new Set(['synced']));
  });

  test('links a bill that somebody has typed in with its number, and leaves its lines alone', async () => {
    const invoice = await billedHours(stage, place);
    const bills = (await rooms(stage.engine.table)(place.admin, 'GET /v1/bills')).body.items as { id: string }[];
    const [first, second] = bills.map(({ id }) => id) as [string, string];
    const approve = 'POST /v1/bills/{id}/approve';
    const approved = await rooms(stage.engine.table)(place.admin, approve, { params: { id: first } });
    expect(approved.status).toBe(200);
    await earlier.connect(accounts);
    await earlier.bringOver(['invoice', 'bill']);
    await workOff();
    const { invoices } = await stage.books();
    const typed = invoices.find(({ InvoiceNumber }) => InvoiceNumber === first);
    const number = (approved.body as { number: string }).number;
    const set = { InvoiceNumber: number };
    await stage.control('POST', 'tamper', { tenantId, collection: 'invoices', id: typed?.['InvoiceID'], set });
    await earlier.forget([first, second], []);
    await stage.resetCalls();
    await earlier.bringOver(['bill']);
    await workOff();
    expect(await progress()).toEqual({ bill: [2, 2, 2, 0, 0, 0] });
    expect(await writes()).toEqual([]);
    expect(await syncOf(stage, place, first)).toMatchObject({ state: 'synced', xeroId: typed?.['InvoiceID'] });
    // Whatever is asked of it later finds it as it was linked.
    const at = new Date(stage.clock.now()).toISOString();
    const asked = { lane: 'documents', kind: 'bills', documentId: invoice.id, version: 1, dueAt: at, since: at } as const;
    await stage.engine.table.commit([waits(place.workspace.id, asked)]);
    await stage.work(place.workspace.id);
    expect(await writes()).toEqual([]);
  });

  test("somebody else's document under the number of a quote or a credit note stops ours", async () => {
    const quote = await earlier.quote(bakery);
    const { note, head } = await earlier.credited(bakery);
    await earlier.connect();
    await earlier.bringOver();
    await workOff();
    await earlier.forget([quote.id, note.id], ['quotes', 'creditNotes']);
    const there = await books();
    const others = [
      ['quotes', there['quotes']?.[0]?.['QuoteID']],
      ['creditNotes', there['creditNotes']?.[0]?.['CreditNoteID']],
    ];
    for (const [collection, id] of others)
      await stage.control('POST', 'tamper', { tenantId, collection, id, set: { Total: 7, SubTotal: 7 } });
    await stage.resetCalls();
    await earlier.bringOver();
    await workOff();
    expect(await progress()).toMatchObject({ quote: [1, 1, 0, 0, 1, 0], 'credit-note': [1, 1, 0, 0, 1, 0] });
    for (const { id } of [quote, note])
      expect(await syncOf(stage, place, id)).toMatchObject({ state: 'blocked', code: 'number-taken', xeroId: null });
    expect(await syncOf(stage, place, head.id)).toMatchObject({ state: 'synced' });
    expect(await writes()).toEqual([]);
  });

  test('of many quotes reads whole pages, a hundred a call', async () => {
    for (let n = 0; n < 12; n += 1) await earlier.quote(bakery);
    await earlier.connect();
    await earlier.bringOver(['quote']);
    await workOff();
    expect(await progress()).toEqual({ quote: [12, 12, 0, 12, 0, 0] });
    const calls = (await stage.calls()).map(({ method, path }) => `${method} ${path.split('/').at(-1)}`);
    expect(calls.filter((call) => call.endsWith('Quotes'))).toEqual(['GET Quotes', 'PUT Quotes', 'POST Quotes']);
    expect((await books())['quotes']).toHaveLength(12);
  });

  test('leads a quote that was linked to the state that it has here', async () => {
    const quote = await earlier.quote(bakery);
    await earlier.connect();
    await earlier.bringOver(['quote']);
    await workOff();
    await earlier.forget([quote.id], ['quotes']);
    const id = (await books())['quotes']?.[0]?.['QuoteID'];
    await stage.control('POST', 'tamper', { tenantId, collection: 'quotes', id, set: { Status: 'DRAFT' } });
    await stage.resetCalls();
    await earlier.bringOver(['quote']);
    await workOff();
    expect(await writes()).toEqual(['POST Quotes']);
    expect((await books())['quotes']).toMatchObject([{ QuoteID: id, Status: 'SENT' }]);
    expect(await syncOf(stage, place, quote.id)).toMatchObject({ state: 'synced', xeroId: id });
  });

  test('a credit note whose invoice stays out of the books says so, and goes when the invoice does', async () => {
    const { note, head } = await earlier.credited(bakery);
    await earlier.connect();
    await earlier.bringOver(['credit-note']);
    await workOff();
    expect(await syncOf(stage, place, note.id)).toMatchObject({ state: 'blocked', code: 'invoice-not-in-xero' });
    expect(await writes()).toEqual([]);
    await pushToXero(stage.world)(callOf(place.admin, { body: { ids: [head.id] } }));
    await stage.work(place.workspace.id);
    expect(new Set(await states([head.id, note.id]))).toEqual(new Set(['synced']));
    expect((await books())['creditNotes']).toMatchObject([{ Status: 'PAID', RemainingCredit: 0 }]);
  });

  test('bills and expenses wait quietly until somebody says that they belong into the books', async () => {
    await billedHours(stage, place);
    await earlier.expense('member');
    await earlier.connect();
    expect(await earlier.bringOver()).toMatchObject({ kinds: ['quote', 'invoice', 'payment', 'credit-note'] });
    await earlier.bringOver(['bill', 'expense']);
    await workOff();
    expect(await progress()).toEqual({ bill: [2, 2, 0, 0, 0, 2], expense: [1, 1, 0, 0, 0, 1] });
    expect(await shown()).toMatchObject({ state: 'done', blocked: 0, pushed: 0 });
    const { items } = await stage.engine.table.query({
      partition: partitions.notifications(place.workspace.id, 'open'),
      index: 'list',
    });
    expect(items.filter(({ cause }) => String(cause).startsWith('sync'))).toEqual([]);
    expect(await writes()).toEqual([]);
    await setSettings(
      stage.world,
      openBooks(stage.world, accessTokens(stage.world)),
    )(callOf(place.admin, { body: accounts, ifMatch: '*' }));
    await stage.work(place.workspace.id);
    expect(await progress()).toEqual({ bill: [2, 2, 0, 2, 0, 0], expense: [1, 1, 0, 1, 0, 0] });
  });

  const everything = async (): Promise<string[]> => {
    const quote = await earlier.quote(bakery, { accepted: true });
    const { head, note } = await earlier.credited(bakery);
    const two = await earlier.givenBack(bakery);
    await billedHours(stage, place);
    const expense = await earlier.expense('workspace');
    await earlier.connect(accounts);
    await earlier.bringOver();
    return [quote, head, note, two.head, two.payment, two.note, expense].map(({ id }) => id);
  };
  const standsOnce = async (ids: readonly string[]): Promise<void> => {
    expect(new Set(await states(ids))).toEqual(new Set(['synced']));
    const there = await books();
    const sales = (there['invoices'] ?? [])
      .filter(({ Type }) => Type === 'ACCREC')
      .map(({ Status, AmountDue }) => [Status, AmountDue]);
    expect(sales.sort()).toEqual([
      ['AUTHORISED', 1187.5],
      ['AUTHORISED', 120],
      ['AUTHORISED', 360],
      ['PAID', 0],
    ]);
    const count = (collection: string) => there[collection]?.length;
    expect([count('quotes'), count('creditNotes'), count('payments'), count('bankTransactions')]).toEqual([1, 2, 2, 1]);
    expect(await progress()).toMatchObject({
      quote: [1, 1, 0, 1, 0, 0],
      'credit-note': [2, 2, 0, 2, 0, 0],
      bill: [2, 2, 0, 2, 0, 0],
    });
  };

  test('is cut off at any time and goes on, with everything there once', async () => {
    const ids = await everything();
    for (let run = 0; run < 80 && (await shown()).state !== 'done'; run += 1) {
      let looks = 0;
      await stage.work(place.workspace.id, { remainingMs: () => ((looks += 1) > 4 ? 1000 : 60_000) });
      await stage.clock.advance(61);
    }
    await standsOnce(ids);
  });

  test('goes on where it was when access is lost in between and given anew', async () => {
    const ids = await everything();
    for (let lost = 0; lost < 12 && (await shown()).state !== 'done'; lost += 1) {
      let looks = 0;
      await stage.work(place.workspace.id, { remainingMs: () => ((looks += 1) > 5 + lost ? 1000 : 60_000) });
      await stage.fault({ fault: 'revoke' });
      await stage.clock.advance(61);
      await stage.work(place.workspace.id);
      await stage.control('DELETE', 'faults');
      await stage.connect(place.admin);
      await stage.clock.advance(61);
    }
    await workOff();
    await standsOnce(ids);
  });

  test("goes on the next day when the day's calls are used up", async () => {
    // A day of its own, on which 25 calls are left for what nobody waits for; the others are kept for people.
    await stage.clock.advance(25 * 3600);
    await stage.control('POST', 'settings', { tier: 75 });
    const ids = await everything();
    await workOff();
    expect(await shown()).not.toMatchObject({ state: 'done' });
    for (let hour = 0; hour < 96 && (await shown()).state !== 'done'; hour += 1) {
      await stage.clock.advance(3600);
      await stage.work(place.workspace.id);
    }
    await stage.control('POST', 'settings', { tier: 5000 });
    await standsOnce(ids);
  });
});
