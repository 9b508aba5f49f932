import { comparisonDue } from '../../shared/domain/comparison-slot.ts';
import { Conflict } from '../../shared/domain/conflict.ts';
import { dueShards, everyTimed } from '../../shared/store/due.ts';
import { comparisonWanted, reconciliationFrom, reconciliationKey } from '../../shared/store/reconciliation.ts';
import { keyText, type Table } from '../../shared/store/table.ts';

interface Needs {
  readonly table: Table;
  readonly clock: () => number;
}

/**
 * Lets the books of every connected workspace be compared when its hour has come: each day what changed, each week everything.
 * Nothing is rung for: the sweep finds what is due, spread over the hour.
 */
export const wantComparisons =
  ({ table, clock }: Needs) =>
  async (): Promise<void> => {
    for (const shard of dueShards) {
      const connected = [...new Set(await everyTimed(table)('token', shard))];
      const found = await table.batchGet(connected.map(reconciliationKey));
      for (const ws of connected) {
        const read = reconciliationFrom(found.get(keyText(reconciliationKey(ws))));
        const at = new Date(clock()).toISOString();
        const due = comparisonDue(ws, at, read);
        if (!due || read.state === 'waiting') continue;
        // One that has run for a day has lost its work: it gets it back and goes on.
        const { writes } = comparisonWanted(ws, read, { scope: due.scope, version: clock(), at, dueAt: due.dueAt });
        await table.commit(writes).catch((error: unknown) => {
          // Somebody asked for one at this moment.
          if (!(error instanceof Conflict)) throw error;
        });
      }
    }
  };
