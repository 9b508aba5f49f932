import { Aws } from 'aws-cdk-lib';
import type { Table } from 'aws-cdk-lib/aws-dynamodb';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { tableShape } from '../../shared/store/table-shape.ts';
import { keyUse } from './data-key.ts';

// Scan is missing on purpose: no page, sweep or report may cost the whole table.
// Transactions need no action of their own: DynamoDB asks for those of the single writes.
const reads = ['dynamodb:BatchGetItem', 'dynamodb:GetItem', 'dynamodb:Query'];
const writes = [
  'dynamodb:BatchWriteItem',
  'dynamodb:ConditionCheckItem',
  'dynamodb:DeleteItem',
  'dynamodb:PutItem',
  'dynamodb:UpdateItem',
];

/** Rights on the table and on each of its indexes by name. */
export const tableRights = (table: Table, access: 'read' | 'write'): PolicyStatement[] => [
  new PolicyStatement({ actions: access === 'write' ? [...reads, ...writes] : reads, resources: [table.tableArn] }),
  new PolicyStatement({
    actions: ['dynamodb:Query'],
    resources: Object.keys(tableShape.indexes).map((index) => `${table.tableArn}/index/${index}`),
  }),
];

const keyActions = {
  'dynamodb:read': ['kms:Decrypt', 'kms:DescribeKey'],
  'dynamodb:write': keyUse,
  'secretsmanager:read': ['kms:Decrypt'],
  'secretsmanager:write': ['kms:Decrypt', 'kms:GenerateDataKey'],
  'sqs:read': ['kms:Decrypt'],
  'sqs:write': ['kms:Decrypt', 'kms:GenerateDataKey'],
} as const;

/** Use of the key through one AWS service only, so that a function can't decrypt by itself what it happened to get hold of. */
export const keyRights = (key: IKey, use: keyof typeof keyActions): PolicyStatement =>
  new PolicyStatement({
    actions: [...keyActions[use]],
    resources: [key.keyArn],
    conditions: { StringEquals: { 'kms:ViaService': `${use.split(':')[0]}.${Aws.REGION}.${Aws.URL_SUFFIX}` } },
  });

/** Sending to queues, encryption included. */
export const sendRights = (key: IKey, queueArns: readonly string[]): PolicyStatement[] => [
  new PolicyStatement({ actions: ['sqs:SendMessage'], resources: [...queueArns] }),
  keyRights(key, 'sqs:write'),
];

/** Taking messages from a queue, for the poller that runs under the worker's role. */
export const receiveRights = (key: IKey, queueArn: string): PolicyStatement[] => [
  new PolicyStatement({
    actions: ['sqs:ChangeMessageVisibility', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes', 'sqs:ReceiveMessage'],
    resources: [queueArn],
  }),
  keyRights(key, 'sqs:read'),
];
