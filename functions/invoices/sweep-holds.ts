import { addSeconds } from '../../shared/domain/days.ts';
import { systemNow, systemSleep } from '../../shared/runtime/clock.ts';
import { setting } from '../../shared/runtime/config.ts';
import { documentClient } from '../../shared/runtime/dynamodb.ts';
import { describe, log } from '../../shared/runtime/log.ts';
import { count } from '../../shared/runtime/metrics.ts';
import { scheduleDoor } from '../../shared/runtime/worker-door.ts';
import { staleHolds } from '../../shared/store/invoices.ts';
import { openTable } from '../../shared/store/table.ts';
import { abandonCollection } from './free-entries.ts';

/** A collection takes seconds. One that began this long ago has lost its function. */
const staleAfterSeconds = 5 * 60;
const table = openTable(documentClient(), setting('TABLE_NAME'), systemSleep);

/** Frees the entries of invoices that were never finished, so that nobody's time is held by something that isn't there. */
export const handler = scheduleDoor(async () => {
  for (const { workspaceId, invoiceId } of await staleHolds(table)(addSeconds(systemNow(), -staleAfterSeconds))) {
    try {
      await abandonCollection({ table })(workspaceId, invoiceId);
      count('CollectionAbandoned');
    } catch (error) {
      // The next sweep tries again; one that can't be freed must not keep the others waiting.
      log.error('entries could not be freed', { invoiceId, ...describe(error) });
    }
  }
});
