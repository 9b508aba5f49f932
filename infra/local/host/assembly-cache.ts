import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, readdirSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';

const root = join(import.meta.dirname, '../../..');
const cache = join(root, 'node_modules/.cache/local-host');

// Everything that bundles and templates are made from; the local system itself is not.
const sources = ['infra', 'functions', 'shared', 'package-lock.json', 'tsconfig.json', 'cdk.json'];
const notSources = new Set([join(root, 'infra/local')]);
const synthesiser = join(import.meta.dirname, 'synthesise.ts');

const assembliesKept = 5;
const keptAtLeastMs = 24 * 3_600_000;

/**
 * The cloud assembly of the present sources: bundled and synthesised in a process of its own, or found in the cache
 * when nothing changed since. An assembly never changes once it is there, so any number of systems may run from it
 * while the next one is made. Rejects with the tools' output when bundling or synthesis fails.
 */
export const prepareAssembly = async (log: (line: string) => void): Promise<string> => {
  mkdirSync(cache, { recursive: true });
  const finished = join(cache, hashOfSources());
  const lock = `${finished}.lock`;
  while (!existsSync(finished)) {
    if (!takeLock(lock)) {
      await new Promise((resolve) => setTimeout(resolve, 100));
      continue;
    }
    try {
      if (!existsSync(finished)) {
        log('Bundling the functions and synthesising the templates …');
        await synthesise(finished);
      }
    } finally {
      rmSync(lock, { force: true });
    }
  }
  prune(finished);
  return join(finished, 'cdk.out');
};

const hashOfSources = (): string => {
  const hash = createHash('sha256').update(process.version).update(readFileSync(synthesiser));
  const add = (path: string): void => {
    if (notSources.has(path) || !existsSync(path)) return;
    if (statSync(path).isDirectory()) {
      for (const name of readdirSync(path).toSorted()) add(join(path, name));
      return;
    }
    hash
      .update(`${relative(root, path)}\0`)
      .update(readFileSync(path))
      .update('\0');
  };
  for (const source of sources) add(join(root, source));
  return hash.digest('hex').slice(0, 20);
};

/** True when this process now holds the lock; a lock whose holder is gone is removed. */
const takeLock = (lock: string): boolean => {
  try {
    writeFileSync(lock, String(process.pid), { flag: 'wx' });
    return true;
  } catch {
    try {
      process.kill(Number(readFileSync(lock, 'utf8')), 0);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ESRCH') rmSync(lock, { force: true });
    }
    return false;
  }
};

const synthesise = async (finished: string): Promise<void> => {
  const unfinished = `${finished}.${process.pid}.tmp`;
  rmSync(unfinished, { recursive: true, force: true });
  mkdirSync(unfinished);
  const child = spawn(process.execPath, ['--no-warnings', synthesiser, unfinished], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (output += chunk.toString()));
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  if (code !== 0) {
    rmSync(unfinished, { recursive: true, force: true });
    throw new Error(`Bundling or synthesis failed:\n${output.trim()}`);
  }
  renameSync(unfinished, finished);
};

/** Removes old assemblies, but none young enough to be in use. */
const prune = (inUse: string): void => {
  const old = readdirSync(cache)
    .map((name) => ({ path: join(cache, name), at: modifiedAt(join(cache, name)) }))
    .filter(({ path, at }) => path !== inUse && Date.now() - at > keptAtLeastMs)
    .toSorted((a, b) => b.at - a.at);
  for (const { path } of old.slice(assembliesKept)) rmSync(path, { recursive: true, force: true });
};

const modifiedAt = (path: string): number => {
  try {
    return statSync(path).mtimeMs;
  } catch {
    return Date.now();
  }
};
