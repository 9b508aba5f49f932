import type { SandboxClock } from '../clock.ts';
import { parseScheduleExpression } from './schedule-expression.ts';

/** One enabled schedule of the template. */
export type ScheduleDefinition = {
  name: string;
  expression: string;
  timezone: string | undefined;
  /** Does what the schedule is for; `scheduledAt` is the due instant in simulated milliseconds. */
  fire: (scheduledAt: number) => Promise<void>;
};

/** Running schedules. */
export type Schedules = { close(): void };

// Within one advance of the clock a schedule fires each of its first 120 ticks, then 120 times every 2nd tick, then
// 120 times every 4th, and so on: an hour is exact, a month costs hundreds of invocations instead of tens of thousands.
const ticksPerStride = 120;

/**
 * Fires schedules in simulated time. When the clock is advanced, everything due on the way fires in order, one after
 * the other, each with the clock at its due instant; `settle` waits in between until queues and functions have dealt
 * with what was set off, so that work isn't torn apart by the next jump.
 */
export const startSchedules = (
  definitions: ScheduleDefinition[],
  { clock, settle, log }: { clock: SandboxClock; settle: () => Promise<void>; log: (line: string) => void },
): Schedules => {
  const cancels = new Map<string, () => void>();
  const ticks = new Map<string, number>();
  let closed = false;
  // The clock moves faster than real time while it is being advanced; what fires at its own pace is never thinned.
  let offsetAtRest = clock.offsetMs();
  const armAll = (): void => {
    for (const definition of definitions) {
      cancels.get(definition.name)?.();
      arm(definition, parseScheduleExpression(definition.expression, definition.timezone), clock.now());
    }
  };
  clock.onAdvance(() => {
    ticks.clear();
    offsetAtRest = clock.offsetMs();
    // A thinned schedule may be armed far ahead; from here on it is exact again.
    if (!closed) armAll();
  });

  const arm = (definition: ScheduleDefinition, next: (after: number) => number | undefined, after: number): void => {
    const count = ticks.get(definition.name) ?? 0;
    const stride = 2 ** Math.floor(count / ticksPerStride);
    let due: number | undefined = after;
    for (let step = 0; step < stride && due !== undefined; step += 1) due = next(due);
    if (due === undefined || closed) return;
    const at = due;
    const cancel = clock.setTimer(async () => {
      const advancing = clock.offsetMs() !== offsetAtRest;
      if (advancing) ticks.set(definition.name, count + 1);
      arm(definition, next, at);
      if (advancing) await settle();
      try {
        await definition.fire(at);
      } catch (error) {
        log(`schedule ${definition.name}: ${error instanceof Error ? error.message : String(error)}`);
      }
      if (advancing) await settle();
    }, at - clock.now());
    cancels.set(definition.name, cancel);
  };

  armAll();
  return {
    close: () => {
      closed = true;
      for (const cancel of cancels.values()) cancel();
    },
  };
};
