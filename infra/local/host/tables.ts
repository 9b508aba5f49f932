import { AwsError, awsJson } from './aws-json.ts';
import type { ResolvedResource } from './resolve.ts';

type KeySchema = { AttributeName: string; KeyType: string }[];
type Properties = {
  AttributeDefinitions: { AttributeName: string; AttributeType: string }[];
  KeySchema: KeySchema;
  GlobalSecondaryIndexes?: { IndexName: string; KeySchema: KeySchema; Projection: object }[];
  LocalSecondaryIndexes?: { IndexName: string; KeySchema: KeySchema; Projection: object }[];
  TimeToLiveSpecification?: { AttributeName: string; Enabled: boolean };
};

/** A table that exists in the engine. */
export type Table = { name: string; keys: string[]; timeToLive: string | undefined };

/**
 * Creates the template's tables with their indexes; one that exists stays as it is. An existing table whose keys or
 * indexes differ from the template's is an error: data kept from an older version would silently miss an index.
 */
export const createTemplateTables = async (endpoint: string, resources: ResolvedResource[]): Promise<Table[]> => {
  const tables: Table[] = [];
  for (const { type, identity, properties } of resources) {
    if (type !== 'AWS::DynamoDB::Table' && type !== 'AWS::DynamoDB::GlobalTable') continue;
    const shape = properties as Properties;
    await createTable(endpoint, identity.ref, shape);
    tables.push({
      name: identity.ref,
      keys: shape.KeySchema.map(({ AttributeName }) => AttributeName),
      timeToLive: shape.TimeToLiveSpecification?.Enabled === true ? shape.TimeToLiveSpecification.AttributeName : undefined,
    });
  }
  return tables;
};

const createTable = async (endpoint: string, name: string, shape: Properties): Promise<void> => {
  const plain = (index: { IndexName: string; KeySchema: KeySchema; Projection: object }) => ({
    IndexName: index.IndexName,
    KeySchema: index.KeySchema,
    Projection: index.Projection,
  });
  try {
    await awsJson(endpoint, 'DynamoDB_20120810.CreateTable', {
      TableName: name,
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: shape.AttributeDefinitions,
      KeySchema: shape.KeySchema,
      ...(shape.GlobalSecondaryIndexes ? { GlobalSecondaryIndexes: shape.GlobalSecondaryIndexes.map(plain) } : {}),
      ...(shape.LocalSecondaryIndexes ? { LocalSecondaryIndexes: shape.LocalSecondaryIndexes.map(plain) } : {}),
    });
  } catch (error) {
    if (!(error instanceof AwsError) || error.name !== 'ResourceInUseException') throw error;
    await assertSameShape(endpoint, name, shape);
  }
};

type Description = { Table: { KeySchema: KeySchema; GlobalSecondaryIndexes?: { IndexName: string }[] } };

const assertSameShape = async (endpoint: string, name: string, shape: Properties): Promise<void> => {
  const { Table: stored } = await awsJson<Description>(endpoint, 'DynamoDB_20120810.DescribeTable', { TableName: name });
  const summary = (keys: KeySchema, indexes: { IndexName: string }[] = []) =>
    JSON.stringify([keys.map(({ AttributeName }) => AttributeName), indexes.map(({ IndexName }) => IndexName).toSorted()]);
  if (summary(stored.KeySchema, stored.GlobalSecondaryIndexes) !== summary(shape.KeySchema, shape.GlobalSecondaryIndexes)) {
    throw new Error(`The stored table ${name} has other keys or indexes than the template: start with --fresh.`);
  }
};
