import { describe, expect, test } from '@jest/globals';
import { createClock } from '../../../infra/local/clock.ts';

describe('the sandbox clock', () => {
  test('fires what falls due on the way, in order, each at its own time', async () => {
    const clock = createClock();
    const start = clock.now();
    const seen: [string, number][] = [];
    const note = (name: string) => (): void => void seen.push([name, Math.round((clock.now() - start) / 1000)]);
    clock.setTimer(note('late'), 3_600_000);
    clock.setTimer(async () => {
      note('early')();
      clock.setTimer(note('nested'), 60_000);
    }, 600_000);
    clock.setTimer(note('never'), 10_000_000);
    await clock.advance(7200);
    expect(seen).toEqual([
      ['early', 600],
      ['nested', 660],
      ['late', 3600],
    ]);
    expect(Math.round((clock.now() - start) / 1000)).toBe(7200);
  });

  test('a cancelled timer never fires, a failing one stops nobody, listeners hear of each advance', async () => {
    const clock = createClock();
    let fired = 0;
    let heard = 0;
    clock.onAdvance(() => void heard++);
    clock.setTimer(() => void fired++, 1000)();
    clock.setTimer(() => Promise.reject(new Error('broken')), 2000);
    clock.setTimer(() => void fired++, 3000);
    await Promise.all([clock.advance(2), clock.advance(2)]);
    expect([fired, heard]).toEqual([1, 2]);
    await expect(clock.advance(-1)).rejects.toThrow(RangeError);
  });

  test('without any advance it keeps real time', async () => {
    const clock = createClock(86_400_000);
    const before = clock.now();
    await new Promise<void>((resolve) => clock.setTimer(resolve, 20));
    expect(clock.now()).toBeGreaterThanOrEqual(before + 20);
    expect(clock.offsetMs()).toBe(86_400_000);
  });
});
