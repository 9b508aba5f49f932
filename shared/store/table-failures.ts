import type { CancellationReason } from '@aws-sdk/client-dynamodb';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import { Busy } from '../domain/conflict.ts';
import { OutsideError } from '../domain/outside-error.ts';
import type { Item } from './write.ts';

interface AwsFailure {
  readonly name: string;
  readonly $metadata?: { readonly httpStatusCode?: number };
  readonly CancellationReasons?: CancellationReason[];
  readonly Item?: Record<string, unknown>;
}

const isAwsFailure = (error: unknown): error is AwsFailure => error instanceof Error && '$metadata' in error;

/** A single write whose condition did not hold. */
export const isConditionFailure = (error: unknown): boolean =>
  isAwsFailure(error) && error.name === 'ConditionalCheckFailedException';

const plain = (item: Record<string, unknown> | undefined): Item | undefined =>
  item && (unmarshall(item as Parameters<typeof unmarshall>[0]) as Item);

/** The item as it stood when a single write's condition failed. */
export const oldItemOf = (error: unknown): Item | undefined => (isAwsFailure(error) ? plain(error.Item) : undefined);

/** Why each action of a cancelled transaction was refused, in the order of the actions. */
export const reasonsOf = (error: unknown): { Code: string | undefined; Item: Item | undefined }[] =>
  isAwsFailure(error) && error.name === 'TransactionCanceledException'
    ? (error.CancellationReasons ?? []).map(({ Code, Item: old }) => ({ Code, Item: old && plain(old) }))
    : [];

const contention = new Set(['TransactionConflict', 'ThrottlingError', 'ProvisionedThroughputExceeded']);
const busyErrors = new Set([
  'TransactionConflictException',
  'TransactionInProgressException',
  'ProvisionedThroughputExceededException',
  'ThrottlingException',
  'RequestLimitExceeded',
]);

/** Turns an SDK failure into this product's own: contention is `Busy` (worth another try), the rest an `OutsideError`. */
export const judge = (error: unknown): unknown => {
  if (!isAwsFailure(error)) return error;
  if (busyErrors.has(error.name)) return new Busy('the table');
  if (reasonsOf(error).some(({ Code }) => Code !== undefined && contention.has(Code))) return new Busy('the table');
  return new OutsideError({ service: 'aws', status: error.$metadata?.httpStatusCode ?? 0, code: error.name, cause: error });
};
