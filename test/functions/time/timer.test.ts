import { beforeEach, describe, expect, test } from '@jest/globals';
import { replaceMember } from '../../../shared/store/members.ts';
import { startEngine } from '../../support/engine.ts';
import { forAllTests } from '../../support/for-all-tests.ts';
import { openRooms } from '../../support/rooms.ts';
import { aJob, newId, seedWorkspace, type TestWorkspace } from '../../support/workspace.ts';
import { addJob } from '../../../shared/store/jobs.ts';

const engine = await forAllTests(startEngine());
let rooms: ReturnType<typeof openRooms>;
let seeded: TestWorkspace;

beforeEach(async () => {
  rooms = openRooms(engine);
  seeded = await seedWorkspace(engine.table);
});

interface Timer {
  running: { id: string; startedAt: string; forgotten: boolean } | null;
  elapsedSeconds: number;
  landsOn: string[];
  serverTime: string;
}
interface Stopped {
  entry: { id: string; seconds: number; startedAt: string; endedAt: string; review: boolean; description: string } | null;
  discarded: boolean;
}

const start = (body: object = {}, headers: Record<string, string> = {}, from = seeded.expert) =>
  rooms.time<Timer & { code?: string; running: { id: string } | null }>({
    route: 'POST /v1/timer/start',
    from,
    headers,
    body: { jobId: seeded.job.id, ...body },
  });
const read = (from = seeded.expert) => rooms.time<Timer>({ route: 'GET /v1/timer', from });
const stop = (body?: object, headers: Record<string, string> = {}, from = seeded.expert) =>
  rooms.time<Stopped & { code?: string }>({
    route: 'POST /v1/timer/stop',
    from,
    headers,
    ...(body ? { body } : {}),
  });
const discard = (headers: Record<string, string> = {}) =>
  rooms.time<{ code?: string }>({ route: 'DELETE /v1/timer', from: seeded.expert, headers });
const entries = async (from = seeded.expert) =>
  (await rooms.time<{ items: { id: string }[] }>({ route: 'GET /v1/time-entries', from })).body.items;

describe('starting', () => {
  test('shows what runs, the start by the server, and the day it lands on', async () => {
    const started = await start({ description: 'Sketches' });
    expect(started.status).toBe(201);
    expect(started.body).toEqual({
      running: {
        id: expect.stringMatching(/^te_/),
        jobId: seeded.job.id,
        description: 'Sketches',
        billable: true,
        serviceId: null,
        startedAt: '2026-11-20T09:00:00.000Z',
        forgotten: false,
      },
      serverTime: '2026-11-20T09:00:00.000Z',
      elapsedSeconds: 0,
      landsOn: ['2026-11-20'],
    });
    rooms.clock.advance(61);
    expect((await read()).body).toMatchObject({ elapsedSeconds: 61, running: { id: started.body.running?.id } });
  });

  test('nothing runs at first', async () => {
    expect((await read()).body).toEqual({
      running: null,
      serverTime: '2026-11-20T09:00:00.000Z',
      elapsedSeconds: 0,
      landsOn: [],
    });
  });

  test('F1: many starts at once make one running timer; the others get 409 with the running one', async () => {
    const answers = await Promise.all(Array.from({ length: 20 }, () => start()));
    const [won, ...more] = answers.filter(({ status }) => status === 201);
    expect(more).toEqual([]);
    const lost = answers.filter(({ status }) => status === 409);
    expect(lost).toHaveLength(19);
    for (const { body } of lost) {
      expect(body.code).toBe('timer-running');
      expect(body.running?.id).toBe(won?.body.running?.id);
    }
  });

  test('F1: the same key at the same time gets the same answer, to the byte', async () => {
    const answers = await Promise.all(Array.from({ length: 10 }, () => start({}, { 'idempotency-key': 'start-1' })));
    expect(new Set(answers.map(({ text }) => text)).size).toBe(1);
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([201]));
    rooms.clock.advance(60);
    const late = await start({}, { 'idempotency-key': 'start-1' });
    expect(late.text).toBe(answers[0]?.text);
  });

  test('F1: another key, one after the other, gets 409 with the running one', async () => {
    const first = await start({}, { 'idempotency-key': 'a' });
    const second = await start({}, { 'idempotency-key': 'b' });
    expect(second.status).toBe(409);
    expect(second.body.running?.id).toBe(first.body.running?.id);
  });

  test('each member has a clock of their own', async () => {
    await start();
    expect((await start({}, {}, seeded.expert2)).status).toBe(201);
    expect((await start({}, {}, seeded.admin)).status).toBe(201);
  });

  test('a job that is archived, of others, or unknown can not be worked on', async () => {
    const archived = aJob(seeded.client, { archived: true });
    const ofOthers = aJob(seeded.client, { memberIds: [seeded.expert2.memberId] });
    await engine.table.commit([addJob(seeded.workspace.id, archived), addJob(seeded.workspace.id, ofOthers)]);
    expect(await start({ jobId: archived.id })).toMatchObject({ status: 400, body: { errors: [{ path: 'jobId' }] } });
    expect((await start({ jobId: ofOthers.id })).status).toBe(404);
    expect((await start({ jobId: newId('job') })).status).toBe(404);
    expect((await start({ serviceId: newId('svc') })).status).toBe(404);
    expect((await start({ jobId: ofOthers.id }, {}, seeded.finance)).status).toBe(201);
  });

  test('F85: somebody who was removed starts nothing with the token they still have', async () => {
    const member = seeded.members.expert;
    await engine.table.commit([replaceMember(seeded.workspace.id, { ...member, status: 'removed' })]);
    expect(await start()).toMatchObject({ status: 403, body: { code: 'forbidden' } });
  });

  test('G10: two round trips and six write units', async () => {
    engine.reset();
    expect((await start({}, { 'idempotency-key': 'counted' })).status).toBe(201);
    expect(engine.counted.trips).toBe(2);
    expect(engine.counted.writeUnits).toBeLessThanOrEqual(6);
  });
});

describe('stopping', () => {
  test('makes one entry that has the id of the timer', async () => {
    const started = await start({ description: 'Sketches' });
    rooms.clock.advance(5400);
    const stopped = await stop();
    expect(stopped.status).toBe(200);
    expect(stopped.headers['etag']).toBe('"1"');
    expect(stopped.body).toEqual({
      discarded: false,
      entry: {
        id: started.body.running?.id,
        jobId: seeded.job.id,
        memberId: seeded.expert.memberId,
        serviceId: null,
        date: '2026-11-20',
        days: [{ date: '2026-11-20', seconds: 5400 }],
        zone: 'Europe/London',
        startedAt: '2026-11-20T09:00:00.000Z',
        endedAt: '2026-11-20T10:30:00.000Z',
        seconds: 5400,
        description: 'Sketches',
        billable: true,
        status: 'unbilled',
        rate: { amount: 12000, currency: 'GBP' },
        rateSource: 'job',
        invoiceId: null,
        invoiceNumber: null,
        review: false,
      },
    });
    expect((await read()).body.running).toBeNull();
  });

  test('F2: sent many times at once it makes one entry, and each answer shows it', async () => {
    const { body } = await start();
    rooms.clock.advance(60);
    const answers = await Promise.all(Array.from({ length: 10 }, () => stop()));
    expect(new Set(answers.map(({ text }) => text)).size).toBe(1);
    expect(answers.every((answer) => answer.body.entry?.id === body.running?.id)).toBe(true);
    expect(await entries()).toHaveLength(1);
  });

  test('F3: after a lost answer the retry gets the same entry, with or without the id', async () => {
    const { body } = await start();
    rooms.clock.advance(60);
    const first = await stop({ description: 'Done' });
    rooms.clock.advance(600);
    expect((await stop({ description: 'Done' })).text).toBe(first.text);
    expect((await stop({ timerId: body.running?.id })).text).toBe(first.text);
    expect(await entries()).toHaveLength(1);
  });

  test('F3: the retry under the same key is the same to the byte, also when the entry was edited since', async () => {
    await start();
    rooms.clock.advance(60);
    const first = await stop(undefined, { 'idempotency-key': 'stop-1' });
    const id = first.body.entry?.id ?? '';
    const route = 'PATCH /v1/time-entries/{id}';
    await rooms.time({
      route,
      from: seeded.expert,
      params: { id },
      headers: { 'if-match': '*' },
      body: { description: 'Edited' },
    });
    expect((await stop(undefined, { 'idempotency-key': 'stop-1' })).text).toBe(first.text);
  });

  test('the id of an earlier timer answers its entry and leaves the running one alone', async () => {
    const first = await start();
    rooms.clock.advance(60);
    await stop();
    const second = await start();
    rooms.clock.advance(60);
    const again = await stop({ timerId: first.body.running?.id });
    expect(again.body.entry?.id).toBe(first.body.running?.id);
    expect((await read()).body.running?.id).toBe(second.body.running?.id);
  });

  test('less than a second is discarded, and said so as often as it is asked', async () => {
    const { body } = await start();
    expect((await stop()).body).toEqual({ entry: null, discarded: true });
    expect((await stop()).body).toEqual({ entry: null, discarded: true });
    expect((await stop({ timerId: body.running?.id })).body).toEqual({ entry: null, discarded: true });
    expect(await entries()).toEqual([]);
  });

  test('what never ran, and what another member runs, is no timer', async () => {
    expect(await stop()).toMatchObject({ status: 404, body: { code: 'no-timer' } });
    const other = await start({}, {}, seeded.expert2);
    rooms.clock.advance(60);
    await stop(undefined, {}, seeded.expert2);
    expect(await stop({ timerId: other.body.running?.id })).toMatchObject({ status: 404, body: { code: 'no-timer' } });
  });

  test('F4: after three days the entry is made whole and marked for review', async () => {
    await start();
    rooms.clock.advance(3 * 86_400);
    expect((await read()).body).toMatchObject({ elapsedSeconds: 259_200, running: { forgotten: true } });
    expect((await stop()).body.entry).toMatchObject({ seconds: 259_200, review: true });
  });

  test('F4: stopping succeeds after two years', async () => {
    await start();
    rooms.clock.advance(2 * 365 * 86_400);
    const stopped = await stop();
    expect(stopped).toMatchObject({ status: 200, body: { entry: { seconds: 63_072_000, review: true } } });
  });

  test('F5: an earlier end is taken between the start and the server time only', async () => {
    await start();
    rooms.clock.advance(3600);
    expect(await stop({ endedAt: '2026-11-21T09:00:00.000Z' })).toMatchObject({
      status: 400,
      body: { errors: [{ path: 'endedAt' }] },
    });
    expect(await stop({ endedAt: '2026-11-19T09:00:00.000Z' })).toMatchObject({
      status: 400,
      body: { errors: [{ path: 'endedAt' }] },
    });
    const stopped = await stop({ endedAt: '2026-11-20T10:30:00+01:00' });
    expect(stopped.body.entry).toMatchObject({ endedAt: '2026-11-20T09:30:00.000Z', seconds: 1800 });
  });

  test('F7: the zone of the start decides on the day, wherever the member is when it stops', async () => {
    rooms.clock.set('2026-11-20T23:30:00.000Z');
    await start();
    const member = seeded.members.expert;
    await engine.table.commit([replaceMember(seeded.workspace.id, { ...member, zone: 'Pacific/Auckland' })]);
    rooms.clock.advance(600);
    expect((await stop()).body.entry).toMatchObject({ date: '2026-11-20', zone: 'Europe/London' });
    await start();
    rooms.clock.advance(600);
    expect((await stop()).body.entry).toMatchObject({ date: '2026-11-21', zone: 'Pacific/Auckland' });
  });

  test('G11: two round trips and eight write units', async () => {
    await start();
    rooms.clock.advance(60);
    engine.reset();
    expect((await stop(undefined, { 'idempotency-key': 'counted' })).status).toBe(200);
    expect(engine.counted.trips).toBe(2);
    expect(engine.counted.writeUnits).toBeLessThanOrEqual(8);
  });
});

describe('discarding', () => {
  test('throws the running clock away; again is no failure', async () => {
    const { body } = await start();
    rooms.clock.advance(60);
    expect((await discard({ 'if-match': `"${body.running?.id}"` })).status).toBe(204);
    expect((await discard({ 'if-match': `"${body.running?.id}"` })).status).toBe(204);
    expect((await discard()).status).toBe(204);
    expect((await read()).body.running).toBeNull();
    expect(await entries()).toEqual([]);
  });

  test('of another timer than the running one is refused', async () => {
    await start();
    expect(await discard({ 'if-match': '"te_00000000000000000000000000"' })).toMatchObject({
      status: 412,
      body: { code: 'stale' },
    });
  });

  test('where nothing ever ran there is no timer', async () => {
    expect(await discard()).toMatchObject({ status: 404, body: { code: 'no-timer' } });
  });
});
