import { systemClock, systemSleep } from '../../shared/runtime/clock.ts';
import { setting } from '../../shared/runtime/config.ts';
import { documentClient } from '../../shared/runtime/dynamodb.ts';
import { newId } from '../../shared/runtime/ids.ts';
import { openDoorbell } from '../../shared/runtime/queue.ts';
import { queueDoor } from '../../shared/runtime/worker-door.ts';
import { openTable } from '../../shared/store/table.ts';
import { noteEvents } from './note-events.ts';

const table = openTable(documentClient(), setting('TABLE_NAME'), systemSleep);
const ring = openDoorbell(setting('DOORBELL_QUEUE_URL'), newId);

/** Notes what Xero's webhooks say has changed. */
export const handler = queueDoor(noteEvents({ table, clock: systemClock, ring }));
