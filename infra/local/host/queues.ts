import { Worker } from 'node:worker_threads';
import { awsJson } from './aws-json.ts';
import type { QueueServerData } from './queue-server.ts';
import type { ResolvedResource } from './resolve.ts';

/** A message as the engine hands it out. */
export type ReceivedMessage = {
  MessageId: string;
  ReceiptHandle: string;
  Body: string;
  MD5OfBody: string;
  Attributes?: Record<string, string>;
  MessageAttributes?: Record<string, { StringValue?: string; BinaryValue?: string; DataType: string }>;
};

/** A queue's messages, looked at without receiving them. Times in simulated milliseconds. */
export type QueueInspection = {
  ready: StoredMessage[];
  delayed: StoredMessage[];
  inflight: { message: StoredMessage; receiptHandle: string; visibilityDeadline: number }[];
};

type StoredMessage = { messageId: string; body: string; messageGroupId?: string; delayUntil?: number };

/** The running SQS engine. Queues are named by their names, not by URLs. */
export type Queues = {
  /** Address without trailing slash; a queue's URL is `${url}/000000000000/<name>`. */
  url: string;
  create(name: string, attributes: Record<string, string>): Promise<void>;
  send(name: string, body: string, fifo?: { groupId: string; deduplicationId: string }): Promise<void>;
  receive(name: string, options: { max: number; waitSeconds: number; signal?: AbortSignal }): Promise<ReceivedMessage[]>;
  delete(name: string, receiptHandles: string[]): Promise<void>;
  inspect(name: string): Promise<QueueInspection>;
  close(): Promise<void>;
};

/** Starts the SQS engine in a thread of its own, on a free port of loopback. Rejects if it can't start. */
export const startQueues = async (data: QueueServerData): Promise<Queues> => {
  const worker = new Worker(new URL('./queue-server.ts', import.meta.url), {
    workerData: data,
    execArgv: ['--no-warnings'],
  });
  const port = await new Promise<number>((resolve, reject) => {
    worker.once('message', (message: { port: number }) => resolve(message.port));
    worker.once('error', reject);
    worker.once('exit', (code) => reject(new Error(`The queue engine ended with code ${code} before it was ready.`)));
  });
  worker.unref();
  return connect(`http://127.0.0.1:${port}`, () => stop(worker));
};

const stop = async (worker: Worker): Promise<void> => {
  const ended = new Promise((resolve) => worker.once('exit', resolve));
  worker.postMessage('stop');
  const timer = setTimeout(() => void worker.terminate(), 1_000);
  await ended;
  clearTimeout(timer);
};

const connect = (url: string, close: () => Promise<void>): Queues => {
  const call = <Answer>(operation: string, input: object, signal?: AbortSignal) =>
    awsJson<Answer>(url, `AmazonSQS.${operation}`, input, signal === undefined ? {} : { signal });
  const queueUrl = (name: string) => `${url}/000000000000/${name}`;
  return {
    url,
    create: async (name, attributes) => {
      try {
        await call('CreateQueue', { QueueName: name, Attributes: attributes });
      } catch (error) {
        if (!(error instanceof Error) || !/QueueNameExists|QueueAlreadyExists/.test(error.name)) throw error;
        const { FifoQueue: _fixed, ...settable } = attributes;
        await call('SetQueueAttributes', { QueueUrl: queueUrl(name), Attributes: settable });
      }
    },
    send: async (name, body, fifo) => {
      const group = fifo === undefined ? {} : { MessageGroupId: fifo.groupId, MessageDeduplicationId: fifo.deduplicationId };
      await call('SendMessage', { QueueUrl: queueUrl(name), MessageBody: body, ...group });
    },
    receive: async (name, { max, waitSeconds, signal }) => {
      const answer = await call<{ Messages?: ReceivedMessage[] }>(
        'ReceiveMessage',
        {
          QueueUrl: queueUrl(name),
          MaxNumberOfMessages: Math.min(max, 10),
          WaitTimeSeconds: waitSeconds,
          MessageSystemAttributeNames: ['All'],
          MessageAttributeNames: ['All'],
        },
        signal,
      );
      return answer.Messages ?? [];
    },
    delete: async (name, receiptHandles) => {
      for (let start = 0; start < receiptHandles.length; start += 10) {
        await call('DeleteMessageBatch', {
          QueueUrl: queueUrl(name),
          Entries: receiptHandles.slice(start, start + 10).map((ReceiptHandle, index) => ({ Id: String(index), ReceiptHandle })),
        });
      }
    },
    inspect: async (name) =>
      ((await (await fetch(`${url}/_fauxqs/queues/${name}`)).json()) as { messages: QueueInspection }).messages,
    close,
  };
};

/**
 * Creates the template's queues, dead-letter queues first. A second start keeps the messages and takes over changed
 * attributes.
 */
export const createTemplateQueues = async (queues: Queues, resources: ResolvedResource[]): Promise<void> => {
  const all = resources.filter(({ type }) => type === 'AWS::SQS::Queue');
  const redrives = (one: ResolvedResource) => (one.properties['RedrivePolicy'] === undefined ? 0 : 1);
  for (const { identity, properties } of all.toSorted((a, b) => redrives(a) - redrives(b))) {
    const name = identity.attributes['QueueName'] ?? '';
    await queues.create(name, queueAttributes(name, properties));
  }
};

const queueAttributes = (name: string, properties: Record<string, unknown>): Record<string, string> => {
  const attributes: Record<string, string> = name.endsWith('.fifo') ? { FifoQueue: 'true' } : {};
  const given: [property: string, attribute: string][] = [
    ['VisibilityTimeout', 'VisibilityTimeout'],
    ['DelaySeconds', 'DelaySeconds'],
    ['MessageRetentionPeriod', 'MessageRetentionPeriod'],
    ['ReceiveMessageWaitTimeSeconds', 'ReceiveMessageWaitTimeSeconds'],
    ['MaximumMessageSize', 'MaximumMessageSize'],
    ['ContentBasedDeduplication', 'ContentBasedDeduplication'],
    ['DeduplicationScope', 'DeduplicationScope'],
    ['FifoThroughputLimit', 'FifoThroughputLimit'],
  ];
  for (const [property, attribute] of given) {
    if (properties[property] !== undefined) attributes[attribute] = String(properties[property]);
  }
  if (properties['RedrivePolicy'] !== undefined) attributes['RedrivePolicy'] = JSON.stringify(properties['RedrivePolicy']);
  return attributes;
};
