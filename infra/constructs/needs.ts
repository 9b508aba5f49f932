import { Aws } from 'aws-cdk-lib';
import type { IUserPool } from 'aws-cdk-lib/aws-cognito';
import type { Table } from 'aws-cdk-lib/aws-dynamodb';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import type { Need } from '../functions.ts';
import type { Stage } from '../stage.ts';
import { keyRights, sendRights } from './rights.ts';

/** As much of a queue as a sender needs. */
export type MessageTarget = Pick<IQueue, 'queueUrl' | 'queueArn'>;

/** What stands within reach of the functions of a stack. */
export interface Reach {
  readonly stage: Stage;
  readonly key: IKey;
  readonly table: Table;
  readonly xeroApp?: Secret;
  readonly stripeApp?: Secret;
  readonly userPool?: IUserPool;
  readonly userPoolClientId?: string;
  readonly doorbell?: IQueue;
  readonly stripeEvents?: MessageTarget;
  readonly xeroEvents?: IQueue;
  readonly publicUrl?: string;
}

/** What a need brings along. */
export interface Brought {
  readonly environment: Readonly<Record<string, string>>;
  readonly statements: readonly PolicyStatement[];
}

const within = <T>(what: string, value: T | undefined): T => {
  if (value === undefined) throw new Error(`${what} isn't within reach of this stack`);
  return value;
};

const sendTo = (reach: Reach, variable: string, queue: MessageTarget): Brought => ({
  environment: { [variable]: queue.queueUrl },
  statements: sendRights(reach.key, [queue.queueArn]),
});

const readSecret = (reach: Reach, variable: string, secret: Secret): Brought => ({
  environment: { [variable]: secret.secretArn },
  statements: [
    new PolicyStatement({ actions: ['secretsmanager:GetSecretValue'], resources: [secret.secretArn] }),
    keyRights(reach.key, 'secretsmanager:read'),
  ],
});

const people = (reach: Reach, actions: readonly string[]): Brought => {
  const pool = within('The user pool', reach.userPool);
  return {
    environment: { USER_POOL_ID: pool.userPoolId },
    statements: [
      new PolicyStatement({ actions: actions.map((action) => `cognito-idp:${action}`), resources: [pool.userPoolArn] }),
    ],
  };
};

/** Where the workspaces' Xero tokens lie: `<prefix>/<workspaceId>`, one secret each. */
export const connectionSecretPrefix = (stage: Stage): string => `finops/${stage.name}/xero-connection`;

const xeroConnections = (reach: Reach): Brought => {
  const prefix = connectionSecretPrefix(reach.stage);
  const secrets = `arn:${Aws.PARTITION}:secretsmanager:${Aws.REGION}:${Aws.ACCOUNT_ID}:secret:${prefix}/*`;
  const actions = ['CreateSecret', 'DeleteSecret', 'GetSecretValue', 'PutSecretValue'];
  return {
    environment: { XERO_CONNECTION_SECRET_PREFIX: prefix, XERO_CONNECTION_SECRET_KEY_ID: reach.key.keyArn },
    statements: [
      new PolicyStatement({ actions: actions.map((action) => `secretsmanager:${action}`), resources: [secrets] }),
      keyRights(reach.key, 'secretsmanager:write'),
    ],
  };
};

/** Who writes as the stage, and as nobody else. */
const mail = ({ stage }: Reach): Brought => {
  if (stage.mail === undefined) return { environment: {}, statements: [] };
  const { from, identity } = stage.mail;
  const identityArn = `arn:${Aws.PARTITION}:ses:${Aws.REGION}:${Aws.ACCOUNT_ID}:identity/${identity}`;
  return {
    environment: { MAIL_FROM: from },
    statements: [
      new PolicyStatement({
        actions: ['ses:SendEmail'],
        resources: [identityArn],
        conditions: { StringEquals: { 'ses:FromAddress': from } },
      }),
    ],
  };
};

const brings: Readonly<Record<Need, (reach: Reach) => Brought>> = {
  doorbell: (reach) => sendTo(reach, 'DOORBELL_QUEUE_URL', within('The doorbell', reach.doorbell)),
  'stripe-events': (reach) => sendTo(reach, 'STRIPE_EVENTS_QUEUE_URL', within('The queue of Stripe events', reach.stripeEvents)),
  'xero-events': (reach) => sendTo(reach, 'XERO_EVENTS_QUEUE_URL', within('The queue of Xero events', reach.xeroEvents)),
  'xero-app': (reach) => readSecret(reach, 'XERO_APP_SECRET_ID', within('The Xero app', reach.xeroApp)),
  'stripe-app': (reach) => readSecret(reach, 'STRIPE_APP_SECRET_ID', within('The Stripe app', reach.stripeApp)),
  'xero-connections': xeroConnections,
  members: (reach) => {
    const { environment, statements } = people(reach, [
      'AdminCreateUser',
      'AdminDisableUser',
      'AdminEnableUser',
      'AdminGetUser',
      'AdminUserGlobalSignOut',
    ]);
    const clientId = within('The app client', reach.userPoolClientId);
    return { environment: { ...environment, USER_POOL_CLIENT_ID: clientId }, statements };
  },
  'first-member': (reach) => people(reach, ['AdminCreateUser', 'AdminGetUser']),
  mail,
  'mail-from': ({ stage }) => ({ environment: stage.mail === undefined ? {} : { MAIL_FROM: stage.mail.from }, statements: [] }),
  // They come with the bundle.
  fonts: () => ({ environment: {}, statements: [] }),
  'public-url': (reach) => ({ environment: { PUBLIC_URL: within("The API's address", reach.publicUrl) }, statements: [] }),
  'app-urls': (reach) => ({ environment: { APP_URLS: reach.stage.appUrls.join(',') }, statements: [] }),
};

/**
 * The environment and the rights that a function's needs bring.
 * @throws Error when something needed isn't within reach of the stack
 */
export const bring = (needs: readonly Need[], reach: Reach): Brought => {
  const brought = needs.map((need) => brings[need](reach));
  return {
    environment: Object.assign({}, ...brought.map((one) => one.environment)) as Record<string, string>,
    statements: brought.flatMap((one) => one.statements),
  };
};
