import { beforeEach, describe, expect, test } from '@jest/globals';
import Stripe from 'stripe';
import { refreshConnection } from '../../../functions/payments/refresh-connection.ts';
import { forAllTests } from '../../support/for-all-tests.ts';
import { connectionOf, counted, hours, loseWebhooks, paidByCard, spoil, unheardShops } from '../../support/missed-events.ts';
import { invoiceNow, noticesOf, openTill, paymentsOf, ringFor, type Body, type Shop } from '../../support/till.ts';

const till = await forAllTests(openTill());
const newShop = unheardShops(till);
let shop: Shop;
beforeEach(async () => {
  shop = await newShop();
});

const statusOf = async (id: string, from = shop): Promise<string> => (await invoiceNow(till, from, id)).status;
/** What somebody should still do something about. */
const openNotices = async () => (await noticesOf(till, shop)).filter(({ resolvedAt }) => resolvedAt === null);
const fail = (path: string, times: number) =>
  till.stage.control('faults', { fault: 'server-error', match: { method: 'GET', path }, times });
const recover = async () => {
  await till.stage.control('faults', undefined, 'DELETE');
  await loseWebhooks(till);
};

describe('an event that cannot be recorded', () => {
  test('keeps the watermark back and nothing else; somebody is told once', async () => {
    const spoiled = await paidByCard(till, shop);
    const paidAt = new Date(till.stage.clock.now()).toISOString();
    const mend = await spoil(till, shop, spoiled.invoice.id);
    await till.stage.clock.advance(hours(1));
    const alsoSpoiled = await paidByCard(till, shop);
    const mendToo = await spoil(till, shop, alsoSpoiled.invoice.id);
    await till.stage.clock.advance(hours(30));
    const sound = await paidByCard(till, shop);
    await till.fetchMissed();
    expect(await statusOf(sound.invoice.id)).toBe('paid');
    expect((await connectionOf(till, shop)).eventsUntil! <= paidAt).toBe(true);
    const told = await openNotices();
    expect(told).toMatchObject([{ about: spoiled.intent, text: expect.stringContaining(paidAt.slice(0, 10)) }]);

    await till.stage.clock.advance(hours(7));
    await till.fetchMissed();
    expect(await openNotices()).toEqual(told);

    await Promise.all([mend(), mendToo()]);
    await till.stage.clock.advance(hours(7));
    await till.fetchMissed();
    expect(await statusOf(spoiled.invoice.id)).toBe('paid');
    expect(await statusOf(alsoSpoiled.invoice.id)).toBe('paid');
    expect(await paymentsOf(till, shop, spoiled.invoice.id)).toHaveLength(1);
    expect(await paymentsOf(till, shop, sound.invoice.id)).toHaveLength(1);
    expect(await openNotices()).toEqual([]);
    expect((await connectionOf(till, shop)).eventsUntil! > paidAt).toBe(true);
  });

  test('that Stripe no longer lists keeps back no longer; what was told stands', async () => {
    const spoiled = await paidByCard(till, shop);
    await spoil(till, shop, spoiled.invoice.id);
    await till.fetchMissed();
    await till.stage.clock.advance(hours(31 * 24));
    const sound = await paidByCard(till, shop);
    await till.fetchMissed();
    expect(await statusOf(sound.invoice.id)).toBe('paid');
    expect(await openNotices()).toMatchObject([{ about: spoiled.intent }]);
  });

  test('because Stripe does not answer for it is tried each hour, and told of after a day', async () => {
    const silent = await paidByCard(till, shop);
    const sound = await paidByCard(till, shop);
    await fail(`/v1/payment_intents/${silent.intent}`, 1_000);
    for (const [hour, told] of [
      [0, []],
      [1, []],
      [24, [silent.intent]],
      [1, [silent.intent]],
    ] as const) {
      await till.stage.clock.advance(hours(hour));
      await till.fetchMissed();
      expect([hour, (await openNotices()).map(({ about }) => about)]).toEqual([hour, told]);
      expect(await statusOf(sound.invoice.id)).toBe('paid');
    }
    await recover();
    await till.fetchMissed();
    expect(await statusOf(silent.invoice.id)).toBe('paid');
    expect(await openNotices()).toEqual([]);
  });
});

describe('an account that fails', () => {
  test('keeps no other waiting, and is tried again with the next run', async () => {
    const other = await newShop();
    const [mine, theirs] = [await paidByCard(till, shop), await paidByCard(till, other)];
    await fail(`/v1/accounts/${shop.accountId}`, 2);
    await till.fetchMissed();
    expect(await statusOf(theirs.invoice.id, other)).toBe('paid');
    expect(await statusOf(mine.invoice.id)).toBe('issued');
    expect((await connectionOf(till, shop)).fetchAt! > (await connectionOf(till, other)).seenAt).toBe(true);
    await till.fetchMissed();
    expect(await statusOf(mine.invoice.id)).toBe('paid');
    expect(await openNotices()).toEqual([]);
  });

  test('for three payments in a row is left alone for this time', async () => {
    const paid: Body[] = [];
    for (let payment = 0; payment < 5; payment += 1) paid.push((await paidByCard(till, shop)).invoice);
    await fail('/v1/payment_intents', 7);
    await till.fetchMissed();
    // Each was asked for twice.
    expect(await till.stage.control('faults')).toMatchObject({ items: [{ fault: 'lose-webhook' }, { times: 1 }] });
    for (const { id } of paid) expect(await statusOf(id)).toBe('issued');
    await recover();
    await till.fetchMissed();
    for (const { id } of paid) expect(await statusOf(id)).toBe('paid');
  });

  test('because our key is wrong is not taken for withdrawn, and the run fails', async () => {
    const { invoice } = await paidByCard(till, shop);
    await expect(till.another({ secretKey: 'sk_test_wrong' }).fetchMissed()).rejects.toThrow('1 Stripe accounts');
    expect(await connectionOf(till, shop)).toMatchObject({ state: 'connected' });
    expect(await openNotices()).toEqual([]);
    await till.fetchMissed();
    expect(await statusOf(invoice.id)).toBe('paid');
  });

  test('because our key may do too little is not taken for withdrawn either', async () => {
    const refused = new Stripe.errors.StripePermissionError({
      message: 'no',
      type: 'invalid_request_error',
      code: 'more_permissions_required',
      statusCode: 403,
    });
    const client = { accounts: { retrieve: () => Promise.reject(refused) } } as never;
    const refresh = refreshConnection({
      table: till.engine.table,
      stripe: async () => ({ client, live: false, webhookSecrets: [] }),
      now: () => '2026-11-20T09:00:00.000Z',
      newId: (prefix) => prefix,
    });
    await expect(refresh(shop.workspace.id, await connectionOf(till, shop))).rejects.toMatchObject({ status: 403 });
    expect(await connectionOf(till, shop)).toMatchObject({ state: 'connected' });
  });
});

describe('an account whose owner has taken our access away', () => {
  beforeEach(async () => {
    await till.stage.control('faults', { fault: 'revoke', match: { path: '/v1/events' } });
    await till.stage.stripe.events.list({}, { stripeAccount: shop.accountId }).catch(() => undefined);
  });

  test('is noted, told of once and not asked for again', async () => {
    await till.fetchMissed();
    expect(await connectionOf(till, shop)).toMatchObject({ state: 'disconnected', chargesEnabled: false });
    const told = await openNotices();
    expect(told).toMatchObject([{ cause: 'stripe-access', about: shop.accountId }]);
    for (let day = 0; day < 3; day += 1) {
      await till.stage.clock.advance(hours(24));
      expect(await counted(till, till.fetchMissed)).toEqual({ operations: [], asked: [] });
    }
    expect(await openNotices()).toEqual(told);
  });

  test('is told of by whoever finds out first; another account puts it right and is caught up with', async () => {
    const look = () => till.payments<Body>({ route: 'GET /v1/stripe/connection', from: shop.from });
    expect((await look()).body).toMatchObject({ state: 'disconnected' });
    await look();
    await till.fetchMissed();
    expect(await openNotices()).toMatchObject([{ cause: 'stripe-access' }]);
    expect((await till.payments({ route: 'POST /v1/stripe/connect', from: shop.from })).status).toBe(200);
    expect(await openNotices()).toEqual([]);
    const { accountId } = await connectionOf(till, shop);
    await till.stage.control(`accounts/${accountId}`, { outcome: 'complete' });
    const { invoice } = await paidByCard(till, { ...shop, accountId });
    await till.fetchMissed();
    expect(await statusOf(invoice.id)).toBe('paid');
  });
});

test('an account that was wrongly taken for gone is asked for again once somebody has looked', async () => {
  expect(await till.work([ringFor(shop.accountId, null, { type: 'account.application.deauthorized' })])).toBe(0);
  expect(await openNotices()).toMatchObject([{ cause: 'stripe-access' }]);
  await till.payments({ route: 'GET /v1/stripe/connection', from: shop.from });
  const { invoice } = await paidByCard(till, shop);
  await till.fetchMissed();
  expect(await statusOf(invoice.id)).toBe('paid');
  expect(await openNotices()).toEqual([]);
});
