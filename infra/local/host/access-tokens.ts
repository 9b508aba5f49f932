import { randomUUID } from 'node:crypto';
import type { TokenIssuer } from './sign-in.ts';
import type { Person } from './user-pool.ts';

/** A client of the pool as the template has it. Lifetimes in seconds. */
export type PoolClient = { id: string; accessSeconds: number; idSeconds: number; refreshSeconds: number };

/** The pool as the template has it; `issuer` is what tokens carry as `iss`. */
export type PoolDefinition = { id: string; region: string; issuer: string; clients: PoolClient[] };

/** Why tokens are made: Cognito's names. */
export type TriggerSource =
  'TokenGeneration_Authentication' | 'TokenGeneration_RefreshTokens' | 'TokenGeneration_NewPasswordChallenge';

/** Calls the pre-token-generation trigger (V2_0): its event in, the same event with a response out. Throws on failure. */
export type PreTokenTrigger = (event: unknown) => Promise<unknown>;

/** Makes the tokens of one sign-in. */
export type TokenMaker = {
  access(person: Subject, clientId: string, source: TriggerSource, validForSeconds?: number): Promise<string>;
  id(person: Subject, clientId: string): Promise<string>;
};

/** What a token tells of a person. */
export type Subject = Pick<Person, 'sub' | 'attributes' | 'username'>;

type Override = { claimsToAddOrOverride?: Record<string, unknown>; claimsToSuppress?: string[]; scopesToAdd?: string[] };
type Triggered = { response?: { claimsAndScopeOverrideDetails?: { accessTokenGeneration?: Override } | null } };

const scope = 'aws.cognito.signin.user.admin';

/**
 * Makes tokens as the user pool does: the standard claims, plus what the pre-token trigger adds to the access token.
 * A trigger that fails makes the sign-in fail.
 */
export const createTokenMaker = (pool: PoolDefinition, issuer: TokenIssuer, trigger: PreTokenTrigger | undefined): TokenMaker => {
  const overrideFor = async (person: Subject, clientId: string, source: TriggerSource): Promise<Override> => {
    if (trigger === undefined) return {};
    const event = triggerEvent(pool, person, clientId, source);
    const answered = (await trigger(event)) as Triggered;
    return answered.response?.claimsAndScopeOverrideDetails?.accessTokenGeneration ?? {};
  };
  return {
    access: async (person, clientId, source, validForSeconds) => {
      const override = await overrideFor(person, clientId, source);
      const claims: Record<string, unknown> = {
        iss: pool.issuer,
        sub: person.sub,
        client_id: clientId,
        token_use: 'access',
        scope: [scope, ...(override.scopesToAdd ?? [])].join(' '),
        auth_time: Math.floor(Date.now() / 1000),
        origin_jti: randomUUID(),
        username: person.sub,
        ...override.claimsToAddOrOverride,
      };
      for (const name of override.claimsToSuppress ?? []) delete claims[name];
      const lifetime = validForSeconds ?? clientOf(pool, clientId)?.accessSeconds ?? 3600;
      return issuer.sign({ ...claims, iss: pool.issuer, sub: person.sub }, lifetime);
    },
    id: (person, clientId) => {
      const { email, name } = person.attributes;
      const known = { ...(email === undefined ? {} : { email }), ...(name === undefined ? {} : { name }) };
      return issuer.sign(
        { iss: pool.issuer, sub: person.sub, aud: clientId, token_use: 'id', 'cognito:username': person.sub, ...known },
        clientOf(pool, clientId)?.idSeconds ?? 3600,
      );
    },
  };
};

const clientOf = (pool: PoolDefinition, id: string): PoolClient | undefined => pool.clients.find((client) => client.id === id);

const triggerEvent = (pool: PoolDefinition, person: Subject, clientId: string, triggerSource: TriggerSource) => ({
  version: '2',
  triggerSource,
  region: pool.region,
  userPoolId: pool.id,
  userName: person.sub,
  callerContext: { awsSdkVersion: 'aws-sdk-unknown-unknown', clientId },
  request: {
    userAttributes: { ...person.attributes, sub: person.sub, 'cognito:user_status': 'CONFIRMED' },
    groupConfiguration: { groupsToOverride: [], iamRolesToOverride: [], preferredRole: null },
    scopes: [scope],
  },
  response: { claimsAndScopeOverrideDetails: null },
});

const unitSeconds: Record<string, number> = { seconds: 1, minutes: 60, hours: 3600, days: 86_400 };

/** Reads the lifetimes of a client from the template's properties, with Cognito's defaults. */
export const clientFromTemplate = (id: string, properties: Record<string, unknown>): PoolClient => {
  const units = (properties['TokenValidityUnits'] ?? {}) as Record<string, string>;
  const seconds = (property: string, unit: string, defaultUnit: string, fallback: number) => {
    const value = properties[property];
    return value === undefined ? fallback : Number(value) * (unitSeconds[units[unit] ?? defaultUnit] ?? 1);
  };
  return {
    id,
    accessSeconds: seconds('AccessTokenValidity', 'AccessToken', 'hours', 3600),
    idSeconds: seconds('IdTokenValidity', 'IdToken', 'hours', 3600),
    refreshSeconds: seconds('RefreshTokenValidity', 'RefreshToken', 'days', 30 * 86_400),
  };
};
