import { mkdirSync, readFileSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { statOf } from './parent-watch.ts';

/** A directory that this process alone works in. */
export type DataDirectory = {
  path: string;
  /** Reads a small JSON file of it; undefined when it isn't there. */
  read<Value>(name: string): Value | undefined;
  /** Writes a small JSON file at once or not at all, readable by this user only. */
  write(name: string, value: unknown): void;
  remove(name: string): void;
  /** Tells the next process that it is worth waiting. */
  stopping(): void;
  /** Gives the directory free for the next process. */
  release(): void;
};

const lockName = 'host.lock';
const waitForStoppingMs = 3_000;

/**
 * Takes the directory for this process, emptied first when `fresh`; waits for a process that is stopping. Rejects when
 * a living process has it: two would
 * spoil each other's data. A lock that a killed process left behind doesn't count.
 */
export const takeDataDirectory = async (path: string, fresh: boolean): Promise<DataDirectory> => {
  // Tokens and keys lie in it.
  mkdirSync(path, { recursive: true, mode: 0o700 });
  const lock = join(path, lockName);
  await takeLock(lock, path);
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
    stopping: () => writeFileSync(lock, JSON.stringify({ ...mine(), stopping: true } satisfies Holder)),
    release: () => rmSync(lock, { force: true }),
  };
};

type Holder = { pid: number; startedAt: string; stopping?: true };

const mine = (): Holder => ({ pid: process.pid, startedAt: statOf(process.pid)?.startedAt ?? '' });

const takeLock = async (lock: string, path: string): Promise<void> => {
  const until = performance.now() + waitForStoppingMs;
  for (;;) {
    try {
      writeFileSync(lock, JSON.stringify(mine()), { flag: 'wx' });
      return;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
    const holder = readHolder(lock);
    const lives = holder !== undefined && statOf(holder.pid)?.startedAt === holder.startedAt;
    if (!lives) rmSync(lock, { force: true });
    else if (holder.stopping === true && performance.now() < until) await new Promise((resolve) => setTimeout(resolve, 50));
    else throw new Error(`${path} is in use by process ${holder.pid}: stop that one, or set DATA_DIR to another directory.`);
  }
};

const readHolder = (lock: string): Holder | undefined => {
  try {
    return JSON.parse(readFileSync(lock, 'utf8')) as Holder;
  } catch {
    return undefined;
  }
};
