import middy from '@middy/core';
import type { Context, SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';
import { describe, log } from './log.ts';
import { count } from './metrics.ts';

/** What a worker may still use of its time. */
export interface Deadline {
  readonly remainingMs: () => number;
}

/**
 * The door of a queue worker. Each message succeeds or fails by itself; of a FIFO batch everything behind a failed message
 * is given back with it, so that order holds. A message that can't be read fails until the dead-letter queue takes it.
 */
export const queueDoor = (work: (message: unknown, deadline: Deadline) => Promise<void>, { fifo = false } = {}) =>
  middy<SQSEvent, SQSBatchResponse>()
    .before(({ context }) => log.addContext(context as Context))
    .handler(async (event, context) => {
      const deadline = { remainingMs: () => (context as Context).getRemainingTimeInMillis() };
      const failures: string[] = [];
      for (const record of event.Records ?? []) {
        if (fifo && failures.length > 0) failures.push(record.messageId);
        else if (!(await succeeded(record, work, deadline))) failures.push(record.messageId);
      }
      return { batchItemFailures: failures.map((itemIdentifier) => ({ itemIdentifier })) };
    });

const succeeded = async (
  record: SQSRecord,
  work: (message: unknown, deadline: Deadline) => Promise<void>,
  deadline: Deadline,
): Promise<boolean> => {
  try {
    await work(parse(record.body), deadline);
    return true;
  } catch (error) {
    count('MessageFailed');
    log.error('a message failed', {
      messageId: record.messageId,
      receives: record.attributes.ApproximateReceiveCount,
      ...describe(error),
    });
    return false;
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
