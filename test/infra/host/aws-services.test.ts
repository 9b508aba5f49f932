import {
  AdminCreateUserCommand,
  AdminGetUserCommand,
  AdminSetUserPasswordCommand,
  AdminUserGlobalSignOutCommand,
  CognitoIdentityProviderClient,
  InitiateAuthCommand,
  ListUsersCommand,
  RespondToAuthChallengeCommand,
  RevokeTokenCommand,
} from '@aws-sdk/client-cognito-identity-provider';
import {
  CreateSecretCommand,
  DeleteSecretCommand,
  DescribeSecretCommand,
  GetSecretValueCommand,
  PutSecretValueCommand,
  SecretsManagerClient,
  UpdateSecretVersionStageCommand,
} from '@aws-sdk/client-secrets-manager';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { startFixture } from './fixture/start.ts';
import type { RunningFixture } from './fixture/start.ts';

let fixture: RunningFixture;
let secrets: SecretsManagerClient;
let cognito: CognitoIdentityProviderClient;
let UserPoolId: string;
let ClientId: string;
beforeAll(async () => {
  fixture = await startFixture();
  const settings = {
    region: 'us-east-1',
    endpoint: fixture.host.awsUrl,
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
    maxAttempts: 1,
  };
  secrets = new SecretsManagerClient(settings);
  cognito = new CognitoIdentityProviderClient(settings);
  UserPoolId = fixture.host.identity?.pool.id ?? '';
  ClientId = fixture.host.identity?.pool.clients[0]?.id ?? '';
});
afterAll(async () => {
  secrets.destroy();
  cognito.destroy();
  await fixture.stop();
});

const version = (digit: number) => `00000000-0000-4000-8000-00000000000${digit}`;

describe('Secrets Manager', () => {
  test('the template’s secret holds the sandbox credentials', async () => {
    const { SecretString, CreatedDate } = await secrets.send(new GetSecretValueCommand({ SecretId: 'fixture/app' }));
    expect(SecretString).toBe('{"clientId":"sandbox"}');
    expect(CreatedDate).toBeInstanceOf(Date);
  });

  test('a version is idempotent by its token, and only for the same value', async () => {
    const SecretId = 'tokens/one';
    await secrets.send(new CreateSecretCommand({ Name: SecretId, SecretString: 'first', ClientRequestToken: version(1) }));
    const put = (SecretString: string) =>
      secrets.send(new PutSecretValueCommand({ SecretId, SecretString, ClientRequestToken: version(2) }));
    await put('second');
    await put('second');
    await expect(put('third')).rejects.toMatchObject({ name: 'ResourceExistsException' });
    expect((await secrets.send(new GetSecretValueCommand({ SecretId }))).SecretString).toBe('second');
    const old = await secrets.send(new GetSecretValueCommand({ SecretId, VersionStage: 'AWSPREVIOUS' }));
    expect([old.SecretString, old.VersionId]).toEqual(['first', version(1)]);
    await expect(secrets.send(new CreateSecretCommand({ Name: SecretId, SecretString: 'again' }))).rejects.toMatchObject({
      name: 'ResourceExistsException',
    });
  });

  test('a pending version is current only once its label is moved from the version that holds it', async () => {
    const SecretId = 'tokens/two';
    await secrets.send(new CreateSecretCommand({ Name: SecretId, SecretString: 'old', ClientRequestToken: version(1) }));
    await secrets.send(
      new PutSecretValueCommand({
        SecretId,
        SecretString: 'new',
        ClientRequestToken: version(2),
        VersionStages: ['AWSPENDING'],
      }),
    );
    expect((await secrets.send(new GetSecretValueCommand({ SecretId }))).SecretString).toBe('old');
    const move = { SecretId, VersionStage: 'AWSCURRENT', MoveToVersionId: version(2) };
    await expect(secrets.send(new UpdateSecretVersionStageCommand(move))).rejects.toMatchObject({
      name: 'InvalidParameterException',
    });
    await secrets.send(new UpdateSecretVersionStageCommand({ ...move, RemoveFromVersionId: version(1) }));
    const { VersionIdsToStages } = await secrets.send(new DescribeSecretCommand({ SecretId }));
    expect(VersionIdsToStages).toEqual({ [version(1)]: ['AWSPREVIOUS'], [version(2)]: ['AWSPENDING', 'AWSCURRENT'] });
  });

  test('what is missing or deleted is a typed error', async () => {
    await expect(secrets.send(new GetSecretValueCommand({ SecretId: 'nothing' }))).rejects.toMatchObject({
      name: 'ResourceNotFoundException',
    });
    await secrets.send(new CreateSecretCommand({ Name: 'gone', SecretString: 'x' }));
    await secrets.send(new DeleteSecretCommand({ SecretId: 'gone' }));
    await expect(secrets.send(new GetSecretValueCommand({ SecretId: 'gone' }))).rejects.toMatchObject({
      name: 'InvalidRequestException',
    });
    await secrets.send(new DeleteSecretCommand({ SecretId: 'gone', ForceDeleteWithoutRecovery: true }));
    await secrets.send(new CreateSecretCommand({ Name: 'gone', SecretString: 'y' }));
  });
});

describe('sign-in', () => {
  const signIn = (PASSWORD: string, USERNAME = 'ada@example.com') =>
    cognito.send(new InitiateAuthCommand({ AuthFlow: 'USER_PASSWORD_AUTH', ClientId, AuthParameters: { USERNAME, PASSWORD } }));
  const refresh = (REFRESH_TOKEN = '') =>
    cognito.send(new InitiateAuthCommand({ AuthFlow: 'REFRESH_TOKEN_AUTH', ClientId, AuthParameters: { REFRESH_TOKEN } }));
  const callWith = (token = '') => fetch(`${fixture.url}/echo`, { headers: { authorization: `Bearer ${token}` } });

  test('an invited person sets a password, signs in, renews and is signed out', async () => {
    const created = await cognito.send(new AdminCreateUserCommand({ UserPoolId, Username: 'Ada@example.com' }));
    expect(created.User?.UserStatus).toBe('FORCE_CHANGE_PASSWORD');
    const mail = fixture.host.outbox.list().at(-1);
    expect(mail?.to).toEqual(['ada@example.com']);
    const temporary = /password is (\S+)\.$/.exec(mail?.text ?? '')?.[1] ?? '';

    const challenged = await signIn(temporary);
    expect(challenged.ChallengeName).toBe('NEW_PASSWORD_REQUIRED');
    const answered = await cognito.send(
      new RespondToAuthChallengeCommand({
        ClientId,
        ChallengeName: 'NEW_PASSWORD_REQUIRED',
        Session: challenged.Session,
        ChallengeResponses: { USERNAME: 'ada@example.com', NEW_PASSWORD: 'correct horse' },
      }),
    );
    expect(answered.AuthenticationResult?.ExpiresIn).toBe(600);
    expect((await callWith(answered.AuthenticationResult?.AccessToken)).status).toBe(200);
    expect((await callWith(answered.AuthenticationResult?.IdToken)).status).toBe(200);

    const again = await signIn('correct horse');
    const renewed = await refresh(again.AuthenticationResult?.RefreshToken);
    expect((await callWith(renewed.AuthenticationResult?.AccessToken)).status).toBe(200);

    await cognito.send(new RevokeTokenCommand({ ClientId, Token: again.AuthenticationResult?.RefreshToken }));
    await expect(refresh(again.AuthenticationResult?.RefreshToken)).rejects.toMatchObject({ name: 'NotAuthorizedException' });
    await cognito.send(new AdminUserGlobalSignOutCommand({ UserPoolId, Username: 'ada@example.com' }));
    await expect(refresh(answered.AuthenticationResult?.RefreshToken)).rejects.toMatchObject({
      name: 'NotAuthorizedException',
    });
    const { UserStatus } = await cognito.send(new AdminGetUserCommand({ UserPoolId, Username: 'ada@example.com' }));
    expect(UserStatus).toBe('CONFIRMED');
  });

  test('a wrong password and an unknown person look the same', async () => {
    const wrong = signIn('not the password');
    await expect(wrong).rejects.toMatchObject({ name: 'NotAuthorizedException' });
    await expect(signIn('whatever', 'nobody@example.com')).rejects.toMatchObject({
      name: 'NotAuthorizedException',
      message: 'Incorrect username or password.',
    });
  });

  test('a person exists once, and an unknown one is a typed error', async () => {
    await cognito.send(new AdminCreateUserCommand({ UserPoolId, Username: 'bob@example.com', MessageAction: 'SUPPRESS' }));
    await expect(cognito.send(new AdminCreateUserCommand({ UserPoolId, Username: 'BOB@example.com' }))).rejects.toMatchObject({
      name: 'UsernameExistsException',
    });
    await expect(cognito.send(new AdminGetUserCommand({ UserPoolId, Username: 'eve@example.com' }))).rejects.toMatchObject({
      name: 'UserNotFoundException',
    });
  });

  test('a trigger that fails makes the sign-in fail', async () => {
    await cognito.send(
      new AdminCreateUserCommand({
        UserPoolId,
        Username: 'out@example.com',
        MessageAction: 'SUPPRESS',
        UserAttributes: [{ Name: 'sub', Value: 'locked-out' }],
      }),
    );
    await cognito.send(
      new AdminSetUserPasswordCommand({ UserPoolId, Username: 'out@example.com', Password: 'long enough', Permanent: true }),
    );
    await expect(signIn('long enough', 'out@example.com')).rejects.toMatchObject({ name: 'UserLambdaValidationException' });
  });

  test('an operation that the host lacks is refused with 501', async () => {
    const asked = cognito.send(new ListUsersCommand({ UserPoolId }));
    await expect(asked).rejects.toMatchObject({ name: 'NotImplementedException', $metadata: { httpStatusCode: 501 } });
    expect(fixture.host.logs.recent().some((line) => line.includes('ListUsers'))).toBe(true);
  });
});
