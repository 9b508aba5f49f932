import { Aws } from 'aws-cdk-lib';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { EmailSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import type { Construct } from 'constructs';

/**
 * Where alarms speak: an encrypted topic that only this account's alarms may write to.
 * @param email who is told; they confirm by the mail that AWS sends them
 */
export const alarmTopic = (scope: Construct, id: string, key: IKey, email: string | undefined): Topic => {
  const topic = new Topic(scope, id, { displayName: 'FinOps alarms', masterKey: key, enforceSSL: true });
  // A topic with a policy of its own loses the default one, by which alarms could publish.
  topic.addToResourcePolicy(
    new PolicyStatement({
      principals: [new ServicePrincipal('cloudwatch.amazonaws.com')],
      actions: ['sns:Publish'],
      resources: [topic.topicArn],
      conditions: { StringEquals: { 'aws:SourceAccount': Aws.ACCOUNT_ID } },
    }),
  );
  if (email !== undefined) topic.addSubscription(new EmailSubscription(email));
  return topic;
};
