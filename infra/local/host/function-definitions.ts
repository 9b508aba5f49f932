import type { FunctionDefinition } from './execution-environment.ts';
import type { ResolvedResource } from './resolve.ts';
import { assetDirectory } from './template.ts';

/** Addresses that stand in for AWS, without trailing slashes. */
export type Endpoints = { dynamodb: string; sqs: string; aws: string };

/**
 * Reads the template's functions. Each gets the variables of its template, those that Lambda sets, the local
 * endpoints under the SDK's own variable names, and `extra`.
 */
export const functionDefinitions = (
  resources: ResolvedResource[],
  { region, endpoints, extra }: { region: string; endpoints: Endpoints; extra: Record<string, string> },
): FunctionDefinition[] =>
  resources
    .filter(({ type }) => type === 'AWS::Lambda::Function')
    .map(({ stack, logicalId, resource, properties, identity }) => {
      const runtime = String(properties['Runtime']);
      if (!runtime.startsWith('nodejs')) throw new Error(`The local host doesn't run ${runtime} (${logicalId}).`);
      const memoryMb = Number(properties['MemorySize'] ?? 128);
      const name = identity.ref;
      const variables = (properties['Environment'] as { Variables?: Record<string, string> } | undefined)?.Variables ?? {};
      const reserved = properties['ReservedConcurrentExecutions'];
      return {
        name,
        label: variables['POWERTOOLS_SERVICE_NAME'] ?? name,
        arn: identity.attributes['Arn'] ?? '',
        directory: assetDirectory(stack, logicalId, resource),
        handler: String(properties['Handler']),
        timeoutMs: Number(properties['Timeout'] ?? 3) * 1000,
        memoryMb,
        environment: { ...lambdaVariables(name, region, memoryMb), ...endpointVariables(endpoints), ...variables, ...extra },
        reservedConcurrency: reserved === undefined ? undefined : Number(reserved),
      };
    });

const lambdaVariables = (name: string, region: string, memoryMb: number): Record<string, string> => ({
  AWS_REGION: region,
  AWS_DEFAULT_REGION: region,
  // Nothing checks them; the SDK wants some. No file or metadata service of this machine is ever asked.
  AWS_ACCESS_KEY_ID: 'local',
  AWS_SECRET_ACCESS_KEY: 'local',
  AWS_SESSION_TOKEN: 'local',
  AWS_EC2_METADATA_DISABLED: 'true',
  AWS_CONFIG_FILE: '/dev/null',
  AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
  AWS_LAMBDA_FUNCTION_NAME: name,
  AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
  AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(memoryMb),
  AWS_LAMBDA_LOG_GROUP_NAME: `/aws/lambda/${name}`,
  AWS_LAMBDA_LOG_STREAM_NAME: 'local',
  AWS_LAMBDA_INITIALIZATION_TYPE: 'on-demand',
  TZ: ':UTC',
  PATH: process.env['PATH'] ?? '',
});

const endpointVariables = ({ dynamodb, sqs, aws }: Endpoints): Record<string, string> => ({
  AWS_ENDPOINT_URL_DYNAMODB: dynamodb,
  AWS_ENDPOINT_URL_SQS: sqs,
  AWS_ENDPOINT_URL_SECRETS_MANAGER: aws,
  AWS_ENDPOINT_URL_EVENTBRIDGE: aws,
  AWS_ENDPOINT_URL_SESV2: aws,
  AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER: aws,
  // Whatever has no engine of its own must fail here, loudly, and never reach the internet.
  AWS_ENDPOINT_URL: aws,
});
