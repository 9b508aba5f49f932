import { describe, expect, test } from '@jest/globals';
import type { SQSEvent } from 'aws-lambda';
import { queueDoor, scheduleDoor } from '../../shared/runtime/worker-door.ts';

const context = { awsRequestId: 'a', functionName: 'test', getRemainingTimeInMillis: () => 42_000 } as never;

const event = (...bodies: string[]): SQSEvent =>
  ({
    Records: bodies.map((body, at) => ({
      messageId: `m${at}`,
      body,
      attributes: { ApproximateReceiveCount: '1', MessageGroupId: 'ws_1' },
      eventSource: 'aws:sqs',
      eventSourceARN: 'arn:aws:sqs:eu-west-2:000000000000:queue',
    })),
  }) as unknown as SQSEvent;

const run = async (work: (message: unknown) => Promise<void>, sent: SQSEvent, options?: { fifo: boolean }): Promise<string[]> => {
  const answer = await queueDoor(work, options)(sent, context);
  return answer.batchItemFailures.map(({ itemIdentifier }) => itemIdentifier);
};
const failOn =
  (bad: unknown) =>
  async (message: unknown): Promise<void> => {
    if (JSON.stringify(message) === JSON.stringify(bad)) throw new Error('no');
  };

describe('a queue worker', () => {
  test('is given each message, parsed, in order, one at a time', async () => {
    const seen: unknown[] = [];
    let running = 0;
    const work = async (message: unknown): Promise<void> => {
      running += 1;
      expect(running).toBe(1);
      await new Promise((resolve) => setTimeout(resolve, 1));
      seen.push(message);
      running -= 1;
    };
    expect(await run(work, event('{"v":1}', '{"v":2}', '{"v":3}'))).toEqual([]);
    expect(seen).toEqual([{ v: 1 }, { v: 2 }, { v: 3 }]);
  });

  test('gives back only what failed', async () => {
    expect(await run(failOn({ v: 2 }), event('{"v":1}', '{"v":2}', '{"v":3}'))).toEqual(['m1']);
  });

  test('of a FIFO queue gives back everything from the failed message on', async () => {
    expect(await run(failOn({ v: 2 }), event('{"v":1}', '{"v":2}', '{"v":3}'), { fifo: true })).toEqual(['m1', 'm2']);
  });

  test('gives back all when all fail, and does not fail itself', async () => {
    const work = async (): Promise<void> => {
      throw new Error('no');
    };
    expect(await run(work, event('{"v":1}', '{"v":2}'))).toEqual(['m0', 'm1']);
  });

  test('gives back what is no JSON', async () => {
    expect(await run(async () => undefined, event('{"v":1}', 'no json'))).toEqual(['m1']);
  });

  test('knows how much time is left', async () => {
    const left: number[] = [];
    await queueDoor(async (_message, { remainingMs }) => void left.push(remainingMs()))(event('{}'), context);
    await scheduleDoor(async ({ remainingMs }) => void left.push(remainingMs()))({}, context);
    expect(left).toEqual([42_000, 42_000]);
  });

  test('a scheduled worker that fails says so', async () => {
    const work = async (): Promise<void> => {
      throw new Error('no');
    };
    await expect(scheduleDoor(work)({}, context)).rejects.toThrow('no');
  });
});
