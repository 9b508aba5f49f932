import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { LocalEndpoints } from '../../infra/local/system.ts';
import { until } from './until.ts';

const main = join(import.meta.dirname, '../../infra/local/main.ts');

/** The product as a process of its own, as `npm start` runs it, on free ports and without the story. */
export interface StartedProcess {
  readonly endpoints: LocalEndpoints;
  /** kill -9; resolves once nothing of it is left, not even its database. */
  kill(): Promise<void>;
  /** Ctrl-C; the exit code. */
  interrupt(): Promise<number | null>;
}

/** A folder for data, and the processes that work on it. */
export interface Machine {
  readonly dataDir: string;
  start(): Promise<StartedProcess>;
  /** Ids of the database processes that belong to this data, and of those who watch over them. */
  engines(): number[];
  /** Ends whatever still runs, and removes the data. */
  dispose(): Promise<void>;
}

/** A place under the system's temporary folder for one product to run in. */
export const newMachine = (): Machine => {
  const dataDir = mkdtempSync(join(tmpdir(), 'journey-'));
  const started: ChildProcess[] = [];
  const engines = (): number[] => processesNaming(join(dataDir, 'dynamodb.sqlite'));
  const noEngines = async (): Promise<void> => {
    await until(
      'no database is left behind',
      async () => engines(),
      ({ length }) => length === 0,
    );
  };
  const start = async (): Promise<StartedProcess> => {
    // Of a process that was killed: whoever waits for it waits for this start.
    rmSync(join(dataDir, 'endpoints.json'), { force: true });
    const child = spawn(process.execPath, ['--no-warnings', main, '--no-demo'], {
      env: { PATH: process.env['PATH'], PORT: '0', DATA_DIR: dataDir },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    started.push(child);
    let output = '';
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (output += chunk.toString()));
    const endpoints = await until(
      'the system is up',
      async () => {
        if (hasEnded(child)) throw new Error(`The system did not start:\n${output}`);
        const file = join(dataDir, 'endpoints.json');
        return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as LocalEndpoints) : undefined;
      },
      (seen) => seen !== undefined,
    );
    return {
      endpoints: endpoints as LocalEndpoints,
      kill: async () => {
        child.kill('SIGKILL');
        await ended(child);
        await noEngines();
      },
      interrupt: async () => {
        child.kill('SIGINT');
        const code = await ended(child);
        await noEngines();
        return code;
      },
    };
  };
  return {
    dataDir,
    start,
    engines,
    dispose: async () => {
      for (const child of started) child.kill('SIGKILL');
      await Promise.all(started.map(ended));
      await noEngines();
      rmSync(dataDir, { recursive: true, force: true, maxRetries: 5 });
    },
  };
};

const hasEnded = (child: ChildProcess): boolean => child.exitCode !== null || child.signalCode !== null;
const ended = (child: ChildProcess): Promise<number | null> =>
  hasEnded(child) ? Promise.resolve(child.exitCode) : new Promise((resolve) => child.once('exit', resolve));

const processesNaming = (text: string): number[] =>
  readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter((pid) => {
      try {
        return readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(text);
      } catch {
        // It ended in between.
        return false;
      }
    })
    .map(Number);
