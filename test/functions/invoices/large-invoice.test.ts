import { describe, expect, test } from '@jest/globals';
import { giveUpStale } from '../../../functions/invoices/give-up-stale.ts';
import { invoicesDoor } from '../../../functions/invoices/door.ts';
import type { Table } from '../../../shared/store/table.ts';
import { stillCollecting, type InvoiceHead } from '../../../shared/store/invoices.ts';
import { parseTimeEntry, taken, timeEntryKey } from '../../../shared/store/time-entries.ts';
import { dyingTable } from '../../support/dying-table.ts';
import { apiEvent, callDoor, type Answer } from '../../support/door-call.ts';
import { startEngine } from '../../support/engine.ts';
import { newId, storeEntries, storeSetting, type Setting } from '../../support/billing.ts';
import { forAllTests } from '../../support/for-all-tests.ts';

const engine = await forAllTests(startEngine());

const start = Date.parse('2026-11-20T10:00:00Z');
const doorAt = (table: Table, time: number) =>
  invoicesDoor({
    table,
    newId,
    ring: async () => undefined,
    closeCheckout: async () => undefined,
    clock: () => time,
    random: () => 0.5,
    sleep: async () => undefined,
  });

const bill = (table: Table, setting: Setting, time = start, key = 'large'): Promise<Answer> =>
  callDoor(
    doorAt(table, time),
    apiEvent(setting.caller, 'POST /v1/invoices', { body: { jobId: setting.job.id }, headers: { 'idempotency-key': key } }),
  );
const listed = async (setting: Setting) =>
  (await callDoor(doorAt(engine.table, start), apiEvent(setting.caller, 'GET /v1/invoices'))).body.items as {
    id: string;
    number: string;
  }[];
const holders = async (setting: Setting, ids: readonly string[]) => {
  const items = await engine.table.batchGet(ids.map((id) => timeEntryKey(setting.workspace.id, id)));
  return new Set([...items.values()].map((item) => parseTimeEntry(item).invoiceId));
};
const sweepAt = (time: number) =>
  giveUpStale({ table: engine.table, now: () => new Date(time).toISOString(), tell: () => undefined });

describe('F18: an invoice of more entries than one transaction takes', () => {
  test('takes 250 entries, all or none, and shows its lines page by page', async () => {
    const setting = await storeSetting(engine.table);
    const entries = await storeEntries(engine.table, setting, 250);
    const made = await bill(engine.table, setting);
    expect(made).toMatchObject({
      status: 201,
      body: { number: 'INV-0001', subtotal: { amount: 2_375_000 }, linesCursor: '100' },
    });
    expect(made.body.lines).toHaveLength(100);
    expect(
      await holders(
        setting,
        entries.map(({ id }) => id),
      ),
    ).toEqual(new Set([made.body.id]));
    const rest = await callDoor(
      doorAt(engine.table, start),
      apiEvent(setting.caller, 'GET /v1/invoices/{id}/lines', {
        params: { id: made.body.id },
        query: { cursor: '200', limit: '100' },
      }),
    );
    expect(rest.body.items).toHaveLength(50);
    expect(rest.body.nextCursor).toBeUndefined();
    expect((await bill(engine.table, setting)).text).toBe(made.text);
  });

  // Claim, head, lines, two chunks, issue: six writes, each of which may be the last thing a function does.
  const deaths = [1, 2, 3, 4, 5, 6].flatMap((atWrite) =>
    [false, true].map((after) => [atWrite, after ? 'after' : 'before'] as const),
  );

  test.each(deaths)(
    'a function that dies at write %i, %s it was made: the same request later makes the one invoice',
    async (atWrite, when) => {
      const setting = await storeSetting(engine.table);
      const entries = await storeEntries(engine.table, setting, 186);
      const dying = dyingTable(engine.table, { atWrite, after: when === 'after' });
      const lost = await bill(dying.table, setting);
      expect(dying.died()).toBe(true);
      expect(lost.status).toBe(500);
      if (atWrite > 1)
        expect((await bill(engine.table, setting, start + 1000)).status).toBe(atWrite === 6 && when === 'after' ? 201 : 409);
      const again = await bill(engine.table, setting, start + 60_000);
      expect(again.status).toBe(201);
      expect(await listed(setting)).toEqual([expect.objectContaining({ id: again.body.id, number: 'INV-0001' })]);
      expect(
        await holders(
          setting,
          entries.map(({ id }) => id),
        ),
      ).toEqual(new Set([again.body.id]));
    },
  );

  test.each(deaths.filter(([atWrite]) => atWrite < 6))(
    'dead at write %i, %s it: nobody comes back, and the sweep frees every entry',
    async (atWrite, when) => {
      const setting = await storeSetting(engine.table);
      const entries = await storeEntries(engine.table, setting, 186);
      await bill(dyingTable(engine.table, { atWrite, after: when === 'after' }).table, setting);
      await sweepAt(start + 15 * 60_000);
      expect(
        await holders(
          setting,
          entries.map(({ id }) => id),
        ),
      ).toEqual(new Set([null]));
      expect(await listed(setting)).toEqual([]);
      const next = await bill(engine.table, setting, start + 16 * 60_000, 'another-key');
      expect(next.body).toMatchObject({ number: 'INV-0001', subtotal: { amount: 1_767_000 } });
    },
  );

  test('a function that wakes up after the sweep can take nothing more', async () => {
    const setting = await storeSetting(engine.table);
    const entries = await storeEntries(engine.table, setting, 120);
    const dying = dyingTable(engine.table, { atWrite: 4, after: true });
    await bill(dying.table, setting);
    const holder = [
      ...(await holders(
        setting,
        entries.map(({ id }) => id),
      )),
    ].find((id) => id !== null) as string;
    await sweepAt(start + 15 * 60_000);
    const late = engine.table.commit([
      stillCollecting(setting.workspace.id, { id: holder, epoch: 1 } as InvoiceHead),
      taken(setting.workspace.id, entries.at(-1)!, holder),
    ]);
    await expect(late).rejects.toMatchObject({ name: 'Conflict' });
  });

  test('more than 2,000 entries are refused before anything is written', async () => {
    const setting = await storeSetting(engine.table);
    await storeEntries(engine.table, setting, 2001);
    expect(await bill(engine.table, setting)).toMatchObject({ status: 422, body: { code: 'too-many-entries' } });
  });
});
