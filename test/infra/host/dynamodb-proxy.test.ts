import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, GetCommand, PutCommand, QueryCommand, TransactWriteCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { DynamoDbProxy } from '../../../infra/local/host/dynamodb-proxy.ts';
import { startFixture } from './fixture/start.ts';
import type { RunningFixture } from './fixture/start.ts';

const TableName = 'Fixture-Table';
let fixture: RunningFixture;
let proxy: DynamoDbProxy;
let client: DynamoDBDocumentClient;
beforeAll(async () => {
  fixture = await startFixture({ countDynamoDb: true });
  if (fixture.host.engines.dynamodbProxy === undefined) throw new Error('no proxy');
  proxy = fixture.host.engines.dynamodbProxy;
  const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
  client = DynamoDBDocumentClient.from(
    new DynamoDBClient({ region: 'us-east-1', endpoint: proxy.url, credentials, maxAttempts: 1 }),
  );
});
afterAll(async () => {
  client.destroy();
  await fixture.stop();
});
beforeEach(() => {
  proxy.reset();
  proxy.clearFaults();
});

const put = (sk: string) => client.send(new PutCommand({ TableName, Item: { pk: 'p', sk } }));
const get = (sk: string) => client.send(new GetCommand({ TableName, Key: { pk: 'p', sk }, ConsistentRead: true }));
const transaction = (...keys: string[]) =>
  client.send(new TransactWriteCommand({ TransactItems: keys.map((sk) => ({ Put: { TableName, Item: { pk: 'p', sk } } })) }));

describe('the counting proxy', () => {
  test('counts calls, items and bytes by operation', async () => {
    await put('a');
    await transaction('b', 'c');
    const KeyConditionExpression = 'pk = :p';
    await client.send(new QueryCommand({ TableName, KeyConditionExpression, ExpressionAttributeValues: { ':p': 'p' } }));
    const counters = proxy.counters();
    expect(counters).toMatchObject({
      PutItem: { calls: 1, items: 1 },
      TransactWriteItems: { calls: 1, items: 2 },
      Query: { calls: 1, items: 3 },
    });
    expect(counters['Query']?.responseBytes).toBeGreaterThan(counters['PutItem']?.responseBytes ?? Infinity);
  });

  test('lets functions through, and lets each call be looked at', async () => {
    const seen: string[] = [];
    const stop = proxy.onCall(({ operation, input }) => void seen.push(`${operation} ${String(input['TableName'])}`));
    await fetch(`${fixture.url}/items/p`);
    stop();
    await put('z');
    expect(seen).toEqual([`Query ${TableName}`]);
  });

  test('a conflict names its cancellation reasons and changes nothing', async () => {
    proxy.inject('transaction-conflict');
    await expect(transaction('d', 'e')).rejects.toMatchObject({
      name: 'TransactionCanceledException',
      CancellationReasons: [{ Code: 'TransactionConflict' }, { Code: 'None' }],
    });
    expect((await get('d')).Item).toBeUndefined();
    await transaction('d', 'e');
    expect((await get('d')).Item).toBeDefined();
  });

  test('a throttled call changes nothing', async () => {
    proxy.inject('throttled', { operation: 'PutItem' });
    await expect(put('f')).rejects.toMatchObject({ name: 'ProvisionedThroughputExceededException' });
    expect((await get('f')).Item).toBeUndefined();
  });

  test('an answer that is dropped leaves the write behind', async () => {
    proxy.inject('commit-then-drop', { operation: 'PutItem' });
    await expect(put('g')).rejects.toThrow();
    expect((await get('g')).Item).toEqual({ pk: 'p', sk: 'g' });
  });

  test('faults can be decided call by call', async () => {
    let call = 0;
    proxy.decide((operation) => (operation === 'PutItem' && (call += 1) === 2 ? 'throttled' : undefined));
    await put('h');
    await expect(put('i')).rejects.toMatchObject({ name: 'ProvisionedThroughputExceededException' });
    await put('i');
  });
});
