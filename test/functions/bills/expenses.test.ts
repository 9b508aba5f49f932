import { describe, expect, test } from '@jest/globals';
import type { Caller } from '../../../shared/api/call.ts';
import { latestAudit } from '../../../shared/store/audit.ts';
import { gbp, storeEntries, storeSetting, type Setting } from '../../support/billing.ts';
import { rooms } from '../../support/bills.ts';
import { startEngine } from '../../support/engine.ts';
import { forAllTests } from '../../support/for-all-tests.ts';
import { storeMember } from '../../support/people.ts';

const engine = await forAllTests(startEngine());
const call = rooms(engine.table);
let setting: Setting;

const freshSetting = async (): Promise<Setting> => {
  const fresh = await storeSetting(engine.table);
  return { ...fresh, caller: await storeMember(engine.table, fresh, 'admin') };
};
const train = (changes: object = {}) => ({
  jobId: setting.job.id,
  date: '2026-11-03',
  amount: gbp(4250),
  description: 'Train to Bristol',
  ...changes,
});
const enter = (caller: Caller, changes: object = {}) => call(caller, 'POST /v1/expenses', { body: train(changes) });
const shownTo = (caller: Caller, id: string) => call(caller, 'GET /v1/expenses/{id}', { params: { id } });
const bill = (body: object = {}) => call(setting.caller, 'POST /v1/invoices', { body: { jobId: setting.job.id, ...body } });

describe('expenses', () => {
  test('are entered by whoever had them, and seen by them and finance', async () => {
    setting = await freshSetting();
    const ada = await storeMember(engine.table, setting, 'expert');
    const ben = await storeMember(engine.table, setting, 'expert');
    const made = await enter(ada);
    expect(made).toMatchObject({
      status: 201,
      body: { memberId: ada.memberId, status: 'unbilled', paidBy: 'member', billable: true, taxIncluded: true },
    });
    expect(await shownTo(ada, made.body.id)).toMatchObject({ status: 200 });
    expect(await shownTo(ben, made.body.id)).toMatchObject({ status: 404 });
    expect(await enter(ada, { memberId: ben.memberId })).toMatchObject({ status: 403 });
    expect(await enter(setting.caller, { memberId: ben.memberId })).toMatchObject({ status: 201 });
    const listed = async (caller: Caller) => (await call(caller, 'GET /v1/expenses')).body.items as object[];
    expect([(await listed(ada)).length, (await listed(setting.caller)).length]).toEqual([1, 2]);
    expect(await enter(ada, { date: '2026-11-21' })).toMatchObject({ status: 400 });
    expect(await enter(ada, { amount: { amount: 100, currency: 'EUR' } })).toMatchObject({ status: 400 });
    expect(await enter(ada, { amount: { amount: 100, currency: 'EUR' }, billable: false })).toMatchObject({ status: 201 });
  });

  test('go onto the next invoice of the job, as its preview has shown, and are locked there', async () => {
    setting = await freshSetting();
    const ada = await storeMember(engine.table, setting, 'expert');
    await storeEntries(engine.table, setting, 1, { memberId: ada.memberId, costRate: gbp(4500) });
    const expense = (await enter(ada)).body as { id: string };
    await enter(ada, { billable: false });
    const preview = await call(setting.caller, 'POST /v1/invoices/preview', { body: { jobId: setting.job.id } });
    // 95.00 of time and 42.50 of expenses, and 20 % tax on both.
    expect(preview.body).toMatchObject({ subtotal: gbp(13_750), total: gbp(16_500), entries: 1 });
    const { expect: shown } = preview.body as { expect: string };
    const second = (await enter(ada, { amount: gbp(100) })).body as { id: string };
    expect(await bill({ expect: shown })).toMatchObject({ status: 409, body: { code: 'preview-changed' } });
    await call(ada, 'DELETE /v1/expenses/{id}', { params: { id: second.id }, ifMatch: '1' });
    const made = await bill({ expect: shown });
    expect(made).toMatchObject({ status: 201, body: { total: gbp(16_500) } });
    expect(made.body.lines[1]).toMatchObject({
      expenseId: expense.id,
      memberId: ada.memberId,
      unit: 'item',
      quantity: '1',
      amount: gbp(4250),
      explanation: { kind: 'expense' },
    });
    expect((await shownTo(ada, expense.id)).body).toMatchObject({ status: 'billed', invoiceNumber: made.body.number });
    const change = { params: { id: expense.id }, body: { amount: gbp(1) }, ifMatch: '*' };
    const refused = { status: 409, body: { code: 'expense-billed', invoiceNumber: made.body.number } };
    expect(await call(ada, 'PATCH /v1/expenses/{id}', change)).toMatchObject(refused);
    expect(await call(ada, 'DELETE /v1/expenses/{id}', { params: change.params, ifMatch: '*' })).toMatchObject(refused);
    await call(setting.caller, 'POST /v1/invoices/{id}/void', { params: { id: made.body.id } });
    expect((await shownTo(ada, expense.id)).body).toMatchObject({ status: 'unbilled', invoiceId: null });
    expect(await bill()).toMatchObject({ status: 201, body: { total: gbp(16_500) } });
  });

  test('can be billed by themselves, by choice, and not at all', async () => {
    setting = await freshSetting();
    const one = (await enter(setting.caller)).body as { id: string };
    const two = (await enter(setting.caller, { amount: gbp(1000) })).body as { id: string };
    const entries = await storeEntries(engine.table, setting, 2);
    const ids = entries.map(({ id }) => id);
    expect(await bill({ timeEntryIds: [ids[0]] })).toMatchObject({ status: 201, body: { subtotal: gbp(9500) } });
    expect(await bill({ expenseIds: [two.id] })).toMatchObject({ status: 201, body: { subtotal: gbp(10_500) } });
    expect(await bill({ expenseIds: [two.id] })).toMatchObject({ status: 409, body: { code: 'expense-billed' } });
    expect(await bill()).toMatchObject({ status: 201, body: { subtotal: gbp(4250) } });
    expect(await bill()).toMatchObject({ status: 409, body: { code: 'nothing-to-bill' } });
    expect((await shownTo(setting.caller, one.id)).body).toMatchObject({ status: 'billed' });
  });

  test('are taken by one invoice, however many ask at once', async () => {
    setting = await freshSetting();
    await enter(setting.caller);
    const answers = await Promise.all(Array.from({ length: 6 }, () => bill()));
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(1);
  });

  test('can be corrected while they are on no invoice, by the version that was read', async () => {
    setting = await freshSetting();
    const { id } = (await enter(setting.caller)).body as { id: string };
    const edit = (ifMatch?: string) =>
      call(setting.caller, 'PATCH /v1/expenses/{id}', {
        params: { id },
        body: { amount: gbp(4500), billable: false },
        ...(ifMatch === undefined ? {} : { ifMatch }),
      });
    expect(await edit()).toMatchObject({ status: 428 });
    expect(await edit('1')).toMatchObject({ status: 200, body: { amount: gbp(4500), status: 'non-billable' } });
    expect(await edit('1')).toMatchObject({ status: 412 });
    const [told] = await latestAudit(engine.table)(setting.workspace.id, 1);
    expect(told?.text).toBe('An expense of GBP 45.00 on New web shop was corrected');
    expect(await bill()).toMatchObject({ status: 409, body: { code: 'nothing-to-bill' } });
  });
});
