import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import Stripe from 'stripe';
import {
  connectSecret,
  onboardedAccount,
  openSession,
  paidIntent,
  platformSecret,
  postForm,
  startStage,
  typesAt,
  type StripeStage,
} from '../../support/stripe-sandbox.ts';

let stage: StripeStage;
let account: string;
beforeEach(async () => {
  stage = await startStage();
  account = await onboardedAccount(stage);
  stage.receiver.received.length = 0;
});
afterEach(() => stage.close());

const count = (type: string): number => typesAt(stage).filter((one) => one === type).length;
const found = async (params: Stripe.EventListParams): Promise<string[]> =>
  (await stage.stripe.events.list({ limit: 100, ...params }, { stripeAccount: account })).data.map(({ type }) => type);

describe('a webhook', () => {
  test('is signed with the secret of its endpoint, by the clock of the sandbox', async () => {
    await stage.clock.advance(10 * 86_400);
    await paidIntent(stage, account);
    const [hook] = stage.receiver.received;
    const header = String(hook?.headers['stripe-signature']);
    const verify = (secret: string, now: number) =>
      Stripe.webhooks.constructEvent(String(hook?.body), header, secret, 300, undefined, now);
    const event = verify(connectSecret, stage.clock.now());
    expect(event).toMatchObject({ object: 'event', account, api_version: '2026-10-28.endive', livemode: false });
    expect(() => verify(platformSecret, stage.clock.now())).toThrow();
    expect(() => verify(connectSecret, stage.clock.now() + 301_000)).toThrow();
  });

  test('of the platform goes to the platform endpoint only', async () => {
    const session = await stage.stripe.checkout.sessions.create({
      mode: 'payment',
      line_items: [{ quantity: 1, price_data: { currency: 'usd', unit_amount: 500, product_data: { name: 'x' } } }],
      success_url: 'http://localhost/',
    });
    await postForm(String(session.url), { outcome: 'paid' });
    expect(typesAt(stage, 'platform')).toContain('checkout.session.completed');
    expect(typesAt(stage, 'connect')).toEqual([]);
    expect(stage.receiver.received.every((hook) => !('account' in hook.event))).toBe(true);
  });

  test('is tried again after a minute, then later and later, until it is taken', async () => {
    stage.receiver.answers.push(...Array.from({ length: 4 }, () => 500), 302, 404, 503);
    await paidIntent(stage, account);
    const first = stage.receiver.received.length;
    expect(await found({ delivery_success: false })).toHaveLength(4);
    await stage.clock.advance(50);
    expect(stage.receiver.received).toHaveLength(first);
    await stage.clock.advance(10);
    expect(stage.receiver.received).toHaveLength(first + 4);
    expect(await found({ delivery_success: false })).toHaveLength(3);
    await stage.clock.advance(300);
    expect(stage.receiver.received).toHaveLength(first + 7);
    expect(await found({ delivery_success: false })).toEqual([]);
    const signatures = stage.receiver.received.map((hook) => hook.headers['stripe-signature']);
    expect(new Set(signatures).size).toBe(signatures.length);
  });

  test('is given up after three days, and found by listing (F46)', async () => {
    stage.receiver.answers.push(...Array.from({ length: 1_000 }, () => 500));
    await paidIntent(stage, account);
    await stage.clock.advance(4 * 86_400);
    const tried = stage.receiver.received.length;
    stage.receiver.answers.length = 0;
    await stage.clock.advance(4 * 86_400);
    expect(stage.receiver.received).toHaveLength(tried);
    expect(await found({ delivery_success: false })).toContain('payment_intent.succeeded');
    await stage.clock.advance(30 * 86_400);
    expect(await found({})).toEqual([]);
  });

  test('is sent once more on demand', async () => {
    await paidIntent(stage, account);
    const [hook] = stage.receiver.received;
    stage.receiver.received.length = 0;
    await stage.control(`events/${String(hook?.event.id)}/resend`, {});
    expect(stage.receiver.received.map((one) => one.event.id)).toEqual([hook?.event.id]);
  });
});

describe('faults of webhooks', () => {
  test('lose-webhook: it never arrives, but can be listed', async () => {
    await stage.control('faults', { fault: 'lose-webhook', match: { type: 'checkout.session.completed' } });
    await paidIntent(stage, account);
    await stage.clock.advance(86_400);
    expect(count('checkout.session.completed')).toBe(0);
    expect(count('charge.succeeded')).toBe(1);
    expect(await found({ delivery_success: false })).toEqual(['checkout.session.completed']);
  });

  test('repeat-webhook: the same event five times at once (F37)', async () => {
    await stage.control('faults', { fault: 'repeat-webhook', match: { type: 'charge.succeeded' } });
    await paidIntent(stage, account);
    expect(count('charge.succeeded')).toBe(5);
    expect(
      new Set(stage.receiver.received.filter((hook) => hook.event.type === 'charge.succeeded').map((hook) => hook.event.id)).size,
    ).toBe(1);
    expect(count('payment_intent.succeeded')).toBe(1);
  });

  test('reorder-webhooks: the events of one change arrive last first (F38)', async () => {
    const session = await openSession(stage, account);
    await stage.control('faults', { fault: 'reorder-webhooks' });
    await postForm(String(session.url), { outcome: 'paid' });
    expect(typesAt(stage)).toEqual([
      'checkout.session.completed',
      'payment_intent.succeeded',
      'charge.succeeded',
      'payment_intent.created',
    ]);
  });
});

describe('events', () => {
  test('can be listed by type, group, time and delivery', async () => {
    await paidIntent(stage, account);
    await stage.clock.advance(100);
    const since = Math.floor(stage.clock.now() / 1_000);
    await paidIntent(stage, account, 'declined');
    expect(await found({ type: 'charge.*' })).toEqual(['charge.failed', 'charge.succeeded']);
    expect(await found({ types: ['charge.failed', 'payment_intent.succeeded'] })).toEqual([
      'charge.failed',
      'payment_intent.succeeded',
    ]);
    expect(await found({ type: 'charge.*', created: { gte: since } })).toEqual(['charge.failed']);
    expect(await found({ type: 'charge.*', created: { lt: since } })).toEqual(['charge.succeeded']);
    expect(await found({ type: 'charge.*', delivery_success: true })).toHaveLength(2);
  });

  test('show the object as it was then', async () => {
    const intent = await paidIntent(stage, account);
    await stage.stripe.refunds.create({ payment_intent: intent }, { stripeAccount: account });
    const events = await stage.stripe.events.list({ type: 'charge.succeeded' }, { stripeAccount: account });
    expect(events.data[0]?.data.object).toMatchObject({ amount_refunded: 0, refunded: false });
    const again = await stage.stripe.events.retrieve(String(events.data[0]?.id), {}, { stripeAccount: account });
    expect(again).toMatchObject({ type: 'charge.succeeded', pending_webhooks: 0 });
  });
});
