import { randomUUID } from 'node:crypto';
import type { SandboxClock } from '../clock.ts';
import type { InvocationResult } from './execution-environment.ts';
import type { FunctionPool } from './lambda-environments.ts';
import type { Queues } from './queues.ts';
import type { ResolvedResource } from './resolve.ts';

/** The function's name in an ARN, with or without alias or version, or in an API's invocation path. */
export const functionNameOf = (text: string): string =>
  /(?:function:)?([\w-]+)(?:[:/][\w$-]+)*$/.exec(text.replace(/^.*function:/, 'function:').replace(/\/invocations$/, ''))?.[1] ??
  text;

/** Delivers events to what schedules and rules aim at. */
export type Targets = {
  /**
   * Invokes a function as Lambda does asynchronously: an error is retried after one and two minutes of simulated time,
   * then goes to the function's failure destination. Resolves after the first attempt.
   */
  invokeAsync(pool: FunctionPool, event: unknown): Promise<void>;
  /** Sends an event to a function or a queue by ARN. Throws on any other kind of target. */
  deliver(arn: string, event: unknown, options?: { messageGroupId?: string }): Promise<void>;
  /** Asynchronous invocations that are running now. */
  busy(): number;
};

const retryDelaysMs = [60_000, 120_000];

/** Makes the delivery over the running functions and queues. */
export const createTargets = (options: {
  resources: ResolvedResource[];
  poolNamed: (name: string) => FunctionPool;
  queues: Queues;
  clock: SandboxClock;
  log: (line: string) => void;
}): Targets => {
  const { poolNamed, queues, clock, log } = options;
  const policies = asyncPolicies(options.resources);
  let busy = 0;

  const attempt = async (pool: FunctionPool, event: unknown, attempts: number): Promise<void> => {
    busy += 1;
    const result = await pool.invoke(event);
    busy -= 1;
    if (result.ok || result.errorType === 'ServiceException') return;
    const policy = policies.get(pool.definition.name) ?? { retries: 2, onFailure: undefined };
    const delayMs = retryDelaysMs[attempts];
    if (attempts < policy.retries && delayMs !== undefined) {
      clock.setTimer(() => attempt(pool, event, attempts + 1), delayMs);
      return;
    }
    log(`${pool.definition.label}: gave up after ${attempts + 1} attempts (${result.errorType})`);
    if (policy.onFailure !== undefined) await queues.send(policy.onFailure, failureRecord(pool, event, result));
  };

  return {
    invokeAsync: (pool, event) => attempt(pool, event, 0),
    busy: () => busy,
    deliver: async (arn, event, { messageGroupId } = {}) => {
      if (arn.includes(':lambda:')) return attempt(poolNamed(functionNameOf(arn)), event, 0);
      if (!arn.includes(':sqs:')) throw new Error(`The local host can't deliver to ${arn}.`);
      const body = typeof event === 'string' ? event : JSON.stringify(event);
      const fifo = messageGroupId === undefined ? undefined : { groupId: messageGroupId, deduplicationId: randomUUID() };
      return queues.send(queueNameOf(arn), body, fifo);
    },
  };
};

const queueNameOf = (arn: string): string => arn.split(':').at(-1) ?? '';

const asyncPolicies = (resources: ResolvedResource[]) => {
  const policies = new Map<string, { retries: number; onFailure: string | undefined }>();
  const queueIn = (arn: unknown) => (typeof arn === 'string' && arn.includes(':sqs:') ? queueNameOf(arn) : undefined);
  for (const { type, identity, properties } of resources) {
    if (type !== 'AWS::Lambda::Function') continue;
    const dead = properties['DeadLetterConfig'] as { TargetArn?: string } | undefined;
    policies.set(identity.ref, { retries: 2, onFailure: queueIn(dead?.TargetArn) });
  }
  for (const { type, properties } of resources) {
    if (type !== 'AWS::Lambda::EventInvokeConfig') continue;
    const name = functionNameOf(String(properties['FunctionName']));
    const config = properties['DestinationConfig'] as { OnFailure?: { Destination?: string } } | undefined;
    const retries = Number(properties['MaximumRetryAttempts'] ?? 2);
    policies.set(name, { retries, onFailure: queueIn(config?.OnFailure?.Destination) ?? policies.get(name)?.onFailure });
  }
  return policies;
};

const failureRecord = (pool: FunctionPool, event: unknown, result: InvocationResult): string =>
  JSON.stringify({
    version: '1.0',
    requestContext: { functionArn: pool.definition.arn, condition: 'RetriesExhausted' },
    requestPayload: event,
    responseContext: { statusCode: 200, functionError: 'Unhandled' },
    responsePayload: result,
  });
