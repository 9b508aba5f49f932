import { CreateTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { startDynamoDb } from '../../infra/local/host/dynamodb-engine.ts';
import { openTable, type Table } from '../../shared/store/table.ts';
import { tableShape } from '../../shared/store/table-shape.ts';

/** What the table is called in every engine. */
export const tableName = 'table';

/** A real DynamoDB engine in memory, with the product's table in it. */
export interface Engine {
  readonly endpoint: string;
  readonly table: Table;
  readonly client: DynamoDBDocumentClient;
  /**
   * Round trips and units since the last reset, by AWS's formula: a write is 1 unit per started KB, 2 in a transaction; a read is 1 unit
   * per started 4 KB, half of that when it is eventually consistent.
   */
  readonly counted: { trips: number; writeUnits: number; readUnits: number; operations: string[] };
  reset(): void;
  close(): Promise<void>;
}

const createTable = async (client: DynamoDBClient): Promise<void> => {
  const indexes = Object.entries(tableShape.indexes);
  const attributes = [
    tableShape.partitionKey,
    tableShape.sortKey,
    ...indexes.flatMap(([, keys]) => [keys.partitionKey, keys.sortKey]),
  ];
  const schema = (partition: string, sort: string) => [
    { AttributeName: partition, KeyType: 'HASH' as const },
    { AttributeName: sort, KeyType: 'RANGE' as const },
  ];
  await client.send(
    new CreateTableCommand({
      TableName: tableName,
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: attributes.map((AttributeName) => ({ AttributeName, AttributeType: 'S' as const })),
      KeySchema: schema(tableShape.partitionKey, tableShape.sortKey),
      GlobalSecondaryIndexes: indexes.map(([IndexName, keys]) => ({
        IndexName,
        KeySchema: schema(keys.partitionKey, keys.sortKey),
        Projection: { ProjectionType: 'ALL' as const },
      })),
    }),
  );
};

/** Bytes of a value as DynamoDB counts them: text in UTF-8, numbers two digits a byte, 3 for a map or list and 1 for each element. */
const bytesOf = (value: unknown): number => {
  if (typeof value === 'string') return Buffer.byteLength(value);
  if (typeof value === 'number') return Math.ceil(String(value).length / 2) + 1;
  if (value instanceof Uint8Array) return value.byteLength;
  if (Array.isArray(value)) return 3 + value.reduce<number>((sum, element) => sum + 1 + bytesOf(element), 0);
  if (typeof value !== 'object' || value === null) return 1;
  return 3 + Object.entries(value).reduce((sum, [name, inner]) => sum + 1 + name.length + bytesOf(inner), 0);
};

/** Started KB of an item, as DynamoDB counts them. */
export const kilobytes = (item: unknown): number => {
  const attributes = Object.entries(item ?? {}).filter(([, value]) => value !== undefined);
  const bytes = attributes.reduce((sum, [name, value]) => sum + name.length + bytesOf(value), 0);
  return Math.max(1, Math.ceil(bytes / 1024));
};

/** Write units of a request as the client sends it. Updates and deletes count as one KB: the items here are small. */
const writeUnitsOf = (operation: string, input: Record<string, unknown>): number => {
  if (operation === 'TransactWriteItemsCommand' || operation === 'TransactWriteCommand') {
    const actions = input['TransactItems'] as Record<string, { Item?: unknown }>[];
    return actions.reduce((sum, action) => sum + 2 * kilobytes(Object.values(action)[0]?.Item), 0);
  }
  if (/^(Put|Update|Delete)/.test(operation)) return kilobytes(input['Item']);
  if (!operation.startsWith('BatchWrite')) return 0;
  const requests = Object.values(input['RequestItems'] as Record<string, { PutRequest?: { Item?: unknown } }[]>).flat();
  return requests.reduce((sum, { PutRequest }) => sum + kilobytes(PutRequest?.Item), 0);
};

const readUnitsFor = (items: readonly unknown[]): number =>
  Math.max(1, Math.ceil(items.reduce<number>((sum, item) => sum + bytesOf(item), 0) / 4096));

/** Read units of an answer: a query's items count together, a batch's one by one. */
const readUnitsOf = (input: Record<string, unknown>, output: Record<string, unknown>): number => {
  const share = input['ConsistentRead'] === true ? 1 : 0.5;
  if ('KeyConditionExpression' in input) return readUnitsFor((output['Items'] as unknown[] | undefined) ?? []) * share;
  const batches = Object.values((output['Responses'] as Record<string, unknown[]> | undefined) ?? {}).flat();
  if (batches.length > 0) return batches.reduce<number>((sum, item) => sum + readUnitsFor([item]), 0);
  return 'ConsistentRead' in input ? readUnitsFor([output['Item'] ?? {}]) * share : 0;
};

/** Starts an engine of its own for one test file; `close` ends it, and so does the end of this process. */
export const startEngine = async (): Promise<Engine> => {
  const engine = await startDynamoDb({ file: undefined, onExit: () => undefined });
  const plain = new DynamoDBClient({
    endpoint: engine.url,
    region: 'eu-west-2',
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
    maxAttempts: 3,
  });
  await createTable(plain);
  const counted: Engine['counted'] = { trips: 0, writeUnits: 0, readUnits: 0, operations: [] };
  plain.middlewareStack.add(
    (next, context) => async (args) => {
      const operation = context.commandName ?? 'unknown';
      counted.trips += 1;
      counted.writeUnits += writeUnitsOf(operation, args.input as Record<string, unknown>);
      counted.operations.push(operation);
      const result = await next(args);
      counted.readUnits += readUnitsOf(
        args.input as Record<string, unknown>,
        result.output as unknown as Record<string, unknown>,
      );
      return result;
    },
    { step: 'initialize', name: 'countRequests' },
  );
  const client = DynamoDBDocumentClient.from(plain, { marshallOptions: { removeUndefinedValues: true } });
  return {
    endpoint: engine.url,
    client,
    counted,
    table: openTable(client, tableName, (ms) => new Promise((resolve) => setTimeout(resolve, ms))),
    reset: () => {
      counted.trips = 0;
      counted.writeUnits = 0;
      counted.readUnits = 0;
      counted.operations.length = 0;
    },
    close: async () => {
      plain.destroy();
      await engine.close();
    },
  };
};
