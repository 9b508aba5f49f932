import { beforeEach, describe, expect, test } from '@jest/globals';
import type { Caller } from '../../../shared/api/call.ts';
import { addJob } from '../../../shared/store/jobs.ts';
import { keys } from '../../../shared/store/keys.ts';
import { replaceMember } from '../../../shared/store/members.ts';
import { readTimeEntry, taken, type TimeEntry } from '../../../shared/store/time-entries.ts';
import { put } from '../../../shared/store/write.ts';
import { startEngine } from '../../support/engine.ts';
import { forAllTests } from '../../support/for-all-tests.ts';
import { openRooms, type Rooms } from '../../support/rooms.ts';
import { aJob, newId, seedWorkspace, type TestWorkspace } from '../../support/workspace.ts';

const engine = await forAllTests(startEngine());
let rooms: Rooms;
let seeded: TestWorkspace;

beforeEach(async () => {
  rooms = openRooms(engine);
  seeded = await seedWorkspace(engine.table);
});

interface Listed {
  id: string;
  description: string;
  date: string;
  days: { date: string; seconds: number }[];
  status: string;
  invoiceNumber: string | null;
  overlaps: boolean;
}
interface Page {
  items: Listed[];
  nextCursor?: string;
  code?: string;
  errors?: { path: string }[];
}

const add = async (description: string, body: object, from: Caller = seeded.expert): Promise<string> => {
  const made = await rooms.time<{ id: string }>({
    route: 'POST /v1/time-entries',
    from,
    body: { jobId: seeded.job.id, description, ...body },
  });
  expect(made.status).toBe(201);
  return made.body.id;
};
const list = (query: Record<string, string> = {}, from: Caller = seeded.expert) =>
  rooms.time<Page>({ route: 'GET /v1/time-entries', from, query });
const names = async (query: Record<string, string> = {}, from: Caller = seeded.expert): Promise<string[]> =>
  (await list(query, from)).body.items.map(({ description }) => description);
const onDay = (date: string, durationSeconds = 600) => ({ date, durationSeconds });
const fromTo = (startedAt: string, endedAt: string) => ({ startedAt, endedAt });

/** Reads a list to its end; `between` runs after each page. */
const readAll = async (query: Record<string, string>, between: (page: number) => Promise<void> = async () => undefined) => {
  const pages: string[][] = [];
  let cursor: string | undefined;
  do {
    const { body } = await list({ ...query, ...(cursor === undefined ? {} : { cursor }) });
    pages.push(body.items.map(({ description }) => description));
    cursor = body.nextCursor;
    await between(pages.length);
  } while (cursor !== undefined);
  return pages;
};

describe('a range of days', () => {
  test('the latest first, both ends included', async () => {
    await add('monday', onDay('2026-11-16'));
    await add('tuesday noon', fromTo('2026-11-17T12:00:00Z', '2026-11-17T13:00:00Z'));
    await add('tuesday morning', fromTo('2026-11-17T08:00:00Z', '2026-11-17T09:00:00Z'));
    await add('wednesday', onDay('2026-11-18'));
    expect(await names()).toEqual(['wednesday', 'tuesday noon', 'tuesday morning', 'monday']);
    expect(await names({ from: '2026-11-17', to: '2026-11-17' })).toEqual(['tuesday noon', 'tuesday morning']);
    expect(await names({ from: '2026-11-17' })).toEqual(['wednesday', 'tuesday noon', 'tuesday morning']);
    expect(await names({ to: '2026-11-16' })).toEqual(['monday']);
  });

  test('without a range the last 31 days', async () => {
    await add('old', onDay('2026-10-19'));
    await add('young enough', onDay('2026-10-20'));
    expect(await names()).toEqual(['young enough']);
    expect(await names({ to: '2026-11-19' })).toEqual(['young enough', 'old']);
    expect(await names({ from: '2026-01-01' })).toEqual(['young enough', 'old']);
  });

  test('that runs backwards is refused', async () => {
    const answer = await list({ from: '2026-11-17', to: '2026-11-16' });
    expect([answer.status, answer.body.errors?.map(({ path }) => path)]).toEqual([400, ['to']]);
  });
});

describe('F7: an entry that crosses midnight', () => {
  test.each([
    ['start-day', [{ date: '2026-11-17', seconds: 7200 }]],
    [
      'split-at-midnight',
      [
        { date: '2026-11-17', seconds: 3600 },
        { date: '2026-11-18', seconds: 3600 },
      ],
    ],
  ] as const)('%s: is found on both days, once in each listing', async (dayPolicy, days) => {
    await rooms.workspace({
      route: 'PATCH /v1/workspace',
      from: seeded.admin,
      headers: { 'if-match': '*' },
      body: { dayPolicy },
    });
    await add('night', fromTo('2026-11-17T23:00:00Z', '2026-11-18T01:00:00Z'));
    const first = await list({ from: '2026-11-17', to: '2026-11-17' });
    const second = await list({ from: '2026-11-18', to: '2026-11-18' });
    const both = await list({ from: '2026-11-16', to: '2026-11-19' });
    for (const { body } of [first, second, both]) {
      expect(body.items).toMatchObject([{ description: 'night', date: '2026-11-17', days }]);
    }
    expect(await names({ from: '2026-11-19' })).toEqual([]);
    expect(await names({ to: '2026-11-16' })).toEqual([]);
  });

  test('one of three days is found once from each day on, in all lists', async () => {
    await rooms.time({ route: 'POST /v1/timer/start', from: seeded.expert, body: { jobId: seeded.job.id, description: 'long' } });
    rooms.clock.advance(2 * 86_400);
    await rooms.time({ route: 'POST /v1/timer/stop', from: seeded.expert });
    for (const from of ['2026-11-19', '2026-11-20', '2026-11-21', '2026-11-22']) {
      expect(await names({ from, to: '2026-11-30' })).toEqual(['long']);
      expect(await names({ from, to: '2026-11-30', jobId: seeded.job.id }, seeded.admin)).toEqual(['long']);
      expect(await names({ from, to: '2026-11-30' }, seeded.admin)).toEqual(['long']);
    }
    expect(await names({ from: '2026-11-23', to: '2026-11-30' })).toEqual([]);
  });

  test('moved or deleted, it leaves nothing on the days it touched before', async () => {
    const id = await add('night', fromTo('2026-11-17T23:00:00Z', '2026-11-18T01:00:00Z'));
    const change = (body: object) =>
      rooms.time({
        route: 'PATCH /v1/time-entries/{id}',
        from: seeded.expert,
        params: { id },
        headers: { 'if-match': '*' },
        body,
      });
    await change(fromTo('2026-11-17T21:00:00Z', '2026-11-17T23:00:00Z'));
    expect(await names({ from: '2026-11-18', to: '2026-11-18' })).toEqual([]);
    await change(fromTo('2026-11-18T23:00:00Z', '2026-11-19T01:00:00Z'));
    expect(await names({ from: '2026-11-19', to: '2026-11-19' })).toEqual(['night']);
    const other = aJob(seeded.client);
    await engine.table.commit([addJob(seeded.workspace.id, other)]);
    await change({ jobId: other.id });
    expect(await names({ from: '2026-11-19', to: '2026-11-19', jobId: seeded.job.id }, seeded.admin)).toEqual([]);
    expect(await names({ from: '2026-11-19', to: '2026-11-19', jobId: other.id }, seeded.admin)).toEqual(['night']);
    await rooms.time({
      route: 'DELETE /v1/time-entries/{id}',
      from: seeded.expert,
      params: { id },
      headers: { 'if-match': '*' },
    });
    expect(await names({ from: '2026-11-19', to: '2026-11-19' })).toEqual([]);
  });

  test('is a matter of the zone of the member', async () => {
    const member = seeded.members.expert;
    await engine.table.commit([replaceMember(seeded.workspace.id, { ...member, zone: 'America/New_York' })]);
    await add('evening over there', fromTo('2026-11-17T23:00:00Z', '2026-11-18T01:00:00Z'));
    expect(await names({ from: '2026-11-18' })).toEqual([]);
    expect(await names({ from: '2026-11-17' })).toEqual(['evening over there']);
  });
});

describe('filters', () => {
  test('by job, by member, by both', async () => {
    const other = aJob(seeded.client);
    await engine.table.commit([addJob(seeded.workspace.id, other)]);
    await add('a', onDay('2026-11-16'));
    await add('b', { ...onDay('2026-11-17'), jobId: other.id });
    await add('c', onDay('2026-11-18'), seeded.expert2);
    const { memberId } = seeded.expert;
    expect(await names({}, seeded.finance)).toEqual(['c', 'b', 'a']);
    expect(await names({ jobId: seeded.job.id }, seeded.finance)).toEqual(['c', 'a']);
    expect(await names({ memberId }, seeded.finance)).toEqual(['b', 'a']);
    expect(await names({ memberId, jobId: other.id }, seeded.finance)).toEqual(['b']);
  });

  test('by what became of it', async () => {
    const ws = seeded.workspace.id;
    await add('free', onDay('2026-11-16'));
    await add('unpaid', { ...onDay('2026-11-17'), billable: false });
    for (const [name, status, number] of [
      ['held', 'draft', null],
      ['billed', 'paid', 'INV-0003'],
    ] as const) {
      const entry = (await readTimeEntry(engine.table)(ws, await add(name, onDay('2026-11-18')))) as TimeEntry;
      const id = newId('inv');
      await engine.table.commit([
        taken(ws, entry, id),
        put('invoice', { ...keys.invoice(ws, id), id, status, ...(number ? { number } : {}) }),
      ]);
    }
    expect(await names({ status: 'unbilled' })).toEqual(['free']);
    expect(await names({ status: 'non-billable' })).toEqual(['unpaid']);
    const onInvoice = await list({ status: 'on-invoice' });
    expect(
      onInvoice.body.items.map(({ description, status, invoiceNumber }) => [description, status, invoiceNumber]).toSorted(),
    ).toEqual([
      ['billed', 'billed', 'INV-0003'],
      ['held', 'held', null],
    ]);
  });

  test('an expert sees their own time only', async () => {
    await add('mine', onDay('2026-11-16'));
    await add('theirs', onDay('2026-11-16'), seeded.expert2);
    expect(await names()).toEqual(['mine']);
    expect(await names({ jobId: seeded.job.id })).toEqual(['mine']);
    expect(await names({ memberId: seeded.expert.memberId })).toEqual(['mine']);
    expect(await list({ memberId: seeded.expert2.memberId })).toMatchObject({ status: 403, body: { code: 'forbidden' } });
  });

  test('F83: a job or member of another workspace is not found', async () => {
    const other = await seedWorkspace(engine.table);
    expect((await list({ jobId: other.job.id })).status).toBe(404);
    expect((await list({ memberId: other.expert.memberId }, seeded.finance)).status).toBe(404);
  });

  test('F10: entries of one member that share time are both marked, and kept', async () => {
    await add('nine to eleven', fromTo('2026-11-17T09:00:00Z', '2026-11-17T11:00:00Z'));
    await add('ten to twelve', fromTo('2026-11-17T10:00:00Z', '2026-11-17T12:00:00Z'));
    await add('from twelve', fromTo('2026-11-17T12:00:00Z', '2026-11-17T13:00:00Z'));
    await add('theirs', fromTo('2026-11-17T10:00:00Z', '2026-11-17T13:00:00Z'), seeded.expert2);
    const { body } = await list({}, seeded.finance);
    expect(
      body.items
        .filter(({ overlaps }) => overlaps)
        .map(({ description }) => description)
        .toSorted(),
    ).toEqual(['nine to eleven', 'ten to twelve']);
  });
});

describe('F14: paging', () => {
  const fill = async (count: number): Promise<string[]> => {
    const made: string[] = [];
    for (let at = 0; at < count; at += 1) {
      made.push(`entry ${at}`);
      await add(`entry ${at}`, onDay(`2026-11-${String(19 - Math.floor(at / 3)).padStart(2, '0')}`));
    }
    return made;
  };

  test('shows what existed throughout exactly once while rows are inserted and deleted', async () => {
    const made = await fill(20);
    const seen = (
      await readAll({ limit: '3' }, async (page) => {
        await add(`inserted before, ${page}`, onDay('2026-11-20'));
        await add(`inserted behind, ${page}`, onDay('2026-11-05'));
        await add(`inserted in between, ${page}`, onDay('2026-11-16'));
      })
    ).flat();
    expect(seen.filter((name) => name.startsWith('entry')).toSorted()).toEqual(made.toSorted());
    expect(new Set(seen).size).toBe(seen.length);
  });

  test('pages of one day and one instant are complete too', async () => {
    for (let at = 0; at < 9; at += 1) await add(`entry ${at}`, onDay('2026-11-19'));
    const pages = await readAll({ limit: '2' });
    expect(pages.map((page) => page.length)).toEqual([2, 2, 2, 2, 1]);
    expect(new Set(pages.flat()).size).toBe(9);
  });

  test('a page that is just full has no cursor when nothing follows', async () => {
    await fill(4);
    expect((await readAll({ limit: '4' })).map((page) => page.length)).toEqual([4]);
    expect((await readAll({ limit: '2' })).map((page) => page.length)).toEqual([2, 2]);
  });

  test('a filter that leaves much out keeps its pages full and its place', async () => {
    for (let at = 0; at < 12; at += 1) await add(`entry ${at}`, { ...onDay('2026-11-19'), billable: at % 4 === 0 });
    const pages = await readAll({ limit: '2', status: 'unbilled' });
    expect(pages.map((page) => page.length)).toEqual([2, 1]);
    expect(pages.flat().toSorted()).toEqual(['entry 0', 'entry 4', 'entry 8']);
  });

  test('an entry that reaches over midnight is on one page only', async () => {
    for (let day = 10; day < 18; day += 1) {
      await add(`night ${day}`, fromTo(`2026-11-${day}T22:00:00Z`, `2026-11-${day + 1}T02:00:00Z`));
    }
    const seen = (await readAll({ limit: '2', from: '2026-11-12' })).flat();
    expect(seen).toEqual(['night 17', 'night 16', 'night 15', 'night 14', 'night 13', 'night 12', 'night 11']);
  });

  test('a cursor goes on the next day too, when the range by default has moved', async () => {
    await fill(6);
    const first = await list({ limit: '4' });
    rooms.clock.advance(86_400);
    const second = await list({ limit: '4', cursor: first.body.nextCursor ?? '' });
    expect(second.body.items).toHaveLength(2);
    rooms.clock.advance(60 * 86_400);
    expect((await list({ limit: '4', cursor: first.body.nextCursor ?? '' })).body).toEqual({ items: [] });
  });

  test('a cursor that was changed, is of another query, member or workspace is refused', async () => {
    await fill(5);
    const other = await seedWorkspace(engine.table);
    const cursor = (await list({ limit: '2' })).body.nextCursor ?? '';
    const [place = '', seal = ''] = cursor.split('.');
    const elsewhere = Buffer.from(place, 'base64url').toString().replaceAll(seeded.workspace.id, other.workspace.id);
    const forged = `${Buffer.from(elsewhere).toString('base64url')}.${seal}`;
    const tries: [Record<string, string>, Caller][] = [
      [{ cursor: `${cursor}x` }, seeded.expert],
      [{ cursor: `x${cursor}` }, seeded.expert],
      [{ cursor: 'nonsense' }, seeded.expert],
      [{ cursor: '' }, seeded.expert],
      [{ cursor: forged }, seeded.expert],
      [{ cursor, status: 'unbilled' }, seeded.expert],
      [{ cursor, from: '2026-11-01' }, seeded.expert],
      [{ cursor, jobId: seeded.job.id }, seeded.expert],
      [{ cursor }, seeded.expert2],
      [{ cursor }, seeded.finance],
      [{ cursor }, other.expert],
      [{ cursor: forged }, other.expert],
    ];
    for (const [query, from] of tries) {
      const answer = await list(query, from);
      expect([answer.status, answer.body.errors?.map(({ path }) => path)]).toEqual([400, ['cursor']]);
    }
    expect((await list({ cursor, limit: '2' })).status).toBe(200);
  });
});

test('G12: a page of 50 is two round trips without a scan, whatever invoices its entries are on', async () => {
  const ws = seeded.workspace.id;
  for (let at = 0; at < 56; at += 1) {
    const id = await add(`entry ${at}`, onDay('2026-11-19'));
    if (at % 5 > 0) continue;
    const invoiceId = newId('inv');
    await engine.table.commit([
      taken(ws, (await readTimeEntry(engine.table)(ws, id)) as TimeEntry, invoiceId),
      put('invoice', { ...keys.invoice(ws, invoiceId), id: invoiceId, status: 'issued', number: `INV-${at}` }),
    ]);
  }
  await add('night', fromTo('2026-11-17T23:00:00Z', '2026-11-18T01:00:00Z'));
  engine.reset();
  const { body } = await list({ from: '2026-11-18' }, seeded.finance);
  expect(body.items).toHaveLength(50);
  expect(engine.counted.trips).toBe(2);
  expect(engine.counted.operations.filter((operation) => operation.startsWith('Scan'))).toEqual([]);
});
