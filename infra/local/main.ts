import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { takeDataDirectory } from './host/data-directory.ts';
import type { DataDirectory } from './host/data-directory.ts';
import { watchParents } from './host/parent-watch.ts';
import { startLocalSystem } from './system.ts';
import type { LocalSystem, LocalSystemOptions } from './system.ts';

export { startLocalSystem } from './system.ts';
export type { LocalSystem, LocalSystemOptions } from './system.ts';

const usage = `npm start -- [--fresh] [--no-demo]
  --fresh     empty the data directory first
  --no-demo   don't fill the demo workspace
  PORT        port of the API (4000; 0 = any)
  DATA_DIR    where everything is kept (.local)
  VERBOSE     1 = print what the functions log
  DYNAMODB_ENDPOINT   a DynamoDB to use instead of the built-in one`;

// Ctrl-C answers within two seconds, whatever is still running.
const stopMsMax = 1_900;

const readSettings = (args: string[], environment: NodeJS.ProcessEnv) => {
  const { values } = parseArgs({
    args,
    options: { fresh: { type: 'boolean' }, 'no-demo': { type: 'boolean' }, help: { type: 'boolean' } },
  });
  const port = Number(environment['PORT'] ?? 4000);
  if (!Number.isInteger(port) || port < 0 || port > 65_535) throw new Error('PORT must be a number from 0 to 65535.');
  return {
    help: values.help === true,
    fresh: values.fresh === true,
    demo: values['no-demo'] !== true,
    port,
    dataDir: resolve(environment['DATA_DIR'] ?? '.local'),
    verbose: !['', '0', undefined].includes(environment['VERBOSE']),
    dynamodbEndpoint: environment['DYNAMODB_ENDPOINT'],
  };
};

const whereToLook = ({ endpoints }: LocalSystem, data: DataDirectory): string => `
Everything is running. Ctrl-C stops it.

  API                   ${endpoints.api}
  API reference         ${endpoints.api}/docs
  Xero sandbox          ${endpoints.xero}
  Stripe sandbox        ${endpoints.stripe}
  Addresses and tokens  ${data.path}/endpoints.json
  Logs of the functions ${data.path}/logs
`;

/** Starts everything as the command line and the environment say, and stays up until it is told to stop. */
export const main = async (overrides: LocalSystemOptions = {}): Promise<void> => {
  // Whatever the machine's zone is, days are counted in the workspace's.
  process.env['TZ'] = 'UTC';
  const settings = readSettings(process.argv.slice(2), process.env);
  if (settings.help) return console.log(usage);
  const data = await takeDataDirectory(settings.dataDir, settings.fresh);
  // Whoever waits for this file waits for this start, not for the last one's.
  data.remove('endpoints.json');

  let system: LocalSystem | undefined;
  let stopping = false;
  const stop = async (code: number): Promise<void> => {
    // Ctrl-C in a terminal arrives twice, once by way of npm.
    if (stopping) return;
    stopping = true;
    setTimeout(() => process.exit(code), stopMsMax).unref();
    data.stopping();
    data.remove('endpoints.json');
    await system?.close();
    data.release();
    process.exit(code);
  };
  process.on('SIGINT', () => void stop(0));
  process.on('SIGTERM', () => void stop(0));
  process.on('SIGHUP', () => void stop(0));
  watchParents(() => void stop(0));

  try {
    system = await startLocalSystem({
      data,
      port: settings.port,
      story: settings.demo,
      verbose: settings.verbose,
      dynamodbEndpoint: settings.dynamodbEndpoint,
      log: (line) => console.log(line),
      onEngineExit: (message) => {
        console.error(message);
        void stop(1);
      },
      ...overrides,
    });
    data.write('endpoints.json', system.endpoints);
    console.log(whereToLook(system, data));
  } catch (error) {
    data.release();
    throw error;
  }
};

const explain = (error: unknown): string => {
  if (!(error instanceof Error)) return String(error);
  if ((error as NodeJS.ErrnoException).code === 'EADDRINUSE') {
    return `The API's port is taken (${error.message}): set PORT to another one, or to 0 for any.`;
  }
  return process.env['VERBOSE'] === undefined ? error.message : (error.stack ?? error.message);
};

if (import.meta.main) {
  main().catch((error: unknown) => {
    console.error(explain(error));
    process.exit(1);
  });
}
