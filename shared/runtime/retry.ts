import { Busy, Conflict } from '../domain/conflict.ts';

const conflictTriesMax = 3;
// An API function has 28 s. Two hundred writers of one item need the room: with short waits they only collide again.
const busyForMs = 20_000;
const waitMs = { least: 20, most: 3000 };

export interface RetryTools {
  readonly clock: () => number;
  readonly random: () => number;
  readonly sleep: (ms: number) => Promise<void>;
}

/**
 * Runs again from its read what lost a race: up to 3 tries when what was read had changed, and for 20 seconds, with full
 * jitter that doubles up to 3 seconds, when too many wrote at once. The last failure is thrown.
 */
export const retryLostRaces = async <T>({ clock, random, sleep }: RetryTools, run: () => Promise<T>): Promise<T> => {
  const giveUpAt = clock() + busyForMs;
  let conflicts = 0;
  for (let tries = 0; ; tries += 1) {
    try {
      return await run();
    } catch (error) {
      if (error instanceof Conflict) conflicts += 1;
      else if (!(error instanceof Busy)) throw error;
      if (conflicts >= conflictTriesMax || clock() >= giveUpAt) throw error;
      // Whoever has waited longest comes back soonest, or the last of a crowd would run out of time.
      const cap = Math.min(waitMs.most, waitMs.least * 2 ** tries, (giveUpAt - clock()) / 8);
      await sleep(waitMs.least + random() * cap);
    }
  }
};
