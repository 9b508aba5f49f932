import { systemClock, systemRandom, systemSleep } from '../../shared/runtime/clock.ts';
import { setting } from '../../shared/runtime/config.ts';
import { documentClient } from '../../shared/runtime/dynamodb.ts';
import { newId } from '../../shared/runtime/ids.ts';
import { openDoorbell, openQueue } from '../../shared/runtime/queue.ts';
import { openTable } from '../../shared/store/table.ts';
import { overviewDoor } from './door.ts';

const payments = openQueue(setting('STRIPE_EVENTS_QUEUE_URL'));

export const handler = overviewDoor({
  table: openTable(documentClient(), setting('TABLE_NAME'), systemSleep),
  newId,
  ring: openDoorbell(setting('DOORBELL_QUEUE_URL'), newId),
  closeCheckout: (workspaceId, invoiceId) => payments.send({ kind: 'close-checkout', workspaceId, invoiceId }),
  publicUrl: setting('PUBLIC_URL'),
  clock: systemClock,
  random: systemRandom,
  sleep: systemSleep,
});
