import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { functions } from '../../../infra/functions.ts';
import { createClock } from '../../../infra/local/clock.ts';
import { routes } from '../../../shared/api/routes.ts';
import { report, standInCode } from '../synthesised.ts';
import { startFixture } from './fixture/start.ts';
import type { RunningFixture } from './fixture/start.ts';

// Stands in for each bundle: says who was called, and with what.
const standIn = (name: string) => `
export const handler = async (event) =>
  event.triggerSource
    ? { ...event, response: { claimsAndScopeOverrideDetails: { accessTokenGeneration: { claimsToAddOrOverride: { workspace: 'ws_1' } } } } }
    : { statusCode: 200, body: JSON.stringify({ name: '${name}', routeKey: event.routeKey, workspace: event.requestContext?.authorizer?.jwt.claims.workspace }) };
`;

let directory: string;
let fixture: RunningFixture;
beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), 'product-'));
  const outdir = join(directory, 'cdk.out');
  const { refused } = report({ codeDirectory: standInCode(join(directory, 'dist'), standIn), outdir, context: {} });
  expect(refused).toBeUndefined();
  fixture = await startFixture({ assembly: outdir, clock: createClock() });
});
afterAll(async () => {
  await fixture.stop();
  rmSync(directory, { recursive: true, force: true });
});

describe('the product’s own template', () => {
  test('has every function of the list, and each can be invoked', async () => {
    for (const { name } of functions) {
      const result = await fixture.host.functionNamed(name).invoke({});
      expect(result).toMatchObject({ ok: true, payload: expect.stringContaining(`\\"name\\":\\"${name}\\"`) });
    }
  });

  test('leads each route to its capability, with a token where one is needed', async () => {
    const token = await fixture.host.identity?.issueToken({ sub: 'anna', validForSeconds: 60 });
    for (const { method, path, capability, access } of routes) {
      const url = `${fixture.url}${path.replaceAll(/\{.*?\}/g, 'x')}`;
      const plain = await fetch(url, { method });
      expect([`${method} ${path}`, plain.status]).toEqual([`${method} ${path}`, access === 'public' ? 200 : 401]);
      const response = await fetch(url, { method, headers: { authorization: `Bearer ${token}` } });
      expect(await response.json()).toMatchObject({ name: capability, routeKey: `${method} ${path}` });
    }
  });

  test('fires its schedules without an error', async () => {
    await fixture.clock.advance(3600);
    expect(fixture.host.logs.recent()).toEqual([]);
    for (const name of [
      'xero-ring-doorbells',
      'xero-refresh-tokens',
      'xero-poll-changes',
      'xero-compare-books',
      'payments-fetch-missed-events',
      'payments-compare-payments',
      'invoices-sweep-holds',
      'invoices-run-schedules',
    ]) {
      expect([name, fixture.host.functionNamed(name).environments()]).toEqual([name, 1]);
    }
  });
});
