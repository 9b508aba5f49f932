import { describe, expect, test } from '@jest/globals';
import { DeleteCommand } from '@aws-sdk/lib-dynamodb';
import { workspaceKey } from '../../../shared/store/workspaces.ts';
import { forAllTests } from '../../support/for-all-tests.ts';
import { checkoutFor, connected, invoiceNow, issued, openTill, payAt, ringFor, type Body } from '../../support/till.ts';

const till = await forAllTests(openTill());
const shop = await connected(till);

/** A paid invoice whose payment nobody has told us of, and that payment's intent. */
const untold = async (from = shop): Promise<{ invoice: Body; intent: string }> => {
  const invoice = await issued(till, from);
  const { body } = await checkoutFor(till, from, invoice.id);
  await payAt(body.url);
  till.stage.receiver.received.length = 0;
  const { data } = await till.stage.stripe.checkout.sessions.list({ limit: 1 }, { stripeAccount: from.accountId });
  return { invoice, intent: String(data[0]?.payment_intent) };
};

describe('F76: messages that nobody can work on', () => {
  test.each([
    ['is no JSON', '{"v":1,'],
    ['is of a version that is not known', { ...ringFor('acct_1', 'pi_1'), v: 2 }],
    ['is of a kind that is not known', { v: 1, kind: 'something' }],
    ['lacks what it must have', { v: 1, kind: 'close-checkout', workspaceId: 'ws_1' }],
  ])('one that %s is given back; the others of its batch are done', async (_, poison) => {
    const { invoice, intent } = await untold();
    expect(await till.work([poison, ringFor(shop.accountId, intent), poison])).toBe(2);
    expect(await invoiceNow(till, shop, invoice.id)).toMatchObject({ status: 'paid' });
  });

  test('one for a workspace that is gone is given back', async () => {
    const gone = await connected(till);
    const { intent } = await untold(gone);
    await till.engine.client.send(new DeleteCommand({ TableName: 'table', Key: workspaceKey(gone.workspace.id) }));
    expect(await till.work([ringFor(gone.accountId, intent)])).toBe(1);
  });

  test('one that Stripe fails on is given back, and done when it comes again', async () => {
    const { invoice, intent } = await untold();
    await till.stage.control('faults', { fault: 'server-error', match: { method: 'GET' }, times: 2 });
    expect(await till.work([ringFor(shop.accountId, intent)])).toBe(1);
    await till.stage.control('faults', undefined, 'DELETE');
    expect(await till.work([ringFor(shop.accountId, intent)])).toBe(0);
    expect(await invoiceNow(till, shop, invoice.id)).toMatchObject({ status: 'paid' });
  });
});

test('a message for which too little time is left is given back untouched', async () => {
  const { invoice, intent } = await untold();
  expect(await till.work([ringFor(shop.accountId, intent)], 19_999)).toBe(1);
  expect(await invoiceNow(till, shop, invoice.id)).toMatchObject({ status: 'issued' });
  expect(await till.work([ringFor(shop.accountId, intent)], 20_000)).toBe(0);
  expect(await invoiceNow(till, shop, invoice.id)).toMatchObject({ status: 'paid' });
});

describe('a message that names no payment intent', () => {
  test('finds it by the charge', async () => {
    const { invoice, intent } = await untold();
    const { data } = await till.stage.stripe.charges.list({ payment_intent: intent }, { stripeAccount: shop.accountId });
    const message = ringFor(shop.accountId, null, { type: 'charge.succeeded', chargeId: data[0]?.id });
    expect(await till.work([message])).toBe(0);
    expect(await invoiceNow(till, shop, invoice.id)).toMatchObject({ status: 'paid' });
  });

  test('finds it by the page', async () => {
    const { invoice, intent } = await untold();
    const { data } = await till.stage.stripe.checkout.sessions.list(
      { payment_intent: intent },
      { stripeAccount: shop.accountId },
    );
    const message = ringFor(shop.accountId, null, { type: 'checkout.session.completed', sessionId: data[0]?.id });
    expect(await till.work([message])).toBe(0);
    expect(await invoiceNow(till, shop, invoice.id)).toMatchObject({ status: 'paid' });
  });

  test('is done with when nobody has tried to pay', async () => {
    const invoice = await issued(till, shop);
    await checkoutFor(till, shop, invoice.id);
    await till.stage.clock.advance(24 * 3600);
    expect(till.stage.receiver.received.map(({ event }) => event.type)).toContain('checkout.session.expired');
    expect(await till.settle()).toBe(0);
    expect(await invoiceNow(till, shop, invoice.id)).toMatchObject({ status: 'issued' });
  });
});
