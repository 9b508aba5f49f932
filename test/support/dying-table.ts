import type { Table } from '../../shared/store/table.ts';

/** A function that was killed does nothing more, not even clean up. */
export class Killed extends Error {}

/** A table whose caller dies at the n-th write: before it, or after it was made but before anybody heard of it. */
export const dyingTable = (
  table: Table,
  { atWrite, after }: { atWrite: number; after: boolean },
): { table: Table; died: () => boolean } => {
  let writes = 0;
  let dead = false;
  const alive =
    <A extends unknown[], R>(run: (...args: A) => Promise<R>) =>
    async (...args: A): Promise<R> => {
      if (dead) throw new Killed();
      return run(...args);
    };
  const mortal =
    <A extends unknown[]>(run: (...args: A) => Promise<void>) =>
    async (...args: A): Promise<void> => {
      if (dead) throw new Killed();
      writes += 1;
      if (writes !== atWrite) return run(...args);
      if (after) await run(...args);
      dead = true;
      throw new Killed();
    };
  return {
    died: () => dead,
    table: {
      get: alive(table.get),
      batchGet: alive(table.batchGet),
      query: alive(table.query),
      queryAll: alive(table.queryAll),
      commit: mortal(table.commit),
      putMany: mortal(table.putMany),
    },
  };
};
