import { expect, test } from '@jest/globals';
import { startMapping } from '../../../infra/local/host/event-source-mappings.ts';
import type { FunctionPool } from '../../../infra/local/host/lambda-environments.ts';
import { startQueues } from '../../../infra/local/host/queues.ts';
import { createSettle } from '../../../infra/local/host/settle.ts';
import { createClockOffset } from '../../../infra/local/host/simulated-date.ts';

// A clock that moves on waits until the functions have nothing in their hands.

test('a message that somebody had who is gone keeps nobody waiting until its visibility timeout ends', async () => {
  const queues = await startQueues({ clockOffset: createClockOffset(), dataDir: undefined, region: 'us-east-1' });
  try {
    await queues.create('orders', { VisibilityTimeout: '120' });
    await queues.send('orders', '{}');
    expect(await queues.receive('orders', { max: 1, waitSeconds: 0 })).toHaveLength(1);

    const handled: unknown[] = [];
    const pool = {
      invoke: (event: unknown) => Promise.resolve({ ok: true as const, payload: JSON.stringify(handled.push(event) && null) }),
    } as unknown as FunctionPool;
    const definition = {
      queueName: 'orders',
      queueArn: 'arn:aws:sqs:us-east-1:000000000000:orders',
      region: 'us-east-1',
      batchSize: 1,
      windowSeconds: 0,
      reportBatchItemFailures: true,
      concurrencyMax: 1,
    };
    const mapping = startMapping(definition, { queues, pool, log: () => undefined });
    const settled = [await mapping.settled(Date.now()), await mapping.settled(Date.now() + 121_000)];
    await mapping.close();
    expect(settled).toEqual([true, false]);
    expect(handled).toEqual([]);
  } finally {
    await queues.close();
  }
});

test('queues are told how late it is before anybody waits for what becomes visible then', async () => {
  const told: string[] = [];
  const mapping = { settled: () => Promise.resolve(told.push('asked') > 0) } as unknown as ReturnType<typeof startMapping>;
  const refreshClock = () => void told.push('told');
  await createSettle({ mappings: () => [mapping], busy: () => 0, now: () => 0, refreshClock })();
  expect(told).toEqual(['told', 'asked']);
});
