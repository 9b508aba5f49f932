import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { SandboxClock } from '../clock.ts';
import type { Closers } from './closers.ts';
import { startDynamoDb } from './dynamodb-engine.ts';
import { startDynamoDbProxy } from './dynamodb-proxy.ts';
import type { DynamoDbProxy } from './dynamodb-proxy.ts';
import { startQueues } from './queues.ts';
import type { Queues } from './queues.ts';
import { createClockOffset, writeClockOffset } from './simulated-date.ts';
import type { ClockOffset } from './simulated-date.ts';
import { openStateStore } from './state-store.ts';
import type { StateStore } from './state-store.ts';

/** What the template's resources run on. */
export type Engines = {
  /** Address of the DynamoDB engine itself, for the host's own calls. */
  dynamodbUrl: string;
  dynamodbProxy: DynamoDbProxy | undefined;
  queues: Queues;
  store: StateStore;
  clockOffset: ClockOffset;
  /** Tells other threads where the simulated clock stands now. */
  refreshClock(): void;
};

/** Starts the engines side by side; without `dataDir` everything lives in memory. */
export const startEngines = async (
  options: {
    dataDir: string | undefined;
    clock: SandboxClock;
    region: string;
    dynamodbEndpoint: string | undefined;
    countDynamoDb: boolean;
    onEngineExit: (message: string) => void;
  },
  closers: Closers,
): Promise<Engines> => {
  const { dataDir, clock } = options;
  const inData = (name: string) => (dataDir === undefined ? undefined : join(dataDir, name));
  if (dataDir !== undefined) mkdirSync(dataDir, { recursive: true });
  const clockOffset = createClockOffset();
  const refreshClock = () => writeClockOffset(clockOffset, clock.offsetMs());
  refreshClock();
  clock.onAdvance(refreshClock);

  const store = openStateStore(inData('state.sqlite'));
  closers.add(() => store.close());
  const [dynamodb, queues] = await Promise.all([
    startDynamoDb({
      file: inData('dynamodb.sqlite'),
      endpoint: options.dynamodbEndpoint,
      onExit: options.onEngineExit,
    }).then((engine) => {
      closers.add(() => engine.close());
      return engine;
    }),
    startQueues({ clockOffset, dataDir: inData('queues'), region: options.region }).then((engine) => {
      closers.add(() => engine.close());
      return engine;
    }),
  ]);
  const dynamodbProxy = options.countDynamoDb ? await startDynamoDbProxy(dynamodb.url) : undefined;
  if (dynamodbProxy !== undefined) closers.add(() => dynamodbProxy.close());
  return { dynamodbUrl: dynamodb.url, dynamodbProxy, queues, store, clockOffset, refreshClock };
};
