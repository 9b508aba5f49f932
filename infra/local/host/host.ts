import { join } from 'node:path';
import type { SandboxClock } from '../clock.ts';
import { apiDefinition } from './api-definition.ts';
import { startAwsEndpoint } from './aws-endpoint.ts';
import { createClosers } from './closers.ts';
import type { Closers } from './closers.ts';
import { openOutbox } from './email-outbox.ts';
import type { Outbox } from './email-outbox.ts';
import { startEngines } from './engines.ts';
import type { Engines } from './engines.ts';
import { eventBusOperations } from './event-bus.ts';
import { startMapping } from './event-source-mappings.ts';
import type { Mapping } from './event-source-mappings.ts';
import { functionDefinitions } from './function-definitions.ts';
import { openLogs } from './function-logs.ts';
import type { Logs } from './function-logs.ts';
import type { HttpApi } from './http-api.ts';
import { startIdentityProvider } from './identity-provider.ts';
import type { IdentityProvider } from './identity-provider.ts';
import { createFunctionPool } from './lambda-environments.ts';
import type { FunctionPool } from './lambda-environments.ts';
import { createTemplateQueues } from './queues.ts';
import { identifyWith } from './resource-types.ts';
import { resolveStacks } from './resolve.ts';
import type { ResolvedResource } from './resolve.ts';
import { startSchedules } from './schedules.ts';
import { createSecrets } from './secrets.ts';
import { createSettle } from './settle.ts';
import { createTokenIssuer } from './sign-in.ts';
import type { TokenIssuer } from './sign-in.ts';
import { createTemplateTables } from './tables.ts';
import { createTargets } from './targets.ts';
import type { Targets } from './targets.ts';
import { readAssembly } from './template.ts';
import { provideTemplateSecrets } from './template-secrets.ts';
import { busDefinitions, mappingDefinitions, scheduleDefinitions } from './triggers.ts';
import { startTtlSweep } from './ttl-sweep.ts';

/** What a host is started with. */
export type HostOptions = {
  /** Output directory of a synthesis. */
  assembly: string;
  /** Where data is kept; undefined = in memory. */
  dataDir: string | undefined;
  clock: SandboxClock;
  /** Listens already, so that its address can stand in variables; the host gives it the template's API to serve. */
  api: HttpApi;
  /** Variables that every function gets besides the template's. */
  variables: Record<string, string>;
  /** Values of secrets, by the name of the variable that functions know the secret under. */
  secretValues: Record<string, string>;
  /** Address of a DynamoDB to use instead of an own engine. */
  dynamodbEndpoint?: string | undefined;
  /** Puts the counting, fault-injecting proxy in front of DynamoDB. */
  countDynamoDb?: boolean;
  environmentsMax?: number;
  idleMs?: number;
  verbose?: boolean;
  /** Called when an engine ends by itself. */
  onEngineExit?: (message: string) => void;
};

/** A running template. */
export type Host = {
  /** The function of this name or label. Throws if there is none. */
  functionNamed(name: string): FunctionPool;
  identity: IdentityProvider | undefined;
  engines: Engines;
  logs: Logs;
  outbox: Outbox;
  tables: string[];
  /** Event buses of the template, besides the account's own. */
  eventBuses: string[];
  awsUrl: string;
  /** Waits until queues and functions have nothing left to do at this moment of simulated time. */
  settle(): Promise<void>;
  close(): Promise<void>;
};

const region = 'us-east-1';
// The queue engine has this account number built in.
const accountId = '000000000000';

type Parts = {
  options: HostOptions;
  closers: Closers;
  engines: Engines;
  resources: ResolvedResource[];
  logs: Logs;
  issuer: TokenIssuer;
};

/** Runs a synthesised template on this machine. Rejects, with everything closed again, when any part doesn't start. */
export const startHost = async (options: HostOptions): Promise<Host> => {
  const closers = createClosers();
  try {
    return await start(options, closers);
  } catch (error) {
    await closers.closeAll();
    throw error;
  }
};

const start = async (options: HostOptions, closers: Closers): Promise<Host> => {
  const { clock, dataDir } = options;
  const stacks = readAssembly(options.assembly);
  const logs = openLogs(dataDir === undefined ? undefined : join(dataDir, 'logs'), options.verbose ?? false);
  const world = { region, accountId, apiUrl: options.api.url };
  // What the template holds is checked before anything is started.
  resolveStacks(stacks, identifyWith({ ...world, queuesUrl: 'http://127.0.0.1' }), world);

  const engines = await startEngines(
    {
      dataDir,
      clock,
      region,
      dynamodbEndpoint: options.dynamodbEndpoint,
      countDynamoDb: options.countDynamoDb ?? false,
      onEngineExit: options.onEngineExit ?? ((message) => logs.write('host', message)),
    },
    closers,
  );
  const resources = resolveStacks(stacks, identifyWith({ ...world, queuesUrl: engines.queues.url }), world);
  const [tables] = await Promise.all([
    createTemplateTables(engines.dynamodbUrl, resources),
    createTemplateQueues(engines.queues, resources),
  ]);
  const issuer = await createTokenIssuer(engines.store);
  const parts: Parts = { options, closers, engines, resources, logs, issuer };
  const outbox = openOutbox(engines.store, clock.now, dataDir === undefined ? undefined : join(dataDir, 'outbox'));
  const running = await startFunctions(parts, outbox);
  const settle = startTriggers(parts, running);
  closers.add(startTtlSweep(engines.dynamodbUrl, tables, clock));
  return {
    functionNamed: running.poolNamed,
    identity: running.identity,
    engines,
    logs,
    outbox,
    tables: tables.map(({ name }) => name),
    eventBuses: resources.flatMap(({ type, identity }) => (type === 'AWS::Events::EventBus' ? [identity.ref] : [])),
    awsUrl: running.awsUrl,
    settle,
    close: () => closers.closeAll(),
  };
};

type Running = {
  pools: FunctionPool[];
  poolNamed: (name: string) => FunctionPool;
  targets: Targets;
  identity: IdentityProvider | undefined;
  awsUrl: string;
};

/** Functions and the AWS endpoint need each other's address: operations find their pools when they are called. */
const startFunctions = async (parts: Parts, outbox: Outbox): Promise<Running> => {
  const { options, closers, engines, resources, logs, issuer } = parts;
  const pools: FunctionPool[] = [];
  const poolNamed = poolFinder(pools);
  const log = (line: string) => logs.write('host', line);
  const targets = createTargets({ resources, poolNamed, queues: engines.queues, clock: options.clock, log });
  const now = options.clock.now;
  const secrets = createSecrets(engines.store, { now, region, accountId });
  const sendMail = ({ to, ...mail }: { to: string; subject: string; text: string }) => void outbox.add({ to: [to], ...mail });
  const identity = startIdentityProvider({ resources, region, store: engines.store, issuer, poolNamed, sendMail });
  const endpoint = await startAwsEndpoint(
    {
      targets: {
        secretsmanager: secrets.operations,
        AWSEvents: eventBusOperations({ ...busDefinitions(resources, targets), now, region, accountId }),
        AWSCognitoIdentityProviderService: identity?.operations ?? {},
      },
      paths: {
        'POST /v2/email/outbound-emails': outbox.send,
        'GET /outbox': () => outbox.list(),
        [`GET /${identity?.pool.id ?? 'no-pool'}/.well-known/jwks.json`]: () => issuer.jwks,
      },
    },
    log,
  );
  closers.add(() => endpoint.close());
  const definitions = functionDefinitions(resources, {
    region,
    endpoints: {
      dynamodb: engines.dynamodbProxy?.url ?? engines.dynamodbUrl,
      sqs: engines.queues.url,
      aws: endpoint.url,
    },
    extra: options.variables,
  });
  provideTemplateSecrets(secrets, resources, definitions, options.secretValues);
  for (const definition of definitions) {
    pools.push(
      createFunctionPool(definition, {
        clockOffset: engines.clockOffset,
        beforeInvoke: engines.refreshClock,
        log: (label, line) => logs.write(label, line),
        environmentsMax: options.environmentsMax ?? 3,
        idleMs: options.idleMs ?? 300_000,
      }),
    );
  }
  closers.add(() => Promise.all(pools.map((pool) => pool.close())));
  return { pools, poolNamed, targets, identity, awsUrl: endpoint.url };
};

/** Starts what sets functions off: the API, the queues, the schedules. Answers the function that waits for them. */
const startTriggers = (parts: Parts, { poolNamed, targets }: Running): (() => Promise<void>) => {
  const { options, closers, engines, resources, logs, issuer } = parts;
  const { clock, api } = options;
  const log = (line: string) => logs.write('host', line);
  const environmentsMax = options.environmentsMax ?? 3;
  const mappings: Mapping[] = mappingDefinitions(resources, { region, accountId, environmentsMax, poolNamed }).map(
    ({ mapping, pool }) => startMapping(mapping, { queues: engines.queues, pool, log }),
  );
  // What still runs when the time to finish is over is cut off with its environment, and its message comes again.
  const finishing = () => new Promise((resolve) => setTimeout(resolve, 500).unref());
  closers.add(() => Promise.race([Promise.all(mappings.map((mapping) => mapping.close())), finishing()]));
  const settle = createSettle({
    mappings: () => mappings,
    busy: targets.busy,
    now: clock.now,
    refreshClock: engines.refreshClock,
  });
  clock.onAdvance(settle);
  const definitions = scheduleDefinitions(resources, { region, accountId }, targets);
  const schedules = startSchedules(definitions, { clock, settle, log });
  closers.add(() => schedules.close());
  const definition = apiDefinition(resources, poolNamed);
  if (definition !== undefined) api.serve({ ...definition, accountId, issuer, now: clock.now });
  return settle;
};

const poolFinder =
  (pools: FunctionPool[]) =>
  (name: string): FunctionPool => {
    const found =
      pools.find(({ definition }) => definition.name === name) ?? pools.find(({ definition }) => definition.label === name);
    if (found === undefined) throw new Error(`The template has no function ${name}.`);
    return found;
  };
