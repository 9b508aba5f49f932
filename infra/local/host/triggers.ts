import { randomUUID } from 'node:crypto';
import type { RuleDefinition } from './event-bus.ts';
import type { MappingDefinition } from './event-source-mappings.ts';
import type { FunctionPool } from './lambda-environments.ts';
import type { ResolvedResource } from './resolve.ts';
import type { ScheduleDefinition } from './schedules.ts';
import { functionNameOf } from './targets.ts';
import type { Targets } from './targets.ts';

type Place = { region: string; accountId: string };

/** Reads which queues set off which functions. Throws on event sources other than SQS. */
export const mappingDefinitions = (
  resources: ResolvedResource[],
  { region, environmentsMax, poolNamed }: Place & { environmentsMax: number; poolNamed: (name: string) => FunctionPool },
): { mapping: MappingDefinition; pool: FunctionPool }[] =>
  resources
    .filter(({ type, properties }) => type === 'AWS::Lambda::EventSourceMapping' && properties['Enabled'] !== false)
    .map(({ logicalId, properties }) => {
      const queueArn = String(properties['EventSourceArn']);
      if (!queueArn.includes(':sqs:')) throw new Error(`The local host only polls SQS queues (${logicalId}).`);
      if (properties['FilterCriteria'] !== undefined) throw new Error(`The local host has no filters (${logicalId}).`);
      const scaling = properties['ScalingConfig'] as { MaximumConcurrency?: number } | undefined;
      const responses = (properties['FunctionResponseTypes'] as string[] | undefined) ?? [];
      return {
        pool: poolNamed(functionNameOf(String(properties['FunctionName']))),
        mapping: {
          queueName: queueArn.split(':').at(-1) ?? '',
          queueArn,
          region,
          batchSize: Number(properties['BatchSize'] ?? 10),
          windowSeconds: Number(properties['MaximumBatchingWindowInSeconds'] ?? 0),
          reportBatchItemFailures: responses.includes('ReportBatchItemFailures'),
          concurrencyMax: Math.min(scaling?.MaximumConcurrency ?? environmentsMax, environmentsMax),
        },
      };
    });

type SchedulerTarget = { Arn: string; Input?: string; SqsParameters?: { MessageGroupId?: string } };

/** Reads the enabled schedules: EventBridge Scheduler's and the scheduled rules of the bus. */
export const scheduleDefinitions = (resources: ResolvedResource[], place: Place, targets: Targets): ScheduleDefinition[] =>
  resources.flatMap(({ type, identity, properties }) => {
    const expression = properties['ScheduleExpression'];
    if (properties['State'] === 'DISABLED' || typeof expression !== 'string') return [];
    const arn = identity.attributes['Arn'] ?? '';
    const common = { name: identity.ref, expression };
    if (type === 'AWS::Scheduler::Schedule') {
      const target = properties['Target'] as SchedulerTarget;
      const timezone = properties['ScheduleExpressionTimezone'] as string | undefined;
      const group = target.SqsParameters?.MessageGroupId;
      const fire = (at: number) =>
        targets.deliver(target.Arn, schedulerEvent(target, arn, at, place), group === undefined ? {} : { messageGroupId: group });
      return [{ ...common, timezone, fire }];
    }
    if (type === 'AWS::Events::Rule') {
      const list = (properties['Targets'] ?? []) as { Arn: string; Input?: string }[];
      const fire = async (at: number) => {
        for (const target of list) {
          const event = target.Input === undefined ? scheduledEvent('aws.events', arn, at, place) : JSON.parse(target.Input);
          await targets.deliver(target.Arn, event);
        }
      };
      return [{ ...common, timezone: undefined, fire }];
    }
    return [];
  });

const schedulerEvent = (target: SchedulerTarget, scheduleArn: string, at: number, place: Place): unknown => {
  if (target.Input === undefined) return scheduledEvent('aws.scheduler', scheduleArn, at, place);
  const text = target.Input.replaceAll('<aws.scheduler.schedule-arn>', scheduleArn)
    .replaceAll('<aws.scheduler.scheduled-time>', `${new Date(at).toISOString().slice(0, 19)}Z`)
    .replaceAll('<aws.scheduler.execution-id>', randomUUID())
    .replaceAll('<aws.scheduler.attempt-number>', '1');
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
};

const scheduledEvent = (source: string, arn: string, at: number, { region, accountId }: Place) => ({
  version: '0',
  id: randomUUID(),
  'detail-type': 'Scheduled Event',
  source,
  account: accountId,
  time: `${new Date(at).toISOString().slice(0, 19)}Z`,
  region,
  resources: [arn],
  detail: source === 'aws.scheduler' ? '{}' : {},
});

/** Reads the event buses and the rules that listen on them. */
export const busDefinitions = (resources: ResolvedResource[], targets: Targets): { buses: string[]; rules: RuleDefinition[] } => {
  const buses = resources.filter(({ type }) => type === 'AWS::Events::EventBus').map(({ identity }) => identity.ref);
  const rules = resources.flatMap(({ type, logicalId, properties }) => {
    const pattern = properties['EventPattern'];
    if (type !== 'AWS::Events::Rule' || pattern === undefined || properties['State'] === 'DISABLED') return [];
    const list = (properties['Targets'] ?? []) as (Record<string, unknown> & {
      Arn: string;
      SqsParameters?: { MessageGroupId?: string };
    })[];
    for (const target of list) {
      if ('InputTransformer' in target || 'InputPath' in target || 'Input' in target) {
        throw new Error(`The local host hands events on whole (${logicalId}).`);
      }
    }
    const rule: RuleDefinition = {
      bus:
        String(properties['EventBusName'] ?? 'default')
          .split('/')
          .at(-1) ?? 'default',
      pattern: pattern as Record<string, unknown>,
      targets: list.map(({ Arn, SqsParameters }) => (event: unknown) => {
        const group = SqsParameters?.MessageGroupId;
        return targets.deliver(Arn, event, group === undefined ? {} : { messageGroupId: group });
      }),
    };
    return [rule];
  });
  return { buses: ['default', ...buses], rules };
};
