import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { partitions } from '../../shared/store/keys.ts';
import { listEntries, type EntryFilter } from '../../shared/store/time-entry-list.ts';
import {
  addEntry,
  freed,
  readTimeEntry,
  removeEntry,
  replaceEntry,
  taken,
  type TimeEntry,
} from '../../shared/store/time-entries.ts';
import { startEngine, type Engine } from '../support/engine.ts';
import { newId } from '../support/workspace.ts';

let engine: Engine;
let ws: string;
let jobId: string;

beforeAll(async () => {
  engine = await startEngine();
});
afterAll(() => engine.close());
beforeEach(() => {
  ws = newId('ws');
  jobId = newId('job');
});

const entry = (changes: Partial<TimeEntry> = {}): TimeEntry => ({
  id: newId('te'),
  version: 1,
  jobId,
  memberId: 'mem_1',
  serviceId: null,
  startedAt: '2026-11-17T09:00:00.000Z',
  endedAt: '2026-11-17T10:00:00.000Z',
  zone: 'Europe/London',
  date: '2026-11-17',
  days: [{ date: '2026-11-17', seconds: 3600 }],
  seconds: 3600,
  description: 'Sketches',
  billable: true,
  rate: { amount: 12_000, currency: 'GBP' },
  rateSource: 'job',
  review: false,
  invoiceId: null,
  ...changes,
});
/** From Tuesday evening to Wednesday morning. */
const night = (changes: Partial<TimeEntry> = {}): TimeEntry =>
  entry({ startedAt: '2026-11-17T22:00:00.000Z', endedAt: '2026-11-18T02:00:00.000Z', seconds: 14_400, ...changes });
const add = async (made: TimeEntry): Promise<TimeEntry> => {
  await engine.table.commit(addEntry(ws, made));
  return made;
};
const read = (id: string) => readTimeEntry(engine.table)(ws, id);
const unbilled = async (job = jobId): Promise<unknown[]> => {
  const items = await engine.table.queryAll({ index: 'unbilled', partition: partitions.unbilledOfJob(ws, job) });
  return items.map(({ id }) => id);
};
const list = async (filter: Partial<EntryFilter>): Promise<string[]> => {
  const whole = { from: '2026-01-01', range: '', ...filter };
  const { items } = await listEntries(engine.table)(ws, whole, { limit: 100 });
  return items.map((listed) => listed.entry.id);
};

describe('an entry in the store', () => {
  test('is read as it was written, and found by workspace, job and member', async () => {
    const made = await add(entry());
    expect(await read(made.id)).toEqual(made);
    expect(await list({})).toEqual([made.id]);
    expect(await list({ jobId })).toEqual([made.id]);
    expect(await list({ memberId: 'mem_1' })).toEqual([made.id]);
    expect(await list({ memberId: 'mem_2' })).toEqual([]);
    expect(await unbilled()).toEqual([made.id]);
  });

  test('is made once', async () => {
    const made = await add(entry());
    await expect(engine.table.commit(addEntry(ws, { ...made, seconds: 1 }))).rejects.toMatchObject({ name: 'Conflict' });
    expect(await read(made.id)).toEqual(made);
  });

  test('that is not billable or taken is no candidate for an invoice', async () => {
    const free = await add(entry({ billable: false }));
    expect(await unbilled()).toEqual([]);
    await engine.table.commit(replaceEntry(ws, free, { ...free, billable: true }));
    expect(await unbilled()).toEqual([free.id]);
    await engine.table.commit([taken(ws, { ...free, version: 2 }, 'inv_1')]);
    expect(await unbilled()).toEqual([]);
  });

  test('grows its version with each change and is replaced as it was read only', async () => {
    const made = await add(entry());
    await engine.table.commit(replaceEntry(ws, made, { ...made, description: 'First' }));
    const stale = engine.table.commit(replaceEntry(ws, made, { ...made, description: 'Second' }));
    await expect(stale).rejects.toMatchObject({ name: 'Conflict', what: 'time entry' });
    expect(await read(made.id)).toMatchObject({ description: 'First', version: 2 });
    await expect(engine.table.commit(removeEntry(ws, made))).rejects.toMatchObject({ name: 'Conflict' });
    await engine.table.commit(removeEntry(ws, { ...made, version: 2 }));
    expect(await read(made.id)).toBeUndefined();
  });

  test('moves between the lists of jobs', async () => {
    const made = await add(night());
    const other = newId('job');
    await engine.table.commit(replaceEntry(ws, made, { ...made, jobId: other }));
    expect(await list({ jobId })).toEqual([]);
    expect(await list({ jobId, from: '2026-11-18' })).toEqual([]);
    expect(await list({ jobId: other, from: '2026-11-18' })).toEqual([made.id]);
    expect(await unbilled()).toEqual([]);
    expect(await unbilled(other)).toEqual([made.id]);
  });
});

describe('taking and freeing', () => {
  test('an entry is taken as it was read, by one invoice', async () => {
    const made = await add(entry());
    await engine.table.commit([taken(ws, made, 'inv_1')]);
    expect(await read(made.id)).toMatchObject({ invoiceId: 'inv_1', version: 2 });
    const second = engine.table.commit([taken(ws, { ...made, version: 2 }, 'inv_2')]);
    await expect(second).rejects.toMatchObject({ code: 'entry-billed', facts: { invoiceId: 'inv_1' } });
  });

  test('an entry that was edited meanwhile is not taken', async () => {
    const made = await add(entry());
    await engine.table.commit(replaceEntry(ws, made, { ...made, seconds: 60 }));
    await expect(engine.table.commit([taken(ws, made, 'inv_1')])).rejects.toMatchObject({ name: 'Conflict' });
  });

  test('all of a transaction are taken or none', async () => {
    const [one, two, three] = [await add(entry()), await add(entry()), await add(entry())];
    await engine.table.commit([taken(ws, two, 'inv_1')]);
    await expect(engine.table.commit([one, two, three].map((each) => taken(ws, each, 'inv_2')))).rejects.toMatchObject({
      code: 'entry-billed',
      facts: { timeEntryId: two.id },
    });
    expect([await read(one.id), await read(three.id)]).toEqual([one, three]);
  });

  test('a taken entry is neither replaced nor removed; the loser reads again', async () => {
    const made = await add(entry());
    await engine.table.commit([taken(ws, made, 'inv_1')]);
    const now = { ...made, version: 2, invoiceId: 'inv_1' };
    await expect(engine.table.commit(replaceEntry(ws, now, { ...now, seconds: 1 }))).rejects.toMatchObject({ name: 'Conflict' });
    await expect(engine.table.commit(removeEntry(ws, now))).rejects.toMatchObject({ name: 'Conflict' });
  });

  test('freed by its invoice it is a candidate again; by another one it is not freed', async () => {
    const made = await add(entry());
    await engine.table.commit([taken(ws, made, 'inv_1')]);
    const held = { ...made, version: 2, invoiceId: 'inv_1' };
    await expect(engine.table.commit([freed(ws, held, 'inv_2')])).rejects.toMatchObject({ name: 'Conflict' });
    await engine.table.commit([freed(ws, held, 'inv_1')]);
    expect(await read(made.id)).toEqual({ ...made, version: 3 });
    expect(await unbilled()).toEqual([made.id]);
    await expect(engine.table.commit([freed(ws, held, 'inv_1')])).rejects.toMatchObject({ name: 'Conflict' });
  });

  test('what is not billable stays no candidate when it is freed', async () => {
    const made = await add(entry({ billable: false }));
    await engine.table.commit([taken(ws, made, 'inv_1')]);
    await engine.table.commit([freed(ws, { ...made, version: 2, invoiceId: 'inv_1' }, 'inv_1')]);
    expect(await unbilled()).toEqual([]);
  });
});

describe('the days of an entry', () => {
  test('over midnight it is found on both days, each time as it is now', async () => {
    const made = await add(night());
    expect(await list({ from: '2026-11-18', to: '2026-11-18' })).toEqual([made.id]);
    expect(await list({ from: '2026-11-17' })).toEqual([made.id]);
    await engine.table.commit([taken(ws, made, 'inv_1')]);
    const { items } = await listEntries(engine.table)(ws, { from: '2026-11-18', range: '' }, { limit: 10 });
    expect(items).toMatchObject([{ entry: { id: made.id, invoiceId: 'inv_1', version: 2 } }]);
  });

  test('an end at midnight doesn’t reach the next day', async () => {
    await add(night({ endedAt: '2026-11-18T00:00:00.000Z' }));
    expect(await list({ from: '2026-11-18' })).toEqual([]);
  });

  test('removed, nothing of it is left', async () => {
    const made = await add(night());
    await engine.table.commit(removeEntry(ws, made));
    expect(await engine.table.queryAll({ partition: `W#${ws}#TE#${made.id}` })).toEqual([]);
  });

  test('an entry of two years is stored, changed and removed, each in one transaction', async () => {
    const made = await add(entry({ endedAt: '2028-11-17T10:00:00.000Z', review: true }));
    expect(await list({ from: '2027-02-15', to: '2027-02-15' })).toEqual([made.id]);
    const other = newId('job');
    await engine.table.commit(replaceEntry(ws, made, { ...made, jobId: other }));
    const corrected = { ...made, version: 2, jobId: other };
    await engine.table.commit(replaceEntry(ws, corrected, { ...corrected, endedAt: '2026-11-18T08:00:00.000Z' }));
    expect(await list({ from: '2027-01-01' })).toEqual([]);
    expect(await list({ from: '2026-11-18' })).toEqual([made.id]);
  });
});
