import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { timeDoor } from '../../../functions/time/door.ts';
import { sendTo } from '../../support/api-event.ts';
import { testClock } from '../../support/clock.ts';
import { startEngine, type Engine } from '../../support/engine.ts';
import { newId, seedWorkspace, type TestWorkspace } from '../../support/workspace.ts';

let engine: Engine;
let seeded: TestWorkspace;
const time = testClock();
let send: ReturnType<typeof sendTo>;

beforeAll(async () => {
  engine = await startEngine();
});
afterAll(() => engine.close());
beforeEach(async () => {
  time.set('2026-11-20T09:00:00.000Z');
  seeded = await seedWorkspace(engine.table);
  const sleep = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));
  send = sendTo(timeDoor({ table: engine.table, newId, clock: time.clock, random: () => 0.5, sleep }));
});

describe('the clock', () => {
  test('starts, is read, stops', async () => {
    const started = await send({ route: 'POST /v1/timer/start', from: seeded.expert, body: { jobId: seeded.job.id } });
    expect(started.status).toBe(201);
    time.advance(5400);
    const read = await send({ route: 'GET /v1/timer', from: seeded.expert });
    expect(read.body).toMatchObject({ elapsedSeconds: 5400, landsOn: ['2026-11-20'] });
    const stopped = await send({ route: 'POST /v1/timer/stop', from: seeded.expert });
    expect(stopped.status).toBe(200);
    expect(stopped.body).toMatchObject({ discarded: false, entry: { seconds: 5400, status: 'unbilled' } });
  });
});
