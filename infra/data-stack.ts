import { CfnOutput, RemovalPolicy, SecretValue, Stack, Validations } from 'aws-cdk-lib';
import { AttributeType, BillingMode, Table, TableEncryption } from 'aws-cdk-lib/aws-dynamodb';
import { EventBus } from 'aws-cdk-lib/aws-events';
import { Key } from 'aws-cdk-lib/aws-kms';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import type { Construct } from 'constructs';
import { tableShape } from '../shared/store/table-shape.ts';
import { dataKey } from './constructs/data-key.ts';
import type { Reach } from './constructs/needs.ts';
import { SignIn } from './constructs/sign-in.ts';
import type { Stage } from './stage.ts';

const text = (name: string) => ({ name, type: AttributeType.STRING });

const makeTable = (scope: Construct, stage: Stage, encryptionKey: IKey, removalPolicy: RemovalPolicy): Table => {
  const table = new Table(scope, 'Table', {
    partitionKey: text(tableShape.partitionKey),
    sortKey: text(tableShape.sortKey),
    timeToLiveAttribute: tableShape.timeToLive,
    billingMode: BillingMode.PAY_PER_REQUEST,
    encryption: TableEncryption.CUSTOMER_MANAGED,
    encryptionKey,
    pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
    deletionProtection: !stage.disposable,
    removalPolicy,
  });
  for (const [indexName, { partitionKey, sortKey }] of Object.entries(tableShape.indexes)) {
    table.addGlobalSecondaryIndex({ indexName, partitionKey: text(partitionKey), sortKey: text(sortKey) });
  }
  return table;
};

/** What must survive everything else: table, key, secrets, event bus and the people who may sign in. */
export class DataStack extends Stack {
  readonly reach: Reach;
  readonly table: Table;
  readonly signIn: SignIn;
  readonly bus: EventBus;

  constructor(scope: Construct, id: string, stage: Stage) {
    super(scope, id, {
      description: `Table, secrets and sign-in of stage ${stage.name}`,
      terminationProtection: !stage.disposable,
    });
    const removalPolicy = stage.disposable ? RemovalPolicy.DESTROY : RemovalPolicy.RETAIN;

    const key = dataKey(this, 'Key', removalPolicy);
    this.table = makeTable(this, stage, key, removalPolicy);
    // By its address: CDK's secret would otherwise write wildcards into the key's policy, and the account's policies suffice.
    const secretKey = Key.fromKeyArn(this, 'SecretKey', key.keyArn);
    const xeroApp = this.appSecret('XeroApp', secretKey, removalPolicy, 'Xero', {
      clientId: '',
      clientSecret: '',
      webhookKeys: [],
    });
    const stripeApp = this.appSecret('StripeApp', secretKey, removalPolicy, 'Stripe', { secretKey: '', webhookSecrets: [] });
    this.signIn = new SignIn(this, 'SignIn', { stage, key, table: this.table });
    this.bus = new EventBus(this, 'PlatformEvents', {
      description: `Facts from the platform around this product (${stage.name})`,
    });
    this.bus.applyRemovalPolicy(removalPolicy);

    this.reach = {
      stage,
      key,
      table: this.table,
      xeroApp,
      stripeApp,
      userPool: this.signIn.pool,
      userPoolClientId: this.signIn.client.userPoolClientId,
    };
    this.outputs({
      TableName: this.table.tableName,
      XeroAppSecretArn: xeroApp.secretArn,
      StripeAppSecretArn: stripeApp.secretArn,
    });
    this.outputs({ UserPoolId: this.signIn.pool.userPoolId, UserPoolClientId: this.signIn.client.userPoolClientId });
    this.outputs({ PlatformEventBusName: this.bus.eventBusName });
  }

  /** An app's credentials. Deployment makes the empty form; an engineer fills it in, and later deployments leave that alone. */
  private appSecret(id: string, encryptionKey: IKey, removalPolicy: RemovalPolicy, service: string, form: object): Secret {
    const secret = new Secret(this, id, {
      description: `The credentials of the ${service} app`,
      encryptionKey,
      removalPolicy,
      secretStringValue: SecretValue.unsafePlainText(JSON.stringify(form)),
    });
    Validations.of(secret).acknowledge({
      id: 'AwsSolutions-SMG4',
      reason: `${service} gives these credentials out by hand and has no call to renew them; old and new webhook keys are accepted side by side.`,
    });
    return secret;
  }

  private outputs(values: Readonly<Record<string, string>>): void {
    for (const [name, value] of Object.entries(values)) new CfnOutput(this, name, { value });
  }
}
