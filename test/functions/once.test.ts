import { expect, test } from '@jest/globals';
import { partitions } from '../../shared/store/keys.ts';
import { startEngine } from '../support/engine.ts';
import { forAllTests } from '../support/for-all-tests.ts';
import { openRooms } from '../support/rooms.ts';
import { seedWorkspace } from '../support/workspace.ts';

const engine = await forAllTests(startEngine());
const rooms = openRooms(engine);
const seeded = await seedWorkspace(engine.table);

/** How much the trail says has happened. */
const deeds = async (): Promise<string[]> => {
  const rows = await engine.table.queryAll({ partition: partitions.audit(seeded.workspace.id) });
  return rows.map(({ what }) => String(what));
};

/** Runs in this order: each call finds what the ones before have left. */
const calls = [
  ['time', 'POST /v1/timer/start', () => ({ jobId: seeded.job.id }), 'timer-started'],
  ['time', 'POST /v1/timer/stop', () => ({}), 'timer-stopped'],
  ['time', 'POST /v1/time-entries', () => ({ jobId: seeded.job.id, date: '2026-11-19', durationSeconds: 60 }), 'entry-added'],
  ['workspace', 'POST /v1/clients', () => ({ name: 'Acme', country: 'GB' }), 'client-added'],
  ['workspace', 'POST /v1/services', () => ({ name: 'Design' }), 'service-added'],
  ['workspace', 'POST /v1/jobs', () => ({ clientId: seeded.client.id, name: 'Shop' }), 'job-opened'],
  ['workspace', 'POST /v1/members', () => ({ email: 'n@example.com', name: 'Nia', role: 'expert' }), 'member-invited'],
  ['workspace', 'POST /v1/session/workspace', () => ({ workspaceId: seeded.workspace.id }), 'workspace-chosen'],
] as const;

test.each(calls)(
  '%s: 200 times %s with one key at the same moment have one effect and one answer',
  async (room, route, body, deed) => {
    rooms.clock.advance(60);
    const before = await deeds();
    const one = () => rooms[room]({ route, from: seeded.admin, headers: { 'idempotency-key': 'one' }, body: body() });
    const answers = await Promise.all(Array.from({ length: 200 }, one));
    // What mails somebody is claimed first: whoever asks meanwhile is told to wait.
    const done = answers.filter(({ body: told }) => told['code'] !== 'in-progress');
    expect(new Set(done.map(({ status, text }) => `${status} ${text}`)).size).toBe(1);
    expect([200, 201]).toContain(done[0]?.status);
    expect(done.length === 200 || deed === 'member-invited').toBe(true);
    const again = await one();
    expect([again.status, again.text]).toEqual([done[0]?.status, done[0]?.text]);
    const after = await deeds();
    expect(after.length - before.length).toBe(1);
    expect(after.at(-1)).toBe(deed);
  },
);

test('200 starts, then 200 stops, each with a key of its own, make one timer and one entry', async () => {
  const send = (route: string, at: number, body: object) =>
    rooms.time({ route, from: seeded.expert, headers: { 'idempotency-key': `k-${at}` }, body });
  const starts = await Promise.all(
    Array.from({ length: 200 }, (_, at) => send('POST /v1/timer/start', at, { jobId: seeded.job.id })),
  );
  expect(starts.filter(({ status }) => status === 201)).toHaveLength(1);
  expect(starts.filter(({ status }) => status === 409)).toHaveLength(199);
  rooms.clock.advance(60);
  const stops = await Promise.all(Array.from({ length: 200 }, (_, at) => send('POST /v1/timer/stop', at, {})));
  expect(new Set(stops.map(({ status, text }) => `${status} ${text}`)).size).toBe(1);
  const { body } = await rooms.time<{ items: unknown[] }>({ route: 'GET /v1/time-entries', from: seeded.expert });
  expect(body.items).toHaveLength(1);
});

test('200 changes of one thing from the same version: one wins, the others are told', async () => {
  const answers = await Promise.all(
    Array.from({ length: 200 }, (_, at) =>
      rooms.workspace({
        route: 'PATCH /v1/jobs/{id}',
        from: seeded.admin,
        params: { id: seeded.job.id },
        headers: { 'if-match': '"1"' },
        body: { name: `Name ${at}` },
      }),
    ),
  );
  expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
  expect(answers.filter(({ status }) => status === 412)).toHaveLength(199);
});
