import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { startFixture } from './fixture/start.ts';
import type { RunningFixture } from './fixture/start.ts';

let fixture: RunningFixture;
beforeAll(async () => {
  fixture = await startFixture();
});
afterAll(() => fixture.stop());

const call = (path: string, init?: RequestInit) => fetch(`${fixture.url}${path}`, init);
const tokenOf = (sub: string, validForSeconds = 60) => {
  if (fixture.host.identity === undefined) throw new Error('no pool');
  return fixture.host.identity.issueToken({ sub, validForSeconds });
};
const bearer = (token: string) => ({ authorization: `Bearer ${token}` });

describe('routes', () => {
  test('a public route answers what the function returned', async () => {
    const response = await call('/public');
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toBe('application/json');
    expect(await response.json()).toEqual({ hello: 'world' });
  });

  test('an unknown path and an unknown method are not found', async () => {
    for (const response of [await call('/nowhere'), await call('/public', { method: 'DELETE' }), await call('/files')]) {
      expect(response.status).toBe(404);
      expect(await response.json()).toEqual({ message: 'Not Found' });
    }
  });

  test('a literal segment wins over a parameter, and a greedy parameter takes the rest', async () => {
    expect(await (await call('/items/count')).json()).toBe('literal');
    expect(await (await call('/items/nothing-here')).json()).toEqual([]);
    expect(await (await call('/files/a/b%20c')).json()).toEqual({ path: 'a/b c' });
  });

  test('cookies and binary bodies come out as the function meant them', async () => {
    const cookies = await call('/cookies');
    expect(cookies.headers.getSetCookie()).toEqual(['a=1', 'b=2']);
    expect(cookies.headers.get('content-type')).toBe('text/plain;charset=UTF-8');
    expect(new Uint8Array(await (await call('/binary')).arrayBuffer())).toEqual(new Uint8Array([0, 255]));
  });
});

describe('the token', () => {
  test('is needed', async () => {
    const response = await call('/echo');
    expect(response.status).toBe(401);
    expect(await response.json()).toEqual({ message: 'Unauthorized' });
    expect(response.headers.get('www-authenticate')).toBe('Bearer');
  });

  test('is refused when it is nonsense, expired or changed', async () => {
    const good = await tokenOf('anna');
    const [head = '', , signature = ''] = good.split('.');
    const claims = { sub: 'mallory', iss: 'https://elsewhere.example', exp: 4102444800 };
    const forged = [head, Buffer.from(JSON.stringify(claims)).toString('base64url'), signature].join('.');
    for (const token of ['nonsense', await tokenOf('anna', -5), forged]) {
      expect((await call('/echo', { headers: bearer(token) })).status).toBe(401);
    }
  });

  test('brings its claims to the function as strings, with what the trigger added', async () => {
    const response = await call('/echo', { headers: bearer(await tokenOf('anna')) });
    expect(response.status).toBe(200);
    const { requestContext } = (await response.json()) as { requestContext: { authorizer: { jwt: object } } };
    expect(requestContext.authorizer.jwt).toMatchObject({
      scopes: null,
      claims: { sub: 'anna', token_use: 'access', workspace: 'ws-anna', level: '7' },
    });
  });

  test('is judged by real time, not by the simulated clock', async () => {
    const token = await tokenOf('anna', 60);
    await fixture.clock.advance(120);
    expect((await call('/echo', { headers: bearer(token) })).status).toBe(200);
  });
});

describe('the event', () => {
  test('has format 2.0', async () => {
    const response = await call('/echo?a=1&a=2&b=x%20y', {
      method: 'POST',
      headers: { 'Content-Type': 'application/json; charset=utf-8', 'X-Thing': 'One', cookie: 'c=3; d=4' },
      body: '{"ä":1}',
    });
    expect(await response.json()).toMatchObject({
      version: '2.0',
      routeKey: 'POST /echo',
      rawPath: '/echo',
      rawQueryString: 'a=1&a=2&b=x%20y',
      queryStringParameters: { a: '1,2', b: 'x y' },
      cookies: ['c=3', 'd=4'],
      headers: { 'x-thing': 'One', 'x-forwarded-proto': 'http' },
      body: '{"ä":1}',
      isBase64Encoded: false,
      requestContext: {
        routeKey: 'POST /echo',
        stage: '$default',
        http: { method: 'POST', path: '/echo', sourceIp: '127.0.0.1' },
      },
    });
  });

  test('carries a form in base64', async () => {
    const response = await call('/echo', { method: 'POST', body: new URLSearchParams({ a: 'b' }) });
    expect(await response.json()).toMatchObject({ isBase64Encoded: true, body: 'YT1i' });
  });

  test('is refused above 10 MB at the gateway and above 6 MB at the function', async () => {
    for (const megabytes of [11, 7]) {
      const body = 'x'.repeat(megabytes * 1024 * 1024);
      const response = await call('/echo', { method: 'POST', headers: { 'content-type': 'text/plain' }, body });
      expect(response.status).toBe(413);
    }
  });
});

describe('a function that fails', () => {
  test('is a 500 without its words, whether it throws, ends or runs out of time', async () => {
    for (const path of ['/boom', '/exit', '/slow?ms=5000']) {
      const response = await call(path);
      expect(response.status).toBe(500);
      expect(await response.json()).toEqual({ message: 'Internal Server Error' });
    }
    expect(fixture.host.logs.recent().some((line) => line.includes('Task timed out after 2.00 seconds'))).toBe(true);
    expect((await call('/public')).status).toBe(200);
  });
});

describe('CORS', () => {
  const preflight = (origin: string) =>
    call('/echo', { method: 'OPTIONS', headers: { origin, 'access-control-request-method': 'GET' } });

  test('answers the preflight of an allowed origin', async () => {
    const response = await preflight('https://app.example');
    expect(response.status).toBe(204);
    expect(response.headers.get('access-control-allow-origin')).toBe('https://app.example');
    expect(response.headers.get('access-control-allow-methods')).toBe('GET,POST');
    expect(response.headers.get('access-control-max-age')).toBe('600');
  });

  test('allows nothing to another origin', async () => {
    expect((await preflight('https://evil.example')).headers.get('access-control-allow-origin')).toBeNull();
    const response = await call('/public', { headers: { origin: 'https://evil.example' } });
    expect(response.headers.get('access-control-allow-origin')).toBeNull();
  });

  test('marks refusals too, so that the browser can read them', async () => {
    const response = await call('/echo', { headers: { origin: 'https://app.example' } });
    expect(response.status).toBe(401);
    expect(response.headers.get('access-control-allow-origin')).toBe('https://app.example');
  });
});

describe('execution environments', () => {
  test('keep their state from one event to the next and start cold when recycled', async () => {
    const calls = async () => ((await (await call('/calls')).json()) as { calls: number }).calls;
    await fixture.host.functionNamed('api').recycle();
    expect([await calls(), await calls()]).toEqual([1, 2]);
    await fixture.host.functionNamed('api').recycle();
    expect(await calls()).toBe(1);
  });

  test('are at most three for a function; the other events wait', async () => {
    const slow = await Promise.all(Array.from({ length: 7 }, () => call('/slow?ms=50')));
    expect(slow.map(({ status }) => status)).toEqual(Array.from({ length: 7 }, () => 200));
    expect(fixture.host.functionNamed('api').environments()).toBe(3);
  });

  test('see variables of the template, local endpoints and nothing of this process', async () => {
    process.env['SECRET_OF_THE_HOST'] = 'hidden';
    const environment = (await (await call('/environment')).json()) as Record<string, string>;
    expect(environment).toMatchObject({
      EXTRA: 'given',
      PUBLIC_URL: fixture.url,
      TABLE_NAME: 'Fixture-Table',
      AWS_EC2_METADATA_DISABLED: 'true',
      AWS_LAMBDA_FUNCTION_NAME: 'fixture-api',
    });
    expect(environment['QUEUE_URL']).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/000000000000\/Fixture-Queue$/);
    expect(environment).not.toHaveProperty('SECRET_OF_THE_HOST');
  });

  test('live in simulated time', async () => {
    const before = (await (await call('/now')).json()) as { now: number; iso: string };
    await fixture.clock.advance(300);
    const after = (await (await call('/now')).json()) as { now: number; iso: string };
    expect(after.now - before.now).toBeGreaterThanOrEqual(300_000);
    expect(Date.parse(after.iso) - after.now).toBeLessThan(1000);
  });
});
