import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import {
  onboardedAccount,
  openSession,
  paidIntent,
  postForm,
  startStage,
  type StripeStage,
} from '../../support/stripe-sandbox.ts';

let stage: StripeStage;
let account: string;
beforeAll(async () => {
  stage = await startStage();
  account = await onboardedAccount(stage);
});
afterAll(() => stage.close());

const home = async (): Promise<string> => (await fetch(stage.url)).text();

describe('the page for people', () => {
  test('shows accounts, sessions with their links, payments, refunds, events and how they arrived', async () => {
    const session = await openSession(stage, account);
    const intent = await paidIntent(stage, account);
    await stage.control('refunds', { paymentIntent: intent, amount: 50 });
    const page = await home();
    for (const shown of [
      account,
      'Ada &amp; Co',
      `href="/c/pay/${session.id}"`,
      intent,
      '£120.50',
      '£0.50',
      'payment_intent.succeeded',
      'delivered after 1 attempt',
    ]) {
      expect(page).toContain(shown);
    }
  });

  test('works by plain forms that lead back to it', async () => {
    const intent = await paidIntent(stage, account, 'processing');
    expect(await home()).toContain(`action="/_sandbox/payments/${intent}"`);
    expect(await postForm(`${stage.url}/_sandbox/payments/${intent}`, { outcome: 'succeeded' })).toMatchObject({
      status: 303,
      location: '/',
    });
    expect(await postForm(`${stage.url}/_sandbox/refunds`, { paymentIntent: intent, amount: '' })).toMatchObject({ status: 303 });
    expect(
      await stage.stripe.paymentIntents.retrieve(intent, { expand: ['latest_charge'] }, { stripeAccount: account }),
    ).toMatchObject({
      latest_charge: { refunded: true },
    });
  });

  test('runs no scripts, and shows what people typed as text', async () => {
    const nasty = '<script>alert(1)</script>';
    await stage.stripe.checkout.sessions.create(
      {
        mode: 'payment',
        line_items: [{ quantity: 1, price_data: { currency: 'gbp', unit_amount: 500, product_data: { name: nasty } } }],
        success_url: 'http://localhost/',
      },
      { stripeAccount: account },
    );
    const answer = await fetch(stage.url);
    expect(answer.headers.get('content-security-policy')).toContain("default-src 'none'");
    const page = await answer.text();
    expect(page).not.toContain(nasty);
    expect(page).toContain('&lt;script&gt;');
  });

  test('there is none for unknown sessions, links and paths', async () => {
    for (const path of ['/c/pay/cs_none', '/setup/link_none', '/elsewhere']) {
      expect((await fetch(`${stage.url}${path}`)).status).toBe(404);
    }
    const session = await openSession(stage, account);
    expect((await postForm(String(session.url), { outcome: 'stolen' })).status).toBe(400);
  });
});

describe('control calls', () => {
  test('move the one clock', async () => {
    const before = stage.clock.now();
    const answer = await stage.control('clock', { advanceSeconds: 3_600 });
    expect(Date.parse(String(answer['now']))).toBeGreaterThanOrEqual(before + 3_600_000);
    expect(await stage.control('clock', { advanceSeconds: -1 })).toMatchObject({ error: {} });
  });

  test('answer 404 for what is not there', async () => {
    for (const path of ['payments/pi_none', 'refunds/re_none', 'disputes/du_none', 'events/evt_none/resend', 'elsewhere']) {
      const answer = await fetch(`${stage.url}/_sandbox/${path}`, {
        method: 'POST',
        body: '{"outcome":"succeeded","status":"failed"}',
      });
      expect(answer.status).toBe(404);
    }
  });
});
