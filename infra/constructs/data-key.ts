import type { RemovalPolicy } from 'aws-cdk-lib';
import { Aws, Stack } from 'aws-cdk-lib';
import { AccountRootPrincipal, PolicyDocument, PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Key } from 'aws-cdk-lib/aws-kms';
import type { Construct } from 'constructs';

// Written out instead of `kms:*`: what the account's own policies may allow, and nothing that AWS adds later by itself.
const administration = [
  'kms:CancelKeyDeletion',
  'kms:CreateAlias',
  'kms:CreateGrant',
  'kms:DeleteAlias',
  'kms:DescribeKey',
  'kms:DisableKey',
  'kms:DisableKeyRotation',
  'kms:EnableKey',
  'kms:EnableKeyRotation',
  'kms:GetKeyPolicy',
  'kms:GetKeyRotationStatus',
  'kms:ListGrants',
  'kms:ListKeyPolicies',
  'kms:ListKeyRotations',
  'kms:ListResourceTags',
  'kms:PutKeyPolicy',
  'kms:RetireGrant',
  'kms:RevokeGrant',
  'kms:RotateKeyOnDemand',
  'kms:ScheduleKeyDeletion',
  'kms:TagResource',
  'kms:UntagResource',
  'kms:UpdateAlias',
  'kms:UpdateKeyDescription',
];

/** What reading and writing encrypted things takes. */
export const keyUse = [
  'kms:Decrypt',
  'kms:DescribeKey',
  'kms:Encrypt',
  'kms:GenerateDataKey',
  'kms:GenerateDataKeyWithoutPlaintext',
  'kms:ReEncryptFrom',
  'kms:ReEncryptTo',
];

/**
 * The one key of a stage: table, secrets, queues, alarm topic and logs are encrypted with it.
 * It turns every year by itself; what was written under the older material stays readable.
 */
export const dataKey = (scope: Construct, id: string, removalPolicy: RemovalPolicy): Key => {
  const { account, partition, region } = Stack.of(scope);
  const policy = new PolicyDocument({
    statements: [
      new PolicyStatement({
        sid: 'AccountPoliciesDecide',
        principals: [new AccountRootPrincipal()],
        actions: [...administration, ...keyUse],
        resources: ['*'],
      }),
      new PolicyStatement({
        sid: 'LogsOfThisAccount',
        principals: [new ServicePrincipal(`logs.${region}.${Aws.URL_SUFFIX}`)],
        actions: keyUse,
        resources: ['*'],
        conditions: {
          ArnLike: { 'kms:EncryptionContext:aws:logs:arn': `arn:${partition}:logs:${region}:${account}:log-group:*` },
        },
      }),
      new PolicyStatement({
        sid: 'Alarms',
        // Without this an alarm changes its state and nobody hears of it. No condition: SNS asks on behalf of the alarm,
        // and names no account when it does. The topic's own policy lets only this account's alarms publish.
        principals: [new ServicePrincipal('cloudwatch.amazonaws.com')],
        actions: ['kms:Decrypt', 'kms:GenerateDataKey'],
        resources: ['*'],
      }),
      new PolicyStatement({
        sid: 'EventsOfThePlatform',
        // Without this the bus can't put anything into an encrypted queue. The queue's own policy names the rule.
        principals: [new ServicePrincipal('events.amazonaws.com')],
        actions: ['kms:Decrypt', 'kms:GenerateDataKey'],
        resources: ['*'],
        conditions: { StringEquals: { 'aws:SourceAccount': account } },
      }),
    ],
  });
  return new Key(scope, id, { description: 'Everything this stage stores', enableKeyRotation: true, removalPolicy, policy });
};
