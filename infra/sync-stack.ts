import { Duration, Lazy, Stack } from 'aws-cdk-lib';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import { alarm, errorsAlarm } from './constructs/alarm.ts';
import { alarmTopic } from './constructs/alarm-topic.ts';
import type { Reach } from './constructs/needs.ts';
import { productAlarms } from './constructs/product-alarms.ts';
import { EventSubscription } from './constructs/event-subscription.ts';
import { QueueWorker } from './constructs/queue-worker.ts';
import { ScheduledFunction } from './constructs/scheduled-function.ts';
import { tableOperations, workDashboard } from './constructs/work-dashboard.ts';
import type { DataStack } from './data-stack.ts';

/**
 * Everything that works without being asked: queues with their workers, schedules, alarms, dashboard. The queues
 * stand here and not with the API, so that references run one way: API → background work → data.
 */
export class SyncStack extends Stack {
  /** The data stack's reach plus the queues. */
  readonly reach: Reach;
  readonly alarmTopic: ITopic;

  constructor(scope: Construct, id: string, data: DataStack) {
    const { stage } = data.reach;
    super(scope, id, { description: `Queues, workers and schedules of stage ${stage.name}` });
    this.alarmTopic = alarmTopic(this, 'Alarms', data.reach.key, stage.alarmEmail);

    const queueWorkers = this.queueWorkers(data.reach);
    this.reach = {
      ...data.reach,
      doorbell: queueWorkers.syncWorkspace.queue,
      xeroEvents: queueWorkers.noteChanges.queue,
      stripeEvents: queueWorkers.recordStripeEvent.queue,
    };
    new EventSubscription(this, 'EscrowEvents', {
      bus: data.bus,
      source: 'platform.escrow',
      detailTypes: ['EscrowFunded', 'EscrowReleased'],
      worker: queueWorkers.recordEscrow,
    });
    const scheduled = this.scheduled();
    this.dataAlarms(data);
    productAlarms(this, { stage, topic: this.alarmTopic });
    workDashboard(this, 'Dashboard', {
      dashboardName: `FinOps-${stage.name}-Work`,
      table: data.table,
      queueWorkers: Object.values(queueWorkers),
      scheduled,
    });
  }

  private queueWorkers(
    reach: Reach,
  ): Record<'syncWorkspace' | 'noteChanges' | 'recordStripeEvent' | 'recordEscrow', QueueWorker> {
    // The two workers write to each other's queue: one of them hears of the other's once both stand.
    const stripeEvents = {
      queueUrl: Lazy.string({ produce: () => recordStripeEvent.queue.queueUrl }),
      queueArn: Lazy.string({ produce: () => recordStripeEvent.queue.queueArn }),
    };
    const syncWorkspace = new QueueWorker(this, 'SyncWorkspace', {
      name: 'xero-sync-workspace',
      reach: { ...reach, stripeEvents },
      carries: 'doorbell',
      fifo: true,
      // One message is one workspace's turn; a group never has two at once.
      batchSize: 1,
      tries: 3,
      oldestMessageMinutes: 15,
      alarms: this.alarms(
        'Invoices, contacts and payments of some workspaces are late in Xero; nothing is lost, the sweep rings again.',
      ),
    });
    const withDoorbell: Reach = { ...reach, doorbell: syncWorkspace.queue };
    const noteChanges = new QueueWorker(this, 'NoteChanges', {
      name: 'xero-note-changes',
      reach: withDoorbell,
      carries: 'xeroEvents',
      batchSize: 10,
      batchesAtOnce: 10,
      tries: 5,
      oldestMessageMinutes: 10,
      alarms: this.alarms('What somebody changed or paid in Xero shows here only after the hourly poll.'),
    });
    const recordStripeEvent = new QueueWorker(this, 'RecordStripeEvent', {
      name: 'payments-record-stripe-event',
      reach: withDoorbell,
      carries: 'stripeEvents',
      batchSize: 10,
      batchesAtOnce: 10,
      tries: 5,
      oldestMessageMinutes: 10,
      alarms: this.alarms('Clients have paid by card and their invoices still ask them for the money.'),
    });
    const recordEscrow = new QueueWorker(this, 'RecordEscrow', {
      name: 'invoices-record-escrow',
      reach: withDoorbell,
      batchSize: 10,
      // Releases of one workspace contend for its next number; more at once would only wait for each other.
      batchesAtOnce: 5,
      // Six minutes each: a release may come half an hour before its funding.
      tries: 5,
      oldestMessageMinutes: 45,
      alarms: this.alarms('Money was released for jobs and their invoices are missing, or what was paid in for them is.'),
    });
    return { syncWorkspace, noteChanges, recordStripeEvent, recordEscrow };
  }

  private scheduled(): ScheduledFunction[] {
    const { reach } = this;
    return [
      new ScheduledFunction(this, 'RefreshTokens', {
        name: 'xero-refresh-tokens',
        reach,
        expression: 'rate(5 minutes)',
        lateSecondsMax: 300,
        alarms: this.alarms('Connections to Xero may end, and an admin of the workspace would have to connect again.'),
      }),
      new ScheduledFunction(this, 'RingDoorbells', {
        name: 'xero-ring-doorbells',
        reach,
        expression: 'rate(1 minute)',
        lateSecondsMax: 60,
        alarms: this.alarms('Work whose doorbell got lost waits for the next change of its workspace before it reaches Xero.'),
      }),
      new ScheduledFunction(this, 'PollChanges', {
        name: 'xero-poll-changes',
        reach,
        expression: 'rate(1 hour)',
        lateSecondsMax: 3600,
        alarms: this.alarms('Payments that were recorded in Xero do not arrive here, so paid invoices look open.'),
      }),
      new ScheduledFunction(this, 'CompareBooks', {
        name: 'xero-compare-books',
        reach,
        // Each workspace has its own hour; a run that was missed is made up for by the next one.
        expression: 'rate(1 hour)',
        lateSecondsMax: 3600,
        alarms: this.alarms('Differences between the platform and Xero are found only when somebody asks for a comparison.'),
      }),
      new ScheduledFunction(this, 'FetchMissedEvents', {
        name: 'payments-fetch-missed-events',
        reach,
        // An account is asked for every six hours; by the hour, what failed or found no time waits for one and not for six.
        expression: 'rate(1 hour)',
        lateSecondsMax: 3600,
        alarms: this.alarms('Card payments whose webhook got lost are not recorded: paid invoices still ask for the money.'),
      }),
      new ScheduledFunction(this, 'ComparePayments', {
        name: 'payments-compare-payments',
        reach,
        // An account is compared once a day; by the hour, so that one that failed does not wait for another day.
        expression: 'rate(1 hour)',
        lateSecondsMax: 3600,
        alarms: this.alarms('Card payments that Stripe and the platform know differently are not found.'),
      }),
      new ScheduledFunction(this, 'SweepHolds', {
        name: 'invoices-sweep-holds',
        reach,
        expression: 'rate(5 minutes)',
        lateSecondsMax: 300,
        alarms: this.alarms('Time on an invoice that was never finished stays held, and can be neither edited nor billed.'),
      }),
      new ScheduledFunction(this, 'RunSchedules', {
        name: 'invoices-run-schedules',
        reach,
        // Days begin in the workspaces' zones, some of which are a quarter of an hour off.
        expression: 'rate(15 minutes)',
        lateSecondsMax: 900,
        alarms: this.alarms('Time that is billed by itself each week or month is billed late; nothing is lost or billed twice.'),
      }),
      new ScheduledFunction(this, 'FindForgotten', {
        name: 'time-find-forgotten',
        reach,
        expression: 'rate(5 minutes)',
        lateSecondsMax: 300,
        alarms: this.alarms('Nobody is told of a timer that they have forgotten; it still shows as such.'),
      }),
      new ScheduledFunction(this, 'SendMail', {
        name: 'notices-send-mail',
        reach,
        expression: 'rate(1 minute)',
        lateSecondsMax: 60,
        alarms: this.alarms('Nobody is mailed what they should know; it still shows in the product, and the mails follow later.'),
      }),
    ];
  }

  /** Alarms of what stands in the data stack: the topic is here, and the data stack must not depend on this one. */
  private dataAlarms({ signIn, table }: DataStack): void {
    errorsAlarm(
      new Construct(this, 'SignIn'),
      this.alarms('People cannot sign in, or are out again after ten minutes.'),
      signIn.addClaims.lambda,
    );
    alarm(
      new Construct(this, 'Table'),
      'RefusedAlarm',
      this.alarms('Pages load slowly or not at all, because the table refuses requests.'),
      {
        seen: 'the table refused 10 requests in five minutes for too much load',
        metric: table.metricThrottledRequestsForOperations({ operations: tableOperations, period: Duration.minutes(5) }),
        from: 10,
      },
    );
  }

  private alarms(whatFailureMeans: string) {
    return { topic: this.alarmTopic, whatFailureMeans };
  }
}
