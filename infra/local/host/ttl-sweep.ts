import type { SandboxClock } from '../clock.ts';
import { AwsError, awsJson } from './aws-json.ts';
import type { Table } from './tables.ts';

type Attributes = Record<string, Record<string, unknown>>;
type Page = { Items?: Attributes[]; LastEvaluatedKey?: Attributes };

// DynamoDB takes up to days; the engine takes for ever. A page of 1 MB every 30 s keeps a small table clean at no cost.
const pauseMs = 30_000;
const pagesAfterAdvance = 20;

/**
 * Removes items whose time to live has passed in simulated time, which the engine doesn't do by itself: a page now
 * and then, more after the clock was advanced. Answers the function that stops it.
 */
export const startTtlSweep = (endpoint: string, tables: Table[], clock: SandboxClock): (() => void) => {
  const places = new Map<string, Attributes | undefined>();
  let stopped = false;
  let running: Promise<void> = Promise.resolve();

  const sweep = async (pages: number): Promise<void> => {
    for (const table of tables) {
      for (let page = 0; page < pages && !stopped && table.timeToLive !== undefined; page += 1) {
        const next = await sweepPage(endpoint, table, table.timeToLive, clock.now(), places.get(table.name));
        places.set(table.name, next);
        if (next === undefined) break;
      }
    }
  };
  const queue = (pages: number): void => {
    // An engine that is being closed is no reason to fail.
    running = running.then(() => sweep(pages)).catch(() => undefined);
  };
  clock.onAdvance(() => queue(pagesAfterAdvance));
  const timer = setInterval(() => queue(1), pauseMs);
  timer.unref();
  return () => {
    stopped = true;
    clearInterval(timer);
  };
};

const sweepPage = async (
  endpoint: string,
  table: Table,
  attribute: string,
  now: number,
  from: Attributes | undefined,
): Promise<Attributes | undefined> => {
  const passed = {
    ExpressionAttributeNames: { '#ttl': attribute },
    ExpressionAttributeValues: { ':now': { N: String(Math.floor(now / 1000)) } },
  };
  const page = await awsJson<Page>(endpoint, 'DynamoDB_20120810.Scan', {
    TableName: table.name,
    FilterExpression: '#ttl < :now',
    ...passed,
    ...(from === undefined ? {} : { ExclusiveStartKey: from }),
  });
  for (const item of page.Items ?? []) {
    try {
      await awsJson(endpoint, 'DynamoDB_20120810.DeleteItem', {
        TableName: table.name,
        Key: Object.fromEntries(table.keys.map((key) => [key, item[key]])),
        // It may have been given a new life since the page was read.
        ConditionExpression: '#ttl < :now',
        ...passed,
      });
    } catch (error) {
      if (!(error instanceof AwsError) || error.name !== 'ConditionalCheckFailedException') throw error;
    }
  }
  return page.LastEvaluatedKey;
};
