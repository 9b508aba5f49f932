import { randomUUID } from 'node:crypto';
import { ServiceError } from './aws-endpoint.ts';
import type { Operation } from './aws-endpoint.ts';
import { addVersion, describe, emptySecret, hasValue, swapStage, valueOf } from './secret-versions.ts';
import type { Secret, SecretValue as Value } from './secret-versions.ts';
import type { StateStore } from './state-store.ts';

/** Secrets as Secrets Manager keeps them, plus what the host itself needs of them. */
export type Secrets = {
  operations: Record<string, Operation>;
  /** Makes a secret of the template unless it exists; `value` is its first value, if it has one. */
  provide(secret: { arn: string; name: string; value: string | undefined }): void;
  /** Gives a secret a value if it has none yet or another one. */
  fill(id: string, value: string): void;
};

type Id = { SecretId?: string };

/**
 * Secrets Manager's operations over the state store. `now` is simulated time in milliseconds.
 * Rules kept: a request token is a version's id and idempotent for the same value only; `AWSCURRENT` moves the old
 * version to `AWSPREVIOUS`; moving a label needs the version that holds it, which makes it a compare-and-swap; a
 * deleted secret answers nothing until it is restored.
 */
export const createSecrets = (
  store: StateStore,
  { now, region, accountId }: { now: () => number; region: string; accountId: string },
): Secrets => {
  const save = (secret: Secret): void => store.put('secret', secret.name, secret);
  const find = (id: string | undefined): Secret | undefined =>
    id === undefined
      ? undefined
      : id.startsWith('arn:')
        ? store.list<Secret>('secret').find(({ arn }) => arn === id || arn.startsWith(`${id}-`))
        : store.get<Secret>('secret', id);
  const existing = (id: string | undefined): Secret => {
    const secret = find(id);
    if (secret === undefined) {
      throw new ServiceError('ResourceNotFoundException', "Secrets Manager can't find the specified secret.");
    }
    return secret;
  };
  const usable = (id: string | undefined): Secret => {
    const secret = existing(id);
    if (secret.deletedAt !== undefined) {
      throw new ServiceError('InvalidRequestException', 'The secret was marked for deletion.');
    }
    return secret;
  };

  const create: Operation = (input: Value & { Name?: string; Description?: string }) => {
    const name = input.Name ?? '';
    if (!/^[\w/+=.@-]{1,512}$/.test(name)) throw new ServiceError('ValidationException', 'Invalid name.');
    const present = store.get<Secret>('secret', name);
    if (present?.deletedAt !== undefined) {
      throw new ServiceError('InvalidRequestException', 'A secret with this name is scheduled for deletion.');
    }
    if (present !== undefined) {
      const version = present.versions[input.ClientRequestToken ?? ''];
      if (version === undefined || version.string !== input.SecretString || version.binary !== input.SecretBinary) {
        throw new ServiceError('ResourceExistsException', `The secret ${name} already exists.`);
      }
      return { ARN: present.arn, Name: name, VersionId: input.ClientRequestToken };
    }
    const suffix = randomUUID().replaceAll('-', '').slice(0, 6);
    const secret = emptySecret(`arn:aws:secretsmanager:${region}:${accountId}:secret:${name}-${suffix}`, name, now());
    if (input.Description !== undefined) secret.description = input.Description;
    const versionId = hasValue(input) ? addVersion(secret, input, ['AWSCURRENT'], now()) : undefined;
    save(secret);
    return { ARN: secret.arn, Name: name, VersionId: versionId };
  };

  const put: Operation = (input: Id & Value & { VersionStages?: string[] }) => {
    const secret = usable(input.SecretId);
    if (!hasValue(input)) throw new ServiceError('InvalidParameterException', 'You must provide a value.');
    const versionId = addVersion(secret, input, input.VersionStages ?? ['AWSCURRENT'], now());
    save(secret);
    return { ARN: secret.arn, Name: secret.name, VersionId: versionId, VersionStages: secret.versions[versionId]?.stages };
  };

  const operations: Record<string, Operation> = {
    CreateSecret: create,
    PutSecretValue: put,
    UpdateSecret: (input: Id & Value & { Description?: string }) => {
      const secret = usable(input.SecretId);
      if (input.Description !== undefined) secret.description = input.Description;
      const versionId = hasValue(input) ? addVersion(secret, input, ['AWSCURRENT'], now()) : undefined;
      save(secret);
      return { ARN: secret.arn, Name: secret.name, VersionId: versionId };
    },
    GetSecretValue: (input: Id & { VersionId?: string; VersionStage?: string }) => {
      const secret = usable(input.SecretId);
      return valueOf(secret, input);
    },
    DescribeSecret: (input: Id) => describe(existing(input.SecretId)),
    ListSecretVersionIds: (input: Id) => {
      const secret = existing(input.SecretId);
      const versions = Object.entries(secret.versions).map(([VersionId, { stages, createdAt }]) => ({
        VersionId,
        VersionStages: stages,
        CreatedDate: createdAt / 1000,
      }));
      return { ARN: secret.arn, Name: secret.name, Versions: versions };
    },
    UpdateSecretVersionStage: (input: Id & { VersionStage: string; MoveToVersionId?: string; RemoveFromVersionId?: string }) => {
      const secret = usable(input.SecretId);
      swapStage(secret, input);
      save(secret);
      return { ARN: secret.arn, Name: secret.name };
    },
    DeleteSecret: (input: Id & { ForceDeleteWithoutRecovery?: boolean; RecoveryWindowInDays?: number }) => {
      const secret = find(input.SecretId);
      if (input.ForceDeleteWithoutRecovery === true) {
        // Forced deletion of something that isn't there succeeds, as in AWS.
        if (secret !== undefined) store.delete('secret', secret.name);
        return { ARN: secret?.arn, Name: secret?.name ?? input.SecretId, DeletionDate: now() / 1000 };
      }
      const marked = usable(input.SecretId);
      marked.deletedAt = now();
      save(marked);
      const days = input.RecoveryWindowInDays ?? 30;
      return { ARN: marked.arn, Name: marked.name, DeletionDate: now() / 1000 + days * 86_400 };
    },
    RestoreSecret: (input: Id) => {
      const { deletedAt: _gone, ...secret } = existing(input.SecretId);
      save(secret);
      return { ARN: secret.arn, Name: secret.name };
    },
    TagResource: (input: Id) => void existing(input.SecretId),
    UntagResource: (input: Id) => void existing(input.SecretId),
  };

  return {
    operations,
    provide: ({ arn, name, value }) => {
      if (store.get('secret', name) !== undefined) return;
      const secret = emptySecret(arn, name, now());
      if (value !== undefined) addVersion(secret, { SecretString: value }, ['AWSCURRENT'], now());
      save(secret);
    },
    fill: (id, value) => {
      const secret = existing(id);
      const current = Object.values(secret.versions).find(({ stages }) => stages.includes('AWSCURRENT'));
      if (current?.string === value) return;
      addVersion(secret, { SecretString: value }, ['AWSCURRENT'], now());
      save(secret);
    },
  };
};
