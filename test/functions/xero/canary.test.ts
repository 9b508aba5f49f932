import { ScanCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { accessTokens, readTokens } from '../../../functions/xero/access-token.ts';
import { xeroDoor } from '../../../functions/xero/door.ts';
import { keepFresh } from '../../../functions/xero/keep-fresh.ts';
import { log } from '../../../shared/runtime/log.ts';
import { randomToken } from '../../../shared/runtime/random-token.ts';
import { queueDoor, scheduleDoor } from '../../../shared/runtime/worker-door.ts';
import { tableName } from '../../support/engine.ts';
import { forAllTests } from '../../support/for-all-tests.ts';
import { sendTo, type Send } from '../../support/send.ts';
import { aBakery, anInvoice } from '../../support/xero-documents.ts';
import type { TestWorkspace } from '../../support/workspace.ts';
import { appUrls, startXeroStage, webhookKey } from '../../support/xero-stage.ts';

const stage = await forAllTests(startXeroStage());
let place: TestWorkspace;
let send: Send;
const queued: object[] = [];
const written: string[] = [];
const streams = [process.stdout, process.stderr] as const;
const writers = streams.map((stream) => stream.write.bind(stream));

beforeAll(async () => {
  for (const stream of streams)
    stream.write = ((chunk: unknown) => {
      written.push(String(chunk));
      return true;
    }) as never;
});
afterAll(() => streams.forEach((stream, place_) => (stream.write = writers[place_] as never)));
beforeEach(async () => {
  place = await stage.fresh();
  send = sendTo(
    xeroDoor({
      world: stage.world,
      random: () => 0.5,
      randomToken,
      appUrls,
      publicUrl: 'http://localhost:4000',
      webhookKeys: async () => [webhookKey],
      queue: async (message) => void queued.push(message),
    }) as never,
  );
});

const context = { awsRequestId: 'a', functionName: 'test', getRemainingTimeInMillis: () => 60_000 } as never;
const rung = () => ({
  Records: [
    {
      messageId: 'm0',
      body: JSON.stringify({ v: 1, workspaceId: place.workspace.id }),
      attributes: { ApproximateReceiveCount: '1', MessageGroupId: place.workspace.id },
      eventSource: 'aws:sqs',
      eventSourceARN: 'arn:aws:sqs:eu-west-2:000000000000:doorbell.fifo',
    },
  ],
});

test('F73: a secret that cannot be read is quoted nowhere', () => {
  expect(readTokens('{"accessToken":"canary')).toBeUndefined();
  expect(readTokens('canary')).toBeUndefined();
  expect(readTokens('{}')).toBeUndefined();
});

test('F73: whatever fails, no token and no secret of the app gets into a log, a message, an answer or the table', async () => {
  await stage.connect(place.admin);
  await stage.work(place.workspace.id);
  const bakery = await aBakery(stage, place);
  const replies: unknown[] = [];
  const answers: unknown[] = [];
  // Those who don't know how to deal with a failure let it through: it is logged whole.
  const worker = queueDoor(async () => stage.work(place.workspace.id), { fifo: true });
  const throwing = queueDoor(async () => {
    throw Object.assign(new Error('a failure that nobody expected'), {
      config: { headers: { authorization: `Bearer ${canaries().join(' ')}` } },
    });
  });
  const faults = [
    { fault: 'html', status: 503 },
    { fault: 'html', status: 200 },
    { fault: 'truncated' },
    { fault: 'server-error', status: 500 },
    { fault: 'drop-answer' },
    { fault: 'minute-limit', seconds: 1 },
    { fault: 'server-error', status: 401, times: 2 },
    { fault: 'bad-element', element: 0 },
  ];
  const canaries = (): string[] => [
    ...[...(stage.secrets.versions.get(place.workspace.id)?.values() ?? [])].flatMap((text) =>
      Object.values(JSON.parse(text) as Record<string, unknown>).filter((value): value is string => typeof value === 'string'),
    ),
    'secret-of-the-tests',
  ];
  const seen = new Set<string>();
  for (const fault of faults) {
    for (const path of ['/api.xro/', '/connect/token', '/connections']) {
      await stage.clock.advance(31 * 60);
      await stage.fault({ ...fault, match: { path } });
      await anInvoice(stage, place, bakery);
      answers.push(await worker(rung() as never, context), await throwing(rung() as never, context));
      await scheduleDoor(keepFresh(stage.world, accessTokens(stage.world)))({}, context).catch(() => undefined);
      for (const route of ['GET /v1/xero/accounts', 'POST /v1/xero/test', 'GET /v1/xero/connection', 'GET /v1/xero/sync-items'])
        replies.push(await send({ route, from: place.finance }));
      await stage.control('DELETE', 'faults');
      canaries().forEach((canary) => seen.add(canary));
      if ((await send({ route: 'GET /v1/xero/connection', from: place.finance })).body['state'] !== 'connected')
        await stage.connect(place.admin);
    }
  }
  log.error('this reaches the log');
  const { Items } = await stage.engine.client.send(new ScanCommand({ TableName: tableName }));
  const outputs = {
    logs: written.join('\n'),
    messages: JSON.stringify([queued, stage.rung, answers]),
    replies: JSON.stringify(replies),
  };
  expect(outputs.logs).toContain('this reaches the log');
  expect(outputs.logs).toContain('a failure that nobody expected');
  expect(seen.size).toBeGreaterThan(10);
  const everything = { ...outputs, table: JSON.stringify(Items) };
  for (const [where, text] of Object.entries(everything))
    expect([where, [...seen].filter((canary) => text.includes(canary) || text.includes(canary.slice(-24)))]).toEqual([where, []]);
}, 60_000);
