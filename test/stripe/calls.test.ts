import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { OutsideError } from '../../shared/domain/outside-error.ts';
import { Refusal } from '../../shared/domain/refusal.ts';
import { createStripeClient, type StripeClient } from '../../shared/stripe/client.ts';
import { createAccount } from '../../shared/stripe/create-account.ts';
import { createAccountLink } from '../../shared/stripe/create-account-link.ts';
import { createCheckoutSession, type CheckoutSession } from '../../shared/stripe/create-checkout-session.ts';
import { paymentEventTypes } from '../../shared/stripe/event-payment.ts';
import { expireCheckoutSession } from '../../shared/stripe/expire-checkout-session.ts';
import { listEvents } from '../../shared/stripe/list-events.ts';
import { readAccount } from '../../shared/stripe/read-account.ts';
import { readPayment } from '../../shared/stripe/read-payment.ts';
import { verifyWebhook } from '../../shared/stripe/verify-webhook.ts';
import {
  connectSecret,
  onboardedAccount,
  platformSecret,
  postForm,
  secretKey,
  startStage,
  type StripeStage,
} from '../support/stripe-sandbox.ts';

let stage: StripeStage;
let stripe: StripeClient;
let accountId: string;
let keys = 0;
beforeAll(async () => {
  stage = await startStage();
  stripe = createStripeClient({ secretKey, apiUrl: stage.url, maxNetworkRetries: 0, timeoutMs: 400 });
  accountId = await onboardedAccount(stage);
});
afterAll(() => stage.close());

const inHours = (hours: number): string =>
  new Date(Math.floor(stage.clock.now() / 1_000) * 1_000 + hours * 3_600_000).toISOString();
const request = (changes: object = {}) => ({
  accountId,
  amount: { amount: 12_050, currency: 'GBP' },
  productName: 'Invoice INV-0001',
  workspaceId: 'ws_1',
  invoiceId: 'inv_1',
  checkoutId: 'chk_1',
  successUrl: 'https://app.example.com/paid?session={CHECKOUT_SESSION_ID}',
  cancelUrl: 'https://app.example.com/',
  customerEmail: 'payer@example.com',
  expiresAt: inHours(2),
  idempotencyKey: `key-${(keys += 1)}`,
  ...changes,
});
const payIntent = async (session: CheckoutSession, outcome = 'paid'): Promise<string> => {
  await postForm(session.url, { outcome });
  const after = await stage.stripe.checkout.sessions.retrieve(session.sessionId, {}, { stripeAccount: accountId });
  return String(after.payment_intent);
};

describe('connecting an account', () => {
  test('makes one per key, says what is missing, leads to onboarding', async () => {
    const input = { workspaceId: 'ws_1', email: 'owner@example.com', country: 'GB', idempotencyKey: 'connect-ws_1' };
    const made = await createAccount(stripe, input);
    expect(made).toMatchObject({ chargesEnabled: false, payoutsEnabled: false, detailsSubmitted: false, defaultCurrency: 'GBP' });
    expect(made.missing).toContain('external_account');
    expect((await createAccount(stripe, input)).accountId).toBe(made.accountId);
    const link = await createAccountLink(stripe, {
      accountId: made.accountId,
      refreshUrl: 'https://app.example.com/again',
      returnUrl: 'https://app.example.com/back',
    });
    expect(await postForm(link.url, {})).toMatchObject({ location: 'https://app.example.com/back' });
    expect(await readAccount(stripe, { accountId: made.accountId })).toEqual({
      accountId: made.accountId,
      chargesEnabled: true,
      payoutsEnabled: true,
      detailsSubmitted: true,
      defaultCurrency: 'GBP',
      missing: [],
      disabledReason: null,
    });
    const stored = await stage.stripe.accounts.retrieve(made.accountId);
    expect(stored.controller).toMatchObject({
      fees: { payer: 'account' },
      losses: { payments: 'stripe' },
      stripe_dashboard: { type: 'full' },
    });
    expect(stored.metadata).toEqual({ workspaceId: 'ws_1' });
  });
});

describe('a Checkout page', () => {
  test('is made on the connected account, with workspace, invoice and checkout on session and payment', async () => {
    const expiresAt = inHours(3);
    const session = await createCheckoutSession(stripe, request({ expiresAt }));
    expect(session.expiresAt).toBe(expiresAt);
    const stored = await stage.stripe.checkout.sessions.retrieve(session.sessionId, {}, { stripeAccount: accountId });
    expect(stored).toMatchObject({
      amount_total: 12_050,
      currency: 'gbp',
      client_reference_id: 'inv_1',
      customer_email: 'payer@example.com',
      metadata: { workspaceId: 'ws_1', invoiceId: 'inv_1', checkoutId: 'chk_1' },
    });
    const payment = await readPayment(stripe, { accountId, paymentIntentId: await payIntent(session) });
    expect(payment).toMatchObject({
      status: 'succeeded',
      amountReceived: { amount: 12_050, currency: 'GBP' },
      livemode: false,
      metadata: { workspaceId: 'ws_1', invoiceId: 'inv_1', checkoutId: 'chk_1' },
      refunded: { amount: 0, currency: 'GBP' },
      disputed: false,
      fee: { amount: 201, currency: 'GBP' },
    });
  });

  test('asked for twice with one key is one page (F47); with another amount the key is refused', async () => {
    const input = request();
    const first = await createCheckoutSession(stripe, input);
    expect((await createCheckoutSession(stripe, input)).sessionId).toBe(first.sessionId);
    const changed = createCheckoutSession(stripe, { ...input, amount: { amount: 1, currency: 'GBP' } });
    await expect(changed).rejects.toMatchObject({ service: 'stripe', status: 400, code: 'idempotency_error' });
  });

  test.each([
    [{ amount: 1_200, currency: 'JPY' }, 1_200, 'jpy'],
    [{ amount: 1_500, currency: 'KWD' }, 1_500, 'kwd'],
    [{ amount: 500, currency: 'ISK' }, 50_000, 'isk'],
  ])('over %j', async (amount, total, currency) => {
    const session = await createCheckoutSession(stripe, request({ amount }));
    const stored = await stage.stripe.checkout.sessions.retrieve(session.sessionId, {}, { stripeAccount: accountId });
    expect(stored).toMatchObject({ amount_total: total, currency });
    expect(await readPayment(stripe, { accountId, paymentIntentId: await payIntent(session) })).toMatchObject({
      amountReceived: amount,
    });
  });

  test('is refused over money no card can pay', async () => {
    await expect(createCheckoutSession(stripe, request({ amount: { amount: 1_005, currency: 'KWD' } }))).rejects.toBeInstanceOf(
      Refusal,
    );
  });

  test('closed: nobody can pay any more, and closing again is no error', async () => {
    const session = await createCheckoutSession(stripe, request());
    const input = { accountId, sessionId: session.sessionId };
    const expired = { state: 'expired', isPaid: false, paymentIntentId: null };
    expect(await expireCheckoutSession(stripe, input)).toEqual(expired);
    expect(await expireCheckoutSession(stripe, input)).toEqual(expired);
    expect((await postForm(session.url, { outcome: 'paid' })).status).toBe(409);
  });

  test('closed too late: tells that somebody has paid', async () => {
    const session = await createCheckoutSession(stripe, request());
    const paymentIntentId = await payIntent(session);
    const ended = await expireCheckoutSession(stripe, { accountId, sessionId: session.sessionId });
    expect(ended).toEqual({ state: 'complete', isPaid: true, paymentIntentId });
  });
});

describe('a payment', () => {
  test('tells refunds and disputes', async () => {
    const paymentIntentId = await payIntent(await createCheckoutSession(stripe, request()));
    await stage.control('refunds', { paymentIntent: paymentIntentId, amount: 50 });
    await stage.control('disputes', { paymentIntent: paymentIntentId, amount: 100 });
    expect(await readPayment(stripe, { accountId, paymentIntentId })).toMatchObject({
      refunded: { amount: 50, currency: 'GBP' },
      disputed: true,
    });
  });

  test('that is still processing has received nothing', async () => {
    const paymentIntentId = await payIntent(await createCheckoutSession(stripe, request()), 'processing');
    expect(await readPayment(stripe, { accountId, paymentIntentId })).toMatchObject({
      status: 'processing',
      amountReceived: { amount: 0, currency: 'GBP' },
      fee: null,
    });
  });
});

describe('events', () => {
  test('verified from the wire and listed are the same', async () => {
    stage.receiver.received.length = 0;
    const createdFrom = new Date(stage.clock.now()).toISOString();
    await payIntent(await createCheckoutSession(stripe, request()));
    const sent = stage.receiver.received.flatMap((hook) => {
      const verified = verifyWebhook({
        rawBody: Buffer.from(hook.body),
        signature: String(hook.headers['stripe-signature']),
        secrets: [platformSecret, connectSecret],
        now: stage.clock.now(),
      });
      return verified.verified ? [verified.event] : [];
    });
    expect(sent).toHaveLength(stage.receiver.received.length);
    const listed = await listEvents(stripe, { accountId, types: [...paymentEventTypes], createdFrom });
    const relevant = sent.filter((event) => paymentEventTypes.includes(event.type));
    expect(relevant.length).toBeGreaterThanOrEqual(3);
    for (const event of relevant) expect(listed.events).toContainEqual(event);
  });

  test('come in pages', async () => {
    const createdFrom = new Date(0).toISOString();
    const all = await listEvents(stripe, { accountId, types: ['charge.succeeded'], createdFrom });
    const ids: string[] = [];
    let after: string | null = null;
    do {
      const page = await listEvents(stripe, {
        accountId,
        types: ['charge.succeeded'],
        createdFrom,
        pageSize: 2,
        ...(after ? { after } : {}),
      });
      ids.push(...page.events.map((event) => event.id));
      after = page.nextAfter;
    } while (after !== null);
    expect(ids).toEqual(all.events.map((event) => event.id));
    expect(ids.length).toBeGreaterThan(2);
  });
});

describe('failures are told by status and code', () => {
  test.each([
    ['server-error', { status: 500, code: 'api_error' }],
    ['minute-limit', { status: 429, code: 'rate_limit' }],
    ['html', { status: 0, code: 'unreadable-answer' }],
    ['hang', { status: 0, code: 'timeout' }],
    ['truncated', { status: 0, code: 'no-connection' }],
  ])('%s', async (fault, expected) => {
    await stage.control('faults', { fault, match: { method: 'GET' }, times: 2 });
    await expect(readAccount(stripe, { accountId })).rejects.toMatchObject({ service: 'stripe', ...expected });
    await stage.control('faults', undefined, 'DELETE');
  });

  test('an answer lost after the session was made: the retry finds that session', async () => {
    await stage.control('faults', { fault: 'drop-answer', match: { path: '/v1/checkout/sessions' } });
    const session = await createCheckoutSession(stripe, request({ invoiceId: 'inv_dropped' }));
    const { sessions } = (await stage.control('state')) as { sessions: { id: string; client_reference_id: string }[] };
    expect(sessions.filter((one) => one.client_reference_id === 'inv_dropped').map((one) => one.id)).toEqual([session.sessionId]);
  });

  test('an unknown payment, an unknown account, a wrong key', async () => {
    await expect(readPayment(stripe, { accountId, paymentIntentId: 'pi_none' })).rejects.toMatchObject({
      status: 404,
      code: 'resource_missing',
    });
    const stranger = { accountId: 'acct_none', paymentIntentId: 'pi_none' };
    await expect(readPayment(stripe, stranger)).rejects.toMatchObject({ status: 403, code: 'account_invalid' });
    const intruder = createStripeClient({ secretKey: 'sk_test_wrongAndSecret', apiUrl: stage.url });
    const refused = await readAccount(intruder, { accountId }).catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(OutsideError);
    expect(refused).toMatchObject({ status: 401, code: 'invalid_request_error' });
    expect(JSON.stringify(refused, Object.getOwnPropertyNames(refused))).not.toContain('Secret');
  });

  test('nobody listening', async () => {
    const lonely = createStripeClient({ secretKey, apiUrl: 'http://127.0.0.1:9', maxNetworkRetries: 0 });
    await expect(readAccount(lonely, { accountId })).rejects.toMatchObject({ status: 0, code: 'no-connection' });
  });
});
