import { beforeEach, describe, expect, test } from '@jest/globals';
import { keys } from '../../../shared/store/keys.ts';
import { addEntry, freed, readTimeEntry, taken, type TimeEntry } from '../../../shared/store/time-entries.ts';
import { put } from '../../../shared/store/write.ts';
import { startEngine } from '../../support/engine.ts';
import { forAllTests } from '../../support/for-all-tests.ts';
import { openRooms, type Rooms } from '../../support/rooms.ts';
import { newId, seedWorkspace, type TestWorkspace } from '../../support/workspace.ts';

const engine = await forAllTests(startEngine());
let rooms: Rooms;
let seeded: TestWorkspace;
let ws: string;

beforeEach(async () => {
  rooms = openRooms(engine);
  seeded = await seedWorkspace(engine.table);
  ws = seeded.workspace.id;
});

/** An invoice as far as an entry can tell. */
const invoice = (id: string, status: string, number: string | null) =>
  put('invoice', { ...keys.invoice(ws, id), id, status, ...(number === null ? {} : { number }) });

const anEntry = async (): Promise<TimeEntry> => {
  const made = await rooms.time<{ id: string }>({
    route: 'POST /v1/time-entries',
    from: seeded.expert,
    body: { jobId: seeded.job.id, date: '2026-11-19', durationSeconds: 3600 },
  });
  return (await readTimeEntry(engine.table)(ws, made.body.id)) as TimeEntry;
};

const takenEntry = async (status: string, number: string | null): Promise<{ entry: TimeEntry; invoiceId: string }> => {
  const entry = await anEntry();
  const invoiceId = newId('inv');
  await engine.table.commit([taken(ws, entry, invoiceId), invoice(invoiceId, status, number)]);
  return { entry, invoiceId };
};

const view = (entry: TimeEntry) =>
  rooms.time<{ status: string; invoiceId: string; invoiceNumber: string }>({
    route: 'GET /v1/time-entries/{id}',
    from: seeded.expert,
    params: { id: entry.id },
  });

describe('what an entry shows of the invoice that has taken it', () => {
  test.each([
    ['collecting', null, 'held'],
    ['draft', null, 'held'],
    ['draft', 'INV-0007', 'held'],
    ['issued', 'INV-0007', 'billed'],
    ['partially-paid', 'INV-0007', 'billed'],
    ['paid', 'INV-0007', 'billed'],
    ['voiding', 'INV-0007', 'held'],
    ['void', 'INV-0007', 'held'],
    ['abandoned', null, 'held'],
  ])('%s, number %s: %s', async (status, number, shown) => {
    const { entry, invoiceId } = await takenEntry(status, number);
    expect((await view(entry)).body).toMatchObject({ status: shown, invoiceId, invoiceNumber: number });
  });

  test('freed, it is unbilled with the rate that it had', async () => {
    const { entry, invoiceId } = await takenEntry('issued', 'INV-0007');
    await engine.table.commit([freed(ws, { ...entry, version: 2, invoiceId }, invoiceId)]);
    expect((await view(entry)).body).toMatchObject({
      status: 'unbilled',
      invoiceId: null,
      invoiceNumber: null,
      rate: { amount: 12000, currency: 'GBP' },
    });
  });
});

describe('F12: every way of changing an entry that an invoice has taken is refused and names the invoice', () => {
  const changes = [
    ['its words', { description: 'x' }],
    ['its day', { date: '2026-11-18' }],
    ['its duration', { durationSeconds: 60 }],
    ['its start and end', { startedAt: '2026-11-18T09:00:00Z', endedAt: '2026-11-18T10:00:00Z' }],
    ['whether it is billable', { billable: false }],
    ['its service', { serviceId: null }],
    ['its review', { review: false }],
  ] as const;
  const ways = [
    ...changes.map(([what, body]) => [`PATCH ${what}`, 'PATCH /v1/time-entries/{id}', body] as const),
    ['DELETE', 'DELETE /v1/time-entries/{id}', undefined] as const,
  ];
  const table = (['expert', 'finance', 'admin'] as const).flatMap((who) =>
    ways.map(([name, route, body]) => ({ who, name, route, body })),
  );

  test.each(table)('$who: $name', async ({ who, route, body }) => {
    const { entry, invoiceId } = await takenEntry('issued', 'INV-0042');
    const before = await view(entry);
    for (const ifMatch of ['*', '"2"', '"1"']) {
      const answer = await rooms.time({
        route,
        from: seeded[who],
        params: { id: entry.id },
        headers: { 'if-match': ifMatch },
        ...(body ? { body } : {}),
      });
      expect(answer.status).toBe(409);
      expect(answer.body).toMatchObject({
        code: 'entry-billed',
        timeEntryId: entry.id,
        invoiceId,
        invoiceNumber: 'INV-0042',
        currentVersion: '2',
        detail: expect.stringContaining('INV-0042') as unknown,
      });
    }
    expect(await view(entry)).toEqual(before);
  });

  test('moved to another job', async () => {
    const { entry } = await takenEntry('draft', null);
    const other = await rooms.workspace<{ id: string }>({
      route: 'POST /v1/jobs',
      from: seeded.finance,
      body: { clientId: seeded.client.id, name: 'Other' },
    });
    const answer = await rooms.time({
      route: 'PATCH /v1/time-entries/{id}',
      from: seeded.finance,
      params: { id: entry.id },
      headers: { 'if-match': '*' },
      body: { jobId: other.body.id },
    });
    expect([answer.status, answer.body['code']]).toEqual([409, 'entry-billed']);
  });

  test('stopping its timer again shows it as it is', async () => {
    const started = await rooms.time<{ running: { id: string } }>({
      route: 'POST /v1/timer/start',
      from: seeded.expert,
      body: { jobId: seeded.job.id },
    });
    rooms.clock.advance(60);
    await rooms.time({ route: 'POST /v1/timer/stop', from: seeded.expert });
    const entry = (await readTimeEntry(engine.table)(ws, started.body.running.id)) as TimeEntry;
    const invoiceId = newId('inv');
    await engine.table.commit([taken(ws, entry, invoiceId), invoice(invoiceId, 'issued', 'INV-0001')]);
    const again = await rooms.time({ route: 'POST /v1/timer/stop', from: seeded.expert, body: { description: 'Other words' } });
    expect(again.body).toMatchObject({ entry: { id: entry.id, description: '', status: 'billed', invoiceNumber: 'INV-0001' } });
  });
});

describe('F11: an edit races an invoice that takes the entry', () => {
  test.each([
    ['edit', 'PATCH /v1/time-entries/{id}', { description: 'edited' }, 200],
    ['delete', 'DELETE /v1/time-entries/{id}', undefined, 204],
  ] as const)('%s: exactly one wins', async (_what, route, body, won) => {
    for (let round = 0; round < 8; round += 1) {
      const entry = await anEntry();
      const invoiceId = newId('inv');
      const take = engine.table.commit([taken(ws, entry, invoiceId), invoice(invoiceId, 'draft', null)]).then(
        () => 'taken' as const,
        () => 'lost' as const,
      );
      const change = rooms.time({
        route,
        from: seeded.expert,
        params: { id: entry.id },
        headers: { 'if-match': '"1"' },
        ...(body ? { body } : {}),
      });
      const [taking, answer] = await Promise.all([take, change]);
      if (taking === 'lost') expect(answer.status).toBe(won);
      else {
        expect(answer).toMatchObject({ status: 409, body: { code: 'entry-billed', invoiceId, currentVersion: '2' } });
        expect(await readTimeEntry(engine.table)(ws, entry.id)).toMatchObject({ description: '', invoiceId });
      }
    }
  });

  test('an edit that came first makes the claim of what was read before fail', async () => {
    const entry = await anEntry();
    await rooms.time({
      route: 'PATCH /v1/time-entries/{id}',
      from: seeded.expert,
      params: { id: entry.id },
      headers: { 'if-match': '"1"' },
      body: { durationSeconds: 7200 },
    });
    await expect(engine.table.commit([taken(ws, entry, newId('inv'))])).rejects.toMatchObject({ name: 'Conflict' });
  });

  test('an entry that two invoices claim goes to one; the other is told which', async () => {
    const entry: TimeEntry = { ...(await anEntry()), id: newId('te') };
    await engine.table.commit(addEntry(ws, entry));
    const invoiceIds = [newId('inv'), newId('inv'), newId('inv')];
    const results = await Promise.allSettled(invoiceIds.map((id) => engine.table.commit([taken(ws, entry, id)])));
    const winner = invoiceIds[results.findIndex(({ status }) => status === 'fulfilled')];
    const losers = results.flatMap((result) => (result.status === 'rejected' ? [result.reason as unknown] : []));
    expect(losers).toHaveLength(2);
    for (const loser of losers) expect(loser).toMatchObject({ code: 'entry-billed', facts: { invoiceId: winner } });
  });
});
