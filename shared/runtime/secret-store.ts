import {
  CreateSecretCommand,
  DeleteSecretCommand,
  GetSecretValueCommand,
  PutSecretValueCommand,
  ResourceNotFoundException,
  SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import { OutsideError } from '../domain/outside-error.ts';

/** Secrets that come and go, each with versions that are named by whoever writes them. */
export interface SecretStore {
  /** The text of one version; undefined when the secret or the version is not there. */
  read(name: string, versionId: string): Promise<string | undefined>;
  /** Writes a version; makes the secret if it isn't there. Writing the same version again changes nothing. */
  write(name: string, versionId: string, text: string): Promise<void>;
  /** Removes a secret for good. One that isn't there is fine. */
  remove(name: string): Promise<void>;
}

/** Secrets below a prefix. New ones are encrypted by `keyId`, without it by the account's own key. */
export const openSecretStore = (
  prefix: string,
  keyId: string | undefined,
  client = new SecretsManagerClient({ maxAttempts: 3 }),
): SecretStore => {
  const idOf = (name: string): string => `${prefix}/${name}`;
  return {
    read: (name, versionId) =>
      judged(async () => {
        try {
          const answer = await client.send(new GetSecretValueCommand({ SecretId: idOf(name), VersionId: versionId }));
          return answer.SecretString;
        } catch (error) {
          if (error instanceof ResourceNotFoundException) return undefined;
          throw error;
        }
      }),
    write: (name, versionId, text) =>
      judged(async () => {
        const version = { ClientRequestToken: versionId, SecretString: text };
        try {
          await client.send(new PutSecretValueCommand({ SecretId: idOf(name), ...version }));
        } catch (error) {
          if (!(error instanceof ResourceNotFoundException)) throw error;
          await client.send(new CreateSecretCommand({ Name: idOf(name), KmsKeyId: keyId, ...version }));
        }
      }),
    remove: (name) =>
      judged(async () => {
        try {
          await client.send(new DeleteSecretCommand({ SecretId: idOf(name), ForceDeleteWithoutRecovery: true }));
        } catch (error) {
          if (!(error instanceof ResourceNotFoundException)) throw error;
        }
      }),
  };
};

/** The SDK's errors may carry what was sent, so only their name and status go further. */
const judged = async <T>(run: () => Promise<T>): Promise<T> => {
  try {
    return await run();
  } catch (error) {
    const { name = 'Unknown', $metadata } = error as { name?: string; $metadata?: { httpStatusCode?: number } };
    throw new OutsideError({ service: 'aws', status: $metadata?.httpStatusCode ?? 0, code: name });
  }
};
