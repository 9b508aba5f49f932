import type { Backfill, BackfillKind } from '../../shared/store/backfills.ts';
import { keyText } from '../../shared/store/table.ts';
import type { Item } from '../../shared/store/write.ts';
import { kindsOfDocument } from './backfill-kinds.ts';
import type { Run } from './run.ts';

// Flow of the worker: documents of the platform that should be in Xero and aren't, as they stand in their lists.

const rowsPerRead = 100;

/** Part of a list: how many of its rows belong in Xero, which of them aren't there, and where to go on; undefined at its end. */
export interface Unsent {
  readonly belong: number;
  readonly rows: readonly Item[];
  readonly next: string | undefined;
}

/** Reads one page of a kind's list behind a place. An index tells what there is: what has come in this second sends itself. */
export const findUnsent = async (
  run: Run,
  { from }: Pick<Backfill, 'from'>,
  kind: BackfillKind,
  after: string,
): Promise<Unsent> => {
  const { list, belonging, known, isThere, placeOf } = kindsOfDocument[kind];
  const { items, last } = await run.world.table.query({ ...list(run.ws, from, after), limit: rowsPerRead });
  const belongs = await belonging(run, items);
  const keyOf = (row: Item) => known(run, String(row['id']));
  const there = await run.world.table.batchGet(belongs.map(keyOf));
  const rows = belongs.filter((row) => {
    const item = there.get(keyText(keyOf(row)));
    return !item || !isThere(item);
  });
  const end = items.at(-1);
  return { belong: belongs.length, rows, next: last && end && placeOf(end) };
};
