import { describe, expect, test } from '@jest/globals';
import { whyPublic } from '../../infra/constructs/public-routes.ts';
import type { Answer } from './synthesis.ts';
import { reportOf } from './synthesised.ts';

describe('the AwsSolutions rules', () => {
  const { answers, findings } = reportOf();
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
    expect(reportOf({}, 'queue').refused).toMatch(/AwsSolutions-SQS3[\s\S]*AwsSolutions-SQS4/);
  });
});

describe('our own rules', () => {
  test('a queue that hands a message out while its worker may be busy stops the synthesis', () => {
    expect(reportOf({}, 'visibility').refused).toMatch(/come back after 179 s/);
  });

  test('a public route needs a reason', () => {
    expect(() => whyPublic({ id: 'deleteEverything' })).toThrow(/deleteEverything is public/);
    expect(whyPublic({ id: 'receiveXeroEvents', rawBody: true })).toMatch(/signature/);
  });
});
