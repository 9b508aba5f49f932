import { readCursor, writeCursor } from './cursor.ts';
import type { QueryInput, Table } from './table.ts';
import { tableShape, type IndexName } from './table-shape.ts';
import type { Item } from './write.ts';

/** What a caller asks of a list. */
export interface PageRequest {
  readonly limit: number;
  readonly cursor?: string | undefined;
}

export interface ListPage<T> {
  readonly items: T[];
  readonly nextCursor: string | undefined;
}

const rowsPerReadMax = 100;
/** Read beyond the page, so that a few rows that are left out don't cost another read; the first of them tells that the list goes on. */
const spareRows = 8;
/** A filter that lets hardly anything through must not keep one request busy for ever: its page is short, its cursor goes on. */
const readsPerPageMax = 10;

/** Where a row stands in its list: what DynamoDB wants to hear in order to go on behind it. */
const placeOf = (row: Item, index: IndexName | undefined): Item => {
  const names = index ? Object.values(tableShape.indexes[index]) : [];
  return { pk: row.pk, sk: row.sk, ...Object.fromEntries(names.map((name) => [name, row[name]])) };
};

/** A range of days that moves on with the clock may leave a cursor behind: nothing is left to read then, and DynamoDB won't be asked. */
const isBefore = ({ index, from, descending }: QueryInput, after: Item | undefined): boolean => {
  const place = after?.[index ? tableShape.indexes[index].sortKey : tableShape.sortKey];
  return descending === true && from !== undefined && typeof place === 'string' && place < from;
};

/**
 * One page of a list whose rows may be left out. `show` turns rows into what the page shows, undefined for a row that it leaves out.
 * A cursor names the last row that was looked at, so that nothing is shown twice and nothing is missed, whatever is added meanwhile.
 */
export const listPage = async <T>(
  table: Table,
  {
    query,
    scope,
    filtered,
    request,
    show,
  }: {
    readonly query: QueryInput;
    /** Workspace and filter: a cursor of another list is refused. */
    readonly scope: string;
    /** Whether `show` may leave many rows out; more are read at once then. */
    readonly filtered: boolean;
    readonly request: PageRequest;
    readonly show: (rows: readonly Item[]) => Promise<readonly (T | undefined)[]>;
  },
): Promise<ListPage<T>> => {
  const { limit, cursor } = request;
  const items: T[] = [];
  let after = readCursor(scope, cursor, query.partition, query.index);
  for (let read = 1; ; read += 1) {
    if (isBefore(query, after)) return { items, nextCursor: undefined };
    const rowsWanted = filtered ? rowsPerReadMax : limit - items.length + spareRows;
    const page = await table.query({ ...query, limit: rowsWanted, after });
    const shown = await show(page.items);
    for (const [place, row] of page.items.entries()) {
      const item = shown[place];
      if (item !== undefined && items.length === limit) return { items, nextCursor: writeCursor(scope, after) };
      if (item !== undefined) items.push(item);
      after = placeOf(row, query.index);
    }
    if (!page.last) return { items, nextCursor: undefined };
    if (read === readsPerPageMax) return { items, nextCursor: writeCursor(scope, after) };
  }
};
