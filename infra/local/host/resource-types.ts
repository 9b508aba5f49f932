import { createHash } from 'node:crypto';
import type { Identify, Identity } from './resolve.ts';

/** Addresses and names that identities are made of. No trailing slashes. */
export type World = { region: string; accountId: string; apiUrl: string; queuesUrl: string };

type Source = Parameters<Identify>[0] & { world: World; name: (property: string) => string };

/**
 * Resource types that have no local counterpart and need none: permissions, keys, logs, alarms. The local system
 * doesn't prove them; the template tests do.
 */
const inertTypes = new Set([
  'AWS::ApiGatewayV2::Stage',
  'AWS::CDK::Metadata',
  'AWS::CloudWatch::Alarm',
  'AWS::CloudWatch::CompositeAlarm',
  'AWS::CloudWatch::Dashboard',
  'AWS::IAM::ManagedPolicy',
  'AWS::IAM::Policy',
  'AWS::IAM::Role',
  'AWS::KMS::Alias',
  'AWS::KMS::Key',
  'AWS::Lambda::Permission',
  'AWS::Logs::LogGroup',
  'AWS::Logs::MetricFilter',
  'AWS::Logs::QueryDefinition',
  'AWS::Logs::ResourcePolicy',
  'AWS::SES::ConfigurationSet',
  'AWS::SES::EmailIdentity',
  'AWS::SNS::Subscription',
  'AWS::SNS::Topic',
  'AWS::SNS::TopicPolicy',
  'AWS::SQS::QueuePolicy',
  'AWS::Scheduler::ScheduleGroup',
  'AWS::SecretsManager::ResourcePolicy',
]);

const arn = (world: World, service: string, resource: string) =>
  `arn:aws:${service}:${world.region}:${world.accountId}:${resource}`;

const digest = (text: string, length: number) => createHash('sha256').update(text).digest('hex').slice(0, length);

/** Resource types that the host runs, each with what Ref and GetAtt answer for it. */
const runTypes: Record<string, (source: Source) => Identity> = {
  'AWS::DynamoDB::Table': (source) => table(source),
  'AWS::DynamoDB::GlobalTable': (source) => table(source),
  'AWS::SQS::Queue': ({ world, name, property }) => {
    const given = name('QueueName');
    const fifo = String(property('FifoQueue')) === 'true' && !given.endsWith('.fifo');
    const queue = fifo ? `${given}.fifo` : given;
    const url = `${world.queuesUrl}/${world.accountId}/${queue}`;
    return { ref: url, attributes: { Arn: arn(world, 'sqs', queue), QueueName: queue, QueueUrl: url } };
  },
  'AWS::Lambda::Function': ({ world, name }) => {
    const ref = name('FunctionName');
    return { ref, attributes: { Arn: arn(world, 'lambda', `function:${ref}`) } };
  },
  'AWS::Lambda::Version': ({ property }) => {
    const ref = `${String(property('FunctionName'))}:$LATEST`;
    return { ref, attributes: { FunctionArn: ref, Version: '$LATEST' } };
  },
  'AWS::Lambda::Alias': ({ world, property }) => {
    const of = String(property('FunctionName'));
    const base = of.startsWith('arn:') ? of : arn(world, 'lambda', `function:${of}`);
    const ref = `${base}:${String(property('Name'))}`;
    return { ref, attributes: { AliasArn: ref } };
  },
  'AWS::Lambda::EventInvokeConfig': ({ logicalId }) => ({ ref: logicalId, attributes: {} }),
  'AWS::Lambda::EventSourceMapping': ({ logicalId }) => ({ ref: logicalId, attributes: { Id: logicalId } }),
  'AWS::ApiGatewayV2::Api': ({ world, logicalId }) => ({
    ref: logicalId,
    attributes: { ApiEndpoint: world.apiUrl, ApiId: logicalId },
  }),
  'AWS::ApiGatewayV2::Route': ({ logicalId }) => ({ ref: logicalId, attributes: { RouteId: logicalId } }),
  'AWS::ApiGatewayV2::Integration': ({ logicalId }) => ({ ref: logicalId, attributes: { IntegrationId: logicalId } }),
  'AWS::ApiGatewayV2::Authorizer': ({ logicalId }) => ({ ref: logicalId, attributes: { AuthorizerId: logicalId } }),
  'AWS::Scheduler::Schedule': ({ world, name }) => {
    const ref = name('Name');
    return { ref, attributes: { Arn: arn(world, 'scheduler', `schedule/default/${ref}`) } };
  },
  'AWS::Events::EventBus': ({ world, name }) => {
    const ref = name('Name');
    return { ref, attributes: { Arn: arn(world, 'events', `event-bus/${ref}`), Name: ref } };
  },
  'AWS::Events::Rule': ({ world, name }) => {
    const ref = name('Name');
    return { ref, attributes: { Arn: arn(world, 'events', `rule/${ref}`) } };
  },
  'AWS::SecretsManager::Secret': ({ world, stack, logicalId, name }) => {
    const secret = name('Name');
    // AWS appends a dash and six characters to a secret's name in its ARN.
    const ref = arn(world, 'secretsmanager', `secret:${secret}-${digest(`${stack.name}/${logicalId}`, 6)}`);
    return { ref, attributes: { Id: ref } };
  },
  'AWS::Cognito::UserPool': ({ world, logicalId, name }) => {
    // The same id at every start, so that tokens and users outlive a restart.
    const ref = `${world.region}_${digest(`${logicalId}/${name('UserPoolName')}`, 9)}`;
    const provider = `cognito-idp.${world.region}.amazonaws.com/${ref}`;
    return {
      ref,
      attributes: {
        Arn: arn(world, 'cognito-idp', `userpool/${ref}`),
        ProviderName: provider,
        ProviderURL: `https://${provider}`,
        UserPoolId: ref,
      },
    };
  },
  'AWS::Cognito::UserPoolClient': ({ logicalId, stack }) => {
    const ref = digest(`${stack.name}/${logicalId}`, 26);
    return { ref, attributes: { ClientId: ref, Name: logicalId } };
  },
};

const table = ({ world, name }: Source): Identity => {
  const ref = name('TableName');
  return { ref, attributes: { Arn: arn(world, 'dynamodb', `table/${ref}`), TableId: ref } };
};

/** Whether the host runs resources of this type (false: it is inert locally). */
export const isRun = (type: string): boolean => type in runTypes;

/**
 * Identifies resources of the known types. A type that is neither run nor listed as inert is an error that names it
 * and its logical id, so that the template and the host cannot drift apart.
 */
export const identifyWith =
  (world: World): Identify =>
  (source) => {
    const { resource, logicalId, stack, property } = source;
    const name = (key: string) => {
      const given = property(key);
      return typeof given === 'string' ? given : `${stack.name}-${logicalId}`;
    };
    const run = runTypes[resource.Type];
    if (run !== undefined) return run({ ...source, world, name });
    if (inertTypes.has(resource.Type)) return inert(world, source);
    throw new Error(
      `The local host doesn't know the resource type ${resource.Type} (${logicalId} in ${stack.name}). ` +
        'Teach it to run that type or list the type as inert in infra/local/host/resource-types.ts.',
    );
  };

const inert = (world: World, { resource, logicalId, stack }: Parameters<Identify>[0]): Identity => {
  const service = (resource.Type.split('::')[1] ?? 'local').toLowerCase();
  const ref = `${stack.name}-${logicalId}`;
  const attribute = (name: string) => (name.endsWith('Arn') ? arn(world, service, ref) : ref);
  // Any attribute of an inert resource is a plausible string: nothing local looks at it.
  return { ref, attributes: new Proxy({}, { get: (_target, name) => attribute(String(name)) }) };
};
