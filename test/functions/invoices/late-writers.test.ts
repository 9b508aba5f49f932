import { describe, expect, test } from '@jest/globals';
import { invoicesDoor } from '../../../functions/invoices/door.ts';
import { readSums } from '../../../shared/store/aggregates.ts';
import type { Table } from '../../../shared/store/table.ts';
import { parseWorkspace, replaceWorkspace, workspaceKey } from '../../../shared/store/workspaces.ts';
import { keys } from '../../../shared/store/keys.ts';
import { update } from '../../../shared/store/write.ts';
import { gbp, newId, storeSetting, type Setting } from '../../support/billing.ts';
import { apiEvent, callDoor, type Answer } from '../../support/door-call.ts';
import { startEngine } from '../../support/engine.ts';
import { forAllTests } from '../../support/for-all-tests.ts';

const engine = await forAllTests(startEngine());

const doorOn = (table: Table) =>
  invoicesDoor({
    table,
    newId,
    ring: async () => undefined,
    closeCheckout: async () => undefined,
    clock: () => Date.parse('2026-11-21T10:00:00Z'),
    random: () => 0.5,
    sleep: async () => undefined,
  });
const send = (
  setting: Setting,
  route: string,
  { body, id = '', table = engine.table }: { body?: unknown; id?: string; table?: Table } = {},
): Promise<Answer> =>
  callDoor(
    doorOn(table),
    apiEvent(setting.caller, route, { body, params: { id }, headers: { 'idempotency-key': newId('key'), 'if-match': '*' } }),
  );
const line = (amount: number) => ({ description: 'Workshop', quantity: '1', unitPrice: gbp(amount) });

describe('somebody who comes late', () => {
  test('voids a void invoice again: nothing is taken off a second time', async () => {
    const setting = await storeSetting(engine.table);
    const made = await send(setting, 'POST /v1/invoices', { body: { clientId: setting.client.id, lines: [line(10_000)] } });
    for (let times = 0; times < 3; times += 1) {
      const voided = await send(setting, 'POST /v1/invoices/{id}/void', { id: made.body.id });
      expect(voided).toMatchObject({ status: 200, body: { status: 'void' } });
    }
    const { revenue, dues } = await readSums(engine.table)(setting.workspace.id, '2026-11-01');
    expect([...revenue, ...dues].map(({ amount }) => amount.amount)).toEqual([0, 0]);
  });

  test('edits a draft that was issued meanwhile: the issued lines stay', async () => {
    const setting = await storeSetting(engine.table);
    const draft = await send(setting, 'POST /v1/invoices', {
      body: { clientId: setting.client.id, lines: [line(10_000)], draft: true },
    });
    const { id } = draft.body as { id: string };
    let issued: Answer | undefined;
    // The edit has read and reckoned; before it commits, somebody else issues.
    const meanwhile = async (): Promise<void> => {
      issued ??= await send(setting, 'POST /v1/invoices/{id}/issue', { id });
    };
    const slow: Table = {
      ...engine.table,
      putMany: async (items) => meanwhile().then(() => engine.table.putMany(items)),
      commit: async (writes) => meanwhile().then(() => engine.table.commit(writes)),
    };
    const edited = await send(setting, 'PATCH /v1/invoices/{id}', { id, body: { lines: [line(83_250)] }, table: slow });
    expect(issued).toMatchObject({ status: 200, body: { status: 'issued', total: gbp(12_000) } });
    expect(edited).toMatchObject({ status: 409, body: { code: 'invoice-not-draft' } });
    const read = await send(setting, 'GET /v1/invoices/{id}', { id });
    expect(read.body.lines.map(({ amount }: { amount: unknown }) => amount)).toEqual([gbp(10_000)]);
  });

  test('saves settings of the workspace: what is counted beside them stays', async () => {
    const setting = await storeSetting(engine.table);
    const ws = setting.workspace.id;
    await engine.table.commit([update('count', keys.aboutAggregates(ws), { add: { discrepancies: 3 } })]);
    const item = await engine.table.get(workspaceKey(ws));
    await engine.table.commit(replaceWorkspace({ ...parseWorkspace(item!), zone: 'Europe/Paris' }));
    expect(await engine.table.get(keys.aboutAggregates(ws))).toMatchObject({ zone: 'Europe/Paris', discrepancies: 3 });
  });

  test('deletes a draft whose entries the sweep has just freed: it is deleted', async () => {
    const setting = await storeSetting(engine.table);
    const draft = await send(setting, 'POST /v1/invoices', {
      body: { clientId: setting.client.id, lines: [line(10_000)], draft: true },
    });
    let commits = 0;
    const raced: Table = {
      ...engine.table,
      commit: async (writes) => {
        commits += 1;
        // The second commit notes that everything is freed; the sweep has noted it before.
        if (commits === 2) await engine.table.commit(writes);
        return engine.table.commit(writes);
      },
    };
    expect((await send(setting, 'DELETE /v1/invoices/{id}', { id: draft.body.id, table: raced })).status).toBe(204);
  });
});
