import type { Mapping } from './event-source-mappings.ts';

// Long enough for work that answers at all; work that hangs must not stop the clock.
const waitMsMax = 10_000;

/**
 * Makes the function that waits until nothing is left to do at this moment of simulated time: no message that could be
 * received, none in a function's hands, no asynchronous invocation running. Gives up after ten real seconds.
 */
export const createSettle =
  (parts: { mappings: () => Mapping[]; busy: () => number; now: () => number; refreshClock: () => void }) =>
  async (): Promise<void> => {
    // The queues give out what has become visible only once they know how late it is.
    parts.refreshClock();
    const until = performance.now() + waitMsMax;
    while (performance.now() < until) {
      const settled = await Promise.all(parts.mappings().map((mapping) => mapping.settled(parts.now())));
      if (parts.busy() === 0 && settled.every(Boolean)) return;
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  };
