import { beforeEach, describe, expect, test } from '@jest/globals';
import {
  AdminCreateUserCommand,
  AdminGetUserCommand,
  AdminUserGlobalSignOutCommand,
  CognitoIdentityProviderClient,
} from '@aws-sdk/client-cognito-identity-provider';
import { mockClient } from 'aws-sdk-client-mock';
import { openPeople } from '../../shared/runtime/people.ts';

const cognito = mockClient(CognitoIdentityProviderClient);
const people = openPeople('pool', new CognitoIdentityProviderClient({ region: 'eu-west-2' }));
const nia = { email: 'nia@example.com', name: 'Nia' };

/** A failure as the SDK throws it. */
const failure = (name: string, httpStatusCode = 400): Error =>
  Object.assign(new Error(name), { name, $metadata: { httpStatusCode } });

beforeEach(() => void cognito.reset());

describe('inviting', () => {
  test('makes the person with a verified address and lets Cognito write to them', async () => {
    cognito.on(AdminCreateUserCommand).resolves({ User: { Attributes: [{ Name: 'sub', Value: 'sub-1' }] } });
    expect(await people.invite(nia)).toEqual({ sub: 'sub-1' });
    expect(cognito.commandCalls(AdminCreateUserCommand)[0]?.args[0].input).toEqual({
      UserPoolId: 'pool',
      Username: 'nia@example.com',
      DesiredDeliveryMediums: ['EMAIL'],
      UserAttributes: [
        { Name: 'email', Value: 'nia@example.com' },
        { Name: 'email_verified', Value: 'true' },
        { Name: 'name', Value: 'Nia' },
      ],
    });
  });

  test('somebody who is known already gives their subject', async () => {
    cognito.on(AdminCreateUserCommand).rejects(failure('UsernameExistsException'));
    cognito.on(AdminGetUserCommand).resolves({ UserAttributes: [{ Name: 'sub', Value: 'sub-2' }] });
    expect(await people.invite(nia)).toEqual({ sub: 'sub-2' });
  });

  test.each([
    ['TooManyRequestsException', { name: 'Busy' }],
    ['InvalidParameterException', { name: 'Refusal', code: 'validation' }],
    ['InternalErrorException', { name: 'OutsideError', service: 'aws', code: 'InternalErrorException' }],
  ])('%s is told apart', async (name, expected) => {
    cognito.on(AdminCreateUserCommand).rejects(failure(name));
    await expect(people.invite(nia)).rejects.toMatchObject(expected);
    cognito.on(AdminCreateUserCommand).rejects(failure('UsernameExistsException'));
    cognito.on(AdminGetUserCommand).rejects(failure(name));
    await expect(people.invite(nia)).rejects.toMatchObject(expected);
  });

  test('an answer without a subject is a bug, not a member', async () => {
    cognito.on(AdminCreateUserCommand).resolves({ User: { Attributes: [] } });
    await expect(people.invite(nia)).rejects.toThrow('named no subject');
  });
});

describe('signing out', () => {
  test('ends every sign-in; somebody unknown is out already', async () => {
    cognito.on(AdminUserGlobalSignOutCommand).resolves({});
    await people.signOut('sub-1');
    expect(cognito.commandCalls(AdminUserGlobalSignOutCommand)[0]?.args[0].input).toEqual({
      UserPoolId: 'pool',
      Username: 'sub-1',
    });
    cognito.on(AdminUserGlobalSignOutCommand).rejects(failure('UserNotFoundException'));
    await people.signOut('sub-1');
    cognito.on(AdminUserGlobalSignOutCommand).rejects(failure('InternalErrorException', 500));
    await expect(people.signOut('sub-1')).rejects.toMatchObject({ name: 'OutsideError', status: 500 });
  });
});
