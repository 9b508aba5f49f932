import { beforeEach, describe, expect, test } from '@jest/globals';
import { invoicesDoor } from '../../../functions/invoices/door.ts';
import { giveUpStale } from '../../../functions/invoices/give-up-stale.ts';
import { schedulesRunner } from '../../../functions/invoices/schedule-worker.ts';
import { addJob } from '../../../shared/store/jobs.ts';
import { keys } from '../../../shared/store/keys.ts';
import { replaceWorkspace } from '../../../shared/store/workspaces.ts';
import type { Table } from '../../../shared/store/table.ts';
import { newId, storeEntries, storeSetting, type Setting } from '../../support/billing.ts';
import { apiEvent, callDoor, type Answer } from '../../support/door-call.ts';
import { startEngine } from '../../support/engine.ts';
import { forAllTests } from '../../support/for-all-tests.ts';

const engine = await forAllTests(startEngine());
let now: string;
const told: string[] = [];
beforeEach(() => {
  now = '2026-11-10T12:00:00.000Z';
  told.length = 0;
});

const world = (table: Table = engine.table) => ({
  table,
  newId,
  ring: async () => undefined,
  closeCheckout: async () => undefined,
  clock: () => Date.parse(now),
  random: Math.random,
  sleep: async () => undefined,
  tell: (what: string, _id: string, failure?: unknown) =>
    void told.push(what === 'failed' ? `failed: ${String((failure as Error).message)}` : what),
});
const context = { getRemainingTimeInMillis: () => 240_000, functionName: 'test', awsRequestId: 'a' } as never;
/** One run by the clock. */
const tick = (table?: Table): Promise<unknown> => schedulesRunner(world(table))({} as never, context) as Promise<unknown>;
/** The first tick after an instant. */
const at = async (instant: string): Promise<void> => {
  now = instant;
  await tick();
};

let keysUsed = 0;
const ask = (
  setting: Setting,
  route: string,
  { id = '', body, ifMatch = '*' }: { id?: string; body?: object; ifMatch?: string } = {},
) =>
  callDoor(
    invoicesDoor(world()),
    apiEvent(setting.caller, route, {
      ...(body ? { body } : {}),
      params: { id },
      headers: route.startsWith('POST') ? { 'idempotency-key': `k${(keysUsed += 1)}` } : { 'if-match': ifMatch },
    }),
  );
const plan = async (setting: Setting, body: object): Promise<Answer['body']> => {
  const made = await ask(setting, 'POST /v1/invoice-schedules', { body });
  expect(made.status).toBe(201);
  return made.body;
};
const invoicesOf = async (setting: Setting): Promise<Answer['body'][]> => (await ask(setting, 'GET /v1/invoices')).body.items;
const work = (setting: Setting, date: string, count = 1) =>
  storeEntries(engine.table, setting, count, { date, days: [{ date, seconds: 3600 }] });
const notices = async ({ workspace }: Setting): Promise<string[]> =>
  (await engine.table.queryAll({ partition: `W#${workspace.id}#NOTE` }))
    .filter((item) => item['openSince'] !== undefined)
    .map(({ sk }) => sk.split('#')[0] ?? '');

describe('a schedule', () => {
  test('bills a job once its month is over in the zone of the workspace, and every month after that', async () => {
    const setting = await storeSetting(engine.table, { workspace: { zone: 'America/New_York' } });
    const made = await plan(setting, { jobId: setting.job.id, every: 'month', day: 'last', dueInDays: 7 });
    expect(made).toMatchObject({
      nextPeriodEnd: '2026-11-30',
      nextRunAt: '2026-12-01T05:00:00.000Z',
      clientId: setting.client.id,
    });
    await work(setting, '2026-11-12', 2);
    await work(setting, '2026-12-01');
    await at('2026-12-01T04:59:00.000Z');
    expect(await invoicesOf(setting)).toEqual([]);
    await at('2026-12-01T05:00:00.000Z');
    await tick();
    const [first, ...others] = await invoicesOf(setting);
    expect(others).toEqual([]);
    expect(first).toMatchObject({
      status: 'issued',
      number: 'INV-0001',
      issueDate: '2026-12-01',
      dueDate: '2026-12-08',
      subtotal: { amount: 19_000, currency: 'GBP' },
    });
    await at('2027-01-01T05:10:00.000Z');
    expect(await invoicesOf(setting)).toHaveLength(2);
    const shown = await ask(setting, 'GET /v1/invoice-schedules/{id}', { id: made.id });
    expect(shown.body).toMatchObject({
      nextPeriodEnd: '2027-01-31',
      runs: [{ periodEnd: '2026-12-31' }, { periodEnd: '2026-11-30', invoiceId: first.id }],
    });
  });

  test('of a client bills each hourly job by itself; without time there is no invoice', async () => {
    const setting = await storeSetting(engine.table);
    const other = { ...setting.job, id: newId('job'), name: 'Another' };
    const idle = { ...setting.job, id: newId('job'), name: 'Idle' };
    const fixed = { ...setting.job, id: newId('job'), name: 'Fixed', billing: 'fixed' as const };
    await engine.table.commit([other, idle, fixed].map((job) => addJob(setting.workspace.id, job)));
    for (const job of [setting.job, other, fixed]) await work({ ...setting, job }, '2026-11-11');
    await plan(setting, { clientId: setting.client.id, every: 'week', day: 5, draft: true, groupBy: 'member' });
    await at('2026-11-14T00:05:00.000Z');
    const made = await invoicesOf(setting);
    expect(made.map(({ status }) => status)).toEqual(['draft', 'draft']);
    expect(new Set(made.map(({ jobId }) => jobId))).toEqual(new Set([setting.job.id, other.id]));
    expect(told).toEqual(['ran']);
  });

  test.each([85, 86])('bills %i entries where books are kept in Xero, and lets Xero know', async (entries) => {
    const setting = await storeSetting(engine.table);
    await engine.table.putMany([{ ...keys.xeroConnection(setting.workspace.id), state: 'connected', lockDate: '2026-11-30' }]);
    await work(setting, '2026-11-11', entries);
    await plan(setting, { jobId: setting.job.id, every: 'week', day: 5 });
    await at('2026-11-14T00:05:00.000Z');
    const [made, ...others] = await invoicesOf(setting);
    expect(others).toEqual([]);
    // November is closed already.
    expect(made).toMatchObject({ status: 'issued', issueDate: '2026-12-01', subtotal: { amount: 9_500 * entries } });
    const waiting = await engine.table.queryAll({ partition: `W#${setting.workspace.id}#OUT` });
    expect(waiting.map(({ sk }) => sk)).toContain(`3-documents#invoice#${made.id}`);
  });

  test('F28: runs that were missed are caught up, each period once, and late time is not lost', async () => {
    const setting = await storeSetting(engine.table);
    await plan(setting, { jobId: setting.job.id, every: 'week', day: 7 });
    // The first lies before anything that is caught up by itself.
    for (const date of ['2026-11-11', '2026-11-20', '2027-01-13', '2027-01-19']) await work(setting, date);
    now = '2027-01-25T01:00:00.000Z';
    await Promise.all([tick(), tick(), tick()]);
    await tick();
    const made = (await invoicesOf(setting)).map(({ subtotal }) => subtotal.amount as number);
    expect(made.sort()).toEqual([19_000, 9_500, 9_500].sort());
    await at('2027-01-25T02:00:00.000Z');
    expect(await invoicesOf(setting)).toHaveLength(3);
  });

  test('F28: cut off anywhere and run again, there is one invoice for the period', async () => {
    for (const entries of [2, 120]) {
      let cut = 1;
      for (let finished = false; !finished; cut += 1) {
        const setting = await storeSetting(engine.table);
        await work(setting, '2026-11-11', entries);
        now = '2026-11-10T12:00:00.000Z';
        await plan(setting, { jobId: setting.job.id, every: 'week', day: 5 });
        now = '2026-11-14T00:05:00.000Z';
        let writes = 0;
        // Dies behind its nth write: everything after it fails, as if the function were gone.
        const dying: Table = {
          ...engine.table,
          commit: async (asked) => {
            if (writes >= cut) throw new Error('gone');
            await engine.table.commit(asked);
            writes += 1;
          },
        };
        await tick(dying);
        finished = writes < cut;
        now = '2026-11-14T02:30:00.000Z';
        await tick();
        const made = await invoicesOf(setting);
        expect({ entries, cut, made: made.map(({ subtotal }) => subtotal.amount) }).toEqual({
          ...{ entries, cut, made: [9_500 * entries] },
        });
        await giveUpStale({ table: engine.table, now: () => '2026-11-14T03:00:00.000Z', tell: () => undefined });
        await tick();
        expect(await invoicesOf(setting)).toHaveLength(1);
      }
      expect(cut).toBeGreaterThan(2);
    }
  });

  test('F28: beyond fifty invoices of a client in a day it is stopped, and somebody is told, until a person lets it go on', async () => {
    const setting = await storeSetting(engine.table);
    const made = await plan(setting, { jobId: setting.job.id, every: 'week', day: 5 });
    await work(setting, '2026-11-11');
    const day = { ...keys.quota(setting.workspace.id, `scheduled#${setting.client.id}`, '2026-11-14'), v: 1, count: 50 };
    await engine.table.putMany([day]);
    await at('2026-11-14T00:05:00.000Z');
    expect(told).toEqual(['runaway']);
    expect(await notices(setting)).toEqual(['schedule-runaway']);
    await at('2026-11-15T00:05:00.000Z');
    expect(await invoicesOf(setting)).toEqual([]);
    const shown = await ask(setting, 'GET /v1/invoice-schedules/{id}', { id: made.id });
    expect(shown.body).toMatchObject({ paused: true, pausedReason: 'runaway', nextRunAt: null, runs: [] });
    const goesOn = await ask(setting, 'PATCH /v1/invoice-schedules/{id}', { id: made.id, body: { paused: false } });
    expect(goesOn.body).toMatchObject({ paused: false, pausedReason: null, nextPeriodEnd: '2026-11-13' });
    await tick();
    expect(await invoicesOf(setting)).toHaveLength(1);
    expect(await notices(setting)).toEqual([]);
  });

  test('that can not do its work says so once, tries again, and keeps nobody waiting', async () => {
    const setting = await storeSetting(engine.table, {
      workspace: { taxRegistrations: [{ country: 'CA', number: '123456789RT0001', from: '2020-01-01' }], country: 'CA' },
      client: { country: 'CA', region: null },
    });
    const other = await storeSetting(engine.table);
    for (const one of [setting, other]) {
      await plan(one, { jobId: one.job.id, every: 'week', day: 5 });
      await work(one, '2026-11-11');
    }
    await at('2026-11-14T00:05:00.000Z');
    await tick();
    expect(told.filter((one) => one.startsWith('failed'))).toHaveLength(1);
    expect(await notices(setting)).toEqual(['schedule-failed']);
    expect(await invoicesOf(other)).toHaveLength(1);
    await engine.table.commit(replaceWorkspace({ ...setting.workspace, taxRegistrations: [] }));
    await at('2026-11-14T01:20:00.000Z');
    expect(await invoicesOf(setting)).toHaveLength(1);
    expect(await notices(setting)).toEqual([]);
  });

  test('can be changed, paused and ended; what was ended makes nothing', async () => {
    const setting = await storeSetting(engine.table);
    const made = await plan(setting, { jobId: setting.job.id, every: 'month', day: 10, until: '2026-12-31' });
    expect(made).toMatchObject({ nextPeriodEnd: '2026-11-10' });
    const change = (body: object, ifMatch = '*') =>
      ask(setting, 'PATCH /v1/invoice-schedules/{id}', { id: made.id, body, ifMatch });
    expect((await change({ paused: true }, '7')).status).toBe(412);
    expect((await change({ every: 'week' })).body).toMatchObject({ code: 'validation' });
    expect((await change({ every: 'week', day: 3 })).body).toMatchObject({ nextPeriodEnd: '2026-11-11' });
    expect((await change({ paused: true })).body).toMatchObject({ paused: true, pausedReason: 'by-hand', nextRunAt: null });
    await work(setting, '2026-11-09');
    await at('2026-11-13T00:00:00.000Z');
    expect(await invoicesOf(setting)).toEqual([]);
    expect((await ask(setting, 'DELETE /v1/invoice-schedules/{id}', { id: made.id })).status).toBe(204);
    expect((await ask(setting, 'GET /v1/invoice-schedules/{id}', { id: made.id })).status).toBe(404);
    await tick();
    expect(await invoicesOf(setting)).toEqual([]);
  });

  test('is not for a fixed price, and not for things of others', async () => {
    const setting = await storeSetting(engine.table, { job: { billing: 'fixed' } });
    const other = await storeSetting(engine.table);
    const refused = [
      [{ jobId: setting.job.id, every: 'week', day: 1 }, 400],
      [{ jobId: other.job.id, every: 'week', day: 1 }, 404],
      [{ clientId: other.client.id, every: 'week', day: 1 }, 404],
      [{ clientId: setting.client.id, every: 'week', day: 1, until: '2026-11-11' }, 400],
      [{ clientId: setting.client.id, jobId: setting.job.id, every: 'week', day: 1 }, 400],
    ] as const;
    for (const [body, status] of refused)
      expect((await ask(setting, 'POST /v1/invoice-schedules', { body })).status).toBe(status);
    expect((await ask(setting, 'GET /v1/invoice-schedules')).body.items).toEqual([]);
  });

  test('that is said wrongly is refused with the place of each fault', async () => {
    const setting = await storeSetting(engine.table);
    const right = { jobId: setting.job.id, every: 'month', day: 'last' };
    const wrong: [body: object, paths: string[]][] = [
      [{ every: 'month', day: 'last' }, ['jobId']],
      [{ ...right, jobId: undefined, clientId: 'Harbour' }, ['clientId']],
      [{ ...right, every: 'year' }, ['every']],
      [{ ...right, day: 29 }, ['day']],
      [{ ...right, day: 'first' }, ['day']],
      [{ ...right, every: 'week', day: 8 }, ['day']],
      [{ ...right, dueInDays: -1, groupBy: 'year', draft: 'no' }, ['dueInDays', 'groupBy', 'draft']],
      [{ ...right, until: '9999-12-31' }, ['until']],
      [{ ...right, until: '2026-02-30' }, ['until']],
      [{ ...right, weekday: 1 }, ['weekday']],
    ];
    for (const [body, paths] of wrong) {
      const answer = await ask(setting, 'POST /v1/invoice-schedules', { body });
      expect([answer.status, answer.body.errors.map(({ path }: { path: string }) => path)]).toEqual([400, paths]);
    }
  });
});
