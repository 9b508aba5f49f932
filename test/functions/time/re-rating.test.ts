import { describe, expect, test } from '@jest/globals';
import { timeDoor } from '../../../functions/time/door.ts';
import { addExpense } from '../../../shared/store/expenses.ts';
import { replaceJob } from '../../../shared/store/jobs.ts';
import type { Table } from '../../../shared/store/table.ts';
import { parseTimeEntry, taken, timeEntryKey, type TimeEntry } from '../../../shared/store/time-entries.ts';
import { newId, storeEntries, storeSetting, type Setting } from '../../support/billing.ts';
import { apiEvent, callDoor, type Answer } from '../../support/door-call.ts';
import { startEngine } from '../../support/engine.ts';
import { forAllTests } from '../../support/for-all-tests.ts';

const engine = await forAllTests(startEngine());

let keysUsed = 0;
const ask = (
  { caller }: Pick<Setting, 'caller'>,
  path: 're-rate' | 're-rate/preview',
  id: string,
  body: object,
  { table = engine.table, key = `k${(keysUsed += 1)}` }: { table?: Table; key?: string } = {},
): Promise<Answer> =>
  callDoor(
    timeDoor({ table, newId, clock: Date.now, random: Math.random, sleep: async () => undefined }),
    apiEvent(caller, `POST /v1/jobs/{id}/${path}`, { body, params: { id }, headers: { 'idempotency-key': key } }),
  );
const gbp = (amount: number) => ({ amount, currency: 'GBP' });
const stored = async ({ workspace }: Setting, entries: readonly TimeEntry[]): Promise<TimeEntry[]> => {
  const found = await engine.table.batchGet(entries.map(({ id }) => timeEntryKey(workspace.id, id)));
  const byId = new Map([...found.values()].map(parseTimeEntry).map((entry) => [entry.id, entry]));
  return entries.flatMap(({ id }) => byId.get(id) ?? []);
};
/** The job's rate becomes 120.00 an hour. */
const dearer = async ({ workspace, job }: Setting): Promise<void> =>
  engine.table.commit([replaceJob(workspace.id, { ...job, rate: gbp(12_000) })]);

describe('rating the unbilled entries of a job anew', () => {
  test('F13: changing a rate changes no entry; the command does, as its preview has shown', async () => {
    const setting = await storeSetting(engine.table);
    const entries = await storeEntries(engine.table, setting, 2);
    await dearer(setting);
    expect((await stored(setting, entries)).map(({ rate }) => rate)).toEqual([gbp(9_500), gbp(9_500)]);
    const preview = await ask(setting, 're-rate/preview', setting.job.id, {});
    expect(preview).toMatchObject({ status: 200, body: { unchanged: 0, before: gbp(19_000), after: gbp(24_000) } });
    expect(preview.body.entries).toHaveLength(2);
    expect(preview.body.entries[0]).toMatchObject({
      before: { rate: gbp(9_500), rateSource: 'job' },
      after: { rate: gbp(12_000), rateSource: 'job' },
    });
    expect((await stored(setting, entries)).map(({ version }) => version)).toEqual([1, 1]);

    const { expect: seen } = preview.body;
    const done = await ask(setting, 're-rate', setting.job.id, { expect: seen }, { key: 'once' });
    expect(done).toMatchObject({ status: 200, body: { changed: 2, unchanged: 0, skipped: [] } });
    const after = await stored(setting, entries);
    expect(after.map(({ rate, rateSource, version }) => ({ rate, rateSource, version }))).toEqual(
      entries.map(() => ({ rate: gbp(12_000), rateSource: 'job', version: 2 })),
    );
    expect((await ask(setting, 're-rate', setting.job.id, { expect: seen }, { key: 'once' })).text).toBe(done.text);
    const again = await ask(setting, 're-rate', setting.job.id, { expect: seen });
    expect(again.body).toEqual({ changed: 0, unchanged: 2, skipped: [] });
  });

  test('takes those of some members and days only, and never what is on an invoice', async () => {
    const setting = await storeSetting(engine.table);
    const [mine] = await storeEntries(engine.table, setting, 1);
    const [late] = await storeEntries(engine.table, setting, 1, { date: '2026-11-09' });
    const [held] = await storeEntries(engine.table, setting, 1);
    await engine.table.commit([taken(setting.workspace.id, held!, newId('inv'))]);
    await dearer(setting);
    const { body } = await ask(setting, 're-rate/preview', setting.job.id, { to: '2026-11-05' });
    expect(body.entries.map(({ timeEntryId }: { timeEntryId: string }) => timeEntryId)).toEqual([mine!.id]);
    await ask(setting, 're-rate', setting.job.id, { to: '2026-11-05', expect: body.expect });
    expect((await stored(setting, [mine!, late!, held!])).map(({ rate }) => rate?.amount)).toEqual([12_000, 9_500, 9_500]);
  });

  test('leaves out what was spent for the job and is still to be billed', async () => {
    const setting = await storeSetting(engine.table);
    const entries = await storeEntries(engine.table, setting, 1);
    const about = { jobId: setting.job.id, memberId: entries[0]!.memberId, date: '2026-11-02', description: 'Train to Bristol' };
    const spent = { ...about, amount: gbp(4_250), taxIncluded: true, billable: true, paidBy: 'member', toXero: false } as const;
    await engine.table.commit([addExpense(setting.workspace.id, { id: newId('exp'), version: 1, invoiceId: null, ...spent })]);
    await dearer(setting);
    const preview = await ask(setting, 're-rate/preview', setting.job.id, {});
    expect(preview).toMatchObject({ status: 200, body: { before: gbp(9_500), after: gbp(12_000) } });
    const done = await ask(setting, 're-rate', setting.job.id, { expect: preview.body.expect });
    expect(done).toMatchObject({ status: 200, body: { changed: 1, unchanged: 0 } });
  });

  test('is refused when the preview no longer holds, and for a job or a member elsewhere', async () => {
    const setting = await storeSetting(engine.table);
    const other = await storeSetting(engine.table);
    const entries = await storeEntries(engine.table, setting, 1);
    await dearer(setting);
    const preview = await ask(setting, 're-rate/preview', setting.job.id, {});
    await storeEntries(engine.table, setting, 1);
    expect(await ask(setting, 're-rate', setting.job.id, { expect: preview.body.expect })).toMatchObject({
      status: 409,
      body: { code: 'preview-changed' },
    });
    expect((await stored(setting, entries))[0]?.rate).toEqual(gbp(9_500));
    expect((await ask(setting, 're-rate', other.job.id, { expect: 'x' })).status).toBe(404);
    expect((await ask(setting, 're-rate/preview', setting.job.id, { memberIds: [newId('mem')] })).status).toBe(404);
    const expert = { caller: { ...setting.caller, role: 'expert' as const } };
    expect((await ask(expert, 're-rate/preview', setting.job.id, {})).status).toBe(403);
  });

  test('leaves alone what is billed at the same moment, and tells of it', async () => {
    const setting = await storeSetting(engine.table);
    const entries = await storeEntries(engine.table, setting, 3);
    await dearer(setting);
    const { body } = await ask(setting, 're-rate/preview', setting.job.id, {});
    let isBilled = false;
    /** Somebody bills the first of them right before the first write. */
    const racing: Table = {
      ...engine.table,
      commit: async (writes) => {
        if (!isBilled && writes.length > 1) {
          isBilled = true;
          await engine.table.commit([taken(setting.workspace.id, entries[0]!, newId('inv'))]);
        }
        return engine.table.commit(writes);
      },
    };
    const done = await ask(setting, 're-rate', setting.job.id, { expect: body.expect }, { table: racing });
    expect(done.body).toEqual({ changed: 2, unchanged: 0, skipped: [{ timeEntryId: entries[0]!.id, reason: 'taken' }] });
    expect((await stored(setting, entries)).map(({ rate }) => rate?.amount)).toEqual([9_500, 12_000, 12_000]);
  });

  test('of several hundred goes in chunks; cut off between them, asking again goes on', async () => {
    const setting = await storeSetting(engine.table);
    const entries = await storeEntries(engine.table, setting, 220);
    await dearer(setting);
    const { body } = await ask(setting, 're-rate/preview', setting.job.id, {});
    let commits = 0;
    const dying: Table = {
      ...engine.table,
      commit: async (writes) => {
        commits += 1;
        if (commits > 2) throw new Error('gone');
        return engine.table.commit(writes);
      },
    };
    const cut = await ask(setting, 're-rate', setting.job.id, { expect: body.expect }, { table: dying });
    expect(cut.status).toBe(500);
    const half = await stored(setting, entries);
    expect(half.filter(({ rate }) => rate?.amount === 12_000)).toHaveLength(95);
    const rest = await ask(setting, 're-rate', setting.job.id, { expect: body.expect });
    expect(rest.body).toEqual({ changed: 125, unchanged: 95, skipped: [] });
    expect((await stored(setting, entries)).every(({ rate, version }) => rate?.amount === 12_000 && version === 2)).toBe(true);
  });
});
