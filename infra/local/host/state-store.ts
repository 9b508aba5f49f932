import { DatabaseSync } from 'node:sqlite';

/**
 * What the small engines remember (secrets, people, keys, mails): JSON values under a kind and a key. A write is on
 * disk when the call returns.
 */
export type StateStore = {
  get<Value>(kind: string, key: string): Value | undefined;
  put(kind: string, key: string, value: unknown): void;
  delete(kind: string, key: string): void;
  /** All values of a kind, in the order of their keys. */
  list<Value>(kind: string): Value[];
  close(): void;
};

/** Opens the store in an SQLite file, or in memory. */
export const openStateStore = (file: string | undefined): StateStore => {
  const database = new DatabaseSync(file ?? ':memory:');
  database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL');
  database.exec('CREATE TABLE IF NOT EXISTS state (kind TEXT, key TEXT, value TEXT NOT NULL, PRIMARY KEY (kind, key))');
  const select = database.prepare('SELECT value FROM state WHERE kind = ? AND key = ?');
  const selectAll = database.prepare('SELECT value FROM state WHERE kind = ? ORDER BY key');
  const upsert = database.prepare('INSERT INTO state VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET value = excluded.value');
  const remove = database.prepare('DELETE FROM state WHERE kind = ? AND key = ?');
  return {
    get: <Value>(kind: string, key: string) => {
      const row = select.get(kind, key);
      return row === undefined ? undefined : (JSON.parse(String(row['value'])) as Value);
    },
    put: (kind, key, value) => void upsert.run(kind, key, JSON.stringify(value)),
    delete: (kind, key) => void remove.run(kind, key),
    list: <Value>(kind: string) => selectAll.all(kind).map((row) => JSON.parse(String(row['value'])) as Value),
    close: () => database.close(),
  };
};
