import { beforeEach, describe, expect, test } from '@jest/globals';
import { overviewDoor } from '../../../functions/overview/door.ts';
import { tellForgotten } from '../../../functions/time/tell-forgotten.ts';
import type { Table } from '../../../shared/store/table.ts';
import { startEngine } from '../../support/engine.ts';
import { forAllTests } from '../../support/for-all-tests.ts';
import { openPostOffice, type PostOffice } from '../../support/post-office.ts';
import { openRooms, type Rooms } from '../../support/rooms.ts';
import { sendTo, type Send } from '../../support/send.ts';
import { newId, seedWorkspace, type TestWorkspace } from '../../support/workspace.ts';

const engine = await forAllTests(startEngine());
let rooms: Rooms;
let seeded: TestWorkspace;
let post: PostOffice;
let overview: Send;

beforeEach(async () => {
  rooms = openRooms(engine);
  seeded = await seedWorkspace(engine.table);
  post = openPostOffice(engine.table, rooms.clock);
  const { clock } = rooms.clock;
  const tools = {
    newId,
    clock,
    random: () => 0.5,
    sleep: async () => undefined,
    ring: async () => undefined,
    closeCheckout: async () => undefined,
  };
  overview = sendTo(overviewDoor({ ...tools, table: engine.table, publicUrl: 'https://api.example.com' }) as never);
});

const tenHours = 36_000;
const start = (from = seeded.expert) => rooms.time({ route: 'POST /v1/timer/start', from, body: { jobId: seeded.job.id } });
const stop = () => rooms.time({ route: 'POST /v1/timer/stop', from: seeded.expert });
const sweep = (table: Table = engine.table) => tellForgotten({ table, now: rooms.clock.now, newId });
const notices = async (from = seeded.expert, state = 'open') =>
  (await overview<{ items: Record<string, unknown>[] }>({ route: 'GET /v1/notifications', from, query: { state } })).body.items;

describe('T8, F4: a forgotten timer', () => {
  test('is told to its member once it has run for ten hours, once, in the product and by mail, and runs on', async () => {
    const { body } = await start();
    rooms.clock.advance(tenHours - 60);
    await sweep();
    expect(await notices()).toEqual([]);
    rooms.clock.advance(120);
    await sweep();
    rooms.clock.advance(300);
    await sweep();
    const [told, ...more] = await notices();
    expect(more).toEqual([]);
    expect(told).toMatchObject({
      text: 'Your timer on Website has been running for 10 h 1 min',
      about: (body['running'] as { id: string }).id,
      resolvedAt: null,
    });
    await post.run();
    await post.run();
    expect(post.letters.map(({ to }) => to)).toEqual(['esme@example.com']);
    const timer = await rooms.time({ route: 'GET /v1/timer', from: seeded.expert });
    expect(timer.body).toMatchObject({ running: { forgotten: true } });
  });

  const limit = (timerLimitSeconds: number) =>
    rooms.workspace({
      route: 'PATCH /v1/workspace',
      from: seeded.admin,
      headers: { 'if-match': '*' },
      body: { timerLimitSeconds },
    });
  const flagged = async (): Promise<unknown> =>
    ((await rooms.time({ route: 'GET /v1/timer', from: seeded.expert })).body['running'] as { forgotten: boolean }).forgotten;

  test('is told of after the limit that the workspace has set, and its entry is marked by that limit', async () => {
    expect((await limit(4 * 3600)).status).toBe(200);
    await start();
    rooms.clock.advance(4 * 3600 - 60);
    await sweep();
    expect([await flagged(), await notices()]).toEqual([false, []]);
    rooms.clock.advance(120);
    await sweep();
    expect(await flagged()).toBe(true);
    expect(await notices()).toMatchObject([{ text: 'Your timer on Website has been running for 4 h 1 min' }]);
    expect((await stop()).body).toMatchObject({ entry: { seconds: 4 * 3600 + 60, review: true } });
    await start();
    rooms.clock.advance(4 * 3600 - 60);
    expect((await stop()).body).toMatchObject({ entry: { review: false } });
  });

  test('that runs while the limit is raised is told of when the new one is reached, once', async () => {
    await limit(3600);
    await start();
    await limit(2 * 3600);
    rooms.clock.advance(3600 + 60);
    await sweep();
    await sweep();
    expect([await flagged(), await notices()]).toEqual([false, []]);
    rooms.clock.advance(3600);
    await sweep();
    await sweep();
    expect([await flagged(), (await notices()).length]).toEqual([true, 1]);
    await stop();
    expect(await notices()).toEqual([]);
  });

  test('that runs while the limit is lowered is told of by the new one, within an hour, and once', async () => {
    await start();
    rooms.clock.advance(3600 + 60);
    await sweep();
    await limit(3 * 3600);
    rooms.clock.advance(3600);
    await sweep();
    expect([await flagged(), await notices()]).toEqual([false, []]);
    rooms.clock.advance(3600);
    await sweep();
    await sweep();
    expect(await flagged()).toBe(true);
    expect(await notices()).toMatchObject([{ text: 'Your timer on Website has been running for 3 h 1 min' }]);
    await stop();
    expect(await notices()).toEqual([]);
  });

  test('is settled when the timer stops or is thrown away; the next forgotten one is told anew', async () => {
    for (const end of [stop, () => rooms.time({ route: 'DELETE /v1/timer', from: seeded.expert })]) {
      await start();
      rooms.clock.advance(tenHours + 60);
      await sweep();
      expect(await notices()).toHaveLength(1);
      await end();
      expect(await notices()).toEqual([]);
      expect(await notices(seeded.expert, 'resolved')).toHaveLength(1);
      await post.run();
      expect(post.letters).toEqual([]);
    }
  });

  test('one that stops at the very moment it is told leaves nothing open, whoever comes first', async () => {
    for (let round = 0; round < 10; round += 1) {
      await start();
      rooms.clock.advance(tenHours + 60);
      const [, stopped] = await Promise.all([sweep(), stop()]);
      expect(stopped.status).toBe(200);
      await sweep();
      expect(await notices()).toEqual([]);
    }
  });

  test('one that is stopped in time is never told', async () => {
    await start();
    rooms.clock.advance(tenHours - 1);
    await stop();
    rooms.clock.advance(3600);
    await sweep();
    expect([...(await notices()), ...(await notices(seeded.expert, 'resolved'))]).toEqual([]);
  });

  test('is seen by its member and by those who look after the time of all, not by other experts', async () => {
    await start();
    rooms.clock.advance(tenHours + 60);
    await sweep();
    expect(await notices(seeded.expert2)).toEqual([]);
    expect(await notices(seeded.finance)).toHaveLength(1);
    expect(await notices(seeded.admin)).toHaveLength(1);
    const other = await seedWorkspace(engine.table);
    expect(await notices(other.admin)).toEqual([]);
  });
});

describe('settling by hand', () => {
  test('finance says that it is settled; said twice it stays as it was; it comes back with its cause', async () => {
    await start();
    rooms.clock.advance(tenHours + 60);
    await sweep();
    const [{ id } = {}] = await notices();
    const resolve = (from = seeded.finance) =>
      overview({ route: 'POST /v1/notifications/{id}/resolve', from, params: { id: String(id) } });
    const other = await seedWorkspace(engine.table);
    expect((await resolve(seeded.expert)).status).toBe(403);
    expect((await resolve(other.finance)).status).toBe(404);
    const done = await resolve();
    expect(done).toMatchObject({ status: 200, body: { id, resolvedBy: seeded.finance.memberId } });
    rooms.clock.advance(60);
    expect((await resolve(seeded.admin)).body).toEqual(done.body);
    expect(await notices()).toEqual([]);
    await stop();
    await start();
    rooms.clock.advance(tenHours + 60);
    await sweep();
    expect(await notices()).toMatchObject([{ id, resolvedAt: null, resolvedBy: null }]);
  });
});
