import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type Stripe from 'stripe';
import { onboardedAccount, paidIntent, startStage, type StripeStage } from '../../support/stripe-sandbox.ts';

let stage: StripeStage;
let account: string;
beforeAll(async () => {
  stage = await startStage();
  account = await onboardedAccount(stage);
});
afterAll(() => stage.close());

const create = (idempotencyKey: string, params: Stripe.AccountCreateParams = { country: 'GB' }, stripeAccount?: string) =>
  stage.stripe.accounts.create(params, { idempotencyKey, ...(stripeAccount === undefined ? {} : { stripeAccount }) });

describe('an idempotency key', () => {
  test('gives the first answer again, marked as such', async () => {
    const first = await create('same');
    const second = await create('same');
    expect(second.id).toBe(first.id);
    expect(first.lastResponse.headers['idempotent-replayed']).toBeUndefined();
    expect(second.lastResponse.headers['idempotent-replayed']).toBe('true');
    expect(second.lastResponse.headers['original-request']).toBe(first.lastResponse.requestId);
  });

  test('replays what was answered then, not what is true now', async () => {
    const intent = await paidIntent(stage, account);
    const refund = () =>
      stage.stripe.refunds.create({ payment_intent: intent, amount: 50 }, { idempotencyKey: 'refund', stripeAccount: account });
    const first = await refund();
    await stage.control(`refunds/${first.id}`, { status: 'failed' });
    expect(await refund()).toMatchObject({ id: first.id, status: 'succeeded' });
  });

  test('is refused for other parameters', async () => {
    await create('used');
    await expect(create('used', { country: 'US' })).rejects.toMatchObject({ statusCode: 400, type: 'StripeIdempotencyError' });
  });

  test('belongs to one account', async () => {
    const intent = await paidIntent(stage, account);
    await create('shared');
    const refund = await stage.stripe.refunds.create(
      { payment_intent: intent },
      { idempotencyKey: 'shared', stripeAccount: account },
    );
    expect(refund.object).toBe('refund');
  });

  test('lives for 24 hours', async () => {
    const first = await create('old');
    await stage.clock.advance(86_390);
    expect((await create('old')).id).toBe(first.id);
    await stage.clock.advance(11);
    expect((await create('old')).id).not.toBe(first.id);
  });

  test('keeps failures of the work, but not of the reading', async () => {
    const intent = await paidIntent(stage, account);
    const options = { idempotencyKey: 'failing', stripeAccount: account };
    const tooMuch = () => stage.stripe.refunds.create({ payment_intent: intent, amount: 99_999 }, options);
    await expect(tooMuch()).rejects.toMatchObject({ statusCode: 400 });
    await expect(tooMuch()).rejects.toMatchObject({ headers: { 'idempotent-replayed': 'true' } });
    await expect(create('misread', { country: 'Britain' })).rejects.toMatchObject({ statusCode: 400 });
    expect((await create('misread')).object).toBe('account');
  });

  test('is in use while the first call still runs', async () => {
    await stage.control('faults', { fault: 'late-commit', match: { path: '/v1/accounts' } });
    // The SDK tries a lost connection once more, and finds the key in use.
    await expect(create('slow')).rejects.toMatchObject({ statusCode: 409, code: 'idempotency_key_in_use' });
    await stage.clock.advance(11);
    const late = await create('slow');
    expect(late.lastResponse.headers['idempotent-replayed']).toBe('true');
  });

  test('has at most 255 characters', async () => {
    await expect(create('k'.repeat(256))).rejects.toMatchObject({ statusCode: 400 });
    expect((await create('k'.repeat(255))).object).toBe('account');
  });
});
