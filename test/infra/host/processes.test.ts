import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { writeFixtureAssembly } from './fixture/assembly.ts';
import { eventually } from './fixture/start.ts';

type Endpoints = { api: string; xero: string; stripe: string };

let dataDir: string;
let started: ChildProcess[] = [];
beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'local-data-'));
});
afterEach(async () => {
  for (const child of started) child.kill('SIGKILL');
  await Promise.all(started.map(ended));
  started = [];
  rmSync(dataDir, { recursive: true, force: true, maxRetries: 5 });
});

const assembly = writeFixtureAssembly();

const environment = (directory: string) => ({
  PATH: process.env['PATH'],
  PORT: '0',
  DATA_DIR: directory,
  FIXTURE_ASSEMBLY: assembly,
});

const start = (args: string[] = [], directory = dataDir) => {
  const child = spawn(process.execPath, ['--no-warnings', join(import.meta.dirname, 'fixture/main.ts'), ...args], {
    env: environment(directory),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  started.push(child);
  let output = '';
  child.stdout?.on('data', (chunk: Buffer) => (output += chunk.toString()));
  child.stderr?.on('data', (chunk: Buffer) => (output += chunk.toString()));
  return { child, output: () => output };
};

const ended = (child: ChildProcess): Promise<number | null> =>
  child.exitCode !== null || child.signalCode !== null
    ? Promise.resolve(child.exitCode)
    : new Promise((resolve) => child.once('exit', resolve));

const up = (directory = dataDir): Promise<Endpoints> =>
  eventually(() => {
    const file = join(directory, 'endpoints.json');
    return Promise.resolve(existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Endpoints) : undefined);
  });

/** Processes whose command line mentions the data directory: the engine and its watchdog. */
const engines = (directory: string): number[] =>
  readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter((pid) => {
      try {
        return readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(join(directory, 'dynamodb.sqlite'));
      } catch {
        return false;
      }
    })
    .map(Number);

const put = async (api: string, item: object): Promise<void> => {
  const headers = { 'content-type': 'application/json' };
  expect((await fetch(`${api}/items`, { method: 'POST', headers, body: JSON.stringify(item) })).status).toBe(201);
};
const items = async (api: string, pk: string): Promise<unknown> => (await fetch(`${api}/items/${pk}`)).json();

describe('a started system', () => {
  test('tells where to look, and Ctrl-C ends it with everything it started', async () => {
    const { child, output } = start();
    const { api, xero, stripe } = await up();
    expect((await fetch(`${api}/public`)).status).toBe(200);
    expect((await fetch(`${xero}/_sandbox/state`)).status).toBe(200);
    expect((await fetch(`${stripe}/_sandbox/state`)).status).toBe(200);
    await eventually(() => Promise.resolve(output().includes(stripe) ? true : undefined));
    for (const address of [api, `${api}/docs`, xero, stripe]) expect(output()).toContain(address);
    expect(engines(dataDir).length).toBeGreaterThan(0);

    child.kill('SIGINT');
    expect(await ended(child)).toBe(0);
    expect(existsSync(join(dataDir, 'endpoints.json'))).toBe(false);
    await eventually(() => Promise.resolve(engines(dataDir).length === 0 ? true : undefined));
  });

  test('leaves no engine behind when it is killed, and what it had acknowledged is there at the next start', async () => {
    const first = start();
    const before = await up();
    await put(before.api, { pk: 'kept', sk: 'one' });
    const body = JSON.stringify({ queue: 'QUEUE_URL', name: 'waiting', delay: 600 });
    await fetch(`${before.api}/messages`, { method: 'POST', headers: { 'content-type': 'application/json' }, body });
    await fetch(`${before.stripe}/_sandbox/clock`, { method: 'POST', body: '{"advanceSeconds":120}' });
    const { now } = (await (await fetch(`${before.api}/now`)).json()) as { now: number };
    first.child.kill('SIGKILL');
    await ended(first.child);
    await eventually(() => Promise.resolve(engines(dataDir).length === 0 ? true : undefined));
    rmSync(join(dataDir, 'endpoints.json'));

    start();
    const after = await up();
    expect(await items(after.api, 'kept')).toEqual([{ pk: 'kept', sk: 'one' }]);
    expect(after).toMatchObject({ api: before.api, xero: before.xero, stripe: before.stripe });
    const later = (await (await fetch(`${after.api}/now`)).json()) as { now: number };
    expect(later.now).toBeGreaterThanOrEqual(now);
    await fetch(`${after.stripe}/_sandbox/clock`, { method: 'POST', body: '{"advanceSeconds":600}' });
    expect(await items(after.api, 'message-waiting')).toHaveLength(1);
  });

  test('stops when the npm that started it is killed', async () => {
    const command = `"${process.execPath}" --no-warnings "${join(import.meta.dirname, 'fixture/main.ts')}"; true`;
    const npm = spawn('sh', ['-c', command], {
      env: { ...environment(dataDir), npm_lifecycle_event: 'start' },
      stdio: 'ignore',
    });
    started.push(npm);
    const { api } = await up();
    npm.kill('SIGKILL');
    await eventually(() => Promise.resolve(engines(dataDir).length === 0 ? true : undefined));
    await expect(fetch(`${api}/public`)).rejects.toThrow();
    start();
    await up();
  });

  test('starts empty with --fresh', async () => {
    const first = start();
    await put((await up()).api, { pk: 'old', sk: 'one' });
    first.child.kill('SIGTERM');
    expect(await ended(first.child)).toBe(0);
    start(['--fresh']);
    expect(await items((await up()).api, 'old')).toEqual([]);
  });

  test('waits for the one before it to finish stopping', async () => {
    const first = start();
    await up();
    first.child.kill('SIGTERM');
    await eventually(() => Promise.resolve(existsSync(join(dataDir, 'endpoints.json')) ? undefined : true));
    start();
    expect((await fetch(`${(await up()).api}/public`)).status).toBe(200);
  });

  test('refuses a data directory that is in use, and runs beside another one', async () => {
    start();
    const { api } = await up();
    const second = start();
    expect(await ended(second.child)).toBe(1);
    expect(second.output()).toContain('is in use by process');
    expect((await fetch(`${api}/public`)).status).toBe(200);

    const otherDir = mkdtempSync(join(tmpdir(), 'local-other-'));
    const other = start([], otherDir);
    const beside = await up(otherDir);
    await put(beside.api, { pk: 'mine', sk: 'one' });
    expect(await items(api, 'mine')).toEqual([]);
    other.child.kill('SIGINT');
    expect(await ended(other.child)).toBe(0);
    rmSync(otherDir, { recursive: true, force: true });
  });
});
