import { describe, expect, test } from '@jest/globals';
import { storeSetting } from '../../support/billing.ts';
import { dyingTable } from '../../support/dying-table.ts';
import { forAllTests } from '../../support/for-all-tests.ts';
import { postForm } from '../../support/stripe-sandbox.ts';
import { checkoutFor, connected, consoleUrl, issued, openTill, storeAdmin, type Body } from '../../support/till.ts';
import type { Answer, Send } from '../../support/send.ts';

const till = await forAllTests(openTill());

const newcomer = async () => {
  const setting = await storeSetting(till.engine.table);
  await storeAdmin(till.engine.table, setting);
  return setting;
};
type Newcomer = Awaited<ReturnType<typeof newcomer>>;

const connect = ({ caller: from }: Newcomer, { body, payments = till.payments }: { body?: object; payments?: Send } = {}) =>
  payments<Body>({ route: 'POST /v1/stripe/connect', from, ...(body ? { body } : {}) });
const connectionOf = async ({ caller: from }: Newcomer): Promise<Body> =>
  (await till.payments<Body>({ route: 'GET /v1/stripe/connection', from })).body;
const accountsOf = async ({ workspace }: Newcomer): Promise<string[]> => {
  const { data } = await till.stage.stripe.accounts.list({ limit: 100 });
  return data.filter(({ metadata }) => metadata?.['workspaceId'] === workspace.id).map(({ id }) => id);
};

describe('connecting a Stripe account', () => {
  test('from nothing to being paid', async () => {
    const shop = await newcomer();
    expect(await connectionOf(shop)).toEqual({
      state: 'disconnected',
      accountId: null,
      chargesEnabled: false,
      payoutsEnabled: false,
      missing: [],
    });
    const first = await connect(shop);
    expect(first).toMatchObject({ status: 200, body: { url: expect.stringContaining('/setup/') } });
    const [accountId] = await accountsOf(shop);
    const onboarding = await connectionOf(shop);
    expect(onboarding).toMatchObject({ state: 'onboarding', accountId, chargesEnabled: false });
    expect(onboarding.missing).toContain('external_account');
    const done = await postForm(first.body.url, { outcome: 'complete' });
    expect(done.location).toBe(consoleUrl);
    expect(await connectionOf(shop)).toMatchObject({
      state: 'connected',
      chargesEnabled: true,
      payoutsEnabled: true,
      missing: [],
    });
  });

  test('asked for again leads to the same account by a new link', async () => {
    const shop = await newcomer();
    const links = [await connect(shop), await connect(shop), await connect(shop)].map(({ body }) => body.url);
    expect(new Set(links).size).toBe(3);
    expect(await accountsOf(shop)).toHaveLength(1);
  });

  test('asked for five times at once makes one account', async () => {
    const shop = await newcomer();
    const answers: Answer<Body>[] = await Promise.all(Array.from({ length: 5 }, () => connect(shop)));
    expect(answers.filter(({ status }) => status === 200).length).toBeGreaterThan(0);
    expect((await connect(shop)).status).toBe(200);
    expect(await accountsOf(shop)).toHaveLength(1);
  });

  test('a function that dies before it has noted the account makes no second one', async () => {
    const shop = await newcomer();
    const dying = dyingTable(till.engine.table, { atWrite: 2, after: false });
    const { payments } = till.another({ table: dying.table });
    expect((await connect(shop, { payments })).status).toBe(500);
    expect(dying.died()).toBe(true);
    expect((await connect(shop)).status).toBe(200);
    expect(await accountsOf(shop)).toHaveLength(1);
  });

  test.each([
    ['https://app.example.com/console/settings', 200],
    ['http://localhost:5173/', 200],
    ['https://app.example.com/', 400],
    ['https://app.example.com/console/../admin', 400],
    ['https://user@app.example.com/console', 400],
    ['http://app.example.com/console', 400],
    ['javascript:alert(1)', 400],
  ])('leads back to %s: %i', async (returnUrl, status) => {
    const shop = await newcomer();
    expect((await connect(shop, { body: { returnUrl } })).status).toBe(status);
    expect(await accountsOf(shop)).toHaveLength(status === 200 ? 1 : 0);
  });

  test('is for admins only, and only while they are', async () => {
    const shop = await newcomer();
    const finance = { ...shop, caller: { ...shop.caller, role: 'finance' as const } };
    expect((await connect(finance)).status).toBe(403);
    const former = { ...shop, caller: { ...shop.caller, memberId: 'mem_01HZZZZZZZZZZZZZZZZZZZZZZZ' } };
    expect((await connect(former)).status).toBe(403);
  });
});

describe('what happens to the account later', () => {
  test('its events bring the state up to date', async () => {
    const shop = await connected(till);
    await till.stage.control(`accounts/${shop.accountId}`, { outcome: 'review' });
    expect(await till.settle()).toBe(0);
    const invoice = await issued(till, shop);
    expect((await checkoutFor(till, shop, invoice.id)).body.code).toBe('stripe-not-ready');
    await till.stage.control(`accounts/${shop.accountId}`, { outcome: 'complete' });
    // Before the event is there, who asks for a page makes us look.
    expect((await checkoutFor(till, shop, invoice.id)).status).toBe(201);
    expect(await till.settle()).toBe(0);
  });

  test('when its owner takes our access away, nobody is led to pay there, and another can be connected', async () => {
    const shop = await connected(till);
    const deauthorized = {
      v: 1,
      kind: 'stripe-event',
      eventId: 'evt_2',
      type: 'account.application.deauthorized',
      accountId: shop.accountId,
      livemode: false,
      created: '2026-11-20T09:00:00.000Z',
      paymentIntentId: null,
      chargeId: null,
      sessionId: null,
    };
    expect(await till.work([deauthorized, deauthorized])).toBe(0);
    const invoice = await issued(till, shop);
    expect((await checkoutFor(till, shop, invoice.id)).body.code).toBe('stripe-not-connected');
    expect((await connect(shop)).status).toBe(200);
    expect(await accountsOf(shop)).toHaveLength(2);
    const next = await connectionOf(shop);
    expect(next).toMatchObject({ state: 'onboarding' });
    expect(next.accountId).not.toBe(shop.accountId);
    // What the former account has to say no longer matters.
    expect(await till.work([deauthorized])).toBe(0);
    expect((await checkoutFor(till, shop, invoice.id)).body.code).toBe('stripe-not-ready');
  });
});
