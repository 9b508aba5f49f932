import { Duration } from 'aws-cdk-lib';
import { Metric, Stats } from 'aws-cdk-lib/aws-cloudwatch';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import type { Stage } from '../stage.ts';
import { alarm } from './alarm.ts';
import { metricsNamespace } from './product-function.ts';

interface Watched {
  /** What the product counts, and which function counts it. */
  readonly metric: string;
  readonly service: string;
  /** The alarm goes off at this many within the minutes. */
  readonly from: number;
  readonly minutes: number;
  readonly whatFailureMeans: string;
}

// Only what nobody in a workspace can mend, or what means that many of them are hit, wakes whoever looks after the stage.
const watched: readonly Watched[] = [
  {
    metric: 'SyncInterrupted',
    service: 'xero-sync-workspace',
    from: 20,
    minutes: 15,
    whatFailureMeans: 'Invoices and payments of many workspaces are late in Xero: it is down, or our way to it.',
  },
  {
    metric: 'SyncWorkRefused',
    service: 'xero-sync-workspace',
    from: 1,
    minutes: 60,
    whatFailureMeans:
      'Xero refuses something in a way that we do not understand: one document of a workspace is late, and nobody is told.',
  },
  {
    metric: 'TokenRefreshFailed',
    service: 'xero-refresh-tokens',
    from: 3,
    minutes: 15,
    whatFailureMeans: 'Connections to Xero may end soon, and their admins would have to connect again.',
  },
  {
    metric: 'PaymentParked',
    service: 'payments-record-stripe-event',
    from: 1,
    minutes: 5,
    whatFailureMeans: 'A client has paid something else than was asked for; the workspace is told, and its invoice stays open.',
  },
  {
    metric: 'StripeAccountUnknown',
    service: 'payments-record-stripe-event',
    from: 1,
    minutes: 5,
    whatFailureMeans: 'Stripe tells of payments on an account that no workspace has, so that they are recorded nowhere.',
  },
  {
    metric: 'StripeModeMismatch',
    service: 'payments-record-stripe-event',
    from: 1,
    minutes: 5,
    whatFailureMeans: 'Test payments reach this stage, or real ones a test stage: none of them is recorded.',
  },
  {
    metric: 'StripeWebhookRefused',
    service: 'payments',
    from: 20,
    minutes: 15,
    whatFailureMeans: 'Card payments show up hours late: what Stripe sends is not signed with a secret that is stored here.',
  },
  {
    metric: 'StripeEventMissed',
    service: 'payments-fetch-missed-events',
    from: 10,
    minutes: 60,
    whatFailureMeans: 'Card payments show up hours late: webhooks of Stripe do not arrive and are fetched instead.',
  },
  {
    metric: 'StripeEventsOutOfReach',
    service: 'payments-fetch-missed-events',
    from: 1,
    minutes: 60,
    whatFailureMeans: 'Card payments of more than a month ago may be missing, because Stripe no longer tells of them.',
  },
  {
    metric: 'ScheduleRunaway',
    service: 'invoices-run-schedules',
    from: 1,
    minutes: 15,
    whatFailureMeans:
      'A client was about to get more invoices by themselves in a day than can be meant; the schedule is stopped.',
  },
];

/** Alarms on what the functions count of the product's own matters. */
export const productAlarms = (scope: Construct, { stage, topic }: { stage: Stage; topic: ITopic }): void => {
  for (const { metric, service, from, minutes, whatFailureMeans } of watched) {
    const counted = new Metric({
      namespace: metricsNamespace(stage.name),
      metricName: metric,
      dimensionsMap: { service },
      statistic: Stats.SUM,
      period: Duration.minutes(minutes),
    });
    const seen = `${metric} of ${service} was counted ${from === 1 ? 'once' : `${from} times`} in ${minutes} minutes`;
    alarm(new Construct(scope, metric), 'Alarm', { topic, whatFailureMeans }, { seen, metric: counted, from });
  }
};
