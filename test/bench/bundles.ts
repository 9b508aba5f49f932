import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Metafile } from 'esbuild';
import { build } from 'esbuild';
import { buildFunctions, bundling } from '../../infra/build.ts';
import { functions } from '../../infra/functions.ts';
import { atMost, type Figure } from './figure.ts';

const root = join(import.meta.dirname, '../..');
const runs = 31;
const warmUps = 2;
const run = promisify(execFile);

/** Every setting a function asks for at its start; none of them is ever called. */
const environment = {
  ...process.env,
  AWS_REGION: 'eu-west-2',
  AWS_ACCESS_KEY_ID: 'none',
  AWS_SECRET_ACCESS_KEY: 'none',
  AWS_EC2_METADATA_DISABLED: 'true',
  NODE_OPTIONS: '',
  TABLE_NAME: 't',
  STAGE: 'bench',
  DOORBELL_QUEUE_URL: 'http://127.0.0.1:1/q',
  STRIPE_EVENTS_QUEUE_URL: 'http://127.0.0.1:1/s',
  XERO_EVENTS_QUEUE_URL: 'http://127.0.0.1:1/x',
  XERO_APP_SECRET_ID: 'x',
  STRIPE_APP_SECRET_ID: 's',
  XERO_CONNECTION_SECRET_PREFIX: 'p',
  XERO_CONNECTION_SECRET_KEY_ID: 'k',
  USER_POOL_ID: 'eu-west-2_pool',
  USER_POOL_CLIENT_ID: 'client',
  PUBLIC_URL: 'http://127.0.0.1:1',
  APP_URLS: 'http://127.0.0.1:1',
  POWERTOOLS_SERVICE_NAME: 'bench',
  POWERTOOLS_METRICS_NAMESPACE: 'bench',
};

const startMs = async (file: string): Promise<number> => {
  const program = `await import(${JSON.stringify(file)}); process.stdout.write(String(performance.now()));process.exit(0)`;
  const { stdout } = await run(process.execPath, ['--input-type=module', '-e', program], { env: environment });
  return Number(/[\d.]+$/.exec(stdout)?.[0]);
};

const median = (values: readonly number[]): number =>
  [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;

/** Medians of interleaved starts, so that whatever else the machine does meets all of them alike. */
const medianStarts = async (files: readonly string[]): Promise<number[]> => {
  const seen: number[][] = files.map(() => []);
  for (let round = 0; round < runs + warmUps; round += 1) {
    for (const [place, file] of files.entries()) {
      const ms = await startMs(file);
      if (round >= warmUps) seen[place]?.push(ms);
    }
  }
  return seen.map(median);
};

const baselines = {
  'baseline-dynamodb':
    "import { DynamoDBClient } from '@aws-sdk/client-dynamodb'; export const handler = new DynamoDBClient({});",
  'baseline-xero':
    "import { DynamoDBClient } from '@aws-sdk/client-dynamodb'; import { AccountingApi } from 'xero-node/dist/gen/api/accountingApi.js'; export const handler = [new DynamoDBClient({}), new AccountingApi()];",
};

const needsOf = (name: string): readonly string[] => functions.find((one) => one.name === name)?.needs ?? [];
/** Those that draw PDF files hold a library for that, which other functions must not. */
const draws = (name: string): boolean => needsOf(name).includes('fonts');
const callsXero = (name: string): boolean => needsOf(name).includes('xero-app');
const callsStripe = (name: string): boolean => needsOf(name).includes('stripe-app');

/** Bundles that hold an SDK which their function never calls, by the bundler's own account. */
const strays = ({ outputs }: Metafile): string[] =>
  Object.entries(outputs).flatMap(([path, { inputs }]) => {
    const name = path.split('/').at(-2) ?? '';
    const holds = (sdk: string): boolean => Object.keys(inputs).some((input) => input.includes(`node_modules/${sdk}/`));
    if (!path.endsWith('.mjs')) return [];
    return (holds('stripe') && !callsStripe(name)) || (holds('xero-node') && !callsXero(name)) ? [name] : [];
  });

/** All code of a function, with what it imports only when it needs it. */
const kibOf = (folder: string): number => {
  const code = readdirSync(folder).filter((file) => file.endsWith('.mjs'));
  return Math.ceil(code.reduce((sum, file) => sum + statSync(join(folder, file)).size, 0) / 1024);
};

const sizeFigures = (metafile: Metafile, kib: (name: string) => number): Figure[] => {
  const names = functions.map(({ name }) => name);
  const largest = (wanted: readonly string[]): number => Math.max(...wanted.map(kib));
  return [
    atMost(
      'G24',
      'largest bundle of a function without an SDK of others, KiB',
      largest(names.filter((name) => !callsXero(name) && !callsStripe(name) && !draws(name))),
      720,
    ),
    atMost('G24', 'largest bundle that draws PDF files, KiB', largest(names.filter(draws)), 1700),
    atMost('G24', 'largest bundle that calls Stripe, KiB', largest(names.filter(callsStripe)), 960),
    atMost('G24', 'largest bundle that calls Xero, KiB', largest(names.filter(callsXero)), 1600),
    atMost('G24', 'functions that hold an SDK they do not call', strays(metafile).length, 0),
  ];
};

/** G22 to G24: how large the bundles are and how fast they start, as ratios to bundles that hold nothing but the SDKs. */
export const bundleFigures = async (): Promise<Figure[]> => {
  const directory = mkdtempSync(join(tmpdir(), 'bench-bundles-'));
  try {
    symlinkSync(join(root, 'node_modules'), join(directory, 'node_modules'));
    mkdirSync(join(directory, 'entries'));
    const dist = join(directory, 'dist');
    const metafile = await buildFunctions(dist);
    // The SDKs as they come, without anything that makes ours smaller.
    const entryPoints = Object.entries(baselines).map(([name, code]) => {
      const entry = join(directory, 'entries', `${name}.ts`);
      writeFileSync(entry, code);
      return { in: entry, out: `${name}/index` };
    });
    await build({ ...bundling, mainFields: [...bundling.mainFields], entryPoints, outdir: dist });
    const file = (name: string): string => join(dist, name, 'index.mjs');
    const api = functions
      .filter(({ trigger, name }) => trigger === 'api' && !callsXero(name) && !callsStripe(name) && !draws(name))
      .map(({ name }) => name);
    const xero = functions.map(({ name }) => name).filter(callsXero);
    const [dynamodb = 1, accounting = 1, documents = 1, ...own] = await medianStarts(
      ['baseline-dynamodb', 'baseline-xero', 'documents', ...api, ...xero].map(file),
    );
    return [
      atMost(
        'G22',
        `slowest start of ${api.join(', ')} ÷ that of the DynamoDB client alone`,
        Math.max(...own.slice(0, api.length)) / dynamodb,
        1.4,
      ),
      atMost(
        'G22',
        'start of documents, which holds the library for PDF, ÷ that of the DynamoDB client alone',
        documents / dynamodb,
        1.7,
      ),
      atMost(
        'G23',
        'slowest start of a function that calls Xero ÷ that of DynamoDB client + accountingApi',
        Math.max(...own.slice(api.length)) / accounting,
        1.35,
      ),
      ...sizeFigures(metafile, (name) => kibOf(join(dist, name))),
    ];
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
};
