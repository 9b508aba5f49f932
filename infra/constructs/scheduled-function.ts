import { Aws } from 'aws-cdk-lib';
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { CfnFunction } from 'aws-cdk-lib/aws-lambda';
import { CfnSchedule } from 'aws-cdk-lib/aws-scheduler';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import type { FunctionName } from '../functions.ts';
import { deadLettersAlarm, errorsAlarm } from './alarm.ts';
import type { AlarmContext } from './alarm.ts';
import { deadLetterQueue } from './dead-letters.ts';
import type { Reach } from './needs.ts';
import { ProductFunction } from './product-function.ts';
import { sendRights } from './rights.ts';

/** A function that runs by the clock. */
export interface ScheduledFunctionProps {
  readonly name: FunctionName;
  readonly reach: Reach;
  readonly alarms: AlarmContext;
  /** `rate(5 minutes)` or `cron(…)`, UTC. */
  readonly expression: string;
  /** How old a run may get before it is dropped: the next one does its work. */
  readonly lateSecondsMax: number;
}

/**
 * Schedule, function, dead-letter queue and alarms in one. The dead letters take both kinds of failure: the schedule
 * that couldn't hand over its run, and the run that failed, which Lambda tries three times by itself.
 */
export class ScheduledFunction extends Construct {
  readonly deadLetters: Queue;
  readonly runs: ProductFunction;

  constructor(scope: Construct, id: string, { name, reach, alarms, expression, lateSecondsMax }: ScheduledFunctionProps) {
    super(scope, id);
    this.deadLetters = deadLetterQueue(this, reach.key);
    this.runs = new ProductFunction(this, 'Function', { name, reach });
    const { lambda, role } = this.runs;

    const toDeadLetters = sendRights(reach.key, [this.deadLetters.queueArn]);
    for (const statement of toDeadLetters) role.addToPolicy(statement);
    (lambda.node.defaultChild as CfnFunction).deadLetterConfig = { targetArn: this.deadLetters.queueArn };

    const scheduler = new Role(this, 'SchedulerRole', {
      description: `Runs ${name} by the clock (${reach.stage.name})`,
      assumedBy: new ServicePrincipal('scheduler.amazonaws.com', {
        conditions: { StringEquals: { 'aws:SourceAccount': Aws.ACCOUNT_ID } },
      }),
    });
    scheduler.addToPolicy(new PolicyStatement({ actions: ['lambda:InvokeFunction'], resources: [lambda.functionArn] }));
    for (const statement of toDeadLetters) scheduler.addToPolicy(statement.copy());

    const schedule = new CfnSchedule(this, 'Schedule', {
      description: `${name} (${reach.stage.name})`,
      scheduleExpression: expression,
      flexibleTimeWindow: { mode: 'OFF' },
      target: {
        arn: lambda.functionArn,
        roleArn: scheduler.roleArn,
        deadLetterConfig: { arn: this.deadLetters.queueArn },
        retryPolicy: { maximumEventAgeInSeconds: lateSecondsMax, maximumRetryAttempts: 2 },
      },
    });
    // The first run must not meet a role that may do nothing yet.
    schedule.node.addDependency(scheduler);

    deadLettersAlarm(this, alarms, this.deadLetters);
    errorsAlarm(this, alarms, lambda);
  }
}
