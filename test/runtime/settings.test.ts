import { afterEach, describe, expect, test } from '@jest/globals';
import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { mockClient } from 'aws-sdk-client-mock';
import * as z from 'zod';
import { setting } from '../../shared/runtime/config.ts';
import { describe as say } from '../../shared/runtime/log.ts';
import { secretReader } from '../../shared/runtime/secrets.ts';
import { testClock } from '../support/clock.ts';

const before = { ...process.env };
afterEach(() => {
  for (const name of Object.keys(process.env)) if (!(name in before)) delete process.env[name];
});

describe('a setting', () => {
  test('that is missing or empty stops the function at its start', () => {
    expect(() => setting('TABLE_NAME')).toThrow('TABLE_NAME is missing');
    process.env['TABLE_NAME'] = '';
    expect(() => setting('TABLE_NAME')).toThrow('TABLE_NAME is missing');
  });

  test('of an outside service is production’s unless the machine says otherwise; no slash at the end', () => {
    expect(setting('XERO_API_URL')).toBe('https://api.xero.com');
    process.env['XERO_API_URL'] = 'http://127.0.0.1:4000/';
    expect(setting('XERO_API_URL')).toBe('http://127.0.0.1:4000');
  });
});

describe('a secret', () => {
  const secrets = mockClient(SecretsManagerClient);
  const clock = testClock();
  const open = () =>
    secretReader('app', z.object({ key: z.string() }), clock.clock, new SecretsManagerClient({ region: 'eu-west-2' }));

  test('is kept for five minutes, then read again', async () => {
    secrets.reset();
    secrets.on(GetSecretValueCommand).resolvesOnce({ SecretString: '{"key":"old"}' }).resolves({ SecretString: '{"key":"new"}' });
    const read = open();
    expect(await read()).toEqual({ key: 'old' });
    clock.advance(299);
    expect(await read()).toEqual({ key: 'old' });
    clock.advance(2);
    expect(await read()).toEqual({ key: 'new' });
  });

  test.each(['{"key":42,"hidden":"s3cret"}', 's3cret', undefined])(
    'that is not what it should be is not repeated: %s',
    async (text) => {
      secrets.reset();
      secrets.on(GetSecretValueCommand).resolves(text === undefined ? {} : { SecretString: text });
      const failure = await open()().catch((error: unknown) => error);
      expect(String((failure as Error).message)).toContain('app');
      expect(JSON.stringify(say(failure))).not.toContain('s3cret');
    },
  );
});

test('what a log says of an error leaves out what hangs on it', () => {
  const error = Object.assign(new Error('refused'), {
    code: 'X',
    status: 400,
    response: { headers: { authorization: 'Bearer s3cret' } },
  });
  const said = JSON.stringify(say(error));
  expect(said).toContain('refused');
  expect(said).not.toContain('s3cret');
  expect(JSON.stringify(say('s3cret'))).not.toContain('s3cret');
});
