import { randomUUID } from 'node:crypto';
import { ExecutionEnvironment, payloadBytesMax } from './execution-environment.ts';
import type { FunctionDefinition, InvocationResult } from './execution-environment.ts';
import type { ClockOffset } from './simulated-date.ts';

/** Runs one function: takes events, starts environments for them and lets idle ones go. */
export type FunctionPool = {
  readonly definition: FunctionDefinition;
  /** Handles one event; waits its turn when every environment is busy. Never rejects. */
  invoke(event: unknown): Promise<InvocationResult>;
  /** Events that are being handled or waiting. */
  busy(): number;
  /** Environments that are up. */
  environments(): number;
  /** Throws every environment away, so that the next event starts cold. */
  recycle(): Promise<void>;
  close(): Promise<void>;
};

/** Choices common to all functions. */
export type PoolOptions = {
  clockOffset: ClockOffset;
  /** Called before an event is handed over, so that the function sees the present simulated time. */
  beforeInvoke: () => void;
  log: (label: string, line: string) => void;
  /** Environments a function may have at once (each costs about 45 MB); further events wait. */
  environmentsMax: number;
  /** An environment that has had nothing to do for so long is thrown away. */
  idleMs: number;
};

type Waiting = { requestId: string; event: string; resolve: (result: InvocationResult) => void };

/** Makes the pool of environments of one function. Starts nothing until the first event. */
export const createFunctionPool = (definition: FunctionDefinition, options: PoolOptions): FunctionPool => {
  const environmentsMax = Math.min(options.environmentsMax, definition.reservedConcurrency ?? Infinity);
  const idle: { environment: ExecutionEnvironment; since: number }[] = [];
  const all = new Set<ExecutionEnvironment>();
  const waiting: Waiting[] = [];
  let active = 0;
  let closed = false;

  const start = () => {
    const environment = new ExecutionEnvironment(definition, {
      clockOffset: options.clockOffset,
      log: (line) => options.log(definition.label, line),
    });
    all.add(environment);
    return environment;
  };

  const take = (): ExecutionEnvironment | undefined => {
    // The one used last is warmest; the others get the chance to become idle.
    for (let last = idle.pop(); last !== undefined; last = idle.pop()) {
      if (last.environment.alive) return last.environment;
      all.delete(last.environment);
    }
    return all.size < environmentsMax ? start() : undefined;
  };

  const pump = (): void => {
    while (!closed && waiting.length > 0) {
      const environment = take();
      if (environment === undefined) return;
      const next = waiting.shift();
      if (next !== undefined) void run(environment, next);
    }
  };

  const run = async (environment: ExecutionEnvironment, { requestId, event, resolve }: Waiting): Promise<void> => {
    active += 1;
    options.beforeInvoke();
    const result = await environment.handle(requestId, event);
    active -= 1;
    if (!result.ok) options.log(definition.label, `${requestId} ${result.errorType}: ${result.errorMessage}`);
    if (environment.alive && all.has(environment)) idle.push({ environment, since: performance.now() });
    else all.delete(environment);
    resolve(result);
    pump();
  };

  const reaper = setInterval(() => {
    while (idle[0] !== undefined && performance.now() - idle[0].since > options.idleMs) {
      const { environment } = idle.shift() as { environment: ExecutionEnvironment };
      all.delete(environment);
      void environment.stop();
    }
  }, 5_000);
  reaper.unref();

  const recycle = async () => {
    const ended = [...all];
    all.clear();
    idle.length = 0;
    await Promise.all(ended.map((environment) => environment.stop()));
  };

  return {
    definition,
    invoke: (event) => {
      const json = JSON.stringify(event);
      if (closed) return Promise.resolve(refused('ServiceException', 'The host is stopping'));
      if (Buffer.byteLength(json) > payloadBytesMax) {
        return Promise.resolve(refused('RequestTooLargeException', `The event exceeds ${payloadBytesMax} bytes`));
      }
      return new Promise((resolve) => {
        waiting.push({ requestId: randomUUID(), event: json, resolve });
        pump();
      });
    },
    busy: () => active + waiting.length,
    environments: () => all.size,
    recycle,
    close: async () => {
      closed = true;
      clearInterval(reaper);
      for (const { resolve } of waiting.splice(0)) resolve(refused('ServiceException', 'The host is stopping'));
      await recycle();
    },
  };
};

const refused = (errorType: string, errorMessage: string): InvocationResult => ({ ok: false, errorType, errorMessage });
