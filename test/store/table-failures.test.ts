import { beforeEach, describe, expect, test } from '@jest/globals';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import {
  BatchGetCommand,
  BatchWriteCommand,
  DynamoDBDocumentClient,
  GetCommand,
  PutCommand,
  QueryCommand,
  TransactWriteCommand,
} from '@aws-sdk/lib-dynamodb';
import { mockClient } from 'aws-sdk-client-mock';
import { Refusal } from '../../shared/domain/refusal.ts';
import { answered } from '../../shared/store/idempotency.ts';
import { openTable } from '../../shared/store/table.ts';
import { check, put, putNew, remove, update } from '../../shared/store/write.ts';

const dynamo = mockClient(DynamoDBDocumentClient);
const waits: number[] = [];
const table = openTable(DynamoDBDocumentClient.from(new DynamoDBClient({ region: 'eu-west-2' })), 'table', async (ms) => {
  waits.push(ms);
});

/** A failure as the SDK throws it. */
const failure = (name: string, more: object = {}): Error =>
  Object.assign(new Error(name), { name, $metadata: { httpStatusCode: 400 }, ...more });
const cancelled = (...CancellationReasons: object[]): Error => failure('TransactionCanceledException', { CancellationReasons });

const a = { pk: 'A', sk: '1' };
const b = { pk: 'B', sk: '1' };
const once = { workspaceId: 'ws', memberId: 'mem', routeId: 'r', key: 'k', bodyHash: 'h', requestId: 'q', at: 0 };

beforeEach(() => {
  dynamo.reset();
  waits.length = 0;
});

describe('contention is Busy', () => {
  test.each([
    'TransactionConflictException',
    'TransactionInProgressException',
    'ProvisionedThroughputExceededException',
    'ThrottlingException',
    'RequestLimitExceeded',
  ])('%s', async (name) => {
    dynamo.onAnyCommand().rejects(failure(name));
    await expect(table.get(a)).rejects.toMatchObject({ name: 'Busy' });
    await expect(table.query({ partition: 'A' })).rejects.toMatchObject({ name: 'Busy' });
    await expect(table.batchGet([a])).rejects.toMatchObject({ name: 'Busy' });
    await expect(table.putMany([a])).rejects.toMatchObject({ name: 'Busy' });
    await expect(table.commit([put('a', a)])).rejects.toMatchObject({ name: 'Busy' });
    await expect(table.commit([put('a', a), put('b', b)])).rejects.toMatchObject({ name: 'Busy' });
  });

  test.each(['TransactionConflict', 'ThrottlingError', 'ProvisionedThroughputExceeded'])(
    'a transaction cancelled by %s',
    async (Code) => {
      dynamo.on(TransactWriteCommand).rejects(cancelled({ Code: 'None' }, { Code }));
      await expect(table.commit([put('a', a), put('b', b)])).rejects.toMatchObject({ name: 'Busy' });
    },
  );
});

describe('other failures of the service', () => {
  test('are the outside’s, with status and code', async () => {
    dynamo.on(GetCommand).rejects(failure('ResourceNotFoundException'));
    await expect(table.get(a)).rejects.toMatchObject({
      name: 'OutsideError',
      service: 'aws',
      status: 400,
      code: 'ResourceNotFoundException',
    });
    dynamo.on(TransactWriteCommand).rejects(cancelled({ Code: 'ValidationError' }, { Code: 'None' }));
    await expect(table.commit([put('a', a), put('b', b)])).rejects.toMatchObject({
      name: 'OutsideError',
      code: 'TransactionCanceledException',
    });
  });

  test('a bug stays a bug', async () => {
    dynamo.on(QueryCommand).rejects(new TypeError('x is undefined'));
    await expect(table.query({ partition: 'A' })).rejects.toBeInstanceOf(Error);
    await expect(table.query({ partition: 'A' })).rejects.not.toMatchObject({ name: 'OutsideError' });
  });
});

describe('a condition that fails', () => {
  const old = { pk: { S: 'A' }, sk: { S: '1' }, version: { N: '7' } };

  test('is a lost race, named by what was written', async () => {
    dynamo.on(PutCommand).rejects(failure('ConditionalCheckFailedException'));
    await expect(table.commit([putNew('client', a)])).rejects.toMatchObject({ name: 'Conflict', what: 'client' });
    dynamo.on(TransactWriteCommand).rejects(cancelled({ Code: 'None' }, { Code: 'ConditionalCheckFailed' }));
    await expect(table.commit([putNew('client', a), putNew('job', b)])).rejects.toMatchObject({ name: 'Conflict', what: 'job' });
  });

  test('hands the item as it stands to the write’s own answer', async () => {
    const onFail = (item: Record<string, unknown> | undefined) =>
      new Refusal('duplicate', `version ${String(item?.['version'])}`);
    dynamo.on(PutCommand).rejects(failure('ConditionalCheckFailedException', { Item: old }));
    await expect(table.commit([putNew('client', a, { onFail })])).rejects.toMatchObject({
      code: 'duplicate',
      message: 'version 7',
    });
    dynamo.on(TransactWriteCommand).rejects(cancelled({ Code: 'ConditionalCheckFailed', Item: old }, { Code: 'None' }));
    await expect(table.commit([putNew('client', a, { onFail }), put('b', b)])).rejects.toMatchObject({ message: 'version 7' });
  });

  test('of the idempotency record is heard before every other reason', async () => {
    const writes = [putNew('client', a), answered(once, { status: 201 }), putNew('job', b)];
    const failed = { Code: 'ConditionalCheckFailed' };
    dynamo.on(TransactWriteCommand).rejects(cancelled(failed, failed, failed));
    await expect(table.commit(writes)).rejects.toMatchObject({ name: 'AnsweredAlready' });
    dynamo.on(TransactWriteCommand).rejects(cancelled({ Code: 'TransactionConflict' }, failed, { Code: 'None' }));
    await expect(table.commit(writes)).rejects.toMatchObject({ name: 'AnsweredAlready' });
  });

  test('is heard before contention', async () => {
    dynamo.on(TransactWriteCommand).rejects(cancelled({ Code: 'TransactionConflict' }, { Code: 'ConditionalCheckFailed' }));
    await expect(table.commit([put('a', a), putNew('job', b)])).rejects.toMatchObject({ name: 'Conflict', what: 'job' });
  });
});

describe('partial results', () => {
  test('keys that were not read are asked for again, after longer and longer waits', async () => {
    dynamo
      .on(BatchGetCommand)
      .resolvesOnce({ Responses: { table: [{ ...a, n: 1 }] }, UnprocessedKeys: { table: { Keys: [b] } } })
      .resolvesOnce({ Responses: {}, UnprocessedKeys: { table: { Keys: [b] } } })
      .resolvesOnce({ Responses: { table: [{ ...b, n: 2 }] } });
    const found = await table.batchGet([a, b, a]);
    expect([...found.values()]).toEqual([
      { ...a, n: 1 },
      { ...b, n: 2 },
    ]);
    const asked = dynamo.commandCalls(BatchGetCommand).map((call) => call.args[0].input.RequestItems?.['table']?.Keys);
    expect(asked).toEqual([[a, b], [b], [b]]);
    expect(waits).toHaveLength(2);
    expect(waits[1]).toBeGreaterThan(waits[0] ?? 0);
  });

  test('that never get whole are given up', async () => {
    dynamo.on(BatchGetCommand).resolves({ UnprocessedKeys: { table: { Keys: [a] } } });
    await expect(table.batchGet([a])).rejects.toMatchObject({ name: 'OutsideError', status: 503, code: 'UnprocessedKeys' });
    dynamo.on(BatchWriteCommand).resolves({ UnprocessedItems: { table: [{ PutRequest: { Item: a } }] } });
    await expect(table.putMany([a])).rejects.toMatchObject({ name: 'OutsideError', status: 503, code: 'UnprocessedItems' });
  });

  test('items that were not written are written again', async () => {
    dynamo
      .on(BatchWriteCommand)
      .resolvesOnce({ UnprocessedItems: { table: [{ PutRequest: { Item: b } }] } })
      .resolvesOnce({});
    await table.putMany([a, b]);
    const asked = dynamo.commandCalls(BatchWriteCommand).map((call) => call.args[0].input.RequestItems?.['table']?.length);
    expect(asked).toEqual([2, 1]);
  });

  test('more than 100 keys and 25 items go in several calls', async () => {
    dynamo.on(BatchGetCommand).resolves({});
    dynamo.on(BatchWriteCommand).resolves({});
    const items = Array.from({ length: 230 }, (_, at) => ({ pk: 'A', sk: String(at) }));
    await table.batchGet(items);
    await table.putMany(items.slice(0, 60));
    expect(dynamo.commandCalls(BatchGetCommand)).toHaveLength(3);
    expect(dynamo.commandCalls(BatchWriteCommand)).toHaveLength(3);
  });

  test('a list is read to its end', async () => {
    dynamo
      .on(QueryCommand)
      .resolvesOnce({ Items: [a], LastEvaluatedKey: a })
      .resolvesOnce({ Items: [b] });
    expect(await table.queryAll({ partition: 'A' })).toEqual([a, b]);
  });
});

describe('a commit', () => {
  test('of nothing asks nobody', async () => {
    await table.commit([undefined]);
    await table.batchGet([]);
    expect(dynamo.calls()).toHaveLength(0);
  });

  test('of a lone check is a transaction, since nothing else can be a check', async () => {
    dynamo.on(TransactWriteCommand).resolves({});
    await table.commit([check('a', a, { condition: 'attribute_exists(#pk)' })]);
    expect(dynamo.commandCalls(TransactWriteCommand)).toHaveLength(1);
  });

  test('names attributes and values of conditions and changes', async () => {
    dynamo.on(TransactWriteCommand).resolves({});
    await table.commit([
      update(
        'a',
        a,
        { set: { name: 'x', gone: undefined }, add: { count: 2 } },
        { condition: '#version = :v', values: { ':v': 1 } },
      ),
      remove('b', b, { condition: '#status = :done', values: { ':done': 'done' } }),
      put('c', { pk: 'C', sk: '1' }),
    ]);
    const [first, second, third] = dynamo.commandCalls(TransactWriteCommand)[0]?.args[0].input.TransactItems ?? [];
    expect(first?.Update).toMatchObject({
      UpdateExpression: 'SET #name = :set_name REMOVE #gone ADD #count :add_count',
      ConditionExpression: '#version = :v',
      ExpressionAttributeNames: { '#name': 'name', '#gone': 'gone', '#count': 'count', '#version': 'version' },
      ExpressionAttributeValues: { ':set_name': 'x', ':add_count': 2, ':v': 1 },
      ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
    });
    expect(second?.Delete).toMatchObject({ ExpressionAttributeValues: { ':done': 'done' } });
    expect(third?.Put?.ExpressionAttributeNames).toBeUndefined();
  });
});
