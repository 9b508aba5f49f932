import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { RunningTimer } from '../../shared/domain/timer.ts';
import { readTimer, runs, stopped } from '../../shared/store/timers.ts';
import { startEngine, type Engine } from '../support/engine.ts';
import { newId } from '../support/workspace.ts';

let engine: Engine;
let ws: string;
let memberId: string;

beforeAll(async () => {
  engine = await startEngine();
});
afterAll(() => engine.close());
beforeEach(() => {
  ws = newId('ws');
  memberId = newId('mem');
});

const timer = (changes: Partial<RunningTimer> = {}): RunningTimer => ({
  id: newId('te'),
  memberId,
  jobId: newId('job'),
  serviceId: null,
  description: 'Sketches',
  billable: true,
  zone: 'Europe/London',
  startedAt: '2026-11-20T09:00:00.000Z',
  rate: { amount: 12_000, currency: 'GBP' },
  rateSource: 'job',
  ...changes,
});
const read = () => readTimer(engine.table)(ws, memberId);

describe('the timer in the store', () => {
  test('nothing was ever started: nothing runs', async () => {
    expect(await read()).toEqual({});
  });

  test('what is started is read as it was written', async () => {
    const started = timer({ rate: null, rateSource: null });
    await engine.table.commit([runs(ws, started)]);
    expect(await read()).toEqual({ running: started });
  });

  test('of 20 starts at once one succeeds; the others are refused with the one that runs', async () => {
    const timers = Array.from({ length: 20 }, () => timer());
    const results = await Promise.allSettled(timers.map((one) => engine.table.commit([runs(ws, one)])));
    const won = timers[results.findIndex(({ status }) => status === 'fulfilled')];
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    for (const result of results) {
      if (result.status === 'rejected') expect(result.reason).toMatchObject({ code: 'timer-running', facts: { running: won } });
    }
    expect((await read()).running).toEqual(won);
  });

  test('stopping happens once, and is remembered', async () => {
    const started = timer();
    await engine.table.commit([runs(ws, started)]);
    const stop = () => engine.table.commit([stopped(ws, started, { lastEntryId: started.id })]);
    const results = await Promise.allSettled([stop(), stop(), stop()]);
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    expect(await read()).toEqual({ lastEntryId: started.id });
    await expect(stop()).rejects.toMatchObject({ name: 'Conflict', what: 'timer' });
  });

  test('another timer than the one that was read is not stopped', async () => {
    const first = timer();
    const second = timer();
    await engine.table.commit([runs(ws, second)]);
    await expect(engine.table.commit([stopped(ws, first, { lastEntryId: first.id })])).rejects.toMatchObject({
      name: 'Conflict',
    });
    expect((await read()).running).toEqual(second);
  });

  test('a new start forgets what became of the last one; a discarded one is remembered as such', async () => {
    const first = timer();
    await engine.table.commit([runs(ws, first)]);
    await engine.table.commit([stopped(ws, first, { lastEntryId: first.id })]);
    const second = timer();
    await engine.table.commit([runs(ws, second)]);
    expect(await read()).toEqual({ running: second });
    await engine.table.commit([stopped(ws, second, { lastDiscardedId: second.id })]);
    expect(await read()).toEqual({ lastDiscardedId: second.id });
  });

  test('members and workspaces are apart', async () => {
    await engine.table.commit([runs(ws, timer())]);
    await engine.table.commit([runs(ws, timer({ memberId: newId('mem') }))]);
    await engine.table.commit([runs(newId('ws'), timer())]);
  });
});
