import type { FunctionPool } from './lambda-environments.ts';
import type { Queues, ReceivedMessage } from './queues.ts';

/** One queue that sets off one function, as the template has it. */
export type MappingDefinition = {
  queueName: string;
  queueArn: string;
  region: string;
  batchSize: number;
  /** Seconds that a poller collects a batch for (standard queues). */
  windowSeconds: number;
  reportBatchItemFailures: boolean;
  /** ScalingConfig.MaximumConcurrency; undefined = as many as the function has environments. */
  concurrencyMax: number;
};

/** A running mapping. */
export type Mapping = {
  definition: MappingDefinition;
  /** Whether nothing is in the function's hands and nothing could be received at this simulated time. */
  settled(now: number): Promise<boolean>;
  close(): Promise<void>;
};

/**
 * Polls a queue for a function as Lambda does: what succeeded is deleted, what failed stays invisible until its
 * visibility timeout ends, then comes again or goes to the dead-letter queue.
 */
export const startMapping = (
  definition: MappingDefinition,
  { queues, pool, log }: { queues: Queues; pool: FunctionPool; log: (line: string) => void },
): Mapping => {
  const stopping = new AbortController();
  /** Receipts of what is in nobody's hands and waits for its visibility timeout: it failed, or who had it is gone. */
  const parked = new Set<string>();
  // What is in flight before the first poll was in the hands of a process that has ended.
  const begun = queues.inspect(definition.queueName).then(
    ({ inflight }) => inflight.forEach(({ receiptHandle }) => parked.add(receiptHandle)),
    (error: unknown) => log(`${definition.queueName}: ${error instanceof Error ? error.message : String(error)}`),
  );

  const poller = async (): Promise<void> => {
    await begun;
    while (!stopping.signal.aborted) {
      try {
        const messages = await receiveBatch(definition, queues, stopping.signal);
        if (messages.length === 0) continue;
        for (const receipt of await handleBatch(definition, messages, queues, pool, log)) parked.add(receipt);
      } catch (error) {
        if (stopping.signal.aborted) return;
        log(`${definition.queueName}: ${error instanceof Error ? error.message : String(error)}`);
        await new Promise((resolve) => setTimeout(resolve, 200));
      }
    }
  };

  const pollers = Array.from({ length: definition.concurrencyMax }, poller);
  return {
    definition,
    settled: async (now) => {
      await begun;
      const { ready, delayed, inflight } = await queues.inspect(definition.queueName);
      const receipts = new Set(inflight.map(({ receiptHandle }) => receiptHandle));
      for (const receipt of parked) if (!receipts.has(receipt)) parked.delete(receipt);
      const lockedGroups = new Set(inflight.map(({ message }) => message.messageGroupId));
      return (
        inflight.every(({ receiptHandle, visibilityDeadline }) => parked.has(receiptHandle) && visibilityDeadline > now) &&
        delayed.every(({ delayUntil = 0 }) => delayUntil > now) &&
        ready.every(({ messageGroupId }) => messageGroupId !== undefined && lockedGroups.has(messageGroupId))
      );
    },
    close: async () => {
      stopping.abort();
      await Promise.all(pollers);
    },
  };
};

/** Waits for the first message, then collects the rest of the batch within the window. */
const receiveBatch = async (
  { queueName, batchSize, windowSeconds }: MappingDefinition,
  queues: Queues,
  signal: AbortSignal,
): Promise<ReceivedMessage[]> => {
  const messages = await queues.receive(queueName, { max: batchSize, waitSeconds: 20, signal });
  if (messages.length === 0) return [];
  const until = performance.now() + windowSeconds * 1000;
  while (messages.length < batchSize && performance.now() < until) {
    const waitSeconds = Math.max(1, Math.round((until - performance.now()) / 1000));
    const more = await queues.receive(queueName, { max: batchSize - messages.length, waitSeconds, signal });
    messages.push(...more);
  }
  return messages;
};

/** Hands a batch over and deletes what succeeded; answers the receipts of what failed. */
const handleBatch = async (
  definition: MappingDefinition,
  messages: ReceivedMessage[],
  queues: Queues,
  pool: FunctionPool,
  log: (line: string) => void,
): Promise<string[]> => {
  const receipts = (some: ReceivedMessage[]) => some.map(({ ReceiptHandle }) => ReceiptHandle);
  const result = await pool.invoke({ Records: messages.map((message) => recordOf(message, definition)) });
  if (!result.ok) return receipts(messages);
  const failed = definition.reportBatchItemFailures ? failedItems(result.payload, messages) : new Set<string>();
  if (failed === 'all') {
    log(`${definition.queueName}: the answer is not a valid batch response, so the whole batch failed`);
    return receipts(messages);
  }
  const done = messages.filter(({ MessageId }) => !failed.has(MessageId));
  if (done.length > 0) await queues.delete(definition.queueName, receipts(done));
  return receipts(messages.filter(({ MessageId }) => failed.has(MessageId)));
};

/**
 * Reads a partial batch response by Lambda's rules: nothing, null or an empty list is a full success; an entry without
 * a known message id makes the whole batch fail.
 */
const failedItems = (payload: string, messages: ReceivedMessage[]): Set<string> | 'all' => {
  const response = JSON.parse(payload) as { batchItemFailures?: unknown } | null;
  const list = typeof response === 'object' ? (response?.batchItemFailures ?? []) : undefined;
  if (!Array.isArray(list)) return 'all';
  const known = new Set(messages.map(({ MessageId }) => MessageId));
  const ids = list.map((entry) => (entry as { itemIdentifier?: unknown } | null)?.itemIdentifier);
  return ids.every((id) => typeof id === 'string' && known.has(id)) ? new Set(ids as string[]) : 'all';
};

const recordOf = (message: ReceivedMessage, { queueArn, region }: MappingDefinition) => ({
  messageId: message.MessageId,
  receiptHandle: message.ReceiptHandle,
  body: message.Body,
  attributes: message.Attributes ?? {},
  messageAttributes: Object.fromEntries(
    Object.entries(message.MessageAttributes ?? {}).map(([name, { StringValue, BinaryValue, DataType }]) => [
      name,
      { stringValue: StringValue, binaryValue: BinaryValue, stringListValues: [], binaryListValues: [], dataType: DataType },
    ]),
  ),
  md5OfBody: message.MD5OfBody,
  eventSource: 'aws:sqs',
  eventSourceARN: queueArn,
  awsRegion: region,
});
