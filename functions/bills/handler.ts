import { systemClock, systemRandom, systemSleep } from '../../shared/runtime/clock.ts';
import { setting } from '../../shared/runtime/config.ts';
import { documentClient } from '../../shared/runtime/dynamodb.ts';
import { newId } from '../../shared/runtime/ids.ts';
import { openDoorbell } from '../../shared/runtime/queue.ts';
import { openTable } from '../../shared/store/table.ts';
import { billsDoor } from './door.ts';

export const handler = billsDoor({
  table: openTable(documentClient(), setting('TABLE_NAME'), systemSleep),
  newId,
  ring: openDoorbell(setting('DOORBELL_QUEUE_URL'), newId),
  clock: systemClock,
  random: systemRandom,
  sleep: systemSleep,
});
