import { describe, expect, test } from '@jest/globals';
import { Validations } from 'aws-cdk-lib';
import type { App } from 'aws-cdk-lib';
import type { CfnQueue } from 'aws-cdk-lib/aws-sqs';
import { Queue } from 'aws-cdk-lib/aws-sqs';
import { AwsSolutionsChecks } from 'cdk-nag';
import { whyPublic } from '../../infra/constructs/public-routes.ts';
import { withStubApp } from './synthesised.ts';

interface Answer {
  readonly path: string;
  readonly rule: string;
  readonly reason: string;
}

const answersIn = (app: App): Answer[] =>
  app.node.findAll().flatMap(({ node }) =>
    node.metadata
      .filter(({ type }) => type === Validations.ACKNOWLEDGED_RULES_METADATA_KEY)
      .flatMap(({ data }) => Object.entries(data as Record<string, string>))
      .map(([id, reason]) => ({ path: node.path, rule: id.replace(/^Annotation::/, ''), reason })),
  );

/** What the rules find when nobody's answer counts. */
const findingsIn = (app: App): { path: string; rule: string }[] => {
  const deaf = new AwsSolutionsChecks(app);
  Object.defineProperty(deaf, 'isAcknowledged', { value: () => false });
  return deaf
    .validateScope(app)
    .violations.flatMap(({ ruleName, violatingResources }) =>
      violatingResources.map(({ constructPath }) => ({ path: constructPath ?? '', rule: ruleName })),
    );
};

describe('the AwsSolutions rules', () => {
  const { answers, findings } = withStubApp({}, ({ app }) => ({ answers: answersIn(app), findings: findingsIn(app) }));
  const meets = (answer: Answer, finding: { path: string; rule: string }): boolean =>
    answer.rule === finding.rule && finding.path.startsWith(`${answer.path}/`);

  test('find nothing that is not answered', () => {
    expect(findings.length).toBeGreaterThan(20);
    expect(findings.filter((finding) => !answers.some((answer) => meets(answer, finding)))).toEqual([]);
  });

  test('are answered with a sentence, and only where they find something', () => {
    for (const answer of answers) {
      expect(answer.reason).toMatch(/^[A-Z].{40,}\.$/);
      expect(findings.some((finding) => meets(answer, finding))).toBe(true);
    }
  });

  test('are answered in these matters and no others', () => {
    expect([...new Set(answers.map(({ rule }) => rule))].sort()).toEqual([
      'AwsSolutions-APIG4',
      'AwsSolutions-COG2',
      'AwsSolutions-COG8',
      'AwsSolutions-IAM5[Resource::*]',
      'AwsSolutions-IAM5[Resource::arn:<AWS::Partition>:secretsmanager:<AWS::Region>:<AWS::AccountId>:secret:finops/dev/xero-connection/*]',
      'AwsSolutions-SMG4',
    ]);
  });

  test('stop the synthesis when a finding is open', () => {
    withStubApp({}, ({ app, sync }) => {
      new Queue(sync, 'Careless');
      expect(() => app.synth()).toThrow(/AwsSolutions-SQS3[\s\S]*AwsSolutions-SQS4/);
    });
  });
});

describe('our own rules', () => {
  test('a queue that hands a message out while its worker may be busy stops the synthesis', () => {
    withStubApp({}, ({ app, sync }) => {
      const queue = sync.node.findChild('NoteChanges').node.findChild('Queue').node.defaultChild as CfnQueue;
      queue.visibilityTimeout = 179;
      expect(() => app.synth()).toThrow(/come back after 179 s/);
    });
  });

  test('a public route needs a reason', () => {
    expect(() => whyPublic({ id: 'deleteEverything' })).toThrow(/deleteEverything is public/);
    expect(whyPublic({ id: 'receiveXeroEvents', rawBody: true })).toMatch(/signature/);
  });
});
