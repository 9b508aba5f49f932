import { systemNow, systemSleep } from '../../shared/runtime/clock.ts';
import { setting } from '../../shared/runtime/config.ts';
import { documentClient } from '../../shared/runtime/dynamodb.ts';
import { newId } from '../../shared/runtime/ids.ts';
import { openDoorbell } from '../../shared/runtime/queue.ts';
import { scheduleDoor } from '../../shared/runtime/worker-door.ts';
import { openTable } from '../../shared/store/table.ts';
import { ringDue } from './ring-due.ts';

const table = openTable(documentClient(), setting('TABLE_NAME'), systemSleep);
const sweep = ringDue({ table, now: systemNow, ring: openDoorbell(setting('DOORBELL_QUEUE_URL'), newId) });

/** Looks each minute for work that is due, so that none is forgotten. */
export const handler = scheduleDoor(sweep);
