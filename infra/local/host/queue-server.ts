import { Server } from 'node:net';
import { parentPort, workerData } from 'node:worker_threads';
import { installSimulatedDate } from './simulated-date.ts';
import type { ClockOffset } from './simulated-date.ts';

// Runs inside a worker thread: the SQS engine, on loopback only, in simulated time, so that moving the clock moves
// visibility timeouts, delays and the deduplication window.

const { clockOffset, dataDir, region } = workerData as QueueServerData;

/** What the thread is started with; without `dataDir` messages live in memory. */
export type QueueServerData = { clockOffset: ClockOffset; dataDir: string | undefined; region: string };

installSimulatedDate(clockOffset);

// The engine's start function binds every interface and offers no choice; in this thread it gets loopback.
const prototype = Server.prototype as { listen: (...args: unknown[]) => Server };
const listen = prototype.listen;
prototype.listen = function (this: Server, ...args: unknown[]): Server {
  const [options, ...rest] = args;
  const loopback =
    typeof options === 'object' && options !== null && 'host' in options ? { ...options, host: '127.0.0.1' } : options;
  return listen.call(this, loopback, ...rest);
};

const { startFauxqs } = await import('fauxqs');
const engine = await startFauxqs({
  port: 0,
  logger: false,
  defaultRegion: region,
  ...(dataDir === undefined ? {} : { dataDir }),
});

parentPort?.on('message', (message: unknown) => {
  if (message !== 'stop') return;
  void engine.stop().finally(() => process.exit(0));
});
parentPort?.postMessage({ port: engine.port });
