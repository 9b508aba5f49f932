import { beforeEach, describe, expect, test } from '@jest/globals';
import type { Caller } from '../../../shared/api/call.ts';
import { addService } from '../../../shared/store/services.ts';
import { startEngine } from '../../support/engine.ts';
import { forAllTests } from '../../support/for-all-tests.ts';
import { openRooms, type Rooms } from '../../support/rooms.ts';
import { newId, seedWorkspace, type TestWorkspace } from '../../support/workspace.ts';

const engine = await forAllTests(startEngine());
let rooms: Rooms;
let seeded: TestWorkspace;

beforeEach(async () => {
  rooms = openRooms(engine);
  seeded = await seedWorkspace(engine.table);
});

interface Entry {
  id: string;
  memberId: string;
  date: string;
  days: { date: string; seconds: number }[];
  seconds: number;
  description: string;
  startedAt: string | null;
  endedAt: string | null;
  errors?: { path: string }[];
  code?: string;
}

const add = (body: object, from: Caller = seeded.expert, headers: Record<string, string> = {}) =>
  rooms.time<Entry>({ route: 'POST /v1/time-entries', from, headers, body: { jobId: seeded.job.id, ...body } });
const get = (id: string, from: Caller = seeded.expert) =>
  rooms.time<Entry>({ route: 'GET /v1/time-entries/{id}', from, params: { id } });
const edit = (id: string, body: object, ifMatch = '*', from: Caller = seeded.expert) =>
  rooms.time<Entry & { currentVersion?: string }>({
    route: 'PATCH /v1/time-entries/{id}',
    from,
    params: { id },
    body,
    headers: { 'if-match': ifMatch },
  });
const remove = (id: string, headers: Record<string, string> = { 'if-match': '*' }, from: Caller = seeded.expert) =>
  rooms.time<Entry>({ route: 'DELETE /v1/time-entries/{id}', from, params: { id }, headers });

const anHour = { date: '2026-11-19', durationSeconds: 3600 };

describe('entering time by hand', () => {
  test('as a day with a duration', async () => {
    const made = await add({ ...anHour, description: 'Sketches', billable: false });
    expect(made.status).toBe(201);
    expect(made.headers['etag']).toBe('"1"');
    expect(made.body).toMatchObject({
      memberId: seeded.expert.memberId,
      date: '2026-11-19',
      days: [{ date: '2026-11-19', seconds: 3600 }],
      startedAt: null,
      endedAt: null,
      seconds: 3600,
      status: 'non-billable',
      rate: { amount: 12000, currency: 'GBP' },
      rateSource: 'job',
      review: false,
    });
    expect((await get(made.body.id)).body).toEqual(made.body);
  });

  test('from start to end, also written with an offset', async () => {
    const made = await add({ startedAt: '2026-11-20T09:30:00+02:00', endedAt: '2026-11-20T08:45:00Z' });
    expect(made.body).toMatchObject({
      startedAt: '2026-11-20T07:30:00.000Z',
      endedAt: '2026-11-20T08:45:00.000Z',
      seconds: 4500,
    });
  });

  test('24 hours are the most', async () => {
    expect((await add({ date: '2026-11-19', durationSeconds: 86_400 })).status).toBe(201);
    expect((await add({ startedAt: '2026-11-19T09:00:00Z', endedAt: '2026-11-20T09:00:00Z' })).status).toBe(201);
  });

  test('the day may be today in the zone of the member', async () => {
    expect((await add({ date: '2026-11-20', durationSeconds: 60 })).status).toBe(201);
  });

  const day = '2026-11-19';
  test.each([
    ['no seconds', { date: day, durationSeconds: 0 }, 'durationSeconds'],
    ['less than nothing', { date: day, durationSeconds: -3600 }, 'durationSeconds'],
    ['more than 24 hours', { date: day, durationSeconds: 86_401 }, 'durationSeconds'],
    ['half a second', { date: day, durationSeconds: 0.5 }, 'durationSeconds'],
    ['a text', { date: day, durationSeconds: '3600' }, 'durationSeconds'],
    ['NaN, as JSON says it', { date: day, durationSeconds: null }, 'durationSeconds'],
    ['tomorrow', { date: '2026-11-21', durationSeconds: 60 }, 'date'],
    ['a day that does not exist', { date: '2026-02-30', durationSeconds: 60 }, 'date'],
    ['the year 1970', { date: '1970-01-01', durationSeconds: 60 }, 'date'],
    ['the year 9999', { date: '9999-12-31', durationSeconds: 60 }, 'date'],
    ['the end before the start', { startedAt: `${day}T10:00:00Z`, endedAt: `${day}T09:00:00Z` }, 'endedAt'],
    ['the end at the start', { startedAt: `${day}T10:00:00Z`, endedAt: `${day}T10:00:00Z` }, 'endedAt'],
    ['a day and a second', { startedAt: '2026-11-18T10:00:00Z', endedAt: '2026-11-19T10:00:01Z' }, 'endedAt'],
    ['an end in the future', { startedAt: '2026-11-20T08:00:00Z', endedAt: '2026-11-20T09:00:01Z' }, 'endedAt'],
    ['a start in 1970', { startedAt: '1970-01-01T00:00:00Z', endedAt: '1970-01-01T01:00:00Z' }, 'startedAt'],
    ['an end in 9999', { startedAt: `${day}T10:00:00Z`, endedAt: '9999-12-31T23:59:59Z' }, 'endedAt'],
    ['a start without a zone', { startedAt: `${day}T10:00:00`, endedAt: `${day}T11:00:00Z` }, 'startedAt'],
    ['an unknown field', { ...anHour, status: 'billed' }, 'status'],
    ['an invoice', { ...anHour, invoiceId: 'inv_1' }, 'invoiceId'],
    ['a rate', { ...anHour, rate: { amount: 1, currency: 'GBP' } }, 'rate'],
    ['NUL in the words', { ...anHour, description: 'a\0b' }, 'description'],
    ['too many words', { ...anHour, description: 'a'.repeat(5001) }, 'description'],
  ])('F9: %s is refused with its place', async (_what, body, path) => {
    const answer = await add(body);
    expect([answer.status, answer.body.code, answer.body.errors?.map((error) => error.path)]).toEqual([
      400,
      'validation',
      [path],
    ]);
  });

  test('F9: 1e309 is refused with its place', async () => {
    const answer = await rooms.time<Entry>({
      route: 'POST /v1/time-entries',
      from: seeded.expert,
      headers: { 'content-type': 'application/json' },
      rawBody: `{"jobId":"${seeded.job.id}","date":"2026-11-19","durationSeconds":1e309}`,
    });
    expect([answer.status, answer.body.errors?.map(({ path }) => path)]).toEqual([400, ['durationSeconds']]);
  });

  test('admin and finance may enter time for others; an expert may not', async () => {
    const memberId = seeded.expert.memberId;
    expect((await add({ ...anHour, memberId }, seeded.finance)).body.memberId).toBe(memberId);
    expect((await add({ ...anHour, memberId }, seeded.admin)).body.memberId).toBe(memberId);
    expect(await add({ ...anHour, memberId }, seeded.expert2)).toMatchObject({ status: 403, body: { code: 'forbidden' } });
    expect((await add({ ...anHour, memberId })).status).toBe(201);
    expect((await add({ ...anHour, memberId: newId('mem') }, seeded.admin)).status).toBe(404);
  });

  test('the same key makes one entry', async () => {
    const answers = await Promise.all(Array.from({ length: 5 }, () => add(anHour, seeded.expert, { 'idempotency-key': 'one' })));
    expect(new Set(answers.map(({ text }) => text)).size).toBe(1);
  });
});

describe('correcting an entry', () => {
  test('F8: what is not named stays to the byte, also under another offset', async () => {
    const words = 'Zwölf Boxkämpfer — 😀 "quoted" \n tabs\t';
    const { body: before } = await add({
      startedAt: '2026-10-24T23:15:00.001Z',
      endedAt: '2026-10-25T01:45:00.002Z',
      description: words,
    });
    rooms.clock.set('2027-07-01T09:00:00.000Z');
    const after = await edit(before.id, { billable: false });
    expect(after.status).toBe(200);
    expect(JSON.stringify({ ...after.body, billable: true, status: 'unbilled' })).toBe(JSON.stringify(before));
    expect((await get(before.id)).body).toEqual(after.body);
  });

  test('the version counts: without one 428, with an old one 412 that names the present one', async () => {
    const { body } = await add(anHour);
    expect((await edit(body.id, { description: 'a' })).status).toBe(200);
    expect((await edit(body.id, {})).status).toBe(400);
    const noVersion = await rooms.time({
      route: 'PATCH /v1/time-entries/{id}',
      from: seeded.expert,
      params: { id: body.id },
      body: { description: 'b' },
    });
    expect(noVersion).toMatchObject({ status: 428, body: { code: 'precondition-required' } });
    expect(await edit(body.id, { description: 'b' }, '"1"')).toMatchObject({
      status: 412,
      body: { code: 'stale', currentVersion: '2' },
    });
    const edited = await edit(body.id, { description: 'b' }, '"2"');
    expect([edited.status, edited.headers['etag']]).toEqual([200, '"3"']);
  });

  test('of two edits from the same version one wins', async () => {
    const { body } = await add(anHour);
    const answers = await Promise.all(['a', 'b', 'c', 'd'].map((description) => edit(body.id, { description }, '"1"')));
    expect(answers.map(({ status }) => status).toSorted()).toEqual([200, 412, 412, 412]);
  });

  test('a start and end change days and seconds', async () => {
    const { body } = await add(anHour);
    const edited = await edit(body.id, { startedAt: '2026-11-18T09:00:00Z', endedAt: '2026-11-18T09:30:00Z' });
    expect(edited.body).toMatchObject({ date: '2026-11-18', seconds: 1800, days: [{ date: '2026-11-18', seconds: 1800 }] });
  });

  test.each([
    ['an end before the start', { startedAt: '2026-11-18T09:00:00Z', endedAt: '2026-11-18T08:30:00Z' }, 'endedAt'],
    ['a duration of nothing', { durationSeconds: 0 }, 'durationSeconds'],
    ['more than a day', { durationSeconds: 86_401 }, 'durationSeconds'],
    ['a day in the future', { date: '2026-11-21' }, 'date'],
    ['both ways of saying when', { startedAt: '2026-11-18T09:00:00Z', durationSeconds: 60 }, 'durationSeconds'],
    ['a member', { memberId: 'mem_01M8033H2V54QFCRCFSXS877B8' }, 'memberId'],
    ['another invoice', { invoiceId: null }, 'invoiceId'],
  ])('F9: %s is refused with its place', async (_what, change, path) => {
    const { body } = await add(anHour);
    const answer = await edit(body.id, change);
    expect(answer.status).toBe(400);
    expect(answer.body.errors?.map((error) => error.path)).toContain(path);
    expect((await get(body.id)).body).toEqual(body);
  });

  test('F4: an entry for review is confirmed by hand', async () => {
    await rooms.time({ route: 'POST /v1/timer/start', from: seeded.expert, body: { jobId: seeded.job.id } });
    rooms.clock.advance(3 * 86_400);
    const stopped = await rooms.time<{ entry: { id: string } }>({ route: 'POST /v1/timer/stop', from: seeded.expert });
    const { id } = stopped.body.entry;
    expect((await edit(id, { description: 'On call' })).body).toMatchObject({ review: true });
    expect((await edit(id, { review: false })).body).toMatchObject({ review: false, seconds: 259_200 });
  });

  test('a service that is unknown or archived can not be chosen', async () => {
    const { body } = await add(anHour);
    const archived = { id: newId('svc'), version: 1, name: 'Old', rate: null, archived: true };
    await engine.table.commit([addService(seeded.workspace.id, archived)]);
    expect((await edit(body.id, { serviceId: newId('svc') })).status).toBe(404);
    expect(await edit(body.id, { serviceId: archived.id })).toMatchObject({
      status: 400,
      body: { errors: [{ path: 'serviceId' }] },
    });
    expect((await edit(body.id, { serviceId: seeded.service.id })).body).toMatchObject({ serviceId: seeded.service.id });
    expect((await edit(body.id, { serviceId: null })).body).toMatchObject({ serviceId: null });
  });
});

describe('deleting an entry', () => {
  test('takes it out of lists; deleting again finds nothing', async () => {
    const { body } = await add(anHour);
    expect((await remove(body.id)).status).toBe(204);
    expect((await get(body.id)).status).toBe(404);
    expect((await remove(body.id)).status).toBe(404);
    const list = await rooms.time<{ items: unknown[] }>({ route: 'GET /v1/time-entries', from: seeded.expert });
    expect(list.body.items).toEqual([]);
  });

  test('needs the version', async () => {
    const { body } = await add(anHour);
    expect((await remove(body.id, {})).status).toBe(428);
    expect((await remove(body.id, { 'if-match': '"7"' })).status).toBe(412);
    expect((await get(body.id)).status).toBe(200);
  });
});

describe('F83: whose entry', () => {
  test('an expert does not learn of others’ entries; admin and finance may read and correct them', async () => {
    const { body } = await add(anHour);
    const unknown = await get(newId('te'), seeded.expert2);
    expect(unknown.status).toBe(404);
    expect((await get(body.id, seeded.expert2)).text).toBe(unknown.text);
    expect((await edit(body.id, { description: 'x' }, '*', seeded.expert2)).text).toBe(unknown.text);
    expect((await remove(body.id, undefined, seeded.expert2)).text).toBe(unknown.text);
    expect((await get(body.id, seeded.finance)).status).toBe(200);
    expect((await edit(body.id, { description: 'x' }, '*', seeded.admin)).status).toBe(200);
  });

  test('another workspace’s entry and job are not found, in the same words', async () => {
    const other = await seedWorkspace(engine.table);
    const { body } = await add(anHour);
    const unknown = await get(newId('te'), other.admin);
    expect((await get(body.id, other.admin)).text).toBe(unknown.text);
    expect((await edit(body.id, { description: 'x' }, '*', other.admin)).text).toBe(unknown.text);
    expect((await remove(body.id, undefined, other.admin)).text).toBe(unknown.text);
    expect((await add({ ...anHour, jobId: seeded.job.id }, other.admin)).text).toBe(unknown.text);
    expect((await edit(body.id, { jobId: other.job.id })).text).toBe(unknown.text);
  });
});
