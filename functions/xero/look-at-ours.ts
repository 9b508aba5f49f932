import { readSeen, type Reconciliation } from '../../shared/store/reconciliation.ts';
import { syncedSince } from '../../shared/store/sync-items.ts';
import type { QueryInput } from '../../shared/store/table.ts';
import { tableShape } from '../../shared/store/table-shape.ts';
import type { Item } from '../../shared/store/write.ts';
import { nothingOf, together, type Looked } from './compared.ts';
import type { Run } from './run.ts';
import type { OwnRows } from './walked-kind.ts';

// Flow of the comparison: goes through what is here, and looks up what Xero's pages did not show.

/** Rows of ours that are read at once. */
const rowsRead = 200;

/** One row of ours: nothing to do, something that Xero should have and did not show, or something that never got there. */
type Row = { row: Item; id: string; suspect: boolean; lost: boolean };

/** One step: as many of ours as have few enough to be looked up among them. */
export const lookAtOurs = async (run: Run, leased: Reconciliation, own: OwnRows): Promise<Looked> => {
  // A whole comparison goes through everything, one of changes through what was sent since the last one.
  const query = leased.since === null ? own.list(run.ws) : syncedSince(run.ws, leased.since);
  const page = await run.world.table.query({
    ...query,
    limit: rowsRead,
    ...(leased.after ? { after: leased.after as Item } : {}),
  });
  const rows = await judgeRows(run, leased, own, page.items);
  const taken = upTo(rows, own.atOnce);
  const suspects = taken.filter(({ suspect }) => suspect).map(({ id }) => id);
  const looked = suspects.length === 0 ? [] : [await own.lookUp(run, suspects), ...suspects.map(nothingOf)];
  const { unlinked, ...shown } = together(looked);
  const last = taken.at(-1)?.row;
  const isCut = taken.length < rows.length;
  return {
    ...shown,
    unlinked: [...unlinked, ...taken.filter(({ lost }) => lost).map(({ id }) => ({ id }))],
    more: isCut || page.last !== undefined,
    after: isCut && last ? placeOf(last, query) : (page.last ?? null),
  };
};

/** Rows from the front, until so many of them have to be looked up. */
const upTo = (rows: readonly Row[], most: number): readonly Row[] => {
  let suspects = 0;
  const end = rows.findIndex(({ suspect }) => suspect && ++suspects > most);
  return end < 0 ? rows : rows.slice(0, end);
};

const placeOf = (row: Item, { index }: QueryInput): Item => {
  const names = index ? Object.values(tableShape.indexes[index]) : [];
  return { pk: row.pk, sk: row.sk, ...Object.fromEntries(names.map((name) => [name, row[name]])) };
};

const judgeRows = async (run: Run, leased: Reconciliation, own: OwnRows, found: readonly Item[]): Promise<Row[]> => {
  const seen = await readSeen(run.world.table)(run.ws, leased.runId ?? '');
  const isWhole = leased.since === null;
  const ids = found.map((row) => String(row[isWhole ? 'id' : 'documentId']));
  const open = ids.filter((id) => id.startsWith(own.prefix) && !seen.has(id));
  const judged = open.length === 0 ? new Map<string, never>() : await own.judge(run, open);
  return found.map((row, place) => {
    const id = ids[place] ?? '';
    return { row, id, suspect: judged.get(id) === 'there', lost: isWhole && judged.get(id) === 'never-sent' };
  });
};
