import { addSeconds, type Instant } from '../../shared/domain/days.ts';
import { staleHolds } from '../../shared/store/invoices.ts';
import type { Table } from '../../shared/store/table.ts';
import { abandonCollection } from './free-entries.ts';

/** A collection takes seconds. One that began this long ago has lost its function. */
const staleAfterSeconds = 5 * 60;

/**
 * Gives up what has been collecting for too long and frees what it held; also what a dead invoice still holds. One that can't be
 * freed now doesn't keep the others waiting: it is told of, and the next sweep finds it again.
 */
export const giveUpStale = async ({
  table,
  now,
  tell,
}: {
  table: Table;
  now: () => Instant;
  tell: (invoiceId: string, failure?: unknown) => void;
}): Promise<void> => {
  for (const { workspaceId, invoiceId } of await staleHolds(table)(addSeconds(now(), -staleAfterSeconds))) {
    try {
      await abandonCollection({ table })(workspaceId, invoiceId);
      tell(invoiceId);
    } catch (failure) {
      tell(invoiceId, failure);
    }
  }
};
