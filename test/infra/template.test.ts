import { beforeAll, describe, expect, test } from '@jest/globals';
import { functions } from '../../infra/functions.ts';
import { tableShape } from '../../shared/store/table-shape.ts';
import { functionNamed, ofType, synthesise, variablesOf } from './synthesised.ts';
import type { Resource } from './synthesis.ts';

let resources: readonly Resource[];
const only = (type: string): Resource[] => ofType(resources, type);

beforeAll(() => {
  resources = synthesise();
});

describe('what is kept', () => {
  test('the table is billed by request, can be restored to any second and cannot be deleted', () => {
    const [table, ...others] = only('AWS::DynamoDB::Table');
    expect(others).toEqual([]);
    expect(table).toMatchObject({
      DeletionPolicy: 'Retain',
      UpdateReplacePolicy: 'Retain',
      Properties: {
        BillingMode: 'PAY_PER_REQUEST',
        DeletionProtectionEnabled: true,
        PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
        SSESpecification: { SSEEnabled: true, SSEType: 'KMS' },
        TimeToLiveSpecification: { AttributeName: 'expiresAt', Enabled: true },
      },
    });
  });

  test('the table has the keys and indexes that the store works with', () => {
    const { KeySchema, GlobalSecondaryIndexes } = only('AWS::DynamoDB::Table')[0]!.Properties as {
      KeySchema: unknown;
      GlobalSecondaryIndexes: { IndexName: string; KeySchema: { AttributeName: string }[]; Projection: unknown }[];
    };
    expect(KeySchema).toEqual([
      { AttributeName: 'pk', KeyType: 'HASH' },
      { AttributeName: 'sk', KeyType: 'RANGE' },
    ]);
    const deployed = GlobalSecondaryIndexes.map((index) => [index.IndexName, ...index.KeySchema.map((key) => key.AttributeName)]);
    const wanted = Object.entries(tableShape.indexes).map(([name, keys]) => [name, keys.partitionKey, keys.sortKey]);
    expect(deployed.sort()).toEqual(wanted.sort());
    for (const { Projection } of GlobalSecondaryIndexes) expect(Projection).toEqual({ ProjectionType: 'ALL' });
  });

  test.each([
    ['AWS::KMS::Key', 1],
    ['AWS::SecretsManager::Secret', 2],
    ['AWS::Cognito::UserPool', 1],
    ['AWS::Events::EventBus', 1],
  ])('every %s stays when its stack goes', (type, count) => {
    const kept = only(type);
    expect(kept).toHaveLength(count);
    for (const resource of kept) expect(resource).toMatchObject({ DeletionPolicy: 'Retain', UpdateReplacePolicy: 'Retain' });
  });

  test.each([
    ['AWS::SecretsManager::Secret', 'KmsKeyId'],
    ['AWS::SQS::Queue', 'KmsMasterKeyId'],
    ['AWS::SNS::Topic', 'KmsMasterKeyId'],
    ['AWS::Logs::LogGroup', 'KmsKeyId'],
  ])('every %s is encrypted with the one key', (type, property) => {
    const keyId = only('AWS::KMS::Key')[0]!.id;
    expect(only(type).length).toBeGreaterThan(0);
    // From another stack the key arrives by an export that carries its name.
    for (const { Properties } of only(type)) expect(JSON.stringify(Properties[property])).toContain(keyId);
  });

  test('the key turns by itself', () => {
    expect(only('AWS::KMS::Key')[0]!.Properties).toMatchObject({ EnableKeyRotation: true });
  });

  test('every log group forgets', () => {
    for (const { Properties } of only('AWS::Logs::LogGroup')) expect(Properties['RetentionInDays']).toBe(90);
  });

  test("deployment writes the form of an app's credentials and no credential", () => {
    const forms = only('AWS::SecretsManager::Secret').map(
      ({ Properties }) => JSON.parse(String(Properties['SecretString'])) as unknown,
    );
    expect(forms).toContainEqual({ clientId: '', clientSecret: '', webhookKeys: [] });
    expect(forms).toContainEqual({ secretKey: '', webhookSecrets: [] });
  });
});

describe('functions', () => {
  test('each function of the list is deployed once', () => {
    const services = only('AWS::Lambda::Function').map((lambda) => variablesOf(lambda)['POWERTOOLS_SERVICE_NAME']);
    expect(services.sort()).toEqual(functions.map(({ name }) => name).sort());
  });

  test('all of them run Node 24 on arm64, traced, with source maps, and know their stage and table', () => {
    for (const { Properties } of only('AWS::Lambda::Function')) {
      expect(Properties).toMatchObject({
        Runtime: 'nodejs24.x',
        Architectures: ['arm64'],
        Handler: 'index.handler',
        MemorySize: 512,
        TracingConfig: { Mode: 'Active' },
        LoggingConfig: { LogGroup: expect.anything() },
        Environment: {
          Variables: {
            TABLE_NAME: expect.anything(),
            STAGE: 'dev',
            LOG_LEVEL: 'INFO',
            POWERTOOLS_METRICS_NAMESPACE: 'FinOps/dev',
            NODE_OPTIONS: '--enable-source-maps',
          },
        },
      });
    }
  });

  test('every function says where its code lies, for whoever reads the template without deploying it', () => {
    for (const { Metadata } of only('AWS::Lambda::Function'))
      expect(Metadata).toMatchObject({ 'aws:asset:path': expect.stringMatching(/^asset\./) });
  });

  test.each(['time', 'workspace', 'invoices', 'quotes', 'payments', 'bills', 'xero', 'overview'])(
    '%s answers before API Gateway hangs up',
    (name) => {
      expect(functionNamed(resources, name).Properties['Timeout']).toBeLessThan(30);
    },
  );

  test.each([
    ['time', []],
    ['workspace', ['DOORBELL_QUEUE_URL', 'USER_POOL_CLIENT_ID', 'USER_POOL_ID']],
    ['invoices', ['DOORBELL_QUEUE_URL', 'PUBLIC_URL', 'STRIPE_EVENTS_QUEUE_URL']],
    ['payments', ['APP_URLS', 'DOORBELL_QUEUE_URL', 'PUBLIC_URL', 'STRIPE_APP_SECRET_ID', 'STRIPE_EVENTS_QUEUE_URL']],
    [
      'xero',
      [
        'APP_URLS',
        'DOORBELL_QUEUE_URL',
        'PUBLIC_URL',
        'XERO_APP_SECRET_ID',
        'XERO_CONNECTION_SECRET_KEY_ID',
        'XERO_CONNECTION_SECRET_PREFIX',
        'XERO_EVENTS_QUEUE_URL',
      ],
    ],
    ['quotes', ['DOORBELL_QUEUE_URL', 'PUBLIC_URL']],
    ['bills', ['DOORBELL_QUEUE_URL']],
    ['overview', ['DOORBELL_QUEUE_URL', 'PUBLIC_URL', 'STRIPE_EVENTS_QUEUE_URL']],
    [
      'xero-sync-workspace',
      [
        'DOORBELL_QUEUE_URL',
        'STRIPE_EVENTS_QUEUE_URL',
        'XERO_APP_SECRET_ID',
        'XERO_CONNECTION_SECRET_KEY_ID',
        'XERO_CONNECTION_SECRET_PREFIX',
      ],
    ],
    ['xero-note-changes', ['DOORBELL_QUEUE_URL']],
    ['payments-record-stripe-event', ['DOORBELL_QUEUE_URL', 'STRIPE_APP_SECRET_ID']],
    ['invoices-record-escrow', ['DOORBELL_QUEUE_URL']],
    ['payments-fetch-missed-events', ['DOORBELL_QUEUE_URL', 'STRIPE_APP_SECRET_ID']],
    ['payments-compare-payments', ['DOORBELL_QUEUE_URL', 'STRIPE_APP_SECRET_ID']],
    ['xero-refresh-tokens', ['XERO_APP_SECRET_ID', 'XERO_CONNECTION_SECRET_KEY_ID', 'XERO_CONNECTION_SECRET_PREFIX']],
    ['xero-ring-doorbells', ['DOORBELL_QUEUE_URL']],
    ['xero-poll-changes', ['DOORBELL_QUEUE_URL']],
    ['xero-compare-books', []],
    ['invoices-sweep-holds', ['DOORBELL_QUEUE_URL']],
    ['invoices-run-schedules', ['DOORBELL_QUEUE_URL']],
    ['workspace-add-claims', []],
    ['workspace-create', ['USER_POOL_ID']],
  ])('%s is told what it needs and no more', (name, variables) => {
    const common = [
      'LOG_LEVEL',
      'NODE_OPTIONS',
      'POWERTOOLS_METRICS_NAMESPACE',
      'POWERTOOLS_SERVICE_NAME',
      'STAGE',
      'TABLE_NAME',
    ];
    expect(
      Object.keys(variablesOf(functionNamed(resources, name)))
        .filter((key) => !common.includes(key))
        .sort(),
    ).toEqual(variables);
  });
});
