import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { awsJson } from '../../../infra/local/host/aws-json.ts';
import { writeFixtureAssembly } from './fixture/assembly.ts';
import { eventually, startFixture } from './fixture/start.ts';
import type { RunningFixture } from './fixture/start.ts';

const bus = { Bus: { Type: 'AWS::Events::EventBus', Properties: { Name: 'platform' } } };
const rule = (pattern: object, target: string) => ({
  Type: 'AWS::Events::Rule',
  Properties: {
    EventBusName: { Ref: 'Bus' },
    EventPattern: pattern,
    Targets: [{ Id: 'target', Arn: { 'Fn::GetAtt': [target, 'Arn'] } }],
  },
});

let fixture: RunningFixture;
beforeAll(async () => {
  const toQueue = rule({ source: ['shop'], detail: { total: [{ numeric: ['>', 100] }] } }, 'DeadLetterQueue');
  const toFunction = rule({ 'detail-type': ['Broken'] }, 'Tick');
  const invokeConfig = {
    Type: 'AWS::Lambda::EventInvokeConfig',
    Properties: {
      FunctionName: { Ref: 'Tick' },
      Qualifier: '$LATEST',
      MaximumRetryAttempts: 1,
      DestinationConfig: { OnFailure: { Destination: { 'Fn::GetAtt': ['DeadLetterQueue', 'Arn'] } } },
    },
  };
  const assembly = writeFixtureAssembly({ ...bus, ToQueue: toQueue, ToFunction: toFunction, InvokeConfig: invokeConfig });
  fixture = await startFixture({ assembly });
});
afterAll(() => fixture.stop());

const put = (entry: object) =>
  awsJson<{ FailedEntryCount: number }>(fixture.host.awsUrl, 'AWSEvents.PutEvents', { Entries: [entry] }, { version: '1.1' });
const waiting = async () =>
  (await fixture.host.engines.queues.inspect('dead-letters')).ready.map(
    ({ body }) => JSON.parse(body) as Record<string, unknown>,
  );

describe('the event bus', () => {
  test('hands an event to the rules that match, and to no other', async () => {
    const Entry = { EventBusName: 'platform', Source: 'shop', DetailType: 'Sold' };
    await put({ ...Entry, Detail: '{"total":50}' });
    await put({ ...Entry, Detail: '{"total":150}' });
    expect(await waiting()).toMatchObject([{ source: 'shop', 'detail-type': 'Sold', detail: { total: 150 } }]);
  });

  test('reports an entry whose detail is no object, and refuses an unknown bus', async () => {
    expect((await put({ EventBusName: 'platform', Source: 'x', DetailType: 'y', Detail: 'z' })).FailedEntryCount).toBe(1);
    await expect(put({ EventBusName: 'nowhere', Detail: '{}' })).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
  });

  test('a function that keeps failing is tried again, then its event goes to the failure destination', async () => {
    // The function can't store an item without a name.
    await put({ EventBusName: 'platform', Source: 'x', DetailType: 'Broken', Detail: '{}' });
    expect(await waiting()).toHaveLength(1);
    await fixture.clock.advance(61);
    const letters = await eventually(async () => {
      const found = await waiting();
      return found.length === 2 ? found : undefined;
    });
    expect(letters[1]).toMatchObject({
      requestContext: { condition: 'RetriesExhausted' },
      requestPayload: { 'detail-type': 'Broken' },
    });
  });
});
