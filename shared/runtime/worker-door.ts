import { BatchProcessor, EventType, processPartialResponse, SqsFifoPartialProcessorAsync } from '@aws-lambda-powertools/batch';
import middy from '@middy/core';
import type { Context, SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';
import { describe, log } from './log.ts';
import { count } from './metrics.ts';

/** What a worker may still use of its time. */
export interface Deadline {
  readonly remainingMs: () => number;
}

type Work = (message: unknown, deadline: Deadline) => Promise<void>;

/**
 * The door of a queue worker. Each message succeeds or fails by itself; of a FIFO batch everything of its group behind
 * a failed message is given back with it, so that order holds; other groups go on. One after the other: several events of one payment would only race. A message that can't be read fails until the dead-letter queue takes it.
 */
export const queueDoor = (work: Work, { fifo = false } = {}) =>
  middy<SQSEvent, SQSBatchResponse>()
    .before(({ context }) => log.addContext(context as Context))
    .handler((event, context) => {
      const deadline = { remainingMs: () => (context as Context).getRemainingTimeInMillis() };
      const one = (record: SQSRecord): Promise<void> => workOn(record, work, deadline);
      const options = { context: context as Context, throwOnFullBatchFailure: false };
      return fifo
        ? processPartialResponse(event, one, new SqsFifoPartialProcessorAsync(), { ...options, skipGroupOnError: true })
        : processPartialResponse(event, one, new BatchProcessor(EventType.SQS), { ...options, processInParallel: false });
    });

const workOn = async (record: SQSRecord, work: Work, deadline: Deadline): Promise<void> => {
  try {
    await work(parse(record.body), deadline);
  } catch (error) {
    count('MessageFailed');
    log.error('a message failed', {
      messageId: record.messageId,
      receives: record.attributes.ApproximateReceiveCount,
      ...describe(error),
    });
    // Whatever was thrown: the batch processor counts only errors as failures.
    throw error instanceof Error ? error : new Error('the worker failed');
  }
};

/** The parser's own words would quote the body. */
const parse = (body: string): unknown => {
  try {
    return JSON.parse(body);
  } catch {
    throw new Error('the message is not JSON');
  }
};

/** The door of a scheduled worker. */
export const scheduleDoor = (work: (deadline: Deadline) => Promise<void>) =>
  middy<unknown, void>()
    .before(({ context }) => log.addContext(context as Context))
    .handler(async (_event, context) => {
      await work({ remainingMs: () => (context as Context).getRemainingTimeInMillis() });
    });
