import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { makeAppCredentials } from './app-credentials.ts';
import type { AppCredentials } from './app-credentials.ts';
import { createClock } from './clock.ts';
import type { SandboxClock } from './clock.ts';
import type { DemoContext, DemoPeople } from './demo/context.ts';
import { seedPeople } from './demo/people.ts';
import { tellStory } from './demo/story.ts';
import { prepareAssembly } from './host/assembly-cache.ts';
import { createClosers } from './host/closers.ts';
import type { Closers } from './host/closers.ts';
import type { DataDirectory } from './host/data-directory.ts';
import type { DynamoDbProxy } from './host/dynamodb-proxy.ts';
import { startHost } from './host/host.ts';
import type { Host, HostOptions } from './host/host.ts';
import { startHttpApi } from './host/http-api.ts';
import type { HttpApi } from './host/http-api.ts';
import { startStripeSandbox } from './stripe/server.ts';
import { startXeroSandbox } from './xero/server.ts';

/** How a local system is started; everything has a default that suits a test: in memory, on free ports, no story. */
export type LocalSystemOptions = Pick<
  HostOptions,
  'countDynamoDb' | 'environmentsMax' | 'idleMs' | 'verbose' | 'onEngineExit' | 'dynamodbEndpoint'
> & {
  /** Where data is kept; absent: in memory. */
  data?: DataDirectory;
  /** Port of the API; 0 = any. */
  port?: number;
  /** Output directory of a synthesis; absent: made from the present sources. */
  assembly?: string;
  /** Whether to make the people of endpoints.json, and whether to fill their workspace. */
  people?: boolean;
  story?: boolean;
  /** Calls a day that the Xero sandbox allows an organisation. */
  xeroTier?: 1000 | 5000;
  log?: (line: string) => void;
};

/** Where things are, as written to endpoints.json. */
export type LocalEndpoints = { api: string; xero: string; stripe: string; tokens: Record<string, string> };

/** The product with its sandboxes, running on this machine. */
export type LocalSystem = {
  endpoints: LocalEndpoints;
  clock: SandboxClock;
  host: Host;
  /** Credentials that the functions and the sandboxes share. */
  credentials: AppCredentials;
  /** Counts and misbehaves in front of DynamoDB; only with `countDynamoDb`. */
  dynamodb: DynamoDbProxy | undefined;
  /** Invokes a function by name and answers what it returned. Rejects with the function's error. */
  invoke(functionName: string, event: unknown): Promise<unknown>;
  /** An access token of a person by sub or e-mail address; lives for real seconds, 7 days unless told otherwise. */
  tokenFor(person: string, validForSeconds?: number): Promise<string>;
  close(): Promise<void>;
};

const tokenSeconds = 7 * 86_400;

/** Starts everything in this process. Rejects, with everything closed again, when any part doesn't start. */
export const startLocalSystem = async (options: LocalSystemOptions = {}): Promise<LocalSystem> => {
  const closers = createClosers();
  try {
    return await start(options, closers);
  } catch (error) {
    await closers.closeAll();
    throw error;
  }
};

const start = async (options: LocalSystemOptions, closers: Closers): Promise<LocalSystem> => {
  const log = options.log ?? (() => undefined);
  const assembly = options.assembly ?? (await prepareAssembly(log));
  const clock = openClock(options.data, closers);
  const api = await openApi(options);
  const credentials = openCredentials(options.data);
  const sandboxes = await startSandboxes(options, { api, clock, credentials }, closers);
  const host = await startHost({
    ...options,
    assembly,
    dataDir: options.data?.path,
    clock,
    api,
    variables: variablesFor(sandboxes),
    secretValues: {
      XERO_APP_SECRET_ID: JSON.stringify(credentials.xero),
      STRIPE_APP_SECRET_ID: JSON.stringify(credentials.stripe),
    },
  });
  closers.add(() => host.close());
  // Closed first: nothing new comes in while the rest is closed.
  closers.add(() => api.close());

  const invoke = async (functionName: string, event: unknown): Promise<unknown> => {
    const result = await host.functionNamed(functionName).invoke(event);
    if (!result.ok) throw Object.assign(new Error(result.errorMessage), { name: result.errorType });
    return JSON.parse(result.payload) as unknown;
  };
  const tokenFor = (person: string, validForSeconds = tokenSeconds): Promise<string> => {
    if (host.identity === undefined) throw new Error('The template has no user pool.');
    return host.identity.issueToken({ sub: host.identity.people.find(person)?.sub ?? person, validForSeconds });
  };
  const context = demoContext({ ...sandboxes, api: api.url, clock, host, log, invoke, tokenFor });
  const people = options.people === false ? {} : await seedPeople(context);
  if (options.story === true) await tellOnce(context, people);
  return {
    endpoints: { api: api.url, ...sandboxes, tokens: await tokensOf(people, tokenFor) },
    clock,
    host,
    credentials,
    dynamodb: host.engines.dynamodbProxy,
    invoke,
    tokenFor,
    close: () => closers.closeAll(),
  };
};

const variablesFor = ({ xero, stripe }: { xero: string; stripe: string }): Record<string, string> => ({
  XERO_API_URL: xero,
  XERO_IDENTITY_URL: xero,
  XERO_LOGIN_URL: xero,
  STRIPE_API_URL: stripe,
  STRIPE_SUPPRESS_NOTICES: '1',
});

/** The simulated clock goes on where it stood, or stored data would lie in the future. */
const openClock = (data: DataDirectory | undefined, closers: Closers): SandboxClock => {
  const stored = data?.read<{ offsetMs: number }>('clock.json')?.offsetMs ?? 0;
  const clock = createClock(stored);
  if (data === undefined) return clock;
  let written = stored;
  const save = (): void => {
    const offsetMs = clock.offsetMs();
    if (offsetMs === written) return;
    data.write('clock.json', { offsetMs });
    written = offsetMs;
  };
  clock.onAdvance(save);
  // A long advance is saved on its way.
  const timer = setInterval(save, 500);
  timer.unref();
  closers.add(() => {
    clearInterval(timer);
    save();
  });
  return clock;
};

const openCredentials = (data: DataDirectory | undefined): AppCredentials => {
  const stored = data?.read<AppCredentials>('credentials.json');
  if (stored !== undefined) return stored;
  const made = makeAppCredentials();
  data?.write('credentials.json', made);
  return made;
};

/** Where the parts listened at the last start: stored links, and events that are still to be delivered, lead there. */
type Ports = { api: number; xero: number; stripe: number };

/** The API on the port that was asked for; where any will do, on the one it had before. */
const openApi = ({ data, port = 0 }: LocalSystemOptions): Promise<HttpApi> =>
  port === 0 ? onPort(data?.read<Ports>('ports.json')?.api ?? 0, startHttpApi) : startHttpApi(port);

const startSandboxes = async (
  { data, port = 0, xeroTier }: LocalSystemOptions,
  { api, clock, credentials }: { api: HttpApi; clock: SandboxClock; credentials: AppCredentials },
  closers: Closers,
): Promise<{ xero: string; stripe: string }> => {
  const wanted: Omit<Ports, 'api'> =
    data?.read<Ports>('ports.json') ?? (port === 0 ? { xero: 0, stripe: 0 } : { xero: port + 1, stripe: port + 2 });
  const stored = (name: string) => {
    if (data === undefined) return {};
    const dataDir = join(data.path, name);
    mkdirSync(dataDir, { recursive: true });
    return { dataDir };
  };
  const [webhookKey] = credentials.xero.webhookKeys;
  const [platformSecret, connectedSecret] = credentials.stripe.webhookSecrets;
  const stripeWebhook = `${api.url}/v1/webhooks/stripe`;
  const [xero, stripe] = await Promise.all([
    onPort(wanted.xero, (xeroPort) =>
      startXeroSandbox({
        clock,
        port: xeroPort,
        ...stored('xero'),
        clientId: credentials.xero.clientId,
        clientSecret: credentials.xero.clientSecret,
        redirectUris: [`${api.url}/v1/xero/callback`],
        webhook: { url: `${api.url}/v1/webhooks/xero`, key: webhookKey },
        ...(xeroTier === undefined ? {} : { tier: xeroTier }),
      }),
    ),
    onPort(wanted.stripe, (stripePort) =>
      startStripeSandbox({
        clock,
        port: stripePort,
        ...stored('stripe'),
        secretKey: credentials.stripe.secretKey,
        webhooks: [
          { url: stripeWebhook, secret: platformSecret, connect: false },
          { url: stripeWebhook, secret: connectedSecret, connect: true },
        ],
      }),
    ),
  ]);
  closers.add(() => Promise.all([xero.close(), stripe.close()]));
  data?.write('ports.json', { api: api.port, xero: portOf(xero.url), stripe: portOf(stripe.url) } satisfies Ports);
  return { xero: xero.url, stripe: stripe.url };
};

const portOf = (url: string): number => Number(new URL(url).port);

/** Starts on the wanted port, or on any if somebody else has it. */
const onPort = async <Server>(port: number, startOn: (port: number) => Promise<Server>): Promise<Server> => {
  try {
    return await startOn(port);
  } catch (error) {
    if (port === 0 || (error as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw error;
    return startOn(0);
  }
};

type DemoParts = Pick<DemoContext, 'api' | 'xero' | 'stripe' | 'clock' | 'log' | 'invoke' | 'tokenFor'> & { host: Host };

const demoContext = ({ host, ...parts }: DemoParts): DemoContext => ({
  ...parts,
  subOf: (email) => host.identity?.people.find(email)?.sub,
  setPassword: (email, password) => {
    const people = host.identity?.people;
    people?.setPassword(people.get(email), password, true);
  },
  createWorkspace: (workspace) => parts.invoke('workspace-create', workspace),
  settle: host.settle,
  memory: {
    get: (key) => host.engines.store.get('demo', key),
    put: (key, value) => host.engines.store.put('demo', key, value),
  },
});

const tellOnce = async (context: DemoContext, people: DemoPeople): Promise<void> => {
  if (context.memory.get('told') === true) return;
  context.log('Telling the story of the demo workspace …');
  await tellStory(context, people);
  await context.settle();
  context.memory.put('told', true);
};

const tokensOf = async (people: DemoPeople, tokenFor: (sub: string) => Promise<string>): Promise<Record<string, string>> => {
  const tokens = Object.entries(people).map(async ([name, sub]) => [name, await tokenFor(sub)] as const);
  return Object.fromEntries(await Promise.all(tokens));
};
