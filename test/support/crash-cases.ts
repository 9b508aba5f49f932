import { expect } from '@jest/globals';
import type { SandboxClock } from '../../infra/local/clock.ts';
import { counting, crashingAfter, untilCrash, type Counted, type Crashing } from './crashing.ts';

/** Something that is done, cut off, done again: one workspace's, from its beginning to how things stand at its end. */
export interface Case {
  /** What a function does, or several one after the other; after a crash the same is begun again. */
  readonly run: (crash: Crashing) => Promise<unknown>;
  /** What happens by itself afterwards. */
  readonly recover: () => Promise<unknown>;
  /** How things stand on all sides, without ids and instants. */
  readonly end: () => Promise<unknown>;
}

export type Workflow = () => Promise<Case>;

/** A sweep rings within a minute; a message comes again after longer than Xero keeps keys, and sooner than it has settled. */
const restartSeconds = [61, 7 * 60] as const;
const restart = (clock: SandboxClock, crashes: number): Promise<void> => clock.advance(restartSeconds[crashes % 2 === 0 ? 0 : 1]);

const undisturbed = async (begin: Workflow): Promise<unknown> => {
  const { run, recover, end } = await begin();
  await run(counting());
  await recover();
  return end();
};

/**
 * Crashes a workflow behind each of its calls in turn; `pairs`: and what is begun again behind each of its own, or behind every
 * n-th of them, others for each first crash. All of them have to end as if nothing had been. The calls are found by running: one that is new is a case by itself. Returns how many cases there were.
 */
export const throughCrashes = async (
  clock: SandboxClock,
  begin: Workflow,
  { counted, pairs }: { counted: Counted; pairs: boolean | number },
): Promise<number> => {
  const end = await undisturbed(begin);
  let cases = 0;
  /** One case with crashes behind these calls; whether it came to the last of them. */
  const ends = async (...crashes: number[]): Promise<boolean> => {
    const one = await begin();
    let crashed = true;
    for (const [place, n] of crashes.entries()) {
      if (place > 0) await restart(clock, n + (crashes[0] ?? 0));
      const crash = crashingAfter(n, counted);
      await untilCrash(crash, () => one.run(crash));
      crashed = crash.ended();
    }
    await restart(
      clock,
      crashes.reduce((sum, n) => sum + n, 1),
    );
    await one.recover();
    expect({ crashes: crashes.join(' and '), end: await one.end() }).toEqual({ crashes: crashes.join(' and '), end });
    cases += 1;
    return crashed;
  };
  for (let first = 1; await ends(first); first += 1) {
    if (!pairs) continue;
    const step = pairs === true ? 1 : pairs;
    for (let second = 1 + (first % step); await ends(first, second); second += step);
  }
  return cases;
};
