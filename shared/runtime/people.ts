import type { AttributeType, CognitoIdentityProviderClient } from '@aws-sdk/client-cognito-identity-provider';
import { Busy } from '../domain/conflict.ts';
import { OutsideError } from '../domain/outside-error.ts';
import { refuseFields } from '../domain/refusal.ts';

/** The people who can sign in. A person may belong to several workspaces; here they are known by their address alone. */
export interface People {
  /**
   * Makes the person and sends them the invitation; one who is known already is left as they are and gets no mail. Either way the
   * subject that their tokens will name. Refuses (`validation`) an address that the user pool doesn't take.
   */
  invite(person: { email: string; name: string }): Promise<{ sub: string }>;
  /** Ends all their sign-ins: tokens run out within ten minutes and can't be renewed. Somebody unknown is out already. */
  signOut(sub: string): Promise<void>;
}

/** People are invited and removed rarely: the client is made when that happens, and no cold start pays for it. */
const open = async (given?: CognitoIdentityProviderClient) => {
  const cognito = await import('@aws-sdk/client-cognito-identity-provider');
  return { ...cognito, client: given ?? new cognito.CognitoIdentityProviderClient({ maxAttempts: 3 }) };
};

/** The people of a user pool. */
export const openPeople = (UserPoolId: string, given?: CognitoIdentityProviderClient): People => {
  let opened: ReturnType<typeof open> | undefined;
  const cognito = () => (opened ??= open(given));
  return {
    invite: async ({ email, name }) => {
      const { client, AdminCreateUserCommand, AdminGetUserCommand } = await cognito();
      try {
        const made = await client.send(
          new AdminCreateUserCommand({
            UserPoolId,
            Username: email,
            DesiredDeliveryMediums: ['EMAIL'],
            UserAttributes: [
              { Name: 'email', Value: email },
              // The invitation goes to this address: whoever signs in with its password has read it there.
              { Name: 'email_verified', Value: 'true' },
              { Name: 'name', Value: name },
            ],
          }),
        );
        return { sub: subOf(made.User?.Attributes) };
      } catch (error) {
        if (nameOf(error) !== 'UsernameExistsException') throw judge(error);
      }
      try {
        const known = await client.send(new AdminGetUserCommand({ UserPoolId, Username: email }));
        return { sub: subOf(known.UserAttributes) };
      } catch (error) {
        throw judge(error);
      }
    },
    signOut: async (sub) => {
      const { client, AdminUserGlobalSignOutCommand } = await cognito();
      try {
        await client.send(new AdminUserGlobalSignOutCommand({ UserPoolId, Username: sub }));
      } catch (error) {
        if (nameOf(error) !== 'UserNotFoundException') throw judge(error);
      }
    },
  };
};

const subOf = (attributes: AttributeType[] | undefined): string => {
  const sub = attributes?.find(({ Name }) => Name === 'sub')?.Value;
  if (sub === undefined) throw new Error('The user pool named no subject');
  return sub;
};

const nameOf = (error: unknown): string => (error instanceof Error ? error.name : '');

const judge = (error: unknown): unknown => {
  if (!(error instanceof Error) || !('$metadata' in error)) return error;
  const { name } = error;
  if (name === 'TooManyRequestsException') return new Busy('the user pool');
  if (name === 'InvalidParameterException') return refuseFields({ path: 'email', message: 'is not taken by the user pool' });
  const { httpStatusCode = 0 } = error.$metadata as { httpStatusCode?: number };
  return new OutsideError({ service: 'aws', status: httpStatusCode, code: name, cause: error });
};
