/** One SQLite file with a row per record: a commit writes what changed and nothing else, so tens of thousands of documents cost nothing. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Change } from './change.ts';

export interface Disk {
  load(scope: string, kind: string): object[];
  save(changes: readonly Change[]): void;
  close(): void;
}

/** Opens (or makes) `xero-sandbox.sqlite` in `directory`. */
export const openDisk = (directory: string): Disk => {
  mkdirSync(directory, { recursive: true });
  const { DatabaseSync } = process.getBuiltinModule('node:sqlite');
  const database = new DatabaseSync(join(directory, 'xero-sandbox.sqlite'));
  database.exec(
    'PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; CREATE TABLE IF NOT EXISTS records (scope TEXT, kind TEXT, id TEXT, body TEXT NOT NULL, PRIMARY KEY (scope, kind, id))',
  );
  const read = database.prepare('SELECT body FROM records WHERE scope = ? AND kind = ? ORDER BY rowid');
  const write = database.prepare('INSERT OR REPLACE INTO records (scope, kind, id, body) VALUES (?, ?, ?, ?)');
  const erase = database.prepare('DELETE FROM records WHERE scope = ? AND kind = ? AND id = ?');
  return {
    load: (scope, kind) => read.all(scope, kind).map((row) => JSON.parse(String(row['body'])) as object),
    save: (changes) => {
      // Only the last state of each record counts.
      const last = new Map(changes.map((change) => [`${change.scope} ${change.kind} ${change.id}`, change]));
      database.exec('BEGIN');
      for (const { scope, kind, id, after } of last.values()) {
        if (after) write.run(scope, kind, id, JSON.stringify(after));
        else erase.run(scope, kind, id);
      }
      database.exec('COMMIT');
    },
    close: () => database.close(),
  };
};
