import { systemNow, systemSleep } from '../../shared/runtime/clock.ts';
import { setting } from '../../shared/runtime/config.ts';
import { documentClient } from '../../shared/runtime/dynamodb.ts';
import { describe, log } from '../../shared/runtime/log.ts';
import { count } from '../../shared/runtime/metrics.ts';
import { scheduleDoor } from '../../shared/runtime/worker-door.ts';
import { foldMonth, monthsToFold } from '../../shared/store/aggregates.ts';
import { openTable } from '../../shared/store/table.ts';
import { giveUpStale } from './give-up-stale.ts';

const table = openTable(documentClient(), setting('TABLE_NAME'), systemSleep);

const tell = (invoiceId: string, failure?: unknown): void => {
  count(failure === undefined ? 'CollectionAbandoned' : 'EntriesNotFreed');
  if (failure !== undefined) log.error('entries could not be freed', { invoiceId, ...describe(failure) });
};

/** Sees to it that nobody's time is held by an invoice that isn't there, and that old sums stand together. */
export const handler = scheduleDoor(async () => {
  await giveUpStale({ table, now: systemNow, tell });
  for (const { workspaceId, month } of await monthsToFold(table)(systemNow().slice(0, 10)))
    await foldMonth(table)(workspaceId, month);
});
