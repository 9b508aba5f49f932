import {
  BatchGetCommand,
  BatchWriteCommand,
  DeleteCommand,
  type DynamoDBDocumentClient,
  GetCommand,
  PutCommand,
  QueryCommand,
  TransactWriteCommand,
  UpdateCommand,
} from '@aws-sdk/lib-dynamodb';
import { Conflict } from '../domain/conflict.ts';
import { OutsideError } from '../domain/outside-error.ts';
import { tableShape, type IndexName } from './table-shape.ts';
import { isConditionFailure, judge, oldItemOf, reasonsOf } from './table-failures.ts';
import type { Item, Key, Write } from './write.ts';

/** DynamoDB takes at most this many actions in one transaction, keys in one batch read and items in one batch write. */
export const actionsPerTransactionMax = 100;
const keysPerBatchMax = 100;
const itemsPerBatchWriteMax = 25;
const batchRoundsMax = 8;

export interface QueryInput {
  readonly partition: string;
  readonly index?: IndexName;
  /** Sort keys from here (inclusive). */
  readonly from?: string;
  /** Sort keys up to here (inclusive). */
  readonly to?: string;
  readonly beginsWith?: string;
  readonly descending?: boolean;
  readonly limit?: number;
  /** Where the last page ended. */
  readonly after?: Item | undefined;
  /** Reads of the base table are strong unless `eventual` is set; reads of an index never are. */
  readonly eventual?: boolean;
}

export interface Page {
  readonly items: readonly Item[];
  readonly last: Item | undefined;
}

/** Everything the store does with DynamoDB. There is no scan. */
export interface Table {
  get(key: Key): Promise<Item | undefined>;
  /** Strong reads; the answer maps `pk sk` to the item. Asks again for keys that DynamoDB left unprocessed. */
  batchGet(keys: readonly Key[]): Promise<Map<string, Item>>;
  query(input: QueryInput): Promise<Page>;
  queryAll(input: QueryInput): Promise<readonly Item[]>;
  /** All of the writes or none. A failed condition becomes the write's own `onFail` error, else a `Conflict`. */
  commit(writes: readonly (Write | undefined)[]): Promise<void>;
  /** Puts without conditions, in as few calls as possible; not atomic. For items that nobody sees yet. */
  putMany(items: readonly Item[]): Promise<void>;
}

export const keyText = ({ pk, sk }: Key): string => `${pk} ${sk}`;

/** Runs a call and says of its failure what it means here. */
const send = async <T>(run: () => Promise<T>): Promise<T> => {
  try {
    return await run();
  } catch (error) {
    throw judge(error);
  }
};

/** Opens the table through a document client. Values `undefined` are dropped by the client's marshalling options. */
export const openTable = (client: DynamoDBDocumentClient, tableName: string, sleep: (ms: number) => Promise<void>): Table => {
  const query = async (input: QueryInput): Promise<Page> => {
    const shape = input.index ? tableShape.indexes[input.index] : tableShape;
    const { text, values } = sortCondition(input);
    const answer = await send(() =>
      client.send(
        new QueryCommand({
          TableName: tableName,
          IndexName: input.index,
          KeyConditionExpression: `#pk = :pk${text}`,
          ExpressionAttributeNames: { '#pk': shape.partitionKey, ...(text === '' ? {} : { '#sk': shape.sortKey }) },
          ExpressionAttributeValues: { ':pk': input.partition, ...values },
          ScanIndexForward: !input.descending,
          Limit: input.limit,
          ExclusiveStartKey: input.after,
          ConsistentRead: !input.index && !input.eventual,
        }),
      ),
    );
    return { items: (answer.Items ?? []) as Item[], last: answer.LastEvaluatedKey as Item | undefined };
  };

  return {
    query,
    queryAll: async (input) => {
      const items: Item[] = [];
      let after = input.after;
      do {
        const page = await query({ ...input, after });
        items.push(...page.items);
        after = page.last;
      } while (after);
      return items;
    },
    get: async (key) => {
      const answer = await send(() =>
        client.send(new GetCommand({ TableName: tableName, Key: { ...key }, ConsistentRead: true })),
      );
      return answer.Item as Item | undefined;
    },
    ...batches(client, tableName, sleep),
    commit: async (asked) => {
      const writes = asked.filter((write) => write !== undefined);
      const [only] = writes;
      if (!only) return;
      try {
        if (writes.length === 1 && only.kind !== 'check') await writeOne(client, tableName, only);
        else await client.send(new TransactWriteCommand({ TransactItems: writes.map((write) => asAction(tableName, write)) }));
      } catch (error) {
        throw lostRace(error, writes);
      }
    },
  };
};

type Client = DynamoDBDocumentClient;
type Sleep = (ms: number) => Promise<void>;

/** Reads and writes of many items at once. What DynamoDB leaves unprocessed is asked for again, with growing waits. */
const batches = (client: Client, tableName: string, sleep: Sleep): Pick<Table, 'batchGet' | 'putMany'> => ({
  batchGet: async (keys) => {
    const found = new Map<string, Item>();
    const distinct = [...new Map(keys.map((key) => [keyText(key), { pk: key.pk, sk: key.sk }])).values()];
    for (let start = 0; start < distinct.length; start += keysPerBatchMax) {
      let wanted: Record<string, unknown>[] = distinct.slice(start, start + keysPerBatchMax);
      for (let round = 0; wanted.length > 0; round += 1) {
        if (round === batchRoundsMax) throw new OutsideError({ service: 'aws', status: 503, code: 'UnprocessedKeys' });
        if (round > 0) await sleep(25 * 2 ** round);
        const answer = await send(() =>
          client.send(new BatchGetCommand({ RequestItems: { [tableName]: { Keys: wanted, ConsistentRead: true } } })),
        );
        for (const item of (answer.Responses?.[tableName] ?? []) as Item[]) found.set(keyText(item), item);
        wanted = answer.UnprocessedKeys?.[tableName]?.Keys ?? [];
      }
    }
    return found;
  },
  putMany: async (items) => {
    for (let start = 0; start < items.length; start += itemsPerBatchWriteMax) {
      let requests: { PutRequest?: { Item: Record<string, unknown> | undefined } | undefined }[] = items
        .slice(start, start + itemsPerBatchWriteMax)
        .map((Item) => ({ PutRequest: { Item } }));
      for (let round = 0; requests.length > 0; round += 1) {
        if (round === batchRoundsMax) throw new OutsideError({ service: 'aws', status: 503, code: 'UnprocessedItems' });
        if (round > 0) await sleep(25 * 2 ** round);
        const answer = await send(() => client.send(new BatchWriteCommand({ RequestItems: { [tableName]: requests as never } })));
        requests = (answer.UnprocessedItems?.[tableName] ?? []) as typeof requests;
      }
    }
  },
});

const sortCondition = (input: QueryInput): { text: string; values: Record<string, string> } => {
  if (input.beginsWith !== undefined) return { text: ' AND begins_with(#sk, :from)', values: { ':from': input.beginsWith } };
  if (input.from !== undefined && input.to !== undefined)
    return { text: ' AND #sk BETWEEN :from AND :to', values: { ':from': input.from, ':to': input.to } };
  if (input.from !== undefined) return { text: ' AND #sk >= :from', values: { ':from': input.from } };
  if (input.to !== undefined) return { text: ' AND #sk <= :to', values: { ':to': input.to } };
  return { text: '', values: {} };
};

const parameters = (tableName: string, write: Write) => {
  const texts = [write.condition, write.kind === 'update' ? write.expression : undefined].join(' ');
  const names = Object.fromEntries([...texts.matchAll(/#(\w+)/g)].map(([name, attribute]) => [name, attribute as string]));
  return {
    TableName: tableName,
    ConditionExpression: write.condition,
    ExpressionAttributeNames: Object.keys(names).length > 0 ? names : undefined,
    ExpressionAttributeValues: write.values && Object.keys(write.values).length > 0 ? write.values : undefined,
    ReturnValuesOnConditionCheckFailure: 'ALL_OLD' as const,
  };
};

const asAction = (tableName: string, write: Write) => {
  const common = parameters(tableName, write);
  switch (write.kind) {
    case 'put':
      return { Put: { ...common, Item: write.item } };
    case 'update':
      return { Update: { ...common, Key: { ...write.key }, UpdateExpression: write.expression } };
    case 'delete':
      return { Delete: { ...common, Key: { ...write.key } } };
    case 'check':
      return { ConditionCheck: { ...common, ConditionExpression: write.condition, Key: { ...write.key } } };
  }
};

const writeOne = async (client: DynamoDBDocumentClient, tableName: string, write: Exclude<Write, { kind: 'check' }>) => {
  const common = parameters(tableName, write);
  if (write.kind === 'put') return client.send(new PutCommand({ ...common, Item: write.item }));
  if (write.kind === 'delete') return client.send(new DeleteCommand({ ...common, Key: { ...write.key } }));
  return client.send(new UpdateCommand({ ...common, Key: { ...write.key }, UpdateExpression: write.expression }));
};

/** The error that a refused commit means: the idempotency record's first, then the first failed condition's own. */
const lostRace = (error: unknown, writes: readonly Write[]): unknown => {
  const failed = isConditionFailure(error)
    ? [{ write: writes[0] as Write, old: oldItemOf(error) }]
    : reasonsOf(error).flatMap((reason, place) =>
        reason.Code === 'ConditionalCheckFailed' ? [{ write: writes[place] as Write, old: reason.Item }] : [],
      );
  const first = failed.find(({ write }) => write.outranks) ?? failed[0];
  if (first) return first.write.onFail?.(first.old) ?? new Conflict(first.write.what);
  return judge(error);
};
