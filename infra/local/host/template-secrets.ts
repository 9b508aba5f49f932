import { randomBytes } from 'node:crypto';
import type { FunctionDefinition } from './execution-environment.ts';
import type { ResolvedResource } from './resolve.ts';
import type { Secrets } from './secrets.ts';

/**
 * Makes the template's secrets, then fills those that functions know under a variable of `values` (e.g.
 * `STRIPE_APP_SECRET_ID`) with the value given there.
 */
export const provideTemplateSecrets = (
  secrets: Secrets,
  resources: ResolvedResource[],
  functions: FunctionDefinition[],
  values: Record<string, string>,
): void => {
  for (const { type, stack, logicalId, identity, properties } of resources) {
    if (type !== 'AWS::SecretsManager::Secret') continue;
    const name = typeof properties['Name'] === 'string' ? properties['Name'] : `${stack.name}-${logicalId}`;
    secrets.provide({ arn: identity.ref, name, value: firstValue(properties) });
  }
  for (const [variable, value] of Object.entries(values)) {
    const ids = new Set(functions.map(({ environment }) => environment[variable]).filter((id) => id !== undefined));
    for (const id of ids) secrets.fill(id, value);
  }
};

type Generate = { SecretStringTemplate?: string; GenerateStringKey?: string; PasswordLength?: number };

const firstValue = (properties: Record<string, unknown>): string | undefined => {
  if (typeof properties['SecretString'] === 'string') return properties['SecretString'];
  const generate = properties['GenerateSecretString'] as Generate | undefined;
  if (generate === undefined) return undefined;
  const password = randomBytes(64)
    .toString('base64url')
    .slice(0, generate.PasswordLength ?? 32);
  if (generate.GenerateStringKey === undefined) return password;
  const template = JSON.parse(generate.SecretStringTemplate ?? '{}') as Record<string, unknown>;
  return JSON.stringify({ ...template, [generate.GenerateStringKey]: password });
};
