import { cp, mkdtemp, readFile, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { startStripeSandbox, type StripeSandbox } from '../../../infra/local/stripe/server.ts';
import {
  connectSecret,
  onboardedAccount,
  openSession,
  paidIntent,
  postForm,
  secretKey,
  startReceiver,
  startStage,
  type Receiver,
  type StripeStage,
} from '../../support/stripe-sandbox.ts';

let dataDir: string;
let hooks: Receiver;
let first: StripeStage;
let running: StripeSandbox[];
beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'stripe-sandbox-'));
  hooks = await startReceiver();
  first = await startStage({ dataDir, webhooks: endpoints() });
  running = [];
});
afterEach(async () => {
  for (const sandbox of running) await sandbox.close();
  await first.close();
  await new Promise((resolve) => hooks.server.close(resolve));
  await rm(dataDir, { recursive: true });
});

const endpoints = () => [{ url: hooks.url, secret: connectSecret, connect: true }];

/** A second sandbox over what the first has stored so far, as if that had been killed; by the same clock. */
const restart = async (): Promise<{ url: string; state: () => Promise<Record<string, Record<string, unknown>[]>> }> => {
  const copy = join(dataDir, 'copy');
  await cp(join(dataDir, 'stripe-sandbox.json'), join(copy, 'stripe-sandbox.json'));
  const sandbox = await startStripeSandbox({ dataDir: copy, clock: first.clock, secretKey, webhooks: endpoints() });
  running.push(sandbox);
  return {
    url: sandbox.url,
    state: async () => (await (await fetch(`${sandbox.url}/_sandbox/state`)).json()) as Record<string, Record<string, unknown>[]>,
  };
};

test('what was answered is there after a restart, even one without a clean end', async () => {
  const account = await onboardedAccount(first);
  await paidIntent(first, account);
  await openSession(first, account);
  const { now: _before, ...kept } = await first.control('state');
  const { now: _after, ...found } = await (await restart()).state();
  expect(found).toEqual(kept);
});

test('open sessions still expire, and events still on their way are sent', async () => {
  const account = await onboardedAccount(first);
  hooks.received.length = 0;
  hooks.answers.push(500, 500, 500, 500);
  await paidIntent(first, account);
  const open = await openSession(first, account);
  const tried = hooks.received.map((hook) => hook.event.id);
  await first.close();
  const second = await restart();
  await first.clock.advance(60);
  expect(
    hooks.received
      .slice(4)
      .map((hook) => hook.event.id)
      .sort(),
  ).toEqual([...tried].sort());
  await first.clock.advance(86_400);
  expect((await second.state())['sessions']?.find(({ id }) => id === open.id)).toMatchObject({ status: 'expired' });
  expect(hooks.received.at(-1)?.event).toMatchObject({ type: 'checkout.session.expired', data: { object: { id: open.id } } });
  first = await startStage();
});

test('answers are kept under their keys across a restart', async () => {
  const account = await onboardedAccount(first);
  const intent = await paidIntent(first, account);
  const body = new URLSearchParams({ payment_intent: intent, amount: '50' });
  const refund = async (url: string): Promise<unknown> => {
    const headers = { authorization: `Bearer ${secretKey}`, 'stripe-account': account, 'idempotency-key': 'once' };
    return (await fetch(`${url}/v1/refunds`, { method: 'POST', body, headers })).json();
  };
  const answer = await refund(first.url);
  const second = await restart();
  expect(await refund(second.url)).toEqual(answer);
});

test('the file is replaced as a whole and holds no key', async () => {
  const account = await onboardedAccount(first);
  await Promise.all([1, 2, 3].map(async () => postForm(String((await openSession(first, account)).url), { outcome: 'paid' })));
  expect(await readdir(dataDir)).toEqual(['stripe-sandbox.json']);
  const text = await readFile(join(dataDir, 'stripe-sandbox.json'), 'utf8');
  const { charges } = JSON.parse(text) as { charges: object[] };
  expect(charges).toHaveLength(3);
  expect(text).not.toContain(secretKey);
  expect(text).not.toContain(connectSecret);
});
