import { systemClock, systemRandom, systemSleep } from '../../shared/runtime/clock.ts';
import { setting } from '../../shared/runtime/config.ts';
import { documentClient } from '../../shared/runtime/dynamodb.ts';
import { newId } from '../../shared/runtime/ids.ts';
import { describe, log } from '../../shared/runtime/log.ts';
import { count } from '../../shared/runtime/metrics.ts';
import { openDoorbell } from '../../shared/runtime/queue.ts';
import { openTable } from '../../shared/store/table.ts';
import type { ScheduleTelling } from './run-schedule.ts';
import { schedulesRunner } from './schedule-worker.ts';

const tell = (what: ScheduleTelling, scheduleId: string, failure?: unknown): void => {
  if (what === 'ran') return count('ScheduleRun');
  if (what === 'runaway') count('ScheduleRunaway');
  else count('ScheduleFailed');
  log.error('a schedule of invoices could not do its work', { scheduleId, ...describe(failure) });
};

/** Bills by the clock what schedules say is billed by itself. */
export const handler = schedulesRunner({
  table: openTable(documentClient(), setting('TABLE_NAME'), systemSleep),
  newId,
  ring: openDoorbell(setting('DOORBELL_QUEUE_URL'), newId),
  tell,
  clock: systemClock,
  random: systemRandom,
  sleep: systemSleep,
});
