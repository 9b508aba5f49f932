import { Aws } from 'aws-cdk-lib';
import { CfnRule } from 'aws-cdk-lib/aws-events';
import type { IEventBus } from 'aws-cdk-lib/aws-events';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import type { QueueWorker } from './queue-worker.ts';

/** Which events go to which worker. */
export interface EventSubscriptionProps {
  readonly bus: Pick<IEventBus, 'eventBusName'>;
  readonly source: string;
  readonly detailTypes: readonly string[];
  readonly worker: QueueWorker;
}

/** EventBridge tries for a day; what it can't hand over by then goes to the worker's dead letters. */
const deliveryDaySeconds = 86_400;

/**
 * Hands events of the platform's bus to a worker. They go to its queue and never straight to a function, so that they wait where they
 * have to.
 */
export class EventSubscription extends Construct {
  constructor(scope: Construct, id: string, { bus, source, detailTypes, worker }: EventSubscriptionProps) {
    super(scope, id);
    const rule = new CfnRule(this, 'Rule', {
      description: `${detailTypes.join(', ')} of ${source}`,
      eventBusName: bus.eventBusName,
      eventPattern: { source: [source], 'detail-type': [...detailTypes] },
      targets: [
        {
          id: 'Queue',
          arn: worker.queue.queueArn,
          deadLetterConfig: { arn: worker.deadLetters.queueArn },
          retryPolicy: { maximumEventAgeInSeconds: deliveryDaySeconds, maximumRetryAttempts: 185 },
        },
      ],
    });
    for (const queue of [worker.queue, worker.deadLetters]) takesFrom(rule, queue);
  }
}

const takesFrom = (rule: CfnRule, queue: Queue): void =>
  void queue.addToResourcePolicy(
    new PolicyStatement({
      principals: [new ServicePrincipal('events.amazonaws.com')],
      actions: ['sqs:SendMessage'],
      resources: [queue.queueArn],
      conditions: { ArnEquals: { 'aws:SourceArn': rule.attrArn }, StringEquals: { 'aws:SourceAccount': Aws.ACCOUNT_ID } },
    }),
  );
