import { beforeAll, describe, expect, test } from '@jest/globals';
import { functions } from '../../infra/functions.ts';
import { functionNamed, ofType, statementsOf, synthesise, variablesOf } from './synthesised.ts';
import type { Resource } from './synthesis.ts';
import type { Statement } from './synthesised.ts';

let resources: readonly Resource[];
let statements: Statement[];
const only = (type: string): Resource[] => ofType(resources, type);

beforeAll(() => {
  resources = synthesise();
  statements = statementsOf(resources);
});

describe('rights', () => {
  test('no policy allows an action by a wildcard', () => {
    const wild = statements.filter(({ Effect, actions }) => Effect === 'Allow' && actions.some((action) => action.includes('*')));
    expect(wild).toEqual([]);
    expect(statements.length).toBeGreaterThan(50);
  });

  test('nobody may scan the table', () => {
    expect(statements.flatMap(({ actions }) => actions).filter((action) => /scan|partiql/i.test(action))).toEqual([]);
  });

  test('a role may touch everything of a kind only where X-Ray knows no resources', () => {
    const roles = statements.filter(({ where, Effect }) => Effect === 'Allow' && /Role/.test(where));
    const everything = roles.filter(({ targets }) => targets.includes('*'));
    expect([...new Set(everything.flatMap(({ actions }) => actions))].sort()).toEqual([
      'xray:PutTelemetryRecords',
      'xray:PutTraceSegments',
    ]);
  });

  test('no role carries a policy written by somebody else', () => {
    for (const { Properties } of only('AWS::IAM::Role')) expect(Properties['ManagedPolicyArns']).toBeUndefined();
  });

  test.each([
    ['cognito-idp:AdminCreateUser', ['Workspace', 'CreateWorkspace']],
    ['cognito-idp:AdminUserGlobalSignOut', ['Workspace']],
    ['secretsmanager:CreateSecret', ['Xero', 'SyncWorkspace', 'RefreshTokens']],
    ['dynamodb:PutItem', functions.length - 1],
  ])('%s belongs to those who need it', (action, holders) => {
    const roles = statements.filter(({ actions }) => actions.includes(action)).map(({ where }) => where.split('/')[1]!);
    if (typeof holders === 'number') return expect(new Set(roles).size).toBe(holders);
    expect(roles.map((role) => holders.find((holder) => role.startsWith(holder)))).toEqual(expect.arrayContaining(holders));
    expect(roles).toHaveLength(holders.length);
  });

  test('without a sender nobody may send mail', () => {
    expect(statements.filter(({ actions }) => actions.some((action) => action.startsWith('ses:')))).toEqual([]);
    expect(variablesOf(functionNamed(resources, 'notices-send-mail'))['MAIL_FROM']).toBeUndefined();
  });

  test('mail is sent by two functions, by the verified identity, in its one name', () => {
    const withMail = synthesise({ mailFrom: 'notices@example.com' });
    const sending = statementsOf(withMail).filter(({ actions }) => actions.some((action) => action.startsWith('ses:')));
    expect(
      sending.map(({ where, actions }) => [/^(SendMail|MailLetters)/.exec(where.split('/')[1] ?? '')?.[1], actions]),
    ).toEqual(
      expect.arrayContaining([
        ['SendMail', ['ses:SendEmail']],
        ['MailLetters', ['ses:SendEmail']],
      ]),
    );
    expect(sending).toHaveLength(2);
    for (const { targets } of sending) expect(JSON.stringify(targets)).toMatch(/:ses:.*:identity\/example\.com"\]\]\}\]$/);
    expect(JSON.stringify(withMail).split('{"StringEquals":{"ses:FromAddress":"notices@example.com"}}')).toHaveLength(3);
    for (const name of ['notices-send-mail', 'documents-mail-letters', 'documents'])
      expect(variablesOf(functionNamed(withMail, name))['MAIL_FROM']).toBe('notices@example.com');
  });

  test('the function in front of every token only reads', () => {
    const its = statements.filter(({ where }) => /AddClaimsRole/.test(where)).flatMap(({ actions }) => actions);
    expect(its.filter((action) => action.startsWith('dynamodb:')).sort()).toEqual([
      'dynamodb:BatchGetItem',
      'dynamodb:GetItem',
      'dynamodb:Query',
      'dynamodb:Query',
    ]);
  });
});
