import { once } from 'node:events';
import { createServer, type RequestListener, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';
import { afterEach, describe, expect, test } from '@jest/globals';
import { systemHttp } from '../../shared/runtime/http.ts';
import { openXero } from '../../shared/xero/client.ts';
import { XeroError } from '../../shared/xero/failure.ts';
import { refresh } from '../../shared/xero/oauth.ts';
import { readOrganisation } from '../../shared/xero/read-organisation.ts';

let server: Server | undefined;
afterEach(async () => {
  server?.closeAllConnections();
  await new Promise((resolve) => (server ? server.close(resolve) : resolve(undefined)));
  server = undefined;
});

const listen = async (listener: RequestListener): Promise<string> => {
  const started = createServer(listener);
  server = started;
  await new Promise<void>((resolve) => started.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(started.address() as AddressInfo).port}`;
};

const megabyte = 1_000_000;
const sent = { bytes: 0 };

/** Sends 50 MB as fast as they are taken, and counts them. */
const pour = async (response: ServerResponse, headers: Record<string, string> = {}): Promise<void> => {
  sent.bytes = 0;
  response.writeHead(200, { 'content-type': 'application/json', ...headers }).write('{"Organisations":[{"Name":"');
  const chunk = Buffer.alloc(65_536, 'x');
  while (sent.bytes < 50 * megabyte && !response.destroyed) {
    sent.bytes += chunk.length;
    if (!response.write(chunk)) await Promise.race([once(response, 'drain'), once(response, 'close')]);
  }
  response.end('"}]}');
};

const failureOf = async (call: Promise<unknown>): Promise<XeroError> => {
  try {
    await call;
  } catch (error) {
    return error as XeroError;
  }
  throw new Error('expected a failure');
};

const read = (apiUrl: string) =>
  readOrganisation(openXero({ apiUrl, tenantId: 'tenant', accessToken: 'token', timeoutMs: () => 20_000 }));

describe('F65: an answer of 50 MB', () => {
  test('F65: of the accounting API is cut off at 30 MB, and is none', async () => {
    const url = await listen((_request, response) => void pour(response));
    const failure = await failureOf(read(url));
    expect(failure).toBeInstanceOf(XeroError);
    expect(['no-answer', 'bad-answer']).toContain(failure.code);
    expect(sent.bytes).toBeLessThan(45 * megabyte);
  });

  test('F65: that was packed into little is cut off all the same', async () => {
    const packed = gzipSync(Buffer.concat([Buffer.from('{"Organisations":[{"Name":"'), Buffer.alloc(50 * megabyte, 'x')]));
    const url = await listen(
      (_request, response) =>
        void response.writeHead(200, { 'content-type': 'application/json', 'content-encoding': 'gzip' }).end(packed),
    );
    const failure = await failureOf(read(url));
    expect(['no-answer', 'bad-answer']).toContain(failure.code);
  });

  test('F65: of the sign-in is cut off at 1 MB, and is none', async () => {
    const url = await listen((_request, response) => void pour(response));
    const failure = await failureOf(refresh(systemHttp, url, { clientId: 'app', clientSecret: 'secret' }, 'refresh'));
    expect(failure.code).toBe('no-answer');
    expect(sent.bytes).toBeLessThan(15 * megabyte);
  });

  test('F65: nothing in the body of a sign-in is no answer', async () => {
    const url = await listen((_request, response) => void response.writeHead(200).end());
    const failure = await failureOf(refresh(systemHttp, url, { clientId: 'app', clientSecret: 'secret' }, 'refresh'));
    expect(failure.code).toBe('bad-answer');
  });

  test('F65: nothing in the body of an answer is none', async () => {
    const url = await listen((_request, response) => void response.writeHead(200, { 'content-type': 'application/json' }).end());
    expect((await failureOf(read(url))).code).toBe('bad-answer');
  });
});
