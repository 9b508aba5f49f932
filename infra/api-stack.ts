import { CfnOutput, Duration, Stack } from 'aws-cdk-lib';
import { HttpJwtAuthorizer } from 'aws-cdk-lib/aws-apigatewayv2-authorizers';
import type { HttpApi } from 'aws-cdk-lib/aws-apigatewayv2';
import { Dashboard, GraphWidget, Stats } from 'aws-cdk-lib/aws-cloudwatch';
import { Construct } from 'constructs';
import type { Capability } from '../shared/api/route.ts';
import { routes } from '../shared/api/routes.ts';
import { alarm } from './constructs/alarm.ts';
import { CapabilityFunction } from './constructs/capability-function.ts';
import type { Reach } from './constructs/needs.ts';
import { ProductFunction } from './constructs/product-function.ts';
import { PublicApi } from './constructs/public-api.ts';
import { ScheduledFunction } from './constructs/scheduled-function.ts';
import type { DataStack } from './data-stack.ts';
import type { SyncStack } from './sync-stack.ts';

const whatFailureMeans: Readonly<Record<Capability, string>> = {
  time: 'People cannot start or stop their timers or enter their hours.',
  workspace: 'Admins cannot invite people or change clients, services and jobs.',
  invoices: 'Invoices cannot be made, read or issued.',
  quotes: 'Quotes cannot be made or sent, and clients cannot see or accept them.',
  payments: 'Clients cannot pay by card, or payments by hand are refused.',
  xero: 'Connecting to Xero, its settings and its notices of changes fail.',
  documents: 'Invoices cannot be shared, sent or seen by clients, nor had as PDF.',
  bills: 'Bills of experts and expenses cannot be read, entered or written off.',
  overview: 'The dashboard and the notifications stay empty.',
};

/** What people and other systems call: the HTTP API, its sign-in check and one function per capability. */
export class ApiStack extends Stack {
  constructor(scope: Construct, id: string, data: DataStack, sync: SyncStack) {
    const { stage, key } = data.reach;
    super(scope, id, { description: `HTTP API of stage ${stage.name}` });

    const front = new PublicApi(this, 'Api', { stage, key });
    const publicUrl = stage.publicUrl ?? front.api.apiEndpoint;
    const reach: Reach = { ...sync.reach, publicUrl };

    const rooms = {
      time: this.room('Time', 'time', reach, sync),
      workspace: this.room('Workspace', 'workspace', reach, sync),
      invoices: this.room('Invoices', 'invoices', reach, sync),
      quotes: this.room('Quotes', 'quotes', reach, sync),
      payments: this.room('Payments', 'payments', reach, sync),
      xero: this.room('Xero', 'xero', reach, sync),
      documents: this.room('Documents', 'documents', reach, sync),
      bills: this.room('Bills', 'bills', reach, sync),
      overview: this.room('Overview', 'overview', reach, sync),
    } satisfies Record<Capability, unknown>;

    const signIn = new HttpJwtAuthorizer('SignIn', data.signIn.pool.userPoolProviderUrl, {
      jwtAudience: [data.signIn.client.userPoolClientId],
    });
    front.addRoutes(routes, rooms, signIn);

    // Not on the API: only somebody who may invoke functions in this account can make a workspace.
    const createWorkspace = new ProductFunction(this, 'CreateWorkspace', { name: 'workspace-create', reach });

    // It writes links into mails, so it stands where the API's address is known.
    new ScheduledFunction(this, 'MailLetters', {
      name: 'documents-mail-letters',
      reach,
      expression: 'rate(1 minute)',
      lateSecondsMax: 60,
      alarms: {
        topic: sync.alarmTopic,
        whatFailureMeans:
          'Invoices and quotes that were sent by mail do not leave; they follow later, and links can still be shared.',
      },
    });

    this.watch(front.api, stage.name, sync);
    new CfnOutput(this, 'ApiUrl', { value: publicUrl });
    new CfnOutput(this, 'CreateWorkspaceFunctionName', { value: createWorkspace.lambda.functionName });
  }

  private room(id: string, capability: Capability, reach: Reach, { alarmTopic }: SyncStack) {
    const alarms = { topic: alarmTopic, whatFailureMeans: whatFailureMeans[capability] };
    return new CapabilityFunction(this, id, { name: capability, reach, alarms }).integration;
  }

  private watch(api: HttpApi, stageName: string, { alarmTopic }: SyncStack): void {
    const fiveMinutes = { period: Duration.minutes(5) };
    const serverErrors = api.metricServerError({ ...fiveMinutes, statistic: Stats.SUM, label: 'our fault (5xx)' });
    alarm(
      new Construct(this, 'Requests'),
      'ServerErrorsAlarm',
      { topic: alarmTopic, whatFailureMeans: 'Pages and buttons fail for people who did nothing wrong.' },
      { seen: 'five requests in five minutes were answered 5xx', metric: serverErrors, from: 5 },
    );
    new Dashboard(this, 'Dashboard', {
      dashboardName: `FinOps-${stageName}-Requests`,
      widgets: [
        [
          new GraphWidget({
            title: 'Requests',
            left: [api.metricCount(fiveMinutes), api.metricClientError(fiveMinutes), serverErrors],
            width: 12,
          }),
          new GraphWidget({
            title: 'Time to answer (ms)',
            left: ['p50', 'p95', 'p99'].map((statistic) => api.metricLatency({ ...fiveMinutes, statistic, label: statistic })),
            width: 12,
          }),
        ],
      ],
    });
  }
}
