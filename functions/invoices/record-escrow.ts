import { systemClock, systemRandom, systemSleep } from '../../shared/runtime/clock.ts';
import { setting } from '../../shared/runtime/config.ts';
import { documentClient } from '../../shared/runtime/dynamodb.ts';
import { newId } from '../../shared/runtime/ids.ts';
import { openDoorbell } from '../../shared/runtime/queue.ts';
import { openTable } from '../../shared/store/table.ts';
import { escrowWorker } from './escrow-worker.ts';

/** Books what the platform tells of money in escrow: fundings, and releases with their invoices. */
export const handler = escrowWorker({
  table: openTable(documentClient(), setting('TABLE_NAME'), systemSleep),
  newId,
  ring: openDoorbell(setting('DOORBELL_QUEUE_URL'), newId),
  clock: systemClock,
  random: systemRandom,
  sleep: systemSleep,
});
