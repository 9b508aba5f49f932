/** A clock that stands still until a test moves it. */
export interface TestClock {
  /** Epoch milliseconds. */
  readonly clock: () => number;
  readonly now: () => string;
  advance(seconds: number): void;
  set(instant: string): void;
}

export const testClock = (start = '2026-11-20T09:00:00.000Z'): TestClock => {
  let ms = Date.parse(start);
  return {
    clock: () => ms,
    now: () => new Date(ms).toISOString(),
    advance: (seconds) => {
      ms += seconds * 1000;
    },
    set: (instant) => {
      ms = Date.parse(instant);
    },
  };
};
