import { randomBytes, randomUUID } from 'node:crypto';
import type { PoolDefinition, TokenMaker, TriggerSource } from './access-tokens.ts';
import { ServiceError } from './aws-endpoint.ts';
import type { Operation } from './aws-endpoint.ts';
import type { Person, UserPool } from './user-pool.ts';

type AttributeList = { Name: string; Value?: string }[];
type Named = { UserPoolId: string; Username: string };

/** Sends a new person the first password. */
export type SendInvitation = (invitation: { to: string; username: string; password: string }) => void;

/** The operations of Cognito's user pools that the product uses, over one pool of the template. */
export const cognitoOperations = (
  pool: PoolDefinition,
  people: UserPool,
  tokens: TokenMaker,
  sendInvitation: SendInvitation,
): Record<string, Operation> => ({
  ...administration(pool, people, sendInvitation),
  ...authentication(pool, people, tokens),
});

const administration = (pool: PoolDefinition, people: UserPool, sendInvitation: SendInvitation): Record<string, Operation> => {
  const personOf = ({ UserPoolId, Username }: Named): Person => {
    assertPool(pool, UserPoolId);
    return people.get(Username);
  };
  return {
    AdminCreateUser: (
      input: Named & { UserAttributes?: AttributeList; TemporaryPassword?: string; MessageAction?: 'RESEND' | 'SUPPRESS' },
    ) => {
      assertPool(pool, input.UserPoolId);
      const attributes = Object.fromEntries((input.UserAttributes ?? []).map(({ Name, Value }) => [Name, Value ?? '']));
      const person =
        input.MessageAction === 'RESEND'
          ? people.get(input.Username)
          : people.add(input.Username, withEmail(input.Username, attributes));
      const password = input.TemporaryPassword ?? `${randomBytes(9).toString('base64url')}aA1!`;
      people.setPassword(person, password, false);
      if (input.MessageAction !== 'SUPPRESS') {
        sendInvitation({ to: person.attributes['email'] ?? person.username, username: person.username, password });
      }
      return { User: describe(people.get(person.sub), 'Attributes') };
    },
    AdminGetUser: (input: Named) => describe(personOf(input), 'UserAttributes'),
    AdminSetUserPassword: (input: Named & { Password: string; Permanent?: boolean }) =>
      people.setPassword(personOf(input), input.Password, input.Permanent === true),
    AdminUserGlobalSignOut: (input: Named) => people.revokeAll(personOf(input)),
    AdminDisableUser: (input: Named) => people.update({ ...personOf(input), enabled: false }),
    AdminEnableUser: (input: Named) => people.update({ ...personOf(input), enabled: true }),
    AdminUpdateUserAttributes: (input: Named & { UserAttributes: AttributeList }) => {
      const person = personOf(input);
      const changes = Object.fromEntries(input.UserAttributes.map(({ Name, Value }) => [Name, Value ?? '']));
      people.update({ ...person, attributes: { ...person.attributes, ...changes, sub: person.sub } });
    },
    AdminDeleteUser: (input: Named) => {
      const person = personOf(input);
      people.revokeAll(person);
      people.remove(person);
    },
  };
};

type Challenge = { sub: string; clientId: string; expiresAt: number };

const authentication = (pool: PoolDefinition, people: UserPool, tokens: TokenMaker): Record<string, Operation> => {
  const challenges = new Map<string, Challenge>();

  const signedIn = async (person: Person, clientId: string, source: TriggerSource) => {
    const client = pool.clients.find(({ id }) => id === clientId);
    return {
      ChallengeParameters: {},
      AuthenticationResult: {
        AccessToken: await tokens.access(person, clientId, source),
        IdToken: await tokens.id(person, clientId),
        RefreshToken: people.grant(person, clientId, client?.refreshSeconds ?? 86_400),
        ExpiresIn: client?.accessSeconds ?? 3600,
        TokenType: 'Bearer',
      },
    };
  };

  const byPassword = (clientId: string, { USERNAME = '', PASSWORD = '' }: Record<string, string>) => {
    const person = people.find(USERNAME);
    // The same answer for an unknown person and a wrong password: nobody learns who has an account.
    if (person === undefined || !people.passwordFits(person, PASSWORD)) throw notAuthorized('Incorrect username or password.');
    assertEnabled(person);
    if (person.status === 'CONFIRMED') return signedIn(person, clientId, 'TokenGeneration_Authentication');
    const session = randomUUID();
    challenges.set(session, { sub: person.sub, clientId, expiresAt: Date.now() + 180_000 });
    return {
      ChallengeName: 'NEW_PASSWORD_REQUIRED',
      Session: session,
      ChallengeParameters: {
        USER_ID_FOR_SRP: person.sub,
        requiredAttributes: '[]',
        userAttributes: JSON.stringify({ email: person.attributes['email'] }),
      },
    };
  };

  const byRefreshToken = async (clientId: string, parameters: Record<string, string>) => {
    const grant = people.grantOf(parameters['REFRESH_TOKEN'] ?? '');
    const person = grant === undefined ? undefined : people.find(grant.sub);
    if (grant === undefined || person === undefined || grant.clientId !== clientId) {
      throw notAuthorized('Invalid Refresh Token');
    }
    assertEnabled(person);
    const answer = {
      AccessToken: await tokens.access(person, clientId, 'TokenGeneration_RefreshTokens'),
      IdToken: await tokens.id(person, clientId),
      ExpiresIn: pool.clients.find(({ id }) => id === clientId)?.accessSeconds ?? 3600,
      TokenType: 'Bearer',
    };
    return { ChallengeParameters: {}, AuthenticationResult: answer };
  };

  return {
    InitiateAuth: (input: { AuthFlow: string; ClientId: string; AuthParameters?: Record<string, string> }) => {
      assertClient(pool, input.ClientId);
      const parameters = input.AuthParameters ?? {};
      if (input.AuthFlow === 'USER_PASSWORD_AUTH') return byPassword(input.ClientId, parameters);
      if (input.AuthFlow === 'REFRESH_TOKEN_AUTH' || input.AuthFlow === 'REFRESH_TOKEN') {
        return byRefreshToken(input.ClientId, parameters);
      }
      throw new ServiceError('InvalidParameterException', `The local host has no flow ${input.AuthFlow}.`);
    },
    RespondToAuthChallenge: (input: {
      ChallengeName: string;
      ClientId: string;
      Session?: string;
      ChallengeResponses?: Record<string, string>;
    }) => {
      assertClient(pool, input.ClientId);
      if (input.ChallengeName !== 'NEW_PASSWORD_REQUIRED') {
        throw new ServiceError('InvalidParameterException', `The local host has no challenge ${input.ChallengeName}.`);
      }
      const challenge = challenges.get(input.Session ?? '');
      if (challenge === undefined || challenge.clientId !== input.ClientId || challenge.expiresAt < Date.now()) {
        throw notAuthorized('Invalid session for the user.');
      }
      people.setPassword(people.get(challenge.sub), input.ChallengeResponses?.['NEW_PASSWORD'] ?? '', true);
      challenges.delete(input.Session ?? '');
      return signedIn(people.get(challenge.sub), input.ClientId, 'TokenGeneration_NewPasswordChallenge');
    },
    RevokeToken: (input: { Token: string; ClientId: string }) => {
      assertClient(pool, input.ClientId);
      people.revoke(input.Token);
    },
  };
};

const notAuthorized = (message: string) => new ServiceError('NotAuthorizedException', message);

const assertEnabled = (person: Person): void => {
  if (!person.enabled) throw notAuthorized('User is disabled.');
};

const assertPool = (pool: PoolDefinition, id: string): void => {
  if (id !== pool.id) throw new ServiceError('ResourceNotFoundException', `User pool ${id} does not exist.`);
};

const assertClient = (pool: PoolDefinition, id: string): void => {
  if (!pool.clients.some((client) => client.id === id)) {
    throw new ServiceError('ResourceNotFoundException', `User pool client ${id} does not exist.`);
  }
};

const withEmail = (username: string, attributes: Record<string, string>): Record<string, string> =>
  username.includes('@') ? { email: username.toLowerCase(), ...attributes } : attributes;

const describe = (person: Person, attributes: 'Attributes' | 'UserAttributes') => ({
  Username: person.sub,
  [attributes]: Object.entries(person.attributes).map(([Name, Value]) => ({ Name, Value })),
  Enabled: person.enabled,
  UserStatus: person.status,
  UserCreateDate: person.createdAt / 1000,
  UserLastModifiedDate: person.changedAt / 1000,
});
