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

/** A batch of a FIFO queue: each message with its group. */
const groups = (...rows: [group: string, body: string][]): SQSEvent => {
  const sent = event(...rows.map(([, body]) => body));
  sent.Records.forEach((record, place) => Object.assign(record.attributes, { MessageGroupId: rows[place]?.[0] }));
  return sent;
};

describe('F77: the first message of a group fails', () => {
  test('F77: those behind it in its group are not done and come back with it, those of other groups are done', async () => {
    const done: unknown[] = [];
    const work = async (message: unknown): Promise<void> => {
      if ((message as { n: number }).n === 1) throw new Error('no');
      done.push(message);
    };
    const sent = groups(['ws_a', '{"n":1}'], ['ws_b', '{"n":2}'], ['ws_a', '{"n":3}'], ['ws_b', '{"n":4}'], ['ws_a', '{"n":5}']);
    expect(await run(work, sent, { fifo: true })).toEqual(['m0', 'm2', 'm4']);
    expect(done).toEqual([{ n: 2 }, { n: 4 }]);
  });

  test('F77: a worker that is used again remembers no group that failed before', async () => {
    let failing = true;
    const door = queueDoor(
      async () => {
        if (failing) throw new Error('no');
      },
      { fifo: true },
    );
    const failed = async (): Promise<number> =>
      (await door(groups(['ws_a', '{}'], ['ws_b', '{}']), context)).batchItemFailures.length;
    expect(await failed()).toBe(2);
    failing = false;
    expect(await failed()).toBe(0);
  });
});

describe('F78: the answer to a batch', () => {
  const bodies = ['{"v":1}', '{"v":2}', '{"v":3}'];
  const failures: [string, (message: unknown) => Promise<void>][] = [
    ['an error', () => Promise.reject(new Error('no'))],
    ['something that is no error', () => Promise.reject('no')],
    ['nothing at all', () => Promise.reject(undefined)],
    [
      'before it has begun to wait',
      () => {
        throw new TypeError('no');
      },
    ],
  ];

  test.each(failures.flatMap(([what, work]) => [false, true].map((fifo) => [what, fifo, work] as const)))(
    'F78: names every message and nothing else when all fail with %s (FIFO: %s)',
    async (_what, fifo, work) => {
      const answer = await queueDoor(work, { fifo })(event(...bodies), context);
      expect(answer).toEqual({ batchItemFailures: ['m0', 'm1', 'm2'].map((itemIdentifier) => ({ itemIdentifier })) });
    },
  );

  test.each([false, true])('F78: is an empty list only when nothing failed (FIFO: %s)', async (fifo) => {
    expect(await queueDoor(async () => undefined, { fifo })(event(...bodies), context)).toEqual({ batchItemFailures: [] });
  });

  test.each([false, true])('F78: names no message of an earlier batch (FIFO: %s)', async (fifo) => {
    let failing = true;
    const door = queueDoor(
      async () => {
        if (failing) throw new Error('no');
      },
      { fifo },
    );
    await door(event(...bodies), context);
    failing = false;
    expect(await door(event('{"v":4}'), context)).toEqual({ batchItemFailures: [] });
  });

  test('F78: names each message of an id once, and only ids that came', async () => {
    const answer = await queueDoor(failOn({ v: 2 }))(event(...bodies), context);
    const named = answer.batchItemFailures.map(({ itemIdentifier }) => itemIdentifier);
    expect(named).toEqual(['m1']);
  });
});

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
