import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import type * as z from 'zod';

const freshMs = 5 * 60_000;

/** Reads a secret as JSON of a given shape; kept in memory for five minutes, so that a changed secret is taken up soon. */
export const secretReader = <T>(
  secretId: string,
  shape: z.ZodType<T>,
  clock: () => number,
  client = new SecretsManagerClient({}),
) => {
  let kept: { value: T; until: number } | undefined;
  return async (): Promise<T> => {
    if (kept && clock() < kept.until) return kept.value;
    const answer = await client.send(new GetSecretValueCommand({ SecretId: secretId }));
    kept = { value: parseSecret(secretId, shape, answer.SecretString), until: clock() + freshMs };
    return kept.value;
  };
};

/** The parser's own words may quote what it read, so they go no further than here. */
const parseSecret = <T>(secretId: string, shape: z.ZodType<T>, text: string | undefined): T => {
  try {
    return shape.parse(JSON.parse(text ?? ''));
  } catch {
    throw new Error(`The secret ${secretId} does not hold what it should; fill it in`);
  }
};
