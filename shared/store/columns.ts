/**
 * Things of one shape, turned on their side: one column for each field, and a field that all of them share is written once. What
 * repeats itself then stands together, and packs to about half of what the things themselves would. Nothing but JSON goes in.
 */
export type Column =
  /** All are the same. */
  | readonly ['=', unknown, number]
  /** Objects with the same names in the same order, column by column. */
  | readonly ['{', readonly (readonly [string, Column])[]]
  /** Lists of exactly one, as the column of what is in them. */
  | readonly ['1', Column]
  /** Texts of one length that begin alike: how they begin, how long they are, and how each goes on, one behind the other. */
  | readonly ['^', string, number, string]
  /** Whatever they are. */
  | readonly ['*', readonly unknown[]];

type Plain = Readonly<Record<string, unknown>>;

const isPlain = (value: unknown): value is Plain => typeof value === 'object' && value !== null && !Array.isArray(value);

const isSingle = (value: unknown): value is readonly [unknown] => Array.isArray(value) && value.length === 1;

const isText = (value: unknown): value is string => typeof value === 'string';

const commonStart = ([first = '', ...others]: readonly string[]): string => {
  let length = first.length;
  for (const other of others) while (!other.startsWith(first.slice(0, length))) length -= 1;
  return first.slice(0, length);
};

/** Turns things into columns. What JSON doesn't keep (undefined) isn't kept. */
export const toColumns = (values: readonly unknown[]): Column => {
  const [first] = values;
  if (values.length === 0) return ['*', values];
  const text = JSON.stringify(first);
  if (values.every((value) => JSON.stringify(value) === text)) return ['=', first, values.length];
  if (values.every(isSingle)) return ['1', toColumns(values.map(([only]) => only))];
  if (values.every(isText) && values.every(({ length }) => length === values[0]?.length)) {
    const start = commonStart(values);
    const rests = values.map((value) => value.slice(start.length));
    return ['^', start, values[0]?.length ?? 0, rests.join('')];
  }
  const names = isPlain(first) ? namesOf(first) : [];
  const alike = (value: unknown): value is Plain => isPlain(value) && namesOf(value).join('\0') === names.join('\0');
  if (names.length > 0 && values.every(alike))
    return ['{', names.map((name) => [name, toColumns(values.map((value) => value[name]))] as const)];
  return ['*', values];
};

const namesOf = (value: Plain): string[] => Object.keys(value).filter((name) => value[name] !== undefined);

/** The things again, exactly as they were turned. */
export const fromColumns = (column: Column): unknown[] => {
  switch (column[0]) {
    case '=':
      return Array.from({ length: column[2] }, () => structuredClone(column[1]));
    case '1':
      return fromColumns(column[1]).map((only) => [only]);
    case '{': {
      const columns = column[1].map(([name, values]) => [name, fromColumns(values)] as const);
      const length = columns[0]?.[1].length ?? 0;
      return Array.from({ length }, (_, place) => Object.fromEntries(columns.map(([name, values]) => [name, values[place]])));
    }
    case '^': {
      const [, start, length, rests] = column;
      const each = length - start.length;
      return Array.from({ length: rests.length / each }, (_, place) => start + rests.slice(place * each, (place + 1) * each));
    }
    case '*':
      return [...column[1]];
  }
};
