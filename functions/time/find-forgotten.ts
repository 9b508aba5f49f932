import { systemNow, systemSleep } from '../../shared/runtime/clock.ts';
import { setting } from '../../shared/runtime/config.ts';
import { documentClient } from '../../shared/runtime/dynamodb.ts';
import { newId } from '../../shared/runtime/ids.ts';
import { scheduleDoor } from '../../shared/runtime/worker-door.ts';
import { openTable } from '../../shared/store/table.ts';
import { tellForgotten } from './tell-forgotten.ts';

const table = openTable(documentClient(), setting('TABLE_NAME'), systemSleep);

/** Looks every five minutes for timers that somebody has forgotten. */
export const handler = scheduleDoor(() => tellForgotten({ table, now: systemNow, newId }));
