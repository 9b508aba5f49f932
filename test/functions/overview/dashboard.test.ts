import { describe, expect, test } from '@jest/globals';
import { invoicesDoor } from '../../../functions/invoices/door.ts';
import { overviewDoor } from '../../../functions/overview/door.ts';
import { dueChanged, foldMonth, monthsToFold } from '../../../shared/store/aggregates.ts';
import { gbp, newId, storeEntries, storeSetting, type Setting } from '../../support/billing.ts';
import { apiEvent, callDoor } from '../../support/door-call.ts';
import { startEngine } from '../../support/engine.ts';
import { forAllTests } from '../../support/for-all-tests.ts';

const engine = await forAllTests(startEngine());

const today = Date.parse('2026-11-21T10:00:00Z');
const world = () => ({
  table: engine.table,
  newId,
  clock: () => today,
  random: () => 0.5,
  sleep: async () => undefined,
  ring: async () => undefined,
  closeCheckout: async () => undefined,
  publicUrl: 'http://127.0.0.1',
});
const dashboard = async (setting: Setting, query = { from: '2026-11-01', to: '2026-11-30', interval: 'month' }) =>
  callDoor(overviewDoor(world()), apiEvent(setting.caller, 'GET /v1/dashboard', { query }));
const bill = async (setting: Setting, body: object) =>
  callDoor(
    invoicesDoor(world()),
    apiEvent(setting.caller, 'POST /v1/invoices', { body, headers: { 'idempotency-key': newId('key') } }),
  );

describe('the dashboard', () => {
  test('shows what was issued, what is due and for how long, and takes a void off again on its own day', async () => {
    const setting = await storeSetting(engine.table);
    await storeEntries(engine.table, setting, 2);
    await bill(setting, { jobId: setting.job.id });
    const old = await bill(setting, {
      clientId: setting.client.id,
      lines: [{ description: 'Workshop', unitPrice: gbp(10_000) }],
      issueDate: '2026-09-15',
      dueDate: '2026-10-10',
    });
    const before = await dashboard(setting, { from: '2026-09-01', to: '2026-11-30', interval: 'month' });
    expect(before.body).toMatchObject({
      outstanding: [gbp(34_800)],
      overdue: [gbp(12_000)],
      revenue: [
        { from: '2026-09-01', to: '2026-09-30', amounts: [gbp(10_000)] },
        { from: '2026-10-01', to: '2026-10-31', amounts: [] },
        { from: '2026-11-01', to: '2026-11-30', amounts: [gbp(19_000)] },
      ],
    });
    expect(before.body.ageing).toContainEqual({ bucket: '31-60', amounts: [gbp(12_000)] });
    expect(before.body.recent[0].text).toBe('Invoice INV-0002 over GBP 120.00 was issued to Harbour Bakery Ltd');

    await callDoor(
      invoicesDoor(world()),
      apiEvent(setting.caller, 'POST /v1/invoices/{id}/void', {
        params: { id: old.body.id },
        headers: { 'idempotency-key': 'void' },
      }),
    );
    const after = await dashboard(setting, { from: '2026-09-01', to: '2026-11-30', interval: 'month' });
    expect(after.body).toMatchObject({ outstanding: [gbp(22_800)], overdue: [] });
    expect(after.body.revenue.map(({ amounts }: { amounts: unknown }) => amounts)).toEqual([[gbp(10_000)], [], [gbp(9_000)]]);
  });

  test('what has long been overdue is folded together and stays in its bucket, also when it is paid at last', async () => {
    const setting = await storeSetting(engine.table);
    const ws = setting.workspace.id;
    await engine.table.commit([dueChanged(ws, '2026-05-10', gbp(5_000)), dueChanged(ws, '2026-11-30', gbp(700))]);
    const found = (await monthsToFold(engine.table)('2026-11-21')).filter(({ workspaceId }) => workspaceId === ws);
    expect(found).toEqual([{ workspaceId: ws, month: '2026-05' }]);
    await foldMonth(engine.table)(ws, '2026-05');
    await foldMonth(engine.table)(ws, '2026-05');
    expect((await dashboard(setting)).body.ageing).toContainEqual({ bucket: 'over-90', amounts: [gbp(5_000)] });
    await engine.table.commit([dueChanged(ws, '2026-05-10', gbp(-5_000))]);
    expect((await dashboard(setting)).body).toMatchObject({ outstanding: [gbp(700)], overdue: [] });
  });

  test('a range that no screen can hold is refused', async () => {
    const setting = await storeSetting(engine.table);
    expect(await dashboard(setting, { from: '2026-01-01', to: '2026-12-31', interval: 'day' })).toMatchObject({
      status: 400,
      body: { errors: [{ path: 'to' }] },
    });
    expect(await dashboard(setting, { from: '2026-02-01', to: '2026-01-01', interval: 'day' })).toMatchObject({ status: 400 });
  });
});
