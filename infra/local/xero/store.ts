/** The sandbox's memory: collections with indexes, all-or-nothing writes, and one SQLite file behind them when it shall last. */
import type { Change } from './change.ts';
import type { Disk } from './disk.ts';

export interface CollectionShape<T extends object> {
  /** Organisation the records belong to, or '' for what belongs to the whole sandbox. */
  scope: string;
  kind: string;
  idOf: (record: T) => string;
  /** Index name → keys under which a record is found. */
  indexes?: Record<string, (record: T) => readonly (string | undefined)[]>;
}

/** Records are replaced, never changed in place: that is what makes undo a matter of putting the old one back. */
export interface Collection<T extends object> {
  readonly scope: string;
  get(id: string): T | undefined;
  put(record: T): void;
  remove(id: string): void;
  find(index: string, key: string): T[];
  values(): IterableIterator<T>;
  ids(): IterableIterator<string>;
  readonly size: number;
  /** Rises with every change, so that sorted copies can be kept. */
  readonly version: number;
}

export interface Store {
  collection<T extends object>(shape: CollectionShape<T>): Collection<T>;
  /** Runs `work`; when it throws, everything it wrote is undone and the error goes on. */
  attempt<R>(work: () => R): R;
  /** Makes what was written since the last commit lasting and tells the listeners. */
  commit(): void;
  onCommit(listener: (changes: readonly Change[]) => void): void;
  close(): void;
}

interface Undo {
  change: Change;
  undo: () => void;
}

const makeCollection = <T extends object>(
  { scope, kind, idOf, indexes = {} }: CollectionShape<T>,
  stored: readonly object[],
  note: (entry: Undo) => void,
): Collection<T> => {
  const records = new Map<string, T>();
  const names = Object.keys(indexes);
  const tables = new Map(names.map((name) => [name, new Map<string, Set<string>>()]));
  let version = 0;

  const unindex = (record: T, id: string): void => {
    for (const name of names)
      for (const key of indexes[name]!(record)) if (key !== undefined) tables.get(name)!.get(key)?.delete(id);
  };
  const place = (id: string, record: T | undefined): void => {
    const old = records.get(id);
    if (old) unindex(old, id);
    version++;
    if (!record) {
      records.delete(id);
      return;
    }
    records.set(id, record);
    for (const name of names) {
      const table = tables.get(name)!;
      for (const key of indexes[name]!(record)) {
        if (key === undefined) continue;
        const ids = table.get(key);
        if (ids) ids.add(id);
        else table.set(key, new Set([id]));
      }
    }
  };
  const write = (id: string, after: T | undefined): void => {
    const before = records.get(id);
    place(id, after);
    note({ change: { scope, kind, id, before, after }, undo: () => place(id, before) });
  };
  for (const record of stored) place(idOf(record as T), record as T);

  return {
    scope,
    get: (id) => records.get(id),
    put: (record) => write(idOf(record), record),
    remove: (id) => {
      if (records.has(id)) write(id, undefined);
    },
    find: (index, key) => [...(tables.get(index)?.get(key) ?? [])].map((id) => records.get(id)!),
    values: () => records.values(),
    ids: () => records.keys(),
    get size() {
      return records.size;
    },
    get version() {
      return version;
    },
  };
};

/** Makes a store; without a disk it lives as long as the process. */
export const createStore = (disk?: Disk): Store => {
  let journal: Undo[] = [];
  const listeners: ((changes: readonly Change[]) => void)[] = [];
  return {
    collection: (shape) => makeCollection(shape, disk?.load(shape.scope, shape.kind) ?? [], (entry) => journal.push(entry)),
    attempt: (work) => {
      const mark = journal.length;
      try {
        return work();
      } catch (error) {
        for (const { undo } of journal.splice(mark).reverse()) undo();
        throw error;
      }
    },
    commit: () => {
      // Listeners write too (webhook events), so go round until nothing is left.
      while (journal.length > 0) {
        const changes = journal.map(({ change }) => change);
        journal = [];
        disk?.save(changes);
        for (const listener of listeners) listener(changes);
      }
    },
    onCommit: (listener) => void listeners.push(listener),
    close: () => disk?.close(),
  };
};
