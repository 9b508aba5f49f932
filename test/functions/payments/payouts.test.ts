import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { readWaitingWork } from '../../../shared/store/waiting-work.ts';
import { readXeroConnection, replaceXeroConnection } from '../../../shared/store/xero-connections.ts';
import { forAllTests } from '../../support/for-all-tests.ts';
import { forget, loseWebhooks, paidByCard } from '../../support/missed-events.ts';
import { connected, openTill, type Body, type Shop } from '../../support/till.ts';

const gbp = (amount: number) => ({ amount, currency: 'GBP' });
const threeDays = 3 * 24 * 3600;

const till = await forAllTests(openTill());
let shop: Shop;
beforeEach(async () => {
  shop = await connected(till);
});
afterEach(async () => {
  await forget(till, shop);
  await till.stage.control('faults', undefined, 'DELETE');
});

const list = async (query: object = {}): Promise<Body> =>
  (await till.payments<Body>({ route: 'GET /v1/payouts', from: shop.from, query: query as never })).body;
const get = async (id: string): Promise<Body> =>
  till.payments<Body>({ route: 'GET /v1/payouts/{id}', from: shop.from, params: { id } });
/** Some invoices paid by card, of 120.00 each, that can be paid out. */
const earned = async (times: number): Promise<string[]> => {
  const intents: string[] = [];
  for (let place = 0; place < times; place += 1) intents.push((await paidByCard(till, shop)).intent);
  await till.stage.clock.advance(threeDays);
  return intents;
};
const payOut = (outcome: 'paid' | 'failed' = 'paid') =>
  till.stage.control('payouts', { account: shop.accountId, currency: 'gbp', outcome });
const feesThere = async (): Promise<number> => {
  const { data } = await till.stage.stripe.balanceTransactions.list({ limit: 100 }, { stripeAccount: shop.accountId });
  return data.reduce((sum, { fee }) => sum + fee, 0);
};
const toXero = async (): Promise<void> => {
  const connection = await readXeroConnection(till.engine.table)(shop.workspace.id);
  await till.engine.table.commit([replaceXeroConnection(shop.workspace.id, connection, { state: 'connected' })]);
};
const waiting = async () =>
  (await readWaitingWork(till.engine.table)(shop.workspace.id))
    .filter(({ kind }) => kind === 'payout')
    .map(({ documentId }) => documentId);

describe('a payout', () => {
  test('is recorded once, with what it is made of, however often and in whichever order it is told', async () => {
    const [first] = await earned(2);
    await till.stage.control('refunds', { paymentIntent: first, amount: 2_000 });
    await payOut();
    const hooks = [...till.stage.receiver.received].filter(({ event }) => event.type.startsWith('payout.'));
    expect(hooks.map(({ event }) => event.type).sort()).toEqual([
      'payout.created',
      'payout.paid',
      'payout.reconciliation_completed',
    ]);
    till.stage.receiver.received.push(...hooks.reverse());
    expect(await till.settle()).toBe(0);
    const { items } = await list();
    const fees = await feesThere();
    expect(fees).toBeGreaterThan(0);
    expect(items).toEqual([
      {
        id: expect.stringMatching(/^pot_[0-9A-Z]{26}$/),
        amount: gbp(24_000 - 2_000 - fees),
        arrivalDate: expect.stringMatching(/^\d{4}-\d\d-\d\d$/),
        status: 'paid',
        automatic: true,
        fees: gbp(fees),
        stripePayoutId: expect.stringMatching(/^po_/),
        sync: { state: 'off' },
      },
    ]);
    const shown = await get(items[0].id);
    expect(shown.status).toBe(200);
    expect(shown.body).toEqual({
      ...items[0],
      madeOf: { charges: gbp(24_000), refunds: gbp(-2_000), disputes: gbp(0), other: gbp(0) },
    });
    expect(await waiting()).toEqual([]);
  });

  test('waits for Xero where the workspace is connected to it', async () => {
    await toXero();
    await earned(1);
    await payOut();
    await till.settle();
    const [payout] = (await list()).items;
    expect(payout.sync).toEqual({ state: 'pending' });
    expect(await waiting()).toEqual([payout.id]);
    expect(till.rung).toContain(shop.workspace.id);
  });

  test('that came back counts nothing, and the next one takes its charges along', async () => {
    await earned(1);
    await payOut('failed');
    await till.settle();
    const [failed] = (await list()).items;
    expect(failed).toMatchObject({ status: 'failed', fees: gbp(0) });
    await till.stage.clock.advance(60);
    await payOut();
    await till.settle();
    const { items } = await list();
    expect(items.map(({ status }: Body) => status).sort()).toEqual(['failed', 'paid']);
    const paid = items.find(({ status }: Body) => status === 'paid');
    const fees = await feesThere();
    expect(paid).toMatchObject({ amount: gbp(12_000 - fees), fees: gbp(fees) });
  });

  test('that no webhook told of is found by the clock, and nothing is found twice', async () => {
    await earned(1);
    await payOut();
    await loseWebhooks(till);
    expect((await list()).items).toEqual([]);
    await till.fetchMissed();
    const { items } = await list();
    expect(items).toHaveLength(1);
    await till.stage.clock.advance(7 * 3600);
    await till.fetchMissed();
    expect((await get(items[0].id)).headers['etag']).toBe('"1"');
  });

  test('of an account that nobody has is nobody’s', async () => {
    const body = { v: 1, kind: 'stripe-event', eventId: 'evt_1', type: 'payout.paid', accountId: 'acct_nobody', livemode: false };
    const named = {
      created: '2026-11-20T09:00:00.000Z',
      paymentIntentId: null,
      chargeId: null,
      sessionId: null,
      payoutId: 'po_1',
    };
    expect(await till.work([{ ...body, ...named }])).toBe(0);
    expect((await list()).items).toEqual([]);
  });

  test('lists page by page, newest first', async () => {
    for (let place = 0; place < 3; place += 1) {
      await earned(1);
      await payOut();
      await till.settle();
    }
    const first = await list({ limit: '2' });
    expect(first.items).toHaveLength(2);
    const second = await list({ limit: '2', cursor: first.nextCursor });
    expect(second.items).toHaveLength(1);
    const days = [...first.items, ...second.items].map(({ arrivalDate }: Body) => arrivalDate);
    expect(days).toEqual([...days].sort().reverse());
    expect(new Set(days).size).toBe(3);
  });

  test('of another workspace is not there', async () => {
    await earned(1);
    await payOut();
    await till.settle();
    const [payout] = (await list()).items;
    const other = await connected(till);
    const answer = await till.payments<Body>({ route: 'GET /v1/payouts/{id}', from: other.from, params: { id: payout.id } });
    expect(answer.status).toBe(404);
    await forget(till, other);
  });
});
