import { clientFromTemplate, createTokenMaker } from './access-tokens.ts';
import type { PoolDefinition, PreTokenTrigger } from './access-tokens.ts';
import { ServiceError } from './aws-endpoint.ts';
import type { Operation } from './aws-endpoint.ts';
import { cognitoOperations } from './cognito.ts';
import type { SendInvitation } from './cognito.ts';
import type { FunctionPool } from './lambda-environments.ts';
import type { PasswordPolicy } from './password-policy.ts';
import type { ResolvedResource } from './resolve.ts';
import type { TokenIssuer } from './sign-in.ts';
import type { StateStore } from './state-store.ts';
import { functionNameOf } from './targets.ts';
import { openUserPool } from './user-pool.ts';
import type { UserPool } from './user-pool.ts';

/** Sends a mail, as far as a mail leaves this machine. */
export type SendMail = (mail: { to: string; subject: string; text: string }) => void;

/** The template's user pool, running. */
export type IdentityProvider = {
  pool: PoolDefinition;
  people: UserPool;
  operations: Record<string, Operation>;
  /** An access token with the claims that the person's sign-in would have; lives for real seconds. */
  issueToken(options: { sub: string; validForSeconds: number }): Promise<string>;
};

/** Starts the template's one user pool; undefined when it has none. Throws on a second one. */
export const startIdentityProvider = (options: {
  resources: ResolvedResource[];
  region: string;
  store: StateStore;
  issuer: TokenIssuer;
  poolNamed: (name: string) => FunctionPool;
  sendMail: SendMail;
}): IdentityProvider | undefined => {
  const { resources, region, store, issuer } = options;
  const [resource, second] = resources.filter(({ type }) => type === 'AWS::Cognito::UserPool');
  if (resource === undefined) return undefined;
  if (second !== undefined) throw new Error(`The local host runs one user pool, not also ${second.logicalId}.`);
  const pool: PoolDefinition = {
    id: resource.identity.ref,
    region,
    issuer: `https://cognito-idp.${region}.amazonaws.com/${resource.identity.ref}`,
    clients: resources
      .filter(({ type }) => type === 'AWS::Cognito::UserPoolClient')
      .map(({ identity, properties }) => clientFromTemplate(identity.ref, properties)),
  };
  const policies = resource.properties['Policies'] as { PasswordPolicy?: PasswordPolicy } | undefined;
  const people = openUserPool(store, policies?.PasswordPolicy ?? {});
  const tokens = createTokenMaker(pool, issuer, preTokenTrigger(resource, options.poolNamed));
  return {
    pool,
    people,
    operations: cognitoOperations(pool, people, tokens, invitation(resource, options.sendMail)),
    issueToken: ({ sub, validForSeconds }) => {
      const person = people.find(sub) ?? { sub, username: sub, attributes: {} };
      const [client] = pool.clients;
      if (client === undefined) throw new Error('The user pool has no client to issue tokens for.');
      return tokens.access(person, client.id, 'TokenGeneration_Authentication', validForSeconds);
    },
  };
};

type Invite = { InviteMessageTemplate?: { EmailSubject?: string; EmailMessage?: string } };

/** Invitations in the template's words. */
const invitation = ({ properties }: ResolvedResource, sendMail: SendMail): SendInvitation => {
  const words = (properties['AdminCreateUserConfig'] as Invite | undefined)?.InviteMessageTemplate;
  const message = words?.EmailMessage ?? 'Your username is {username} and temporary password is {####}.';
  return ({ to, username, password }) =>
    sendMail({
      to,
      subject: words?.EmailSubject ?? 'Your temporary password',
      text: message.replaceAll('{username}', username).replaceAll('{####}', password),
    });
};

type LambdaConfig = { PreTokenGenerationConfig?: { LambdaArn: string; LambdaVersion: string } } & Record<string, unknown>;

const preTokenTrigger = (
  { logicalId, properties }: ResolvedResource,
  poolNamed: (name: string) => FunctionPool,
): PreTokenTrigger | undefined => {
  const config = (properties['LambdaConfig'] ?? {}) as LambdaConfig;
  // The template names the V2 trigger a second time under its old name.
  const unknown = Object.keys(config).filter((name) => name !== 'PreTokenGenerationConfig' && name !== 'PreTokenGeneration');
  if (unknown.length > 0) throw new Error(`The local host doesn't know the trigger ${unknown.join(', ')} (${logicalId}).`);
  const trigger = config.PreTokenGenerationConfig;
  if (trigger === undefined) return undefined;
  if (trigger.LambdaVersion !== 'V2_0') throw new Error(`The local host only knows trigger version V2_0 (${logicalId}).`);
  return async (event) => {
    const result = await poolNamed(functionNameOf(trigger.LambdaArn)).invoke(event);
    if (!result.ok) {
      throw new ServiceError('UserLambdaValidationException', `PreTokenGeneration failed with error ${result.errorMessage}.`);
    }
    return JSON.parse(result.payload) as unknown;
  };
};
