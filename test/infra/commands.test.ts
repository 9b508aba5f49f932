import { beforeEach, describe, expect, test } from '@jest/globals';
import { CloudFormationClient, DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { GetSecretValueCommand, PutSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { mockClient } from 'aws-sdk-client-mock';
import { createWorkspace, readArguments } from '../../infra/commands/create-workspace.ts';
import { fillIn, forms, readAnswers, setSecret } from '../../infra/commands/set-secret.ts';

const cloudFormation = mockClient(CloudFormationClient);
const lambda = mockClient(LambdaClient);
const secrets = mockClient(SecretsManagerClient);
const clients = {
  cloudFormation: new CloudFormationClient({ region: 'eu-west-1' }),
  lambda: new LambdaClient({ region: 'eu-west-1' }),
  secrets: new SecretsManagerClient({ region: 'eu-west-1' }),
};
const stackWith = (OutputKey: string, OutputValue: string) => ({
  Stacks: [
    { StackName: 's', CreationTime: new Date(0), StackStatus: 'CREATE_COMPLETE' as const, Outputs: [{ OutputKey, OutputValue }] },
  ],
});
const bytes = (value: unknown) => Object.assign(new TextEncoder().encode(JSON.stringify(value)), { transformToString: () => '' });

beforeEach(() => {
  cloudFormation.reset();
  lambda.reset();
  secrets.reset();
});

const workspace = {
  name: 'Harbour Studio',
  country: 'GB',
  zone: 'Europe/London',
  currency: 'GBP',
  adminEmail: 'ada@example.com',
  adminName: 'Ada Byron',
};
const args = ['--stage', 'prod', '--name', 'Harbour Studio', '--country', 'GB', '--zone', 'Europe/London', '--currency', 'GBP'];
const admin = ['--admin-email', 'ada@example.com', '--admin-name', 'Ada Byron'];

describe('workspace:create', () => {
  test('reads the workspace from its arguments', () => {
    expect(readArguments([...args, ...admin])).toEqual({ stage: 'prod', workspace });
    const again = readArguments([...args, ...admin, '--workspace-id', 'ws_01K0000000000000000000000A']);
    expect(again.workspace.workspaceId).toBe('ws_01K0000000000000000000000A');
  });

  test.each([
    ['--zone', 'London', /--zone must be/],
    ['--country', 'gb', /--country must be/],
    ['--currency', 'POUND', /--currency must be/],
    ['--admin-email', 'ada', /--admin-email must be/],
    ['--name', ' ', /--name must be/],
  ])('%s %s is refused before anything is called', (flag, value, message) => {
    expect(() => readArguments([...args, ...admin, flag, value])).toThrow(message);
  });

  test("hands the workspace to the stage's own function and shows its answer", async () => {
    cloudFormation
      .on(DescribeStacksCommand, { StackName: 'FinOps-prod-Api' })
      .resolves(stackWith('CreateWorkspaceFunctionName', 'fn-1'));
    lambda.on(InvokeCommand).resolves({ Payload: bytes({ workspaceId: 'ws_1' }) });
    expect(await createWorkspace(clients, 'prod', workspace)).toEqual({ workspaceId: 'ws_1' });
    const { FunctionName, Payload } = lambda.commandCalls(InvokeCommand)[0]!.args[0].input;
    expect(FunctionName).toBe('fn-1');
    expect(JSON.parse(String(Payload))).toEqual(workspace);
  });

  test("repeats the function's own words when it refuses", async () => {
    cloudFormation.on(DescribeStacksCommand).resolves(stackWith('CreateWorkspaceFunctionName', 'fn-1'));
    lambda.on(InvokeCommand).resolves({ FunctionError: 'Unhandled', Payload: bytes({ errorMessage: 'country XX is unknown' }) });
    await expect(createWorkspace(clients, 'prod', workspace)).rejects.toThrow(
      'The workspace was not made: country XX is unknown',
    );
  });

  test('says so when the stage is not deployed here', async () => {
    cloudFormation
      .on(DescribeStacksCommand)
      .rejects(Object.assign(new Error('Stack with id FinOps-prod-Api does not exist'), { name: 'ValidationError' }));
    await expect(createWorkspace(clients, 'prod', workspace)).rejects.toThrow(/Is stage prod deployed/);
    expect(lambda.calls()).toHaveLength(0);
  });
});

describe('secret:set', () => {
  const current = { clientId: 'id-1', clientSecret: 'old', webhookKeys: ['k1'] };

  test('keeps what is answered with nothing and splits lists', () => {
    expect(fillIn(forms.xero, current, { clientId: '', clientSecret: ' new ', webhookKeys: 'k2, k1,' })).toEqual({
      clientId: 'id-1',
      clientSecret: 'new',
      webhookKeys: ['k2', 'k1'],
    });
  });

  test('a field that does not exist is refused by name, without its value', () => {
    expect(() => fillIn(forms.stripe, {}, { secretkey: 'sk_live_x' })).toThrow(
      'There is no field secretkey; the fields are secretKey, webhookSecrets',
    );
  });

  test.each(['{"secretKey": "sk_live_hidden"', '["sk_live_hidden"]', '{"secretKey": 17}', '"sk_live_hidden"'])(
    'input that is no form is refused without being repeated: %s',
    (json) => {
      expect(() => readAnswers(json)).toThrow('Expected a JSON object of strings and lists of strings on stdin');
    },
  );

  test('lists may come as lists', () => {
    expect(readAnswers('{"secretKey": "sk_1", "webhookSecrets": ["whsec_a", "whsec_b"]}')).toEqual({
      secretKey: 'sk_1',
      webhookSecrets: 'whsec_a,whsec_b',
    });
  });

  test('stores a new version and tells what is still empty', async () => {
    cloudFormation
      .on(DescribeStacksCommand, { StackName: 'FinOps-prod-Data' })
      .resolves(stackWith('StripeAppSecretArn', 'arn:stripe'));
    secrets.on(GetSecretValueCommand).resolves({ SecretString: '{"secretKey":"","webhookSecrets":[]}' });
    secrets.on(PutSecretValueCommand).resolves({});
    expect(await setSecret(clients, 'prod', forms.stripe, { secretKey: 'sk_1' })).toEqual(['webhookSecrets']);
    expect(secrets.commandCalls(PutSecretValueCommand)[0]!.args[0].input).toEqual({
      SecretId: 'arn:stripe',
      SecretString: '{"secretKey":"sk_1","webhookSecrets":[]}',
    });
  });
});
