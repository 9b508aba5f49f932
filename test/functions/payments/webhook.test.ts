import { afterEach, describe, expect, test } from '@jest/globals';
import Stripe from 'stripe';
import { forAllTests } from '../../support/for-all-tests.ts';
import { connectSecret, platformSecret } from '../../support/stripe-sandbox.ts';
import { connected, foreignPayment, fromStripe, openTill } from '../../support/till.ts';

const till = await forAllTests(openTill());
const shop = await connected(till);
await foreignPayment(till, shop.accountId, { note: 'Grüße, 你好' });
const body = till.stage.receiver.received.find(({ event }) => event.type === 'payment_intent.succeeded')!.body;
afterEach(() => {
  till.queue.length = 0;
});

const nowSeconds = (): number => Math.floor(till.stage.clock.now() / 1000);
const sign = (payload: string, { secret = connectSecret, at = nowSeconds() } = {}): string =>
  Stripe.webhooks.generateTestHeaderString({ payload, secret, timestamp: at });
const deliver = (rawBody: string, signature: string | undefined) =>
  till.payments({
    route: 'POST /v1/webhooks/stripe',
    rawBody,
    headers: signature === undefined ? {} : { 'stripe-signature': signature },
  });

describe('F40: a request that Stripe did not sign just so', () => {
  test.each([
    ['has no signature', () => [body, undefined]],
    ['has a forged one', () => [body, sign(body, { secret: 'whsec_guessed' })]],
    ['has a truncated one', () => [body, sign(body).slice(0, -1)]],
    ['differs by one byte', () => [body.replace('succeeded', 'succeedeD'), sign(body)]],
    ['is 301 s old', () => [body, sign(body, { at: nowSeconds() - 301 })]],
    ['comes from the future', () => [body, sign(body, { at: nowSeconds() + 301 })]],
    ['has no body', () => ['', sign(body)]],
  ] as const)('%s: 400 without a word, and nothing goes further', async (_, request) => {
    const [rawBody, signature] = request() as [string, string | undefined];
    const answer = await deliver(rawBody, signature);
    expect(answer).toMatchObject({ status: 400, text: '' });
    expect(till.queue).toEqual([]);
  });

  test('one that can be read but is no event of the version we know gets a 400 too', async () => {
    const thin = JSON.stringify({ id: 'evt_1', object: 'v2.core.event', type: 'v1.billing.meter' });
    expect(await deliver(thin, sign(thin))).toMatchObject({ status: 400, text: '' });
  });
});

describe('a signed event', () => {
  test('is accepted with either secret, and with both signatures while one is being changed', async () => {
    for (const secret of [connectSecret, platformSecret]) expect((await deliver(body, sign(body, { secret }))).status).toBe(200);
    const [, v1] = sign(body, { secret: 'whsec_new' }).split(',');
    expect((await deliver(body, `${sign(body)},${v1}`)).status).toBe(200);
    expect(till.queue).toHaveLength(3);
  });

  test('is handed on as ids only', async () => {
    await deliver(body, sign(body));
    const event = JSON.parse(body);
    expect(till.queue).toEqual([
      {
        v: 1,
        kind: 'stripe-event',
        eventId: event.id,
        type: 'payment_intent.succeeded',
        accountId: shop.accountId,
        livemode: false,
        created: new Date(event.created * 1000).toISOString(),
        paymentIntentId: event.data.object.id,
        chargeId: event.data.object.latest_charge,
        sessionId: null,
      },
    ]);
  });

  test('F41: verifies over the exact bytes, base64 or not, whatever the case of the header names', async () => {
    const signature = sign(body);
    const encoded = await till.payments({
      route: 'POST /v1/webhooks/stripe',
      rawBody: Buffer.from(body).toString('base64'),
      isBase64Encoded: true,
      headers: { 'Stripe-Signature': signature },
    });
    const shouted = await till.payments({
      route: 'POST /v1/webhooks/stripe',
      rawBody: body,
      headers: { 'STRIPE-SIGNATURE': signature },
    });
    expect([encoded.status, shouted.status]).toEqual([200, 200]);
    expect(till.queue).toHaveLength(2);
    expect(till.queue[0]).toEqual(till.queue[1]);
  });

  test('that concerns no payment and no account is answered and goes no further', async () => {
    const event = JSON.parse(body);
    const others = [
      { ...event, type: 'customer.created' },
      { ...event, account: undefined },
    ].map((other) => JSON.stringify(other));
    for (const other of others) expect((await deliver(other, sign(other))).status).toBe(200);
    expect(till.queue).toEqual([]);
  });

  test('that lacks what its type must have is not lost: Stripe is told to send it again', async () => {
    const event = JSON.parse(body);
    const odd = JSON.stringify({ ...event, data: { object: { object: 'payment_intent', id: 'pi_1' } } });
    expect((await deliver(odd, sign(odd))).status).toBe(400);
  });

  test('every event of a payment gets its 200', async () => {
    const statuses = [];
    for (const hook of till.stage.receiver.received) statuses.push((await till.payments(fromStripe(hook))).status);
    expect(new Set(statuses)).toEqual(new Set([200]));
  });
});
