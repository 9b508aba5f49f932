import { Duration } from 'aws-cdk-lib';
import { Dashboard, GraphWidget, Stats } from 'aws-cdk-lib/aws-cloudwatch';
import type { IMetric } from 'aws-cdk-lib/aws-cloudwatch';
import type { Table } from 'aws-cdk-lib/aws-dynamodb';
import { Operation } from 'aws-cdk-lib/aws-dynamodb';
import type { Construct } from 'constructs';
import type { QueueWorker } from './queue-worker.ts';
import type { ScheduledFunction } from './scheduled-function.ts';

/** What the dashboard of the background work shows. */
export interface WorkShown {
  readonly dashboardName: string;
  readonly table: Table;
  readonly queueWorkers: readonly QueueWorker[];
  readonly scheduled: readonly ScheduledFunction[];
}

const minute = Duration.minutes(1);
const graph = (title: string, left: readonly IMetric[]): GraphWidget =>
  new GraphWidget({ title, left: [...left], width: 12, height: 6 });

/** One page that answers: is work waiting, is work lost, is something failing, is the table slowing us? */
export const workDashboard = (
  scope: Construct,
  id: string,
  { dashboardName, table, queueWorkers, scheduled }: WorkShown,
): Dashboard => {
  const named = (worker: QueueWorker | ScheduledFunction) => ({ label: worker.node.id, period: minute });
  const lambdas = [
    ...queueWorkers.map((worker) => ({ worker, lambda: worker.worker.lambda })),
    ...scheduled.map((worker) => ({ worker, lambda: worker.runs.lambda })),
  ];
  return new Dashboard(scope, id, {
    dashboardName,
    widgets: [
      [
        graph(
          'Oldest waiting message (s)',
          queueWorkers.map((worker) =>
            worker.queue.metricApproximateAgeOfOldestMessage({ ...named(worker), statistic: Stats.MAXIMUM }),
          ),
        ),
        graph(
          'Dead letters',
          [...queueWorkers, ...scheduled].map((worker) =>
            worker.deadLetters.metricApproximateNumberOfMessagesVisible({ ...named(worker), statistic: Stats.MAXIMUM }),
          ),
        ),
      ],
      [
        graph(
          'Failed runs',
          lambdas.map(({ worker, lambda }) => lambda.metricErrors(named(worker))),
        ),
        graph(
          'Longest run (ms)',
          lambdas.map(({ worker, lambda }) => lambda.metricDuration({ ...named(worker), statistic: Stats.MAXIMUM })),
        ),
      ],
      [
        graph('Refused for too much load', [
          table.metricThrottledRequestsForOperations({ operations: tableOperations, period: minute }),
        ]),
        graph('Table units', [
          table.metricConsumedReadCapacityUnits({ period: minute, label: 'read' }),
          table.metricConsumedWriteCapacityUnits({ period: minute, label: 'written' }),
        ]),
      ],
    ],
  });
};

/** The operations the product uses on the table. */
export const tableOperations = [
  Operation.BATCH_GET_ITEM,
  Operation.GET_ITEM,
  Operation.PUT_ITEM,
  Operation.QUERY,
  Operation.TRANSACT_WRITE_ITEMS,
  Operation.UPDATE_ITEM,
];
