import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parentPort, workerData } from 'node:worker_threads';
import { installSimulatedDate } from './simulated-date.ts';
import type { EnvironmentData, FromEnvironment, ToEnvironment } from './environment-messages.ts';

// Runs inside each execution environment: loads the bundle once, then handles one event at a time.

const data = workerData as EnvironmentData;
const port = parentPort;
if (port === null) throw new Error('An execution environment runs in a worker thread.');
const post = (message: FromEnvironment) => port.postMessage(message);

installSimulatedDate(data.clockOffset);

const failure = (error: unknown) => {
  const known = error instanceof Error;
  return { errorType: known ? error.name : 'Error', errorMessage: known ? error.message : String(error) };
};

type Handler = (event: unknown, context: unknown) => unknown;

const load = async (): Promise<Handler> => {
  const [file = 'index', name = 'handler'] = data.handler.split(/\.(?=[^.]+$)/);
  const module = (await import(pathToFileURL(join(data.directory, `${file}.mjs`)).href)) as Record<string, unknown>;
  const handler = module[name];
  if (typeof handler !== 'function') throw new Error(`${data.handler} is not a function of the bundle`);
  return handler as Handler;
};

const contextOf = ({ requestId, arn, timeLeftMs }: ToEnvironment) => {
  const deadline = performance.now() + timeLeftMs;
  return {
    functionName: data.functionName,
    functionVersion: '$LATEST',
    invokedFunctionArn: arn,
    memoryLimitInMB: String(data.memoryMb),
    awsRequestId: requestId,
    logGroupName: `/aws/lambda/${data.functionName}`,
    logStreamName: data.logStream,
    callbackWaitsForEmptyEventLoop: true,
    getRemainingTimeInMillis: () => Math.max(0, Math.floor(deadline - performance.now())),
  };
};

try {
  const handler = await load();
  port.on('message', (message: ToEnvironment) => {
    void (async () => {
      try {
        const result = await handler(JSON.parse(message.event), contextOf(message));
        post({ kind: 'result', requestId: message.requestId, payload: JSON.stringify(result ?? null) });
      } catch (error) {
        // Lambda writes what a function throws to the function's log.
        console.error(JSON.stringify({ level: 'ERROR', requestId: message.requestId, ...failure(error), stack: stackOf(error) }));
        post({ kind: 'error', requestId: message.requestId, ...failure(error) });
      }
    })();
  });
  post({ kind: 'ready' });
} catch (error) {
  console.error(JSON.stringify({ level: 'ERROR', ...failure(error), stack: stackOf(error) }));
  post({ kind: 'init-error', ...failure(error) });
}

function stackOf(error: unknown): string[] {
  return error instanceof Error ? (error.stack ?? '').split('\n').slice(1, 8) : [];
}
