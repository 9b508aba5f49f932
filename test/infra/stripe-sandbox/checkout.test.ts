import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type Stripe from 'stripe';
import {
  onboardedAccount,
  openSession,
  paidIntent,
  postForm,
  startStage,
  typesAt,
  type StripeStage,
} from '../../support/stripe-sandbox.ts';

let stage: StripeStage;
let account: string;
beforeAll(async () => {
  stage = await startStage();
  account = await onboardedAccount(stage);
});
afterAll(() => stage.close());
beforeEach(() => {
  stage.receiver.received.length = 0;
});

const sessionNow = (id: string): Promise<Stripe.Checkout.Session> =>
  stage.stripe.checkout.sessions.retrieve(id, {}, { stripeAccount: account });

describe('a Checkout session', () => {
  test('is open, belongs to the account and has no payment intent until somebody pays', async () => {
    const session = await openSession(stage, account);
    expect(session).toMatchObject({
      status: 'open',
      payment_status: 'unpaid',
      amount_total: 12_050,
      currency: 'gbp',
      payment_intent: null,
    });
    expect(session.url).toBe(`${stage.url}/c/pay/${session.id}`);
    expect(session.expires_at - session.created).toBe(86_400);
    await expect(stage.stripe.checkout.sessions.retrieve(session.id)).rejects.toMatchObject({
      statusCode: 404,
      code: 'resource_missing',
    });
  });

  test('shows amount, merchant and what is paid for, with names escaped', async () => {
    const session = await openSession(stage, account);
    const page = await (await fetch(String(session.url))).text();
    expect(page).toContain('£120.50');
    expect(page).toContain('Pay Ada &amp; Co');
    expect(page).toContain('Invoice INV-0001');
  });

  test('paid: redirects back, is complete, and the payment carries its metadata, charge and fee', async () => {
    const session = await openSession(stage, account);
    const answer = await postForm(String(session.url), { outcome: 'paid' });
    expect(answer).toMatchObject({ status: 303, location: `${stage.url}/thanks?session=${session.id}` });
    const after = await sessionNow(session.id);
    expect(after).toMatchObject({ status: 'complete', payment_status: 'paid', url: null });
    const intent = await stage.stripe.paymentIntents.retrieve(
      String(after.payment_intent),
      { expand: ['latest_charge.balance_transaction'] },
      { stripeAccount: account },
    );
    expect(intent).toMatchObject({ status: 'succeeded', amount_received: 12_050, metadata: { invoiceId: 'inv_1' } });
    // 1.5 % of 12050 is 180.75, rounded to 181; with 20 that makes 201.
    expect(intent.latest_charge).toMatchObject({ paid: true, balance_transaction: { amount: 12_050, fee: 201, net: 11_849 } });
    const found = await stage.stripe.checkout.sessions.list({ payment_intent: intent.id }, { stripeAccount: account });
    expect(found.data.map(({ id }) => id)).toEqual([session.id]);
  });

  test('sends the three events of one payment, as events of the account', async () => {
    await paidIntent(stage, account);
    expect(typesAt(stage)).toEqual(
      expect.arrayContaining(['charge.succeeded', 'payment_intent.succeeded', 'checkout.session.completed']),
    );
    expect(new Set(stage.receiver.received.map((hook) => hook.event.account))).toEqual(new Set([account]));
    expect(typesAt(stage, 'platform')).toEqual([]);
  });

  test('declined: stays open, says so, and can be paid by the same payment intent afterwards', async () => {
    const session = await openSession(stage, account);
    const refused = await postForm(String(session.url), { outcome: 'declined' });
    expect(refused.status).toBe(402);
    expect(refused.text).toContain('declined');
    const between = await sessionNow(session.id);
    expect(between).toMatchObject({ status: 'open', payment_status: 'unpaid' });
    await postForm(String(session.url), { outcome: 'paid' });
    const after = await sessionNow(session.id);
    expect(after.payment_intent).toBe(between.payment_intent);
    expect(typesAt(stage)).toEqual(
      expect.arrayContaining(['charge.failed', 'payment_intent.payment_failed', 'payment_intent.succeeded']),
    );
  });

  test.each([
    ['succeeded', 'paid', 'succeeded', 'checkout.session.async_payment_succeeded'],
    ['failed', 'unpaid', 'requires_payment_method', 'checkout.session.async_payment_failed'],
  ])('processing, then %s', async (outcome, paymentStatus, intentStatus, event) => {
    const session = await openSession(stage, account);
    await postForm(String(session.url), { outcome: 'processing' });
    const between = await sessionNow(session.id);
    expect(between).toMatchObject({ status: 'complete', payment_status: 'unpaid' });
    const id = String(between.payment_intent);
    expect(typesAt(stage)).toEqual(expect.arrayContaining(['payment_intent.processing', 'checkout.session.completed']));
    await stage.control(`payments/${id}`, { outcome });
    expect(await sessionNow(session.id)).toMatchObject({ status: 'complete', payment_status: paymentStatus });
    expect(await stage.stripe.paymentIntents.retrieve(id, {}, { stripeAccount: account })).toMatchObject({
      status: intentStatus,
    });
    expect(typesAt(stage)).toContain(event);
    const again = await stage.control(`payments/${id}`, { outcome });
    expect(again).toMatchObject({ error: {} });
  });

  test('can be paid once: the second tab sees that it is paid', async () => {
    const session = await openSession(stage, account);
    const answers = await Promise.all([1, 2].map(() => postForm(String(session.url), { outcome: 'paid' })));
    expect(answers.map(({ status }) => status).sort()).toEqual([303, 409]);
    const page = await (await fetch(String(session.url))).text();
    expect(page).toContain('has received your payment');
  });

  test('expired by call: shows it, tells it by an event, and takes no payment any more', async () => {
    const session = await openSession(stage, account);
    const expired = await stage.stripe.checkout.sessions.expire(session.id, {}, { stripeAccount: account });
    expect(expired).toMatchObject({ status: 'expired', url: null });
    const answer = await postForm(String(session.url), { outcome: 'paid' });
    expect(answer.status).toBe(409);
    expect(answer.text).toContain('expired');
    expect(await sessionNow(session.id)).toMatchObject({ payment_intent: null });
    await expect(stage.stripe.checkout.sessions.expire(session.id, {}, { stripeAccount: account })).rejects.toMatchObject({
      statusCode: 400,
    });
  });

  test('expires by the clock when its time has come', async () => {
    const session = await openSession(stage, account);
    await stage.control('clock', { advanceSeconds: 86_340 });
    expect(await sessionNow(session.id)).toMatchObject({ status: 'open' });
    await stage.control('clock', { advanceSeconds: 60 });
    expect(await sessionNow(session.id)).toMatchObject({ status: 'expired' });
    expect(stage.receiver.received.map((hook) => [hook.event.type, hook.event.data.object['id']])).toContainEqual([
      'checkout.session.expired',
      session.id,
    ]);
  });

  test.each([
    ['28 minutes', 28 * 60, 400],
    ['30 minutes', 30 * 60, undefined],
    ['24 hours', 24 * 3_600, undefined],
    ['24 hours and two minutes', 24 * 3_600 + 120, 400],
  ])('may live for 30 minutes to 24 hours: %s', async (_, seconds, status) => {
    const session = stage.stripe.checkout.sessions.create(
      {
        mode: 'payment',
        line_items: [{ quantity: 1, price_data: { currency: 'gbp', unit_amount: 5_000, product_data: { name: 'x' } } }],
        success_url: 'http://localhost/',
        expires_at: Math.floor(stage.clock.now() / 1_000) + seconds,
      },
      { stripeAccount: account },
    );
    if (status === undefined) expect(await session).toMatchObject({ status: 'open' });
    else await expect(session).rejects.toMatchObject({ statusCode: status, param: 'expires_at' });
  });

  test.each([
    ['gbp', 29, 'amount_too_small'],
    ['gbp', 100_000_000, 'amount_too_large'],
    ['kwd', 1_005, undefined],
    ['isk', 50_050, undefined],
  ])('refuses what cannot be charged: %s %d', async (currency, amount, code) => {
    await expect(openSession(stage, account, amount, currency)).rejects.toMatchObject({ statusCode: 400, code });
  });

  test.each([
    ['jpy', 1_200, '¥1,200'],
    ['kwd', 1_500, 'KWD'],
  ])('shows amounts with the decimals of the currency: %s', async (currency, amount, shown) => {
    const session = await openSession(stage, account, amount, currency);
    expect(await (await fetch(String(session.url))).text()).toContain(shown);
  });
});

describe('an account', () => {
  test('that has not onboarded can make no session', async () => {
    const fresh = await stage.stripe.accounts.create({ country: 'GB' });
    expect(fresh).toMatchObject({ charges_enabled: false, details_submitted: false, payouts_enabled: false });
    await expect(openSession(stage, fresh.id)).rejects.toMatchObject({ statusCode: 400, code: 'payment_method_unactivated' });
  });

  test('may be left half onboarded, then be under review, then be done', async () => {
    const { id } = await stage.stripe.accounts.create({ country: 'GB' });
    const visit = async (outcome: string): Promise<Stripe.Account> => {
      const params = { account: id, refresh_url: 'http://localhost/again', return_url: 'http://localhost/back' };
      const link = await stage.stripe.accountLinks.create({ ...params, type: 'account_onboarding' });
      expect(await postForm(link.url, { outcome })).toMatchObject({ status: 303, location: 'http://localhost/back' });
      expect(await postForm(link.url, { outcome })).toMatchObject({ status: 303, location: 'http://localhost/again' });
      return stage.stripe.accounts.retrieve(id);
    };
    expect(await visit('later')).toMatchObject({ details_submitted: false, charges_enabled: false });
    const reviewed = await visit('review');
    expect(reviewed).toMatchObject({ details_submitted: true, charges_enabled: false });
    expect(reviewed.requirements?.pending_verification).not.toEqual([]);
    expect(await visit('complete')).toMatchObject({ details_submitted: true, charges_enabled: true, payouts_enabled: true });
    expect(typesAt(stage).filter((type) => type === 'account.updated')).toHaveLength(3);
  });

  test('is asked by a link that dies after five minutes', async () => {
    const { id } = await stage.stripe.accounts.create({ country: 'GB' });
    const link = await stage.stripe.accountLinks.create({
      account: id,
      type: 'account_onboarding',
      refresh_url: 'http://localhost/again',
      return_url: 'http://localhost/back',
    });
    expect((await (await fetch(link.url)).text()).includes(id)).toBe(true);
    await stage.clock.advance(301);
    expect(await postForm(link.url, { outcome: 'complete' })).toMatchObject({ location: 'http://localhost/again' });
  });
});
