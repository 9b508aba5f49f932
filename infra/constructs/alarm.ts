import { Duration } from 'aws-cdk-lib';
import { Alarm, ComparisonOperator, Stats, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import type { IMetric } from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';

/** What every alarm is made with. */
export interface AlarmContext {
  readonly topic: ITopic;
  /** One sentence: what a person can't do, sees late or sees wrong while this fails. Stands in the alarm. */
  readonly whatFailureMeans: string;
}

interface Watched {
  readonly seen: string;
  readonly metric: IMetric;
  /** The alarm goes off at this value. */
  readonly from: number;
}

const sentenceLengthMin = 20;

/**
 * One alarm that says what its failure means for a person.
 * @throws Error when the sentence is missing
 */
export const alarm = (
  scope: Construct,
  id: string,
  { topic, whatFailureMeans }: AlarmContext,
  { seen, metric, from }: Watched,
): Alarm => {
  if (whatFailureMeans.trim().length < sentenceLengthMin) {
    throw new Error(`${scope.node.path}: say in a sentence what a failure means for a person`);
  }
  const made = new Alarm(scope, id, {
    alarmDescription: `${whatFailureMeans} (Seen: ${seen}.)`,
    metric,
    threshold: from,
    evaluationPeriods: 1,
    comparisonOperator: ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
    // A queue or function that nobody used reports nothing, and that is well.
    treatMissingData: TreatMissingData.NOT_BREACHING,
  });
  made.addAlarmAction(new SnsAction(topic));
  made.addOkAction(new SnsAction(topic));
  return made;
};

/** Three failed runs in five minutes: one alone is retried and means nothing. */
export const errorsAlarm = (scope: Construct, context: AlarmContext, lambda: IFunction): Alarm =>
  alarm(scope, 'ErrorsAlarm', context, {
    seen: 'the function failed three times in five minutes',
    metric: lambda.metricErrors({ period: Duration.minutes(5), statistic: Stats.SUM }),
    from: 3,
  });

/** One dead letter is one piece of work that won't be tried again by itself. */
export const deadLettersAlarm = (scope: Construct, context: AlarmContext, deadLetters: IQueue): Alarm =>
  alarm(scope, 'DeadLettersAlarm', context, {
    seen: 'the dead-letter queue is not empty',
    metric: deadLetters.metricApproximateNumberOfMessagesVisible({ period: Duration.minutes(1), statistic: Stats.MAXIMUM }),
    from: 1,
  });

/** Work is waiting longer than it should. */
export const oldestMessageAlarm = (scope: Construct, context: AlarmContext, queue: IQueue, minutes: number): Alarm =>
  alarm(scope, 'OldestMessageAlarm', context, {
    seen: `the oldest message has waited for ${minutes} minutes`,
    metric: queue.metricApproximateAgeOfOldestMessage({ period: Duration.minutes(1), statistic: Stats.MAXIMUM }),
    from: minutes * 60,
  });
