import { SendMessageBatchCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { OutsideError } from '../domain/outside-error.ts';

const versioned = (message: object): string => JSON.stringify({ v: 1, ...message });
const messagesPerBatchMax = 10;

export interface Queue {
  /** Resolves when the queue has taken the message. */
  send(message: object): Promise<void>;
}

/** A standard queue. */
export const openQueue = (queueUrl: string, client = new SQSClient({})): Queue => ({
  send: async (message) => {
    await client.send(new SendMessageCommand({ QueueUrl: queueUrl, MessageBody: versioned(message) }));
  },
});

/** Rings for workspaces that have waiting work. The message only rings; what waits stands in the table. */
export type RingDoorbell = (workspaceIds: readonly string[]) => Promise<void>;

/**
 * The doorbell: FIFO, one group per workspace. Deduplication ids are random: a bell that is dropped because
 * it looks like the last one would leave work waiting for the sweep.
 */
export const openDoorbell =
  (queueUrl: string, newId: (prefix: string) => string, client = new SQSClient({})): RingDoorbell =>
  async (workspaceIds) => {
    for (let start = 0; start < workspaceIds.length; start += messagesPerBatchMax) {
      const batch = workspaceIds.slice(start, start + messagesPerBatchMax);
      const answer = await client.send(
        new SendMessageBatchCommand({
          QueueUrl: queueUrl,
          Entries: batch.map((workspaceId, place) => ({
            Id: String(place),
            MessageBody: versioned({ workspaceId }),
            MessageGroupId: workspaceId,
            MessageDeduplicationId: newId('ring'),
          })),
        }),
      );
      const failed = answer.Failed?.[0];
      if (failed) throw new OutsideError({ service: 'aws', status: 0, code: failed.Code ?? 'SendFailed' });
    }
  };
