import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { functions } from '../../infra/functions.ts';
import { functionNamed, ofType, refersTo, statementsOf, synthesise } from './synthesised.ts';
import type { Resource } from './synthesis.ts';
import type { Statement } from './synthesised.ts';

let resources: readonly Resource[];
let statements: Statement[];
const only = (type: string): Resource[] => ofType(resources, type);

beforeAll(() => {
  resources = synthesise();
  statements = statementsOf(resources);
});

describe('queues', () => {
  const queues = () => only('AWS::SQS::Queue');
  const isDeadLetters = ({ id }: Resource): boolean => id.includes('DeadLetters');

  test('every queue has dead letters, or is for dead letters and keeps them for two weeks', () => {
    expect(queues().filter((queue) => !isDeadLetters(queue))).toHaveLength(4);
    for (const queue of queues()) {
      if (isDeadLetters(queue)) expect(queue.Properties['MessageRetentionPeriod']).toBe(1_209_600);
      else
        expect(queue.Properties).toMatchObject({
          RedrivePolicy: { deadLetterTargetArn: expect.anything(), maxReceiveCount: expect.any(Number) },
        });
    }
  });

  test.each([
    ['xero-sync-workspace', 60, 360, 1],
    ['xero-note-changes', 30, 180, 10],
    ['payments-record-stripe-event', 60, 360, 10],
    ['invoices-record-escrow', 60, 360, 10],
  ])('%s may run %i s, its messages stay away %i s, %i at a time', (name, timeout, visibility, batch) => {
    const worker = functionNamed(resources, name);
    const mapping = only('AWS::Lambda::EventSourceMapping').find(({ Properties }) =>
      refersTo(Properties['FunctionName'], worker.id),
    );
    const queue = queues().find(({ id }) => refersTo(mapping?.Properties['EventSourceArn'], id));
    expect(worker.Properties['Timeout']).toBe(timeout);
    expect(queue?.Properties['VisibilityTimeout']).toBe(visibility);
    expect(mapping?.Properties).toMatchObject({ BatchSize: batch, FunctionResponseTypes: ['ReportBatchItemFailures'] });
  });

  test('every mapping answers message by message, and its queue waits six times as long as its worker may run', () => {
    const mappings = only('AWS::Lambda::EventSourceMapping');
    expect(mappings).toHaveLength(4);
    for (const { Properties } of mappings) {
      expect(Properties['FunctionResponseTypes']).toEqual(['ReportBatchItemFailures']);
      const worker = only('AWS::Lambda::Function').find(({ id }) => refersTo(Properties['FunctionName'], id));
      const queue = queues().find(({ id }) => refersTo(Properties['EventSourceArn'], id));
      expect(Number(queue?.Properties['VisibilityTimeout']) / Number(worker?.Properties['Timeout'])).toBeGreaterThanOrEqual(6);
    }
  });

  test('the doorbell keeps order per workspace, and its dead letters can follow it', () => {
    const fifo = queues().filter(({ Properties }) => Properties['FifoQueue'] === true);
    expect(fifo).toHaveLength(2);
    const doorbell = fifo.find((queue) => !isDeadLetters(queue));
    expect(doorbell?.Properties).toMatchObject({ DeduplicationScope: 'messageGroup', FifoThroughputLimit: 'perMessageGroupId' });
    expect(doorbell?.Properties['ContentBasedDeduplication']).toBeUndefined();
  });

  test('every queue refuses what comes without TLS', () => {
    const refusing = only('AWS::SQS::QueuePolicy').flatMap(({ Properties }) => JSON.stringify(Properties));
    for (const { id } of queues())
      expect(refusing.some((policy) => policy.includes(id) && policy.includes('aws:SecureTransport'))).toBe(true);
  });
});

describe('the bus of the platform', () => {
  test('hands events about escrow to their queue, and what it can not hand over to the dead letters', () => {
    const [bus, ...others] = only('AWS::Events::EventBus');
    expect(others).toEqual([]);
    const [rule, ...more] = only('AWS::Events::Rule');
    expect(more).toEqual([]);
    expect(JSON.stringify(rule?.Properties['EventBusName'])).toContain(bus?.id);
    expect(rule?.Properties['EventPattern']).toEqual({
      source: ['platform.escrow'],
      'detail-type': ['EscrowFunded', 'EscrowReleased'],
    });
    const [target] = rule?.Properties['Targets'] as { Arn: unknown; DeadLetterConfig: { Arn: unknown } }[];
    const worker = functionNamed(resources, 'invoices-record-escrow');
    const mapping = only('AWS::Lambda::EventSourceMapping').find(({ Properties }) =>
      refersTo(Properties['FunctionName'], worker.id),
    );
    expect(target?.Arn).toEqual(mapping?.Properties['EventSourceArn']);
    expect(JSON.stringify(target?.DeadLetterConfig.Arn)).toContain('DeadLetters');
  });

  test('alone may put events into both queues, and use their key', () => {
    const its = statements.filter(({ Principal }) => refersTo(Principal, 'events.amazonaws.com'));
    expect(its.flatMap(({ actions }) => actions).sort()).toEqual([
      'kms:Decrypt',
      'kms:GenerateDataKey',
      'sqs:SendMessage',
      'sqs:SendMessage',
    ]);
  });
});

describe('schedules', () => {
  test.each([
    ['xero-refresh-tokens', 'rate(5 minutes)'],
    ['xero-ring-doorbells', 'rate(1 minute)'],
    ['xero-poll-changes', 'rate(1 hour)'],
    ['xero-compare-books', 'rate(1 hour)'],
    ['payments-fetch-missed-events', 'rate(1 hour)'],
    ['payments-compare-payments', 'rate(1 hour)'],
    ['invoices-sweep-holds', 'rate(5 minutes)'],
    ['invoices-run-schedules', 'rate(15 minutes)'],
    ['time-find-forgotten', 'rate(5 minutes)'],
    ['documents-mail-letters', 'rate(1 minute)'],
    ['notices-send-mail', 'rate(1 minute)'],
  ])('%s runs at %s; what it cannot do goes to dead letters', (name, expression) => {
    const lambda = functionNamed(resources, name);
    const schedule = only('AWS::Scheduler::Schedule').find(({ Properties }) => refersTo(Properties['Target'], lambda.id));
    expect(schedule?.Properties).toMatchObject({
      ScheduleExpression: expression,
      FlexibleTimeWindow: { Mode: 'OFF' },
      Target: { DeadLetterConfig: { Arn: expect.anything() }, RetryPolicy: { MaximumRetryAttempts: 2 } },
    });
    expect(lambda.Properties['DeadLetterConfig']).toEqual({ TargetArn: expect.anything() });
  });

  test('there are no others', () => expect(only('AWS::Scheduler::Schedule')).toHaveLength(11));
});

const counts = readdirSync('functions', { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.ts'))
  .map((name) => readFileSync(join('functions', name), 'utf8'));

describe('alarms', () => {
  test('each says what it means for a person, speaks to the topic, and rests while nothing happens', () => {
    for (const { Properties } of only('AWS::CloudWatch::Alarm')) {
      expect(Properties['AlarmDescription']).toMatch(/^[A-Z].{20,}\. \(Seen: .+\.\)$/);
      expect(Properties['AlarmActions']).toHaveLength(1);
      expect(Properties['TreatMissingData']).toBe('notBreaching');
    }
  });

  test('each dead-letter queue has an alarm at its first message', () => {
    const watched = only('AWS::CloudWatch::Alarm').filter(
      ({ Properties }) => Properties['MetricName'] === 'ApproximateNumberOfMessagesVisible',
    );
    for (const { id } of only('AWS::SQS::Queue').filter((queue) => queue.id.includes('DeadLetters'))) {
      const alarm = watched.find(({ Properties }) => refersTo(Properties['Dimensions'], id));
      expect(alarm?.Properties).toMatchObject({ Threshold: 1, ComparisonOperator: 'GreaterThanOrEqualToThreshold' });
    }
  });

  test("each function but the engineer's own has an alarm on its errors", () => {
    const watched = only('AWS::CloudWatch::Alarm').filter(({ Properties }) => Properties['MetricName'] === 'Errors');
    expect(watched).toHaveLength(functions.length - 1);
  });

  test('what only an engineer can mend is watched where it is counted', () => {
    const own = only('AWS::CloudWatch::Alarm').filter(({ Properties }) => Properties['Namespace'] === 'FinOps/dev');
    const watched = own.map(({ Properties }) => {
      const [dimension] = Properties['Dimensions'] as { Name: string; Value: string }[];
      return `${dimension?.Name} ${dimension?.Value}: ${String(Properties['MetricName'])}`;
    });
    expect(watched.sort()).toEqual([
      'service invoices-run-schedules: ScheduleRunaway',
      'service payments-fetch-missed-events: StripeEventMissed',
      'service payments-fetch-missed-events: StripeEventsOutOfReach',
      'service payments-record-stripe-event: PaymentParked',
      'service payments-record-stripe-event: StripeAccountUnknown',
      'service payments-record-stripe-event: StripeModeMismatch',
      'service payments: StripeWebhookRefused',
      'service xero-refresh-tokens: TokenRefreshFailed',
      'service xero-sync-workspace: SyncInterrupted',
      'service xero-sync-workspace: SyncWorkRefused',
    ]);
  });

  test('a metric that is watched is one that a function of that name counts', () => {
    const counted = (name: string): boolean => counts.some((code) => code.includes(`count('${name}')`));
    for (const { Properties } of only('AWS::CloudWatch::Alarm').filter(
      ({ Properties: { Namespace } }) => Namespace === 'FinOps/dev',
    ))
      expect([Properties['MetricName'], counted(String(Properties['MetricName']))]).toEqual([Properties['MetricName'], true]);
  });

  test('alarms may publish to their encrypted topic', () => {
    const its = statements
      .filter(({ Principal }) => refersTo(Principal, 'cloudwatch.amazonaws.com'))
      .flatMap(({ actions }) => actions);
    expect(its.sort()).toEqual(['kms:Decrypt', 'kms:GenerateDataKey', 'sns:Publish']);
  });
});
