import { randomUUID } from 'node:crypto';
import type { Readable } from 'node:stream';
import { Worker } from 'node:worker_threads';
import type { EnvironmentData, FromEnvironment, ToEnvironment } from './environment-messages.ts';
import type { ClockOffset } from './simulated-date.ts';

/** One function of the template, ready to run. Times in milliseconds, memory in MiB. */
export type FunctionDefinition = {
  name: string;
  /** Short name for people: the function's service name in logs and metrics, where the template sets one. */
  label: string;
  arn: string;
  /** Directory that holds the bundle, and `file.export` in it. */
  directory: string;
  handler: string;
  timeoutMs: number;
  memoryMb: number;
  environment: Record<string, string>;
  /** ReservedConcurrentExecutions, where the template sets one. */
  reservedConcurrency: number | undefined;
};

/** What an invocation came to. `payload` is JSON. */
export type InvocationResult = { ok: true; payload: string } | { ok: false; errorType: string; errorMessage: string };

/** Lambda's limit of an event and of an answer: 6 MB. */
export const payloadBytesMax = 6 * 1024 * 1024;

// Lambda gives the start of an environment 10 s before it counts as failed.
const initTimeoutMs = 10_000;

const failed = (errorType: string, errorMessage: string): InvocationResult => ({ ok: false, errorType, errorMessage });

/**
 * One execution environment: a worker thread with variables, module state and memory limit of its own, which handles
 * one event at a time and is thrown away when it crashes or runs out of time.
 */
export class ExecutionEnvironment {
  readonly #definition: FunctionDefinition;
  readonly #worker: Worker;
  readonly #ready: Promise<InvocationResult | undefined>;
  #settle: ((result: InvocationResult) => void) | undefined;
  /** False once the thread has ended: nothing may be sent to it any more. */
  alive = true;

  constructor(definition: FunctionDefinition, options: { clockOffset: ClockOffset; log: (line: string) => void }) {
    this.#definition = definition;
    const logStream = randomUUID().slice(0, 8);
    const data: EnvironmentData = {
      functionName: definition.name,
      directory: definition.directory,
      handler: definition.handler,
      memoryMb: definition.memoryMb,
      logStream,
      clockOffset: options.clockOffset,
    };
    this.#worker = new Worker(new URL('./environment-bootstrap.ts', import.meta.url), {
      env: definition.environment,
      workerData: data,
      execArgv: ['--enable-source-maps', '--no-warnings'],
      resourceLimits: { maxOldGenerationSizeMb: Math.max(64, definition.memoryMb) },
      stdout: true,
      stderr: true,
    });
    forEachLine(this.#worker.stdout, (line) => options.log(`${logStream} ${line}`));
    forEachLine(this.#worker.stderr, (line) => options.log(`${logStream} ${line}`));
    this.#ready = this.#started();
    this.#worker.on('message', (message: FromEnvironment) => this.#receive(message));
    this.#worker.on('error', (error: Error) => this.#end(failed(`Runtime.${error.name}`, error.message)));
    this.#worker.on('exit', () => this.#end(failed('Runtime.ExitError', 'The function ended before it answered')));
  }

  /** Handles one event (JSON). The time limit starts when the environment is ready, as in Lambda. */
  async handle(requestId: string, event: string): Promise<InvocationResult> {
    const failedStart = await this.#ready;
    if (failedStart !== undefined) return failedStart;
    if (!this.alive) return failed('Runtime.ExitError', 'The function ended before it answered');
    const { timeoutMs, arn } = this.#definition;
    const answer = new Promise<InvocationResult>((resolve) => (this.#settle = resolve));
    const timer = setTimeout(() => {
      this.#settle?.(failed('Sandbox.Timedout', `Task timed out after ${(timeoutMs / 1000).toFixed(2)} seconds`));
      void this.stop();
    }, timeoutMs);
    const message: ToEnvironment = { requestId, arn, event, timeLeftMs: timeoutMs };
    this.#worker.postMessage(message);
    const result = await answer;
    clearTimeout(timer);
    this.#settle = undefined;
    return result.ok && Buffer.byteLength(result.payload) > payloadBytesMax
      ? failed('Function.ResponseSizeTooLarge', `Response payload size exceeded ${payloadBytesMax} bytes`)
      : result;
  }

  /** Ends the thread at once, whatever it is doing. */
  async stop(): Promise<void> {
    this.alive = false;
    await this.#worker.terminate();
  }

  #started(): Promise<InvocationResult | undefined> {
    return new Promise((resolve) => {
      const late = setTimeout(() => {
        resolve(failed('Sandbox.Timedout', `The environment was not ready after ${initTimeoutMs / 1000} seconds`));
        void this.stop();
      }, initTimeoutMs);
      const done = (result: InvocationResult | undefined) => {
        clearTimeout(late);
        resolve(result);
      };
      this.#worker.once('message', (message: FromEnvironment) => {
        if (message.kind === 'init-error') {
          done(failed(message.errorType, message.errorMessage));
          void this.stop();
        } else done(undefined);
      });
      this.#worker.once('error', (error: Error) => done(failed(`Runtime.${error.name}`, error.message)));
      this.#worker.once('exit', () => done(failed('Runtime.ExitError', 'The environment ended before it was ready')));
    });
  }

  #receive(message: FromEnvironment): void {
    if (message.kind === 'result') this.#settle?.({ ok: true, payload: message.payload });
    if (message.kind === 'error') this.#settle?.(failed(message.errorType, message.errorMessage));
  }

  #end(result: InvocationResult): void {
    this.alive = false;
    this.#settle?.(result);
  }
}

const forEachLine = (stream: Readable, take: (line: string) => void): void => {
  let rest = '';
  stream.setEncoding('utf8');
  stream.on('data', (chunk: string) => {
    const lines = (rest + chunk).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) take(line);
  });
  stream.on('end', () => {
    if (rest !== '') take(rest);
  });
};
