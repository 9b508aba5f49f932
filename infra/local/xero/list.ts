/** List calls: what is picked, in which order, and which page of it goes out. */
import type { Collection } from './store.ts';
import type { Settings } from './settings.ts';
import { dayStart } from './dates.ts';
import { fold } from './books.ts';
import type { Expression, FieldReader, Value } from './where-filter.ts';
import { evaluate, parseWhere, QueryParseError } from './where-filter.ts';

interface Listed {
  UpdatedDateUTC: number;
}

export interface ListRequest<T extends Listed> {
  collection: Collection<T>;
  idOf: (record: T) => string;
  read: FieldReader<T>;
  query: URLSearchParams;
  ifModifiedSince: string | undefined;
  settings: Settings;
  /** Narrower starting set found through an index, when the call allows one. */
  candidates?: (where: Expression | undefined) => T[] | undefined;
  filter?: (record: T) => boolean;
  paged: 'page-and-size' | 'page' | 'never';
}

export interface ListAnswer<T> {
  records: T[];
  pagination?: { page: number; pageSize: number; pageCount: number; itemCount: number };
  /** False when nothing changed since the asked moment. */
  modified: boolean;
}

interface Sorted {
  version: number;
  records: readonly Listed[];
}
const sortedCopies = new WeakMap<object, Sorted>();

const byStampAndId =
  <T extends Listed>(idOf: (record: T) => string) =>
  (a: T, b: T): number =>
    a.UpdatedDateUTC - b.UpdatedDateUTC || (idOf(a) < idOf(b) ? -1 : 1);

/** All records by change stamp and id; sorted again only after a change. */
const inDefaultOrder = <T extends Listed>(collection: Collection<T>, idOf: (record: T) => string): readonly T[] => {
  const kept = sortedCopies.get(collection);
  if (kept?.version === collection.version) return kept.records as readonly T[];
  const records = [...collection.values()].sort(byStampAndId(idOf));
  sortedCopies.set(collection, { version: collection.version, records });
  return records;
};

/** Reads `order`, e.g. `UpdatedDateUTC DESC, Name`. */
const ordering = <T extends Listed>(text: string, { read, idOf }: ListRequest<T>): ((a: T, b: T) => number) => {
  const terms = text.split(',').map((term) => /^\s*([\w.]+)(?:\s+(asc|desc)\w*)?\s*$/i.exec(term));
  return (a, b) => {
    for (const term of terms) {
      if (!term) throw new QueryParseError(`Cannot order by '${text}'`);
      const [left, right] = [read(a, term[1]!), read(b, term[1]!)];
      if (left === undefined) throw new QueryParseError(`No property or field '${term[1]}' exists`);
      const result = order(left, right ?? null) * (term[2]?.toLowerCase() === 'desc' ? -1 : 1);
      if (result !== 0) return result;
    }
    return idOf(a) < idOf(b) ? -1 : 1;
  };
};

const order = (a: Value, b: Value): number => {
  if (a === b) return 0;
  if (a === null) return -1;
  if (b === null) return 1;
  return a < b ? -1 : 1;
};

/** `If-Modified-Since` as milliseconds, cut to the second. Times without a zone are UTC. */
const sinceOf = (header: string | undefined): number | undefined => {
  if (!header) return undefined;
  const parsed = Date.parse(
    /^\d{4}-\d\d-\d\d(T[\d:.]+)?$/.test(header) ? `${header.includes('T') ? header : `${header}T00:00:00`}Z` : header,
  );
  return Number.isNaN(parsed) ? undefined : Math.floor(parsed / 1000) * 1000;
};

const wholeNumber = (text: string | null, fallback: number, least: number, most: number): number => {
  const value = Number.parseInt(text ?? '', 10);
  return Number.isNaN(value) ? fallback : Math.min(most, Math.max(least, value));
};

/** Answers a list call. Throws QueryParseError for filters and orders that can't be read. */
export const list = <T extends Listed>(request: ListRequest<T>): ListAnswer<T> => {
  const { query, settings } = request;
  const where = query.get('where')?.trim() ? parseWhere(query.get('where')!) : undefined;
  const since = sinceOf(request.ifModifiedSince);
  const narrowed = request.candidates?.(where)?.sort(byStampAndId(request.idOf));
  const all = narrowed ?? inDefaultOrder(request.collection, request.idOf);
  let records = all.filter((record) => {
    if (since !== undefined && (settings.modifiedSinceInclusive ? record.UpdatedDateUTC < since : record.UpdatedDateUTC <= since))
      return false;
    if (request.filter && !request.filter(record)) return false;
    return !where || evaluate(where, record, request.read);
  });
  const wanted = query.get('order');
  if (wanted?.trim()) records = [...records].sort(ordering(wanted, request));
  const modified = since === undefined || records.length > 0;
  if (request.paged === 'never' || !(query.has('page') || query.has('pageSize'))) return { records, modified };
  const pageSize = request.paged === 'page' ? 100 : wholeNumber(query.get('pageSize'), 100, 1, 1000);
  const page = wholeNumber(query.get('page'), 1, 1, 1_000_000);
  const itemCount = records.length;
  const slice = records.slice((page - 1) * pageSize, page * pageSize);
  return { records: slice, modified, pagination: { page, pageSize, pageCount: Math.ceil(itemCount / pageSize), itemCount } };
};

const dayPattern = /^\d{4}-\d\d-\d\d$/;
const plainValue = (value: unknown): Value => {
  if (value === undefined || value === null) return null;
  if (typeof value === 'string') return dayPattern.test(value) ? dayStart(value) : value;
  return typeof value === 'number' || typeof value === 'boolean' ? value : null;
};

/**
 * A reader for records of one kind. Names are taken without regard to case (`InvoiceId`), links by their own readers.
 * @param names all fields such records can have, beside those a record happens to have
 */
export const fieldReader = <T extends object>(
  names: readonly string[],
  links: Record<string, (record: T) => object | undefined> = {},
): FieldReader<T> => {
  const canonical = new Map(names.map((name) => [name.toLowerCase(), name]));
  const linked = new Map(Object.entries(links).map(([name, find]) => [name.toLowerCase(), find]));
  return (record, path) => {
    const [head = '', tail] = path.split('.');
    const link = linked.get(head.toLowerCase());
    if (link) {
      const target = link(record) as Record<string, unknown> | undefined;
      if (!tail) return target ? '' : null;
      const name = Object.keys(target ?? {}).find((key) => key.toLowerCase() === tail.toLowerCase());
      return name ? plainValue(target![name]) : null;
    }
    const name = canonical.get(head.toLowerCase());
    return name === undefined || tail !== undefined ? undefined : plainValue((record as Record<string, unknown>)[name]);
  };
};

/** Values of a comma list in the query, folded; undefined when it isn't there. */
export const commaList = (query: URLSearchParams, name: string): Set<string> | undefined => {
  const text = query.get(name);
  const values = text?.split(',').map(fold).filter(Boolean);
  return values && values.length > 0 ? new Set(values) : undefined;
};
