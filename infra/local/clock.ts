/**
 * The one clock of the local system: simulated now = real now + offset. Sandboxes, functions, schedules and queue delays
 * live by it, so a test can let a day pass in a moment and see everything that was due happen in order.
 */
export interface SandboxClock {
  /** Simulated time in milliseconds since 1970. */
  now(): number;
  /** Simulated minus real time, in milliseconds; hand it to `createClock` after a restart. */
  offsetMs(): number;
  /** Moves on by `seconds` (0 or more), fires what falls due on the way, in order, each awaited. Calls wait for each other. */
  advance(seconds: number): Promise<void>;
  /** Called, and awaited, after every advance, e.g. to look at queues again. */
  onAdvance(listener: () => void | Promise<void>): void;
  /** Fires once after `delayMs` of simulated time. Returns the cancel function. Never keeps the process alive. */
  setTimer(fn: () => void | Promise<void>, delayMs: number): () => void;
}

interface Timer {
  dueAt: number;
  fn: () => void | Promise<void>;
}

/** Node fires at once, instead of late, for delays over 2^31 - 1 ms. */
const longestDelayMs = 2_147_483_647;

const runTimer = async (timer: Timer): Promise<void> => {
  try {
    await timer.fn();
  } catch (error) {
    process.emitWarning(`A timer of the sandbox clock failed: ${error instanceof Error ? error.message : 'unknown'}`);
  }
};

/** Makes a clock that starts `initialOffsetMs` away from real time. */
export const createClock = (initialOffsetMs = 0): SandboxClock => {
  let offset = initialOffsetMs;
  let advancing = false;
  let queue: Promise<void> = Promise.resolve();
  let armed: NodeJS.Timeout | undefined;
  /** Sorted by due time, then by order of setting. */
  const timers: Timer[] = [];
  const listeners: (() => void | Promise<void>)[] = [];
  const now = (): number => Date.now() + offset;

  const arm = (): void => {
    clearTimeout(armed);
    const next = timers[0];
    if (!next || advancing) return;
    armed = setTimeout(fireDue, Math.min(Math.max(next.dueAt - now(), 0), longestDelayMs));
    armed.unref();
  };
  const fireDue = (): void => {
    if (advancing) return;
    while (timers[0] && timers[0].dueAt <= now()) void runTimer(timers.shift()!);
    arm();
  };
  const insert = (timer: Timer): void => {
    let low = 0;
    let high = timers.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (timers[middle]!.dueAt <= timer.dueAt) low = middle + 1;
      else high = middle;
    }
    timers.splice(low, 0, timer);
    if (low === 0) arm();
  };
  const moveTo = (instant: number): void => {
    offset += Math.max(0, instant - now());
  };
  const advanceNow = async (seconds: number): Promise<void> => {
    const target = now() + seconds * 1000;
    advancing = true;
    try {
      while (timers[0] && timers[0].dueAt <= target) {
        const timer = timers.shift()!;
        moveTo(timer.dueAt);
        await runTimer(timer);
      }
      moveTo(target);
    } finally {
      advancing = false;
      arm();
    }
    for (const listener of listeners) await listener();
  };

  return {
    now,
    offsetMs: () => offset,
    advance: (seconds) => {
      if (!Number.isFinite(seconds) || seconds < 0) return Promise.reject(new RangeError('A clock only moves forward.'));
      const run = queue.then(() => advanceNow(seconds));
      queue = run.catch(() => undefined);
      return run;
    },
    onAdvance: (listener) => void listeners.push(listener),
    setTimer: (fn, delayMs) => {
      const timer: Timer = { dueAt: now() + Math.max(0, delayMs), fn };
      insert(timer);
      return () => {
        const index = timers.indexOf(timer);
        if (index >= 0) timers.splice(index, 1);
      };
    },
  };
};
