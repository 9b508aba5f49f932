import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { eventually, startFixture } from './fixture/start.ts';
import type { RunningFixture } from './fixture/start.ts';

type Item = { sk: string; receives: string; batch: number };

let fixture: RunningFixture;
beforeEach(async () => {
  fixture = await startFixture();
});
afterEach(() => fixture.stop());

const json = { 'content-type': 'application/json' };
const items = async (pk: string): Promise<Item[]> => (await (await fetch(`${fixture.url}/items/${pk}`)).json()) as Item[];
const send = async (message: object): Promise<void> => {
  const init = { method: 'POST', headers: json, body: JSON.stringify({ queue: 'QUEUE_URL', ...message }) };
  expect((await fetch(`${fixture.url}/messages`, init)).status).toBe(202);
};
const atLeast = (pk: string, count: number) =>
  eventually(async () => {
    const found = await items(pk);
    return found.length >= count ? found : undefined;
  });
const depth = async (queue: string) => {
  const { ready, inflight, delayed } = await fixture.host.engines.queues.inspect(queue);
  return { ready: ready.length, inflight: inflight.length, delayed: delayed.length };
};

describe('a queue with a function', () => {
  test('hands messages over and deletes what succeeded', async () => {
    await send({ name: 'fine' });
    expect(await atLeast('message-fine', 1)).toMatchObject([{ receives: '1' }]);
    await fixture.host.settle();
    expect(await depth('Fixture-Queue')).toEqual({ ready: 0, inflight: 0, delayed: 0 });
  });

  test('brings only what failed again, after the visibility timeout, then to the dead-letter queue', async () => {
    await send({ name: 'bad', fail: true });
    await send({ name: 'good' });
    await atLeast('message-bad', 1);
    await atLeast('message-good', 1);
    await fixture.host.settle();
    expect(await depth('Fixture-Queue')).toEqual({ ready: 0, inflight: 1, delayed: 0 });

    await fixture.clock.advance(121);
    expect((await items('message-bad')).map(({ receives }) => receives)).toEqual(['1', '2']);
    expect(await items('message-good')).toHaveLength(1);

    await fixture.clock.advance(121);
    expect(await items('message-bad')).toHaveLength(2);
    expect(await depth('dead-letters')).toEqual({ ready: 1, inflight: 0, delayed: 0 });
  });

  test('holds a delayed message back until the clock has moved', async () => {
    await send({ name: 'later', delay: 600 });
    await fixture.clock.advance(500);
    expect(await items('message-later')).toEqual([]);
    await fixture.clock.advance(101);
    expect(await items('message-later')).toHaveLength(1);
  });

  test('keeps the order of a FIFO group and lets other groups pass', async () => {
    const doorbell = { queue: 'DOORBELL_QUEUE_URL', group: 'one' };
    await send({ ...doorbell, name: 'slow', sleepMs: 300 });
    await send({ ...doorbell, name: 'second' });
    await send({ queue: 'DOORBELL_QUEUE_URL', group: 'two', name: 'other' });
    await fixture.host.settle();
    const [[slow], [second], [other]] = await Promise.all([
      items('message-slow'),
      items('message-second'),
      items('message-other'),
    ]);
    expect(String(second?.sk) > String(slow?.sk)).toBe(true);
    expect(String(other?.sk) < String(slow?.sk)).toBe(true);
  });
});

describe('schedules', () => {
  test('fire each minute that passed, in order, at their own times', async () => {
    await fixture.clock.advance(600);
    const minutes = (await items('minute')).map(({ sk }) => sk.slice(0, 16));
    expect(minutes).toHaveLength(10);
    expect(new Set(minutes).size).toBe(10);
    expect(minutes).toEqual(minutes.toSorted());
  });

  test('what a schedule sets off is done at its time, before the clock moves on', async () => {
    await fixture.clock.advance(180);
    const ticks = (await items('minute')).map(({ sk }) => Date.parse(sk));
    const rung = (await items('message-rung')).map(({ sk }) => Number(sk.split('#')[0]));
    expect(rung).toHaveLength(3);
    for (const [index, at] of rung.entries()) expect(at - (ticks[index] ?? 0)).toBeLessThan(30_000);
  });

  test('a long advance thins the frequent ones and keeps the rare ones', async () => {
    await fixture.clock.advance(3 * 86_400);
    expect(await items('morning')).toHaveLength(3);
    const minutes = (await items('minute')).length;
    expect(minutes).toBeGreaterThan(400);
    expect(minutes).toBeLessThan(1000);
  });
});

test('items whose time to live has passed in simulated time are removed', async () => {
  const expiresAt = Math.floor(fixture.clock.now() / 1000) + 3600;
  const init = { method: 'POST', headers: json, body: JSON.stringify({ pk: 'mortal', sk: 'x', expiresAt }) };
  await fetch(`${fixture.url}/items`, init);
  await fixture.clock.advance(1800);
  expect(await items('mortal')).toHaveLength(1);
  await fixture.clock.advance(1860);
  await eventually(async () => ((await items('mortal')).length === 0 ? true : undefined));
});
