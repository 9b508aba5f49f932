import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { onboardedAccount, openSession, startStage, typesAt, type StripeStage } from '../../support/stripe-sandbox.ts';

let stage: StripeStage;
let account: string;
beforeAll(async () => {
  stage = await startStage();
  account = await onboardedAccount(stage);
});
afterAll(() => stage.close());
afterEach(async () => {
  await stage.control('faults', undefined, 'DELETE');
});

const sessions = async (): Promise<number> => ((await stage.control('state')) as { sessions: object[] }).sessions.length;

describe('a call that meets', () => {
  test.each([
    ['server-error', { statusCode: 500, rawType: 'api_error' }],
    ['minute-limit', { statusCode: 429, type: 'StripeRateLimitError' }],
    ['concurrent-limit', { statusCode: 429, code: 'lock_timeout' }],
    ['html', { type: 'StripeAPIError' }],
  ])('%s changes nothing', async (fault, expected) => {
    const before = await sessions();
    await stage.control('faults', { fault, match: { method: 'POST', path: '/v1/checkout/sessions' } });
    await expect(openSession(stage, account)).rejects.toMatchObject(expected);
    expect(await sessions()).toBe(before);
    expect(await openSession(stage, account)).toMatchObject({ status: 'open' });
  });

  test('drop-answer took effect; the retry with the same key finds it', async () => {
    const before = await sessions();
    await stage.control('faults', { fault: 'drop-answer', match: { path: '/v1/checkout/sessions' } });
    const session = await openSession(stage, account);
    expect(session.lastResponse.headers['idempotent-replayed']).toBe('true');
    expect(await sessions()).toBe(before + 1);
    const { items } = (await stage.control('requests')) as { items: { status: number | null }[] };
    expect(items.slice(-2).map(({ status }) => status)).toEqual([null, 200]);
  });

  test('truncated took effect, too', async () => {
    const before = await sessions();
    await stage.control('faults', { fault: 'truncated', match: { path: '/v1/checkout/sessions' } });
    await expect(openSession(stage, account)).rejects.toMatchObject({ type: 'StripeConnectionError' });
    expect(await sessions()).toBe(before + 1);
  });

  test('hang gets no answer and changes nothing', async () => {
    await stage.control('faults', { fault: 'hang', match: { path: '/v1/events' } });
    const call = stage.stripe.events.list({}, { stripeAccount: account, timeout: 100 });
    await expect(call).rejects.toMatchObject({ type: 'StripeConnectionError' });
  });

  test('late-commit takes effect after the caller has given up', async () => {
    const before = await sessions();
    await stage.control('faults', { fault: 'late-commit', match: { path: '/v1/checkout/sessions' } });
    await expect(openSession(stage, account)).rejects.toMatchObject({ statusCode: 409 });
    expect(await sessions()).toBe(before);
    await stage.clock.advance(11);
    expect(await sessions()).toBe(before + 1);
  });

  test('revoke: the owner took our access away, and we are told', async () => {
    const gone = await onboardedAccount(stage);
    stage.receiver.received.length = 0;
    await stage.control('faults', { fault: 'revoke', match: { path: '/v1/events' } });
    const list = () => stage.stripe.events.list({}, { stripeAccount: gone });
    await expect(list()).rejects.toMatchObject({ statusCode: 403, code: 'account_invalid' });
    await expect(list()).rejects.toMatchObject({ statusCode: 403 });
    expect(typesAt(stage)).toEqual(['account.application.deauthorized']);
  });
});

describe('faults', () => {
  test('hit as often as asked, only what matches, and can be taken back', async () => {
    await stage.control('faults', { fault: 'server-error', match: { method: 'GET', path: '/v1/payment_intents' }, times: 2 });
    const list = () => stage.stripe.paymentIntents.list({}, { stripeAccount: account });
    expect(await openSession(stage, account)).toMatchObject({ status: 'open' });
    await expect(list()).rejects.toMatchObject({ statusCode: 500 });
    await expect(list()).rejects.toMatchObject({ statusCode: 500 });
    expect((await list()).object).toBe('list');
    await stage.control('faults', { fault: 'server-error', times: 5 });
    expect(await stage.control('faults', undefined, 'DELETE')).toEqual({ items: [] });
    expect((await list()).object).toBe('list');
  });

  test.each([[{ fault: 'bad-element' }], [{ fault: 'hang', times: 0 }], [{ fault: 'hang', colour: 'red' }], [{}]])(
    'refuses %j',
    async (body) => {
      expect(await stage.control('faults', body)).toMatchObject({ error: {} });
    },
  );
});
