import { describe, expect, test } from '@jest/globals';
import { readStage } from '../../infra/stage.ts';
import { ofType, report, reportOf, synthesise } from './synthesised.ts';

const stage = (context: Record<string, unknown>) => readStage({ tryGetContext: (key) => context[key] }, 'dist');

describe('the settings of a stage', () => {
  test('a fresh clone is stage dev, whose console runs on this machine', () => {
    expect(stage({})).toEqual({
      name: 'dev',
      appUrls: ['http://localhost:5173'],
      publicUrl: undefined,
      alarmEmail: undefined,
      mail: undefined,
      logLevel: 'INFO',
      disposable: false,
      codeDirectory: 'dist',
    });
  });

  test('addresses lose their trailing slash', () => {
    const context = {
      stage: 'prod',
      appUrls: 'https://app.example.com/, https://old.example.com',
      publicUrl: 'https://api.example.com/',
    };
    expect(stage(context)).toMatchObject({
      appUrls: ['https://app.example.com', 'https://old.example.com'],
      publicUrl: 'https://api.example.com',
    });
  });

  test.each([
    [{ stage: 'prod' }, /appUrls: stage prod needs/],
    [{ stage: 'Prod_1' }, /stage: Prod_1 must be/],
    [{ appUrls: 'app.example.com' }, /is no address/],
    [{ appUrls: 'http://app.example.com' }, /must start with https/],
    [{ logLevel: 'LOUD' }, /logLevel: LOUD/],
    [{ mailFrom: 'Ada <ada@example.com>' }, /mailFrom: Ada <ada@example.com> is no address/],
    [{ mailFrom: 'a@example.com', mailIdentity: 'other.example' }, /mailIdentity: other.example is neither/],
    [{ mailIdentity: 'example.com' }, /mailIdentity: it means nothing/],
  ])('%j is refused', (context, message) => {
    expect(() => stage(context)).toThrow(message);
  });

  test.each([
    [{ mailFrom: 'notices@mail.example.com' }, 'mail.example.com'],
    [{ mailFrom: 'notices@mail.example.com', mailIdentity: 'example.com' }, 'example.com'],
    [{ mailFrom: 'notices@mail.example.com', mailIdentity: 'notices@mail.example.com' }, 'notices@mail.example.com'],
  ])('%j sends mail by the identity %s', (context, identity) => {
    expect(stage(context).mail).toEqual({ from: 'notices@mail.example.com', identity });
  });

  test('nothing but the word true makes a stage disposable', () => {
    expect(stage({ disposable: 'yes' }).disposable).toBe(false);
    expect(stage({ disposable: 'true' }).disposable).toBe(true);
  });
});

describe('stages', () => {
  test('bear their name in every stack, and depend on each other one way', () => {
    const { stacks } = reportOf({ stage: 'prod', appUrls: 'https://app.example.com' });
    const among = stacks.map(({ stackName, after }) => ({
      stackName,
      after: after.filter((id) => id.startsWith('FinOps') && !id.endsWith('.assets')),
    }));
    expect(among).toEqual([
      { stackName: 'FinOps-prod-Data', after: [] },
      { stackName: 'FinOps-prod-Sync', after: ['FinOps-prod-Data'] },
      { stackName: 'FinOps-prod-Api', after: ['FinOps-prod-Data', 'FinOps-prod-Sync'] },
    ]);
  });

  test('a disposable one goes without leaving anything behind', () => {
    const resources = synthesise({ disposable: 'true' });
    expect(resources.filter(({ DeletionPolicy }) => DeletionPolicy === 'Retain')).toEqual([]);
    expect(ofType(resources, 'AWS::DynamoDB::Table')[0]?.Properties['DeletionProtectionEnabled']).toBe(false);
    expect(ofType(resources, 'AWS::Cognito::UserPool')[0]?.Properties['DeletionProtection']).not.toBe('ACTIVE');
  });

  test('an address for alarms is subscribed to them, and there is none without', () => {
    const subscribed = ofType(synthesise({ alarmEmail: 'ops@example.com' }), 'AWS::SNS::Subscription');
    expect(subscribed.map(({ Properties }) => Properties)).toMatchObject([{ Protocol: 'email', Endpoint: 'ops@example.com' }]);
    expect(ofType(synthesise(), 'AWS::SNS::Subscription')).toEqual([]);
  });

  test('without a build there is a hint instead of a template', () => {
    expect(report({ codeDirectory: '/nowhere', outdir: '/nowhere/out', context: {} }).refused).toMatch(/npm run build/);
  });
});
