import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { defaultProvider } from '../../shared/runtime/lambda-credentials.ts';

const names = ['AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY', 'AWS_SESSION_TOKEN'] as const;
const before = names.map((name) => process.env[name]);
beforeEach(() => names.forEach((name) => delete process.env[name]));
afterEach(() =>
  names.forEach((name, place) => {
    if (before[place] === undefined) delete process.env[name];
    else process.env[name] = before[place];
  }),
);

describe('the credentials of a function', () => {
  test('are those that Lambda puts into its environment', async () => {
    Object.assign(process.env, { AWS_ACCESS_KEY_ID: 'ASIA1', AWS_SECRET_ACCESS_KEY: 'secret', AWS_SESSION_TOKEN: 'session' });
    expect(await defaultProvider()()).toEqual({ accessKeyId: 'ASIA1', secretAccessKey: 'secret', sessionToken: 'session' });
  });

  test('are missed at once, without their names or values', async () => {
    process.env['AWS_SECRET_ACCESS_KEY'] = 'half-a-pair';
    await expect(defaultProvider()()).rejects.toThrow('The environment of the function holds no credentials');
  });
});
