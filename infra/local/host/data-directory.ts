import { mkdirSync, readFileSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** A directory that this process alone works in. */
export type DataDirectory = {
  path: string;
  /** Reads a small JSON file of it; undefined when it isn't there. */
  read<Value>(name: string): Value | undefined;
  /** Writes a small JSON file at once or not at all, readable by this user only. */
  write(name: string, value: unknown): void;
  remove(name: string): void;
  /** Gives the directory free for the next process. */
  release(): void;
};

const lockName = 'host.lock';

/**
 * Takes the directory for this process, emptied first when `fresh`. Throws when a living process has it: two would
 * spoil each other's data. A lock that a killed process left behind doesn't count.
 */
export const takeDataDirectory = (path: string, fresh: boolean): DataDirectory => {
  mkdirSync(path, { recursive: true });
  const lock = join(path, lockName);
  takeLock(lock, path);
  if (fresh) {
    for (const name of readdirSync(path)) {
      if (name !== lockName) rmSync(join(path, name), { recursive: true, force: true });
    }
  }
  const inside = (name: string) => join(path, name);
  return {
    path,
    read: <Value>(name: string) => {
      try {
        return JSON.parse(readFileSync(inside(name), 'utf8')) as Value;
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
        throw error;
      }
    },
    write: (name, value) => {
      const unfinished = inside(`${name}.tmp`);
      writeFileSync(unfinished, `${JSON.stringify(value, null, 2)}\n`, { mode: 0o600 });
      renameSync(unfinished, inside(name));
    },
    remove: (name) => rmSync(inside(name), { force: true }),
    release: () => rmSync(lock, { force: true }),
  };
};

const takeLock = (lock: string, path: string): void => {
  const mine = JSON.stringify({ pid: process.pid, startedAt: startOf(process.pid) });
  for (let attempt = 0; attempt < 2; attempt += 1) {
    try {
      writeFileSync(lock, mine, { flag: 'wx' });
      return;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
    const holder = readHolder(lock);
    if (holder !== undefined && startOf(holder.pid) !== undefined && startOf(holder.pid) === holder.startedAt) {
      throw new Error(`${path} is in use by process ${holder.pid}: stop that one, or set DATA_DIR to another directory.`);
    }
    rmSync(lock, { force: true });
  }
  throw new Error(`${path} is being taken by another process.`);
};

const readHolder = (lock: string): { pid: number; startedAt: string } | undefined => {
  try {
    return JSON.parse(readFileSync(lock, 'utf8')) as { pid: number; startedAt: string };
  } catch {
    return undefined;
  }
};

/** When a process started (clock ticks since boot), which tells it from a later one with the same number. */
const startOf = (pid: number): string | undefined => {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The name in parentheses may hold spaces; the start is the 22nd field, the 20th after it.
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19];
  } catch {
    return undefined;
  }
};
