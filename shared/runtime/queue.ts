import type { SQSClient } from '@aws-sdk/client-sqs';
import { OutsideError } from '../domain/outside-error.ts';

/** Most requests ring nobody, so the client is made when the first one does: a cold start pays for the table's client alone. */
const openSqs = (given?: SQSClient) => {
  let opened: ReturnType<typeof open> | undefined;
  return () => (opened ??= open(given));
};
const open = async (given?: SQSClient) => {
  const sqs = await import('@aws-sdk/client-sqs');
  return { ...sqs, client: given ?? new sqs.SQSClient({}) };
};

const versioned = (message: object): string => JSON.stringify({ v: 1, ...message });
const messagesPerBatchMax = 10;

export interface Queue {
  /** Resolves when the queue has taken the message. */
  send(message: object): Promise<void>;
}

/** A standard queue. */
export const openQueue = (queueUrl: string, given?: SQSClient): Queue => {
  const sqs = openSqs(given);
  return {
    send: async (message) => {
      const { client, SendMessageCommand } = await sqs();
      await client.send(new SendMessageCommand({ QueueUrl: queueUrl, MessageBody: versioned(message) }));
    },
  };
};

/**
 * Rings for workspaces that have waiting work. The message only rings; what waits stands in the table. `hops`: how many runs of the
 * worker have rung for the next one by now.
 */
export type RingDoorbell = (workspaceIds: readonly string[], hops?: number) => Promise<void>;

/**
 * The doorbell: FIFO, one group per workspace. Deduplication ids are random: a bell that is dropped because
 * it looks like the last one would leave work waiting for the sweep.
 */
export const openDoorbell = (queueUrl: string, newId: (prefix: string) => string, given?: SQSClient): RingDoorbell => {
  const sqs = openSqs(given);
  return async (workspaceIds, hops = 0) => {
    const { client, SendMessageBatchCommand } = await sqs();
    for (let start = 0; start < workspaceIds.length; start += messagesPerBatchMax) {
      const batch = workspaceIds.slice(start, start + messagesPerBatchMax);
      const answer = await client.send(
        new SendMessageBatchCommand({
          QueueUrl: queueUrl,
          Entries: batch.map((workspaceId, place) => ({
            Id: String(place),
            MessageBody: versioned({ workspaceId, ...(hops > 0 ? { hops } : {}) }),
            MessageGroupId: workspaceId,
            MessageDeduplicationId: newId('ring'),
          })),
        }),
      );
      const failed = answer.Failed?.[0];
      if (failed) throw new OutsideError({ service: 'aws', status: 0, code: failed.Code ?? 'SendFailed' });
    }
  };
};
