import { randomUUID } from 'node:crypto';
import { ServiceError } from './aws-endpoint.ts';

type Version = { stages: string[]; createdAt: number; string?: string; binary?: string };
/** A secret as it is stored. Times in milliseconds. */
export type Secret = {
  arn: string;
  name: string;
  description?: string;
  createdAt: number;
  changedAt: number;
  deletedAt?: number;
  /** By version id, oldest first. */
  versions: Record<string, Version>;
};

/** The value part of a request. */
export type SecretValue = { SecretString?: string; SecretBinary?: string; ClientRequestToken?: string };

// AWS keeps unlabelled versions for a while, up to about a hundred.
const versionsMax = 100;

/**
 * Adds a version under its request token and moves the labels to it. The same token with the same value changes
 * nothing; with another value it is refused. Answers the version's id.
 */
export const addVersion = (secret: Secret, input: SecretValue, stages: string[], now: number): string => {
  const id = input.ClientRequestToken ?? randomUUID();
  const present = secret.versions[id];
  if (present !== undefined) {
    if (present.string === input.SecretString && present.binary === input.SecretBinary) return id;
    throw new ServiceError('ResourceExistsException', `A version ${id} with another value exists already.`);
  }
  secret.versions[id] = {
    stages: [],
    createdAt: now,
    ...(input.SecretString === undefined ? {} : { string: input.SecretString }),
    ...(input.SecretBinary === undefined ? {} : { binary: input.SecretBinary }),
  };
  for (const stage of stages) moveStage(secret, stage, id);
  prune(secret);
  secret.changedAt = now;
  return id;
};

/** A secret without a version. */
export const emptySecret = (arn: string, name: string, now: number): Secret => ({
  arn,
  name,
  createdAt: now,
  changedAt: now,
  versions: {},
});

/** Whether a request carries a value. */
export const hasValue = (input: SecretValue): boolean => input.SecretString !== undefined || input.SecretBinary !== undefined;

const holderOf = (secret: Secret, stage: string): string | undefined =>
  Object.entries(secret.versions).find(([, { stages }]) => stages.includes(stage))?.[0];

const removeStage = (secret: Secret, stage: string): void => {
  for (const version of Object.values(secret.versions)) version.stages = version.stages.filter((held) => held !== stage);
};

const moveStage = (secret: Secret, stage: string, to: string): void => {
  const holder = holderOf(secret, stage);
  removeStage(secret, stage);
  secret.versions[to]?.stages.push(stage);
  if (stage === 'AWSCURRENT' && holder !== undefined && holder !== to) {
    removeStage(secret, 'AWSPREVIOUS');
    secret.versions[holder]?.stages.push('AWSPREVIOUS');
  }
};

const prune = (secret: Secret): void => {
  const unlabelled = Object.entries(secret.versions).filter(([, { stages }]) => stages.length === 0);
  for (const [id] of unlabelled.slice(0, Math.max(0, Object.keys(secret.versions).length - versionsMax))) {
    delete secret.versions[id];
  }
};

/** Moves a label between versions; the version that holds it must be named, which makes this a compare-and-swap. */
export const swapStage = (
  secret: Secret,
  input: { VersionStage: string; MoveToVersionId?: string; RemoveFromVersionId?: string },
): void => {
  const { VersionStage: stage, MoveToVersionId: to, RemoveFromVersionId: from } = input;
  const holder = holderOf(secret, stage);
  if (to !== undefined && secret.versions[to] === undefined) {
    throw new ServiceError('ResourceNotFoundException', `There is no version ${to}.`);
  }
  if (holder !== undefined && holder !== to && holder !== from) {
    throw new ServiceError('InvalidParameterException', `The label ${stage} is on version ${holder}: remove it from there.`);
  }
  if (holder === undefined && from !== undefined) {
    throw new ServiceError('InvalidParameterException', `The label ${stage} is not on version ${from}.`);
  }
  if (to === undefined) removeStage(secret, stage);
  else moveStage(secret, stage, to);
};

/** The answer of GetSecretValue. */
export const valueOf = (secret: Secret, input: { VersionId?: string; VersionStage?: string }) => {
  const id = input.VersionId ?? holderOf(secret, input.VersionStage ?? 'AWSCURRENT');
  const version = id === undefined ? undefined : secret.versions[id];
  const mismatch = input.VersionStage !== undefined && version?.stages.includes(input.VersionStage) === false;
  if (version === undefined || mismatch) {
    const wanted = input.VersionId ?? input.VersionStage ?? 'AWSCURRENT';
    throw new ServiceError('ResourceNotFoundException', `Secrets Manager can't find the secret value for ${wanted}.`);
  }
  return {
    ARN: secret.arn,
    Name: secret.name,
    VersionId: id,
    SecretString: version.string,
    SecretBinary: version.binary,
    VersionStages: version.stages,
    CreatedDate: version.createdAt / 1000,
  };
};

/** The answer of DescribeSecret. */
export const describe = (secret: Secret) => ({
  ARN: secret.arn,
  Name: secret.name,
  Description: secret.description,
  CreatedDate: secret.createdAt / 1000,
  LastChangedDate: secret.changedAt / 1000,
  DeletedDate: secret.deletedAt === undefined ? undefined : secret.deletedAt / 1000,
  VersionIdsToStages: Object.fromEntries(
    Object.entries(secret.versions).flatMap(([id, { stages }]) => (stages.length > 0 ? [[id, stages]] : [])),
  ),
});
