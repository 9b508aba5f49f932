import { systemClock, systemSleep } from '../../shared/runtime/clock.ts';
import { setting } from '../../shared/runtime/config.ts';
import { documentClient } from '../../shared/runtime/dynamodb.ts';
import { scheduleDoor } from '../../shared/runtime/worker-door.ts';
import { openTable } from '../../shared/store/table.ts';
import { wantComparisons } from './want-comparisons.ts';

const table = openTable(documentClient(), setting('TABLE_NAME'), systemSleep);

/** Looks each hour whose books are to be compared with Xero. */
export const handler = scheduleDoor(wantComparisons({ table, clock: systemClock }));
