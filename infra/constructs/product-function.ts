import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { Duration, RemovalPolicy, Validations } from 'aws-cdk-lib';
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Architecture, Code, Function as LambdaFunction, Runtime, Tracing } from 'aws-cdk-lib/aws-lambda';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { functionSpec } from '../functions.ts';
import type { FunctionName, FunctionSpec } from '../functions.ts';
import { bring, connectionSecretPrefix } from './needs.ts';
import type { Reach } from './needs.ts';
import { keyRights, tableRights } from './rights.ts';

/** How long logs are kept: a quarter's bookkeeping can be looked into, and people's data doesn't pile up. */
export const logRetention = RetentionDays.THREE_MONTHS;

/** Where a stage's own metrics stand in CloudWatch. */
export const metricsNamespace = (stageName: string): string => `FinOps/${stageName}`;

const memoryMiB = 512;

const bundle = (codeDirectory: string, name: string): Code => {
  const directory = join(codeDirectory, name);
  if (!existsSync(directory)) throw new Error(`${directory} is missing: run "npm run build" before synthesising`);
  return Code.fromAsset(directory);
};

const acknowledgeWildcards = (role: Role, { needs }: FunctionSpec, { stage }: Reach): void => {
  Validations.of(role).acknowledge({
    id: 'AwsSolutions-IAM5[Resource::*]',
    reason: 'X-Ray takes trace segments for the account as a whole; its two actions have no resource to name.',
  });
  if (!needs.includes('xero-connections')) return;
  const secrets = `arn:<AWS::Partition>:secretsmanager:<AWS::Region>:<AWS::AccountId>:secret:${connectionSecretPrefix(stage)}/*`;
  Validations.of(role).acknowledge({
    id: `AwsSolutions-IAM5[Resource::${secrets}]`,
    reason:
      "A secret is made for each workspace when it connects to Xero, so its name is unknown at deployment; the prefix is this stage's own.",
  });
};

/** Which function of the list, and what stands within its reach. */
export interface ProductFunctionProps {
  readonly name: FunctionName;
  readonly reach: Reach;
}

/**
 * One function of the list: its bundle, a role with no more than its needs bring, its logs.
 * @throws Error when its bundle hasn't been built, or a need isn't within reach
 */
export class ProductFunction extends Construct {
  readonly lambda: LambdaFunction;
  readonly role: Role;
  readonly spec: FunctionSpec;

  constructor(scope: Construct, id: string, { name, reach }: ProductFunctionProps) {
    super(scope, id);
    const { stage, table, key } = reach;
    this.spec = functionSpec(name);
    const { environment, statements } = bring(this.spec.needs, reach);

    const logGroup = new LogGroup(this, 'Logs', {
      retention: logRetention,
      encryptionKey: key,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    // The role that CDK would make may write to every log group of the account.
    this.role = new Role(this, 'Role', {
      description: `What ${name} may do (${stage.name})`,
      assumedBy: new ServicePrincipal('lambda.amazonaws.com'),
    });
    const logging = new PolicyStatement({
      actions: ['logs:CreateLogStream', 'logs:PutLogEvents'],
      resources: [logGroup.logGroupArn],
    });
    for (const statement of [
      logging,
      ...tableRights(table, this.spec.table),
      keyRights(key, `dynamodb:${this.spec.table}`),
      ...statements,
    ]) {
      this.role.addToPolicy(statement);
    }
    acknowledgeWildcards(this.role, this.spec, reach);

    this.lambda = new LambdaFunction(this, 'Function', {
      description: `${name} (${stage.name})`,
      runtime: Runtime.NODEJS_24_X,
      architecture: Architecture.ARM_64,
      handler: 'index.handler',
      code: bundle(stage.codeDirectory, name),
      timeout: Duration.seconds(this.spec.timeoutSeconds),
      memorySize: memoryMiB,
      tracing: Tracing.ACTIVE,
      role: this.role,
      logGroup,
      environment: {
        TABLE_NAME: table.tableName,
        STAGE: stage.name,
        LOG_LEVEL: stage.logLevel,
        POWERTOOLS_SERVICE_NAME: name,
        POWERTOOLS_METRICS_NAMESPACE: metricsNamespace(stage.name),
        NODE_OPTIONS: '--enable-source-maps',
        ...environment,
      },
    });
  }
}
