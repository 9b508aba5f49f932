import { Duration } from 'aws-cdk-lib';
import type { CfnFunction } from 'aws-cdk-lib/aws-lambda';
import type { CfnQueue } from 'aws-cdk-lib/aws-sqs';
import { DeduplicationScope, FifoThroughputLimit, Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { functionSpec } from '../functions.ts';
import type { FunctionName } from '../functions.ts';
import { deadLettersAlarm, errorsAlarm, oldestMessageAlarm } from './alarm.ts';
import type { AlarmContext } from './alarm.ts';
import { deadLetterQueue } from './dead-letters.ts';
import type { Reach } from './needs.ts';
import { ProductFunction } from './product-function.ts';
import { receiveRights } from './rights.ts';

/** AWS's advice for SQS with Lambda: room for a run, its retries while throttled, and a reserve. */
export const visibilityFactor = 6;

/** A queue with everything that belongs to it. */
export interface QueueWorkerProps {
  readonly name: FunctionName;
  readonly reach: Reach;
  readonly alarms: AlarmContext;
  /** Under which name other functions reach the queue, and the worker itself if it needs to; absent: none of them does. */
  readonly carries?: 'doorbell' | 'stripeEvents' | 'xeroEvents';
  /** First in, first out per message group; the sender gives deduplication ids. */
  readonly fifo?: boolean;
  readonly batchSize: number;
  /** How many batches at once. Without it: as many as there are groups, or as Lambda allows. */
  readonly batchesAtOnce?: number;
  /** How often a message is tried before it is put aside. */
  readonly tries: number;
  readonly oldestMessageMinutes: number;
}

/**
 * Queue, dead-letter queue, worker and alarms in one. A batch is answered message by message, and a message stays
 * invisible for six times the worker's timeout: there is no second number that could contradict the first.
 */
export class QueueWorker extends Construct {
  readonly queue: Queue;
  readonly deadLetters: Queue;
  readonly worker: ProductFunction;

  constructor(scope: Construct, id: string, props: QueueWorkerProps) {
    super(scope, id);
    const { alarms, name, reach } = props;
    const fifo = props.fifo === true;
    const timeoutSeconds = functionSpec(name).timeoutSeconds;

    this.deadLetters = deadLetterQueue(this, reach.key, fifo);
    this.queue = new Queue(this, 'Queue', {
      encryption: QueueEncryption.KMS,
      encryptionMasterKey: reach.key,
      enforceSSL: true,
      visibilityTimeout: Duration.seconds(visibilityFactor * timeoutSeconds),
      retentionPeriod: Duration.days(4),
      deadLetterQueue: { queue: this.deadLetters, maxReceiveCount: props.tries },
      ...(fifo
        ? {
            fifo,
            // Workspaces must not slow each other down: limits and deduplication count per group.
            deduplicationScope: DeduplicationScope.MESSAGE_GROUP,
            fifoThroughputLimit: FifoThroughputLimit.PER_MESSAGE_GROUP_ID,
          }
        : {}),
    });

    const within: Reach = props.carries === undefined ? reach : { ...reach, [props.carries]: this.queue };
    this.worker = new ProductFunction(this, 'Worker', { name, reach: within });
    // Not CDK's event source: its rights would let the worker use the key outside SQS too.
    for (const statement of receiveRights(reach.key, this.queue.queueArn)) this.worker.role.addToPolicy(statement);
    this.worker.lambda.addEventSourceMapping('Messages', {
      eventSourceArn: this.queue.queueArn,
      batchSize: props.batchSize,
      reportBatchItemFailures: true,
      ...(props.batchesAtOnce === undefined ? {} : { maxConcurrency: props.batchesAtOnce }),
    });

    this.node.addValidation({ validate: () => this.tooShort() });

    deadLettersAlarm(this, alarms, this.deadLetters);
    oldestMessageAlarm(this, alarms, this.queue, props.oldestMessageMinutes);
    errorsAlarm(this, alarms, this.worker.lambda);
  }

  /** Looks at what will be deployed: a message must not come back while a worker may still be busy with it. */
  private tooShort(): string[] {
    const { visibilityTimeout = 30 } = this.queue.node.defaultChild as CfnQueue;
    const { timeout = 3 } = this.worker.lambda.node.defaultChild as CfnFunction;
    if (visibilityTimeout >= visibilityFactor * timeout) return [];
    return [
      `messages come back after ${visibilityTimeout} s, which is less than ${visibilityFactor} × the worker's ${timeout} s`,
    ];
  }
}
