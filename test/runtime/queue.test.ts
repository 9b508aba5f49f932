import { beforeEach, describe, expect, test } from '@jest/globals';
import { SendMessageBatchCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { mockClient } from 'aws-sdk-client-mock';
import { openDoorbell, openQueue } from '../../shared/runtime/queue.ts';

const sqs = mockClient(SQSClient);
const client = new SQSClient({ region: 'eu-west-2' });
let ids = 0;
const ring = openDoorbell('http://queue', (prefix) => `${prefix}_${(ids += 1)}`, client);

beforeEach(() => {
  sqs.reset();
  ids = 0;
});

describe('the doorbell', () => {
  test('rings in the group of each workspace, never twice with the same id', async () => {
    sqs.on(SendMessageBatchCommand).resolves({});
    await ring(['ws_1', 'ws_2']);
    await ring(['ws_1']);
    const entries = sqs.commandCalls(SendMessageBatchCommand).flatMap((call) => call.args[0].input.Entries ?? []);
    expect(entries.map(({ MessageGroupId, MessageBody }) => [MessageGroupId, JSON.parse(MessageBody ?? '')])).toEqual([
      ['ws_1', { v: 1, workspaceId: 'ws_1' }],
      ['ws_2', { v: 1, workspaceId: 'ws_2' }],
      ['ws_1', { v: 1, workspaceId: 'ws_1' }],
    ]);
    expect(new Set(entries.map(({ MessageDeduplicationId }) => MessageDeduplicationId)).size).toBe(3);
  });

  test('rings for many in batches of ten, and for nobody not at all', async () => {
    sqs.on(SendMessageBatchCommand).resolves({});
    await ring(Array.from({ length: 25 }, (_, at) => `ws_${at}`));
    await ring([]);
    const sizes = sqs.commandCalls(SendMessageBatchCommand).map((call) => call.args[0].input.Entries?.length);
    expect(sizes).toEqual([10, 10, 5]);
  });

  test('a bell that the queue did not take is a failure', async () => {
    sqs.on(SendMessageBatchCommand).resolves({ Failed: [{ Id: '0', Code: 'InternalError', SenderFault: false }] });
    await expect(ring(['ws_1'])).rejects.toMatchObject({ name: 'OutsideError', service: 'aws', code: 'InternalError' });
  });
});

test('a message carries its version', async () => {
  sqs.on(SendMessageCommand).resolves({});
  await openQueue('http://queue', client).send({ id: 'evt_1' });
  expect(sqs.commandCalls(SendMessageCommand)[0]?.args[0].input).toEqual({
    QueueUrl: 'http://queue',
    MessageBody: '{"v":1,"id":"evt_1"}',
  });
});
