import { beforeEach, describe, expect, test } from '@jest/globals';
import { openDiscrepancies } from '../../../shared/store/discrepancies.ts';
import { comparisonWanted, readReconciliation } from '../../../shared/store/reconciliation.ts';
import { newestBlocked } from '../../../shared/store/sync-items.ts';
import { readWaitingWork, waits } from '../../../shared/store/waiting-work.ts';
import type { XeroSettings } from '../../../shared/store/xero-settings.ts';
import { billedHours, rooms } from '../../support/bills.ts';
import { comparedBooks } from '../../support/compared-books.ts';
import { forAllTests } from '../../support/for-all-tests.ts';
import { overviewOf } from '../../support/overview-room.ts';
import { syncOf } from '../../support/xero-documents.ts';
import type { TestWorkspace } from '../../support/workspace.ts';
import { startXeroStage } from '../../support/xero-stage.ts';

const gbp = (amount: number) => ({ amount, currency: 'GBP' });

const stage = await forAllTests(startXeroStage({ tier: 5000 }));
let place: TestWorkspace;
const call = rooms(stage.engine.table);

beforeEach(async () => {
  place = await stage.connected({ contactPolicy: 'match-or-create', billAccount: '320', expenseAccount: '493' });
});

const work = () => stage.work(place.workspace.id);
const say = (changes: Partial<XeroSettings>): Promise<void> => stage.choose(place.workspace.id, changes);

const billed = (): Promise<{ id: string }> => billedHours(stage, place);

interface Bill {
  id: string;
  memberId: string;
  sync: { state: string; code?: string };
}

const bills = async (): Promise<Bill[]> => (await call(place.admin, 'GET /v1/bills')).body.items as Bill[];
const ofExpert = async (): Promise<Bill> => {
  const found = (await bills()).find(({ memberId }) => memberId === place.members.expert.id);
  if (!found) throw new Error('There is no bill');
  return found;
};
const purchases = async () => (await stage.books()).invoices.filter(({ Type }) => Type === 'ACCPAY');
const sales = async () => (await stage.books()).invoices.filter(({ Type }) => Type === 'ACCREC');
const spends = async () =>
  ((await stage.books()) as unknown as { bankTransactions: Record<string, unknown>[] }).bankTransactions ?? [];

/** What somebody does in Xero by hand. */
/** What the worker does until nothing is left, however often it is cut off. */
const workOn = async (): Promise<void> => {
  for (let runs = 0; runs < 8; runs += 1) {
    await work();
    if ((await readWaitingWork(stage.engine.table)(place.workspace.id)).length === 0) return;
    await stage.clock.advance(9 * 60);
  }
};

describe('bills of experts in Xero', () => {
  test('stand in Bills to Pay, one for each expert, by our ids', async () => {
    await billed();
    await work();
    const there = await purchases();
    expect(there.map(({ InvoiceNumber }) => InvoiceNumber).sort()).toEqual((await bills()).map(({ id }) => id).sort());
    expect(there.map(({ Total }) => Total).sort()).toEqual([67.5, 90.15]);
    expect(there[0]).toMatchObject({ Status: 'AUTHORISED', LineAmountTypes: 'NoTax' });
    expect((await bills()).map(({ sync }) => sync.state)).toEqual(['synced', 'synced']);
    expect(await sales()).toHaveLength(1);
    await stage.resetCalls();
    await work();
    expect(await stage.calls()).toEqual([]);
  });

  test('wait for the contact of their expert; the invoice goes without them, and they follow by themselves', async () => {
    await say({ billAccount: null });
    await billed();
    await work();
    await say({ billAccount: '320', contactPolicy: 'match-only' });
    await billed();
    await work();
    expect(await sales()).toHaveLength(2);
    expect(await purchases()).toEqual([]);
    expect((await bills()).slice(0, 2).map(({ sync }) => sync.code)).toEqual(['contact-unknown', 'contact-unknown']);
    const { name, email } = place.members.expert;
    await stage.act('new-contact', { Name: name, EmailAddress: email });
    await stage.clock.advance(61);
    const at = new Date(stage.clock.now()).toISOString();
    const look = { lane: 'urgent', kind: 'pull-contacts', documentId: 'contacts', version: stage.clock.now() } as const;
    await stage.engine.table.commit([waits(place.workspace.id, { ...look, dueAt: at, since: at })]);
    await workOn();
    const { id } = await ofExpert();
    expect((await purchases()).map(({ InvoiceNumber }) => InvoiceNumber)).toEqual([id]);
  });

  test('say what is missing while no account is chosen', async () => {
    await say({ billAccount: null });
    await billed();
    await work();
    const waiting = { state: 'pending', code: 'mapping-missing' };
    expect((await bills()).map(({ sync }) => sync)).toMatchObject([waiting, waiting]);
    expect(await sales()).toHaveLength(1);
  });

  test('follow what is written off, and are void once nothing of them is owed', async () => {
    await billed();
    await work();
    const { id } = await ofExpert();
    const off = (seconds: number) =>
      call(place.admin, 'POST /v1/bills/{id}/write-off', { params: { id }, body: { seconds, reason: 'Rework' } });
    expect((await off(1800)).status).toBe(200);
    await work();
    const there = async () => (await purchases()).find(({ InvoiceNumber }) => InvoiceNumber === id);
    expect(await there()).toMatchObject({ Status: 'AUTHORISED', Total: 45 });
    await off(3600);
    await work();
    expect(await there()).toMatchObject({ Status: 'VOIDED' });
    expect(await syncOf(stage, place, id)).toMatchObject({ state: 'synced', xeroStatus: 'VOIDED' });
  });

  test('that were paid in part in Xero before time is written off wait for a person, and hold nothing else up', async () => {
    await billed();
    await work();
    const { id } = await ofExpert();
    const { xeroId } = (await syncOf(stage, place, id)) ?? {};
    const writeOff = () =>
      call(place.admin, 'POST /v1/bills/{id}/write-off', { params: { id }, body: { seconds: 1800, reason: 'Rework' } });
    await stage.act('pay', { id: xeroId, Amount: '40' });
    expect((await writeOff()).status).toBe(200);
    await billed();
    await work();
    expect([(await sales()).length, (await purchases()).length]).toEqual([2, 4]);
    expect(await syncOf(stage, place, id)).toMatchObject({ state: 'blocked', code: 'refused-by-xero', xeroId });
    const paid = (await stage.books()).payments.at(-1) as { PaymentID: string };
    await stage.act('delete-payment', { id: paid.PaymentID });
    await writeOff();
    await workOn();
    expect((await purchases()).find(({ InvoiceID }) => InvoiceID === xeroId)).toMatchObject({ Total: 22.5 });
    expect(await syncOf(stage, place, id)).toMatchObject({ state: 'synced' });
  });

  test.each(['AUTHORISED', 'DRAFT'] as const)('leave the books with their invoice, pushed as %s', async (statusOnPush) => {
    await say({ statusOnPush });
    const invoice = await billed();
    await work();
    await call(place.admin, 'POST /v1/invoices/{id}/void', { params: { id: invoice.id } });
    await workOn();
    const gone = statusOnPush === 'DRAFT' ? 'DELETED' : 'VOIDED';
    expect((await sales()).map(({ Status }) => Status)).toEqual([gone]);
    expect((await purchases()).map(({ Status }) => Status)).toEqual([gone, gone]);
  });

  test.each(['at once', 'after they were blocked'])(
    'that were never sent leave nothing behind when their invoice is void %s',
    async (when) => {
      if (when !== 'at once') await say({ contactPolicy: 'match-only' });
      const invoice = await billed();
      if (when !== 'at once') await work();
      const blocked = await newestBlocked(stage.engine.table)(place.workspace.id, 10);
      expect(blocked.filter(({ kind }) => kind === 'bill')).toHaveLength(when === 'at once' ? 0 : 2);
      await call(place.admin, 'POST /v1/invoices/{id}/void', { params: { id: invoice.id } });
      await workOn();
      expect((await bills()).map(({ sync }) => sync)).toEqual([{ state: 'off' }, { state: 'off' }]);
      expect(await newestBlocked(stage.engine.table)(place.workspace.id, 10)).toEqual([]);
      expect(await purchases()).toEqual([]);
      expect(await readWaitingWork(stage.engine.table)(place.workspace.id)).toEqual([]);
    },
  );

  test('an invoice that is issued again has its new bills there, and the former ones are gone', async () => {
    await say({ statusOnPush: 'DRAFT' });
    const { id } = await billed();
    await work();
    await call(place.admin, 'POST /v1/invoices/{id}/return-to-draft', { params: { id } });
    await workOn();
    await call(place.admin, 'POST /v1/invoices/{id}/issue', { params: { id } });
    await workOn();
    expect((await purchases()).map(({ Status }) => Status).sort()).toEqual(['DELETED', 'DELETED', 'DRAFT', 'DRAFT']);
  });

  test.each([
    ['drop-answer', 0, 6],
    ['drop-answer', 0, 0],
    ['late-commit', 30, 6],
    ['late-commit', 7 * 60, 0],
  ])('are made once after a %s of %s s, with keys kept for %s min', async (fault, seconds, idempotencyMinutes) => {
    await stage.control('POST', 'settings', { idempotencyMinutes });
    await billed();
    await stage.fault({ fault, match: { method: 'PUT', path: 'Invoices' }, ...(seconds === 0 ? {} : { seconds }), times: 2 });
    await workOn();
    expect(await purchases()).toHaveLength(2);
    expect(await sales()).toHaveLength(1);
    expect((await bills()).map(({ sync }) => sync.state)).toEqual(['synced', 'synced']);
    await stage.control('POST', 'settings', { idempotencyMinutes: 6 });
  });

  test('that were voided while nobody knew whether they had arrived are gone from the books', async () => {
    const invoice = await billed();
    await work();
    await call(place.admin, 'POST /v1/invoices/{id}/void', { params: { id: invoice.id } });
    await workOn();
    await billed();
    await stage.fault({ fault: 'drop-answer', match: { method: 'PUT', path: 'Invoices' }, times: 2 });
    await work();
    const [again] = (await call(place.admin, 'GET /v1/invoices', { query: { status: 'issued' } })).body.items as { id: string }[];
    await call(place.admin, 'POST /v1/invoices/{id}/void', { params: { id: again?.id ?? '' } });
    await stage.control('DELETE', 'faults');
    await workOn();
    expect(new Set((await purchases()).map(({ Status }) => Status))).toEqual(new Set(['VOIDED']));
  });

  test('are no drift to a comparison of the books', async () => {
    await billed();
    await work();
    await stage.clock.advance(61);
    const { table } = stage.engine;
    const at = new Date(stage.clock.now()).toISOString();
    const read = await readReconciliation(table)(place.workspace.id);
    const wanted = { scope: 'all', version: stage.clock.now(), at, dueAt: at } as const;
    await table.commit(comparisonWanted(place.workspace.id, read, wanted).writes);
    await work();
    expect(await openDiscrepancies(table)(place.workspace.id)).toEqual([]);
  });
});

describe('expenses in Xero', () => {
  const spend = (changes: object = {}) =>
    call(place.admin, 'POST /v1/expenses', {
      body: { jobId: place.job.id, date: '2026-11-03', amount: gbp(4250), description: 'Train to Bristol', ...changes },
    });

  test('are a bill where a member has paid, and spent money where the workspace has', async () => {
    const paid = (await spend()).body as { id: string };
    const own = (await spend({ paidBy: 'workspace', amount: gbp(1999), description: 'Fonts' })).body as { id: string };
    await workOn();
    expect(await purchases()).toMatchObject([{ InvoiceNumber: paid.id, Total: 42.5, Status: 'AUTHORISED' }]);
    expect(await spends()).toMatchObject([{ Type: 'SPEND', Reference: own.id, Total: 19.99 }]);
    for (const { id } of [paid, own]) expect(await syncOf(stage, place, id)).toMatchObject({ state: 'synced', kind: 'expense' });
    await stage.resetCalls();
    await work();
    expect(await stage.calls()).toEqual([]);
  });

  test('hold their tax, or have it on top, where purchases have a tax type', async () => {
    await say({ purchaseTaxType: 'INPUT2' });
    await spend({ amount: gbp(12_000) });
    await spend({ amount: gbp(10_000), taxIncluded: false });
    await workOn();
    const there = await purchases();
    expect(there.map(({ SubTotal, TotalTax, Total }) => [SubTotal, TotalTax, Total])).toEqual([
      [100, 20, 120],
      [100, 20, 120],
    ]);
  });

  test('can’t be changed or deleted once they are there, but their job can say so before', async () => {
    const { id } = (await spend()).body as { id: string };
    const edit = (body: object) => call(place.admin, 'PATCH /v1/expenses/{id}', { params: { id }, body, ifMatch: '*' });
    expect((await edit({ amount: gbp(4300) })).status).toBe(200);
    await workOn();
    expect(await purchases()).toMatchObject([{ Total: 43 }]);
    const refused = { status: 409, body: { code: 'expense-in-xero' } };
    expect(await edit({ amount: gbp(1) })).toMatchObject(refused);
    expect(await edit({ billable: false })).toMatchObject({ status: 200 });
    expect(await call(place.admin, 'DELETE /v1/expenses/{id}', { params: { id }, ifMatch: '*' })).toMatchObject(refused);
  });

  test.each(['member', 'workspace'])('paid by %s and void there can be corrected and sent again, or deleted', async (paidBy) => {
    const books = paidBy === 'member' ? purchases : spends;
    const idOf = (one: Record<string, unknown> | undefined) => one?.['InvoiceID'] ?? one?.['BankTransactionID'];
    const standing = async () => (await books()).filter(({ Status }) => Status === 'AUTHORISED');
    const at = async (id: string, route: string, body?: object) =>
      call(place.admin, route, { params: { id }, ...(body ? { body } : {}), ifMatch: '*' });
    const compared = comparedBooks(stage, () => place);
    const voided = async (): Promise<string> => {
      const { id } = (await spend({ paidBy })).body as { id: string };
      await workOn();
      const [there] = await standing();
      if (paidBy === 'member') await stage.act('void', { id: idOf(there) });
      else await compared.tamper('bankTransactions', idOf(there), { set: { Status: 'DELETED' } });
      await compared.compare();
      return id;
    };
    const first = await voided();
    expect(await at(first, 'PATCH /v1/expenses/{id}', { amount: gbp(5_000) })).toMatchObject({ status: 200 });
    const [difference] = await compared.discrepancies();
    const { status } = await overviewOf(stage)(place.admin, 'POST /v1/discrepancies/{id}/resolve', {
      ...{ params: { id: String(difference?.id) }, body: { way: 'push-again' } },
    });
    expect(status).toBe(200);
    await workOn();
    expect(await standing()).toMatchObject([{ Total: 50 }]);
    await compared.compare();
    expect(await compared.open()).toEqual([]);

    if (paidBy === 'member') await stage.act('void', { id: idOf((await standing())[0]) });
    else await compared.tamper('bankTransactions', idOf((await standing())[0]), { set: { Status: 'DELETED' } });
    await compared.compare();
    expect(await at(first, 'DELETE /v1/expenses/{id}')).toMatchObject({ status: 204 });
    await compared.compare();
    expect(await compared.open()).toEqual([]);
    expect(await standing()).toEqual([]);
  });

  test('that Xero has refused are sent again once they are corrected', async () => {
    await stage.fault({ fault: 'bad-element', match: { method: 'PUT', path: 'Invoices' }, times: 1 });
    const { id } = (await spend()).body as { id: string };
    await workOn();
    expect(await syncOf(stage, place, id)).toMatchObject({ state: 'blocked', code: 'refused-by-xero' });
    const edit = (body: object) => call(place.admin, 'PATCH /v1/expenses/{id}', { params: { id }, body, ifMatch: '*' });
    // What the books don't show is no correction of what they refused.
    expect(await edit({ billable: false })).toMatchObject({ status: 200, body: { sync: { state: 'blocked' } } });
    expect(await edit({ description: 'Train to York' })).toMatchObject({ status: 200, body: { sync: { state: 'pending' } } });
    await workOn();
    expect(await syncOf(stage, place, id)).toMatchObject({ state: 'synced', code: null });
    expect(await purchases()).toHaveLength(1);
    expect(await newestBlocked(stage.engine.table)(place.workspace.id, 10)).toEqual([]);
  });

  test('that are deleted before they are sent never get there', async () => {
    const { id } = (await spend()).body as { id: string };
    expect(await call(place.admin, 'DELETE /v1/expenses/{id}', { params: { id }, ifMatch: '1' })).toMatchObject({ status: 204 });
    await workOn();
    expect(await purchases()).toEqual([]);
  });

  test.each([
    ['drop-answer', 0],
    ['late-commit', 7 * 60],
  ])('spent money is booked once after a %s', async (fault, seconds) => {
    await stage.control('POST', 'settings', { idempotencyMinutes: 0 });
    await spend({ paidBy: 'workspace' });
    const match = { method: 'PUT', path: 'BankTransactions' };
    await stage.fault({ fault, match, ...(seconds === 0 ? {} : { seconds }), times: 1 });
    await workOn();
    expect(await spends()).toHaveLength(1);
    await stage.control('POST', 'settings', { idempotencyMinutes: 6 });
  });
});
