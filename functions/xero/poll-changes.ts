import { systemClock, systemSleep } from '../../shared/runtime/clock.ts';
import { setting } from '../../shared/runtime/config.ts';
import { documentClient } from '../../shared/runtime/dynamodb.ts';
import { newId } from '../../shared/runtime/ids.ts';
import { openDoorbell } from '../../shared/runtime/queue.ts';
import { scheduleDoor } from '../../shared/runtime/worker-door.ts';
import { openTable } from '../../shared/store/table.ts';
import { pollAll } from './want-changes.ts';

const table = openTable(documentClient(), setting('TABLE_NAME'), systemSleep);
const ring = openDoorbell(setting('DOORBELL_QUEUE_URL'), newId);

/** Asks each hour what changed in the connected organisations. */
export const handler = scheduleDoor(pollAll({ table, clock: systemClock, ring }));
