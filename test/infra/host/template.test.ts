import { describe, expect, test } from '@jest/globals';
import { identifyWith } from '../../../infra/local/host/resource-types.ts';
import { resolveStacks } from '../../../infra/local/host/resolve.ts';
import type { Stack, Template } from '../../../infra/local/host/template.ts';
import { writeFixtureAssembly } from './fixture/assembly.ts';
import { startFixture } from './fixture/start.ts';

const place = { region: 'eu-west-1', accountId: '000000000000' };
const identify = identifyWith({ ...place, apiUrl: 'http://api', queuesUrl: 'http://queues' });
const stack = (name: string, template: Template): Stack => ({ name, directory: '/', template });
const resolveOne = (value: unknown, rest: Template = {}): unknown => {
  const probe = { Type: 'AWS::Lambda::Function', Properties: { value } };
  const template = { ...rest, Resources: { ...rest.Resources, Probe: probe } };
  return resolveStacks([stack('S', template)], identify, place).at(-1)?.properties['value'];
};

const queue = { Queue: { Type: 'AWS::SQS::Queue', Properties: { QueueName: { 'Fn::Join': ['-', ['a', 'b']] } } } };

describe('intrinsic functions', () => {
  test.each([
    ['Ref of a queue', { Ref: 'Queue' }, 'http://queues/000000000000/a-b'],
    ['GetAtt', { 'Fn::GetAtt': ['Queue', 'Arn'] }, 'arn:aws:sqs:eu-west-1:000000000000:a-b'],
    ['GetAtt with a dot', { 'Fn::GetAtt': 'Queue.QueueName' }, 'a-b'],
    ['a pseudo parameter', { Ref: 'AWS::Region' }, 'eu-west-1'],
    ['a parameter', { Ref: 'Size' }, 'small'],
    ['Sub', { 'Fn::Sub': '${AWS::StackName}/${Queue.Arn}/${!raw}' }, 'S/arn:aws:sqs:eu-west-1:000000000000:a-b/${raw}'],
    ['Sub with variables', { 'Fn::Sub': ['${x}-${Size}', { x: { Ref: 'AWS::Region' } }] }, 'eu-west-1-small'],
    ['Select of Split', { 'Fn::Select': [1, { 'Fn::Split': [':', 'a:b:c'] }] }, 'b'],
    ['FindInMap', { 'Fn::FindInMap': ['Sizes', { Ref: 'Size' }, 'mb'] }, 128],
    ['If', { 'Fn::If': ['IsSmall', 'yes', 'no'] }, 'yes'],
    ['If without a value', { kept: 1, dropped: { 'Fn::If': ['IsSmall', { Ref: 'AWS::NoValue' }, 2] } }, { kept: 1 }],
    ['an attribute of an inert resource', { 'Fn::GetAtt': ['Role', 'Arn'] }, 'arn:aws:iam:eu-west-1:000000000000:S-Role'],
  ])('%s', (_name, value, expected) => {
    const rest: Template = {
      Resources: { ...queue, Role: { Type: 'AWS::IAM::Role' } },
      Parameters: { Size: { Type: 'String', Default: 'small' } },
      Mappings: { Sizes: { small: { mb: 128 } } },
      Conditions: {
        IsSmall: { 'Fn::And': [{ 'Fn::Equals': [{ Ref: 'Size' }, 'small'] }, { 'Fn::Not': [{ Condition: 'IsBig' }] }] },
        IsBig: { 'Fn::Equals': ['a', 'b'] },
      },
    };
    expect(resolveOne(value, rest)).toEqual(expected);
  });

  test('an import finds the other stack’s export', () => {
    const exporting = stack('A', {
      Resources: queue,
      Outputs: { Out: { Value: { Ref: 'Queue' }, Export: { Name: 'A:Queue' } } },
    });
    const importing = stack('B', {
      Resources: { Probe: { Type: 'AWS::Lambda::Function', Properties: { value: { 'Fn::ImportValue': 'A:Queue' } } } },
    });
    const resolved = resolveStacks([importing, exporting], identify, place);
    expect(resolved[0]?.properties['value']).toBe('http://queues/000000000000/a-b');
  });

  test.each([
    ['a reference that leads nowhere', { Ref: 'Nothing' }, /no resource or parameter Nothing/],
    ['an unknown function', { 'Fn::Transform': {} }, /Fn::Transform/],
    ['an unknown attribute', { 'Fn::GetAtt': ['Queue', 'Colour'] }, /Colour for Queue \(AWS::SQS::Queue\)/],
    ['an import without an export', { 'Fn::ImportValue': 'X' }, /exports X/],
  ])('%s is an error', (_name, value, message) => {
    expect(() => resolveOne(value, { Resources: queue })).toThrow(message);
  });

  test('a circle is an error', () => {
    const circle = { Queue: { Type: 'AWS::SQS::Queue', Properties: { QueueName: { Ref: 'Queue' } } } };
    expect(() => resolveOne('x', { Resources: circle })).toThrow(/refers to itself/);
  });

  test('a resource whose condition fails is left out', () => {
    const template: Template = {
      Conditions: { Never: { 'Fn::Equals': [1, 2] } },
      Resources: { Probe: { Type: 'AWS::SQS::Queue', Condition: 'Never' } },
    };
    expect(resolveStacks([stack('S', template)], identify, place)).toEqual([]);
  });
});

describe('the host refuses', () => {
  test.each([
    ['a type it doesn’t know', { Pipe: { Type: 'AWS::Pipes::Pipe' } }, /AWS::Pipes::Pipe \(Pipe in Fixture\)/],
    [
      'a stream as an event source',
      {
        Stream: {
          Type: 'AWS::Lambda::EventSourceMapping',
          Properties: { EventSourceArn: 'arn:aws:kinesis:x', FunctionName: 'fixture-api' },
        },
      },
      /only polls SQS queues \(Stream\)/,
    ],
    [
      'a second HTTP API',
      { Second: { Type: 'AWS::ApiGatewayV2::Api', Properties: { ProtocolType: 'HTTP' } } },
      /not also Second/,
    ],
    [
      'a trigger it doesn’t call',
      { Pool: { Type: 'AWS::Cognito::UserPool', Properties: { LambdaConfig: { PreSignUp: 'arn' } } } },
      /trigger PreSignUp/,
    ],
  ])('%s', async (_name, extra: Record<string, object>, message) => {
    await expect(startFixture({ assembly: writeFixtureAssembly(extra) })).rejects.toThrow(message);
  });
});
