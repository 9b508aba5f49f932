import { Duration } from 'aws-cdk-lib';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';

/** SQS's maximum: two weeks to notice, mend and send again. */
const retention = Duration.days(14);

/** A dead-letter queue: encrypted, by TLS only, kept for two weeks. */
export const deadLetterQueue = (scope: Construct, key: IKey, fifo = false): Queue =>
  new Queue(scope, 'DeadLetters', {
    encryption: QueueEncryption.KMS,
    encryptionMasterKey: key,
    enforceSSL: true,
    retentionPeriod: retention,
    ...(fifo ? { fifo } : {}),
  });
