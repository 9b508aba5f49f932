import { beforeEach, describe, expect, test } from '@jest/globals';
import { spansSince } from '../../../functions/payments/missed-events.ts';
import { dyingTable } from '../../support/dying-table.ts';
import { forAllTests } from '../../support/for-all-tests.ts';
import { connectionOf, counted, hours, paidByCard, unheardShops } from '../../support/missed-events.ts';
import {
  checkoutFor,
  foreignPayment,
  invoiceNow,
  issued,
  noticesOf,
  openTill,
  paymentsOf,
  type Shop,
} from '../../support/till.ts';

const gbp = (amount: number) => ({ amount, currency: 'GBP' });

const till = await forAllTests(openTill());
const newShop = unheardShops(till);
let shop: Shop;
beforeEach(async () => {
  shop = await newShop();
});

const statusOf = async (id: string): Promise<string> => (await invoiceNow(till, shop, id)).status;

describe('F46: webhooks were down for longer than Stripe repeats them', () => {
  test('one run makes up for four days, and the next one changes nothing', async () => {
    const unpaid = await issued(till, shop);
    await checkoutFor(till, shop, unpaid.id);
    const paid = [];
    for (let day = 0; day < 4; day += 1) {
      paid.push(await paidByCard(till, shop));
      await till.stage.clock.advance(hours(24));
    }
    await till.stage.control('refunds', { paymentIntent: paid[1]!.intent, amount: 2_000 });
    expect(await till.settle()).toBe(0);
    for (const { invoice } of paid) expect(await statusOf(invoice.id)).toBe('issued');

    await till.fetchMissed();
    const ids = paid.map(({ invoice }) => invoice.id);
    expect(await Promise.all(ids.map(statusOf))).toEqual(['paid', 'partially-paid', 'paid', 'paid']);
    expect(await invoiceNow(till, shop, ids[1])).toMatchObject({ due: gbp(2_000) });
    expect(await statusOf(unpaid.id)).toBe('issued');
    const payments = await Promise.all(ids.map((id) => paymentsOf(till, shop, id)));
    expect(payments).toMatchObject(paid.map(({ intent }) => [{ reference: intent, status: 'succeeded' }]));
    expect(await noticesOf(till, shop)).toEqual([]);

    expect(await counted(till, till.fetchMissed)).toEqual({ operations: [], asked: [] });
    await till.stage.clock.advance(hours(7));
    const { operations } = await counted(till, till.fetchMissed);
    expect(operations.filter((name) => /Write|Put|Update|Delete/.test(name))).toEqual(['PutItemCommand']);
    expect(await Promise.all(ids.map((id) => paymentsOf(till, shop, id)))).toEqual(payments);
  });

  test('what is known already costs one call to Stripe and one round trip, however many events tell of it', async () => {
    const { invoice, intent } = await paidByCard(till, shop);
    await till.fetchMissed();
    expect(await statusOf(invoice.id)).toBe('paid');
    await till.stage.clock.advance(hours(6));
    expect(await counted(till, till.fetchMissed)).toEqual({
      // The connection, the payment with all that it is held against, and the watermark.
      operations: ['GetItemCommand', 'BatchGetItemCommand', 'PutItemCommand'],
      asked: [`GET /v1/accounts/${shop.accountId}`, 'GET /v1/events', `GET /v1/payment_intents/${intent}`, 'GET /v1/payouts'],
    });
  });

  test('the pages are turned to the last, and what is not ours is not looked at', async () => {
    const { invoice, intent } = await paidByCard(till, shop);
    for (let sale = 0; sale < 40; sale += 1) await foreignPayment(till, shop.accountId, {});
    const { asked } = await counted(till, till.fetchMissed);
    expect(asked.slice(1)).toEqual(['GET /v1/events', 'GET /v1/events', `GET /v1/payment_intents/${intent}`, 'GET /v1/payouts']);
    expect(await statusOf(invoice.id)).toBe('paid');
  });

  test('after more than a month what Stripe still lists is fetched', async () => {
    await till.stage.clock.advance(hours(35 * 24));
    const { invoice } = await paidByCard(till, shop);
    await till.stage.clock.advance(hours(5 * 24));
    await till.fetchMissed();
    expect(await statusOf(invoice.id)).toBe('paid');
  });

  test('a change of the account that nobody told of is seen', async () => {
    await till.stage.control(`accounts/${shop.accountId}`, { outcome: 'review' });
    await till.fetchMissed();
    expect(await connectionOf(till, shop)).toMatchObject({ state: 'onboarding', chargesEnabled: false });
  });
});

describe('a run that is cut off, or not alone', () => {
  test.each([
    ['before the payment is written', 1, false],
    ['after it', 1, true],
    ['before the watermark is moved', 2, false],
    ['after that', 2, true],
  ])('dies %s: the next one gets to the same end', async (_, atWrite, after) => {
    const { invoice } = await paidByCard(till, shop);
    const before = await connectionOf(till, shop);
    const { table, died } = dyingTable(till.engine.table, { atWrite, after });
    await expect(till.another({ table }).fetchMissed()).rejects.toThrow('1 Stripe accounts');
    expect(died()).toBe(true);
    const isMoved = (await connectionOf(till, shop)).eventsUntil !== before.eventsUntil;
    expect(isMoved).toBe(atWrite === 2 && after);
    await till.fetchMissed();
    expect(await statusOf(invoice.id)).toBe('paid');
    expect(await paymentsOf(till, shop, invoice.id)).toHaveLength(1);
    expect((await connectionOf(till, shop)).eventsUntil! > before.eventsUntil!).toBe(true);
  });

  test('two at once record each payment once, and the watermark stands after both', async () => {
    const paid = [await paidByCard(till, shop), await paidByCard(till, shop), await paidByCard(till, shop)];
    await Promise.all([till.fetchMissed(), till.another().fetchMissed()]);
    for (const { invoice } of paid) {
      expect(await statusOf(invoice.id)).toBe('paid');
      expect(await paymentsOf(till, shop, invoice.id)).toHaveLength(1);
    }
    expect(await counted(till, till.fetchMissed)).toEqual({ operations: [], asked: [] });
  });

  test('a webhook that comes after all changes nothing', async () => {
    await till.stage.control('faults', undefined, 'DELETE');
    const { invoice } = await paidByCard(till, shop);
    await till.fetchMissed();
    const payments = await paymentsOf(till, shop, invoice.id);
    expect(await till.settle()).toBe(0);
    expect(await paymentsOf(till, shop, invoice.id)).toEqual(payments);
  });

  test.each([
    ['before the next account', 3, ['paid', 'issued']],
    ['before the first payment', 2, ['issued', 'issued']],
    ['before the first page', 1, ['issued', 'issued']],
    ['before the first account', 0, ['issued', 'issued']],
  ])('has no time left %s: the rest is done by the next one', async (_, looks, statuses) => {
    const other = await newShop();
    const paid = [(await paidByCard(till, shop)).invoice.id, (await paidByCard(till, other)).invoice.id];
    const both = async () => [await statusOf(paid[0]), (await invoiceNow(till, other, paid[1])).status];
    // The door looks at the clock once, too.
    let left = 1 + looks;
    await till.fetchMissed(() => ((left -= 1) >= 0 ? 60_000 : 59_999));
    expect(await both()).toEqual(statuses);
    await till.fetchMissed();
    expect(await both()).toEqual(['paid', 'paid']);
  });
});

describe('the time that is asked for', () => {
  const now = '2026-11-20T09:00:00.000Z';

  test('begins an hour before the watermark', () =>
    expect(spansSince('2026-11-20T03:00:00.000Z', now)).toEqual([{ from: '2026-11-20T02:00:00.000Z', to: now }]));

  test('is cut into days without a gap', () =>
    expect(spansSince('2026-11-18T03:00:00.000Z', now)).toEqual([
      { from: '2026-11-18T02:00:00.000Z', to: '2026-11-19T02:00:00.000Z' },
      { from: '2026-11-19T02:00:00.000Z', to: '2026-11-20T02:00:00.000Z' },
      { from: '2026-11-20T02:00:00.000Z', to: now },
    ]));

  test.each([['2026-01-01T00:00:00.000Z'], [null]])('goes no further back than Stripe does: %s', (until) => {
    const spans = spansSince(until, now);
    expect(spans).toHaveLength(30);
    expect(spans[0]?.from).toBe('2026-10-21T09:00:00.000Z');
  });
});
