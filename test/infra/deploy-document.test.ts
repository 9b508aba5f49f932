import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { routes } from '../../shared/api/routes.ts';
import { scopes } from '../../shared/xero/scopes.ts';

const document = readFileSync(new URL('../../docs/deploy.md', import.meta.url), 'utf8');

test('names every scope that an admin is asked to allow, and no other', () => {
  const named = [...document.matchAll(/^\| `([a-z_.]+)` +\| /gm)].map(([, scope]) => scope);
  expect(named.filter((scope) => scope?.includes('.') || scope === 'offline_access').sort()).toEqual([...scopes].sort());
});

test('names the addresses that Xero and Stripe are told', () => {
  const called = routes.filter(({ id }) => ['receiveStripeEvent', 'receiveXeroEvents', 'xeroCallback'].includes(id));
  expect(called).toHaveLength(3);
  for (const { path } of called) expect(document).toContain(`<API>${path}`);
});

test("names the version of Stripe's payloads that the Stripe package is pinned to", () => {
  const pinned = readFileSync(new URL('../../node_modules/stripe/esm/apiVersion.js', import.meta.url), 'utf8');
  const [, version] = /ApiVersion = '([^']+)'/.exec(pinned) ?? [];
  expect(document).toContain(`**\`${version}\`**`);
});
