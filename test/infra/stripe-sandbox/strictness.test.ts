import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import Stripe from 'stripe';
import { onboardedAccount, paidIntent, secretKey, startStage, type StripeStage } from '../../support/stripe-sandbox.ts';

let stage: StripeStage;
let account: string;
beforeAll(async () => {
  stage = await startStage();
  account = await onboardedAccount(stage);
});
afterAll(() => stage.close());

const call = async (
  path: string,
  init: RequestInit = {},
): Promise<{ status: number; error: Record<string, unknown>; headers: Headers }> => {
  const headers = { authorization: `Bearer ${secretKey}`, ...(init.headers as Record<string, string> | undefined) };
  const answer = await fetch(`${stage.url}${path}`, { ...init, headers });
  const body = (await answer.json()) as { error?: Record<string, unknown> };
  return { status: answer.status, error: body.error ?? {}, headers: answer.headers };
};
const form = { 'content-type': 'application/x-www-form-urlencoded' };
const post = (path: string, body: string, headers: Record<string, string> = {}) =>
  call(path, { method: 'POST', body, headers: { ...form, 'stripe-account': account, ...headers } });

describe('who is let in', () => {
  test.each([
    ['no key', {}],
    ['another key', { authorization: 'Bearer sk_test_other' }],
    ['a longer key', { authorization: `Bearer ${secretKey}x` }],
    ['the key without Bearer', { authorization: secretKey }],
  ])('not with %s', async (_, headers) => {
    const answer = await fetch(`${stage.url}/v1/events`, { headers });
    expect(answer.status).toBe(401);
  });

  test('only to accounts of the platform', async () => {
    expect(await call('/v1/events', { headers: { 'stripe-account': 'acct_unknown' } })).toMatchObject({
      status: 403,
      error: { code: 'account_invalid' },
    });
    await expect(stage.stripe.accounts.retrieve('acct_unknown')).rejects.toMatchObject({
      statusCode: 403,
      code: 'account_invalid',
    });
  });

  test('only in the API version the SDK is made for', async () => {
    expect((await call('/v1/events', { headers: { 'stripe-version': '2022-11-15' } })).status).toBe(400);
    expect((await call('/v1/events', { headers: { 'stripe-version': Stripe.API_VERSION } })).status).toBe(200);
  });

  test('under the loopback name only, and not from pages elsewhere', async () => {
    const elsewhere = await fetch(`${stage.url}/_sandbox/faults`, {
      method: 'DELETE',
      headers: { 'sec-fetch-site': 'cross-site' },
    });
    expect(elsewhere.status).toBe(403);
  });
});

describe('what is understood', () => {
  const base = 'mode=payment&success_url=https://a.example/&line_items[0][quantity]=1&line_items[0][price_data][currency]=gbp';
  const item = '&line_items[0][price_data][unit_amount]=500&line_items[0][price_data][product_data][name]=x';

  test.each([
    ['an unknown parameter', `${base}${item}&colour=red`, 'parameter_unknown', 'colour'],
    [
      'an unknown parameter further in',
      `${base}${item}&line_items[0][price_data][colour]=red`,
      'parameter_unknown',
      'line_items[0][price_data][colour]',
    ],
    [
      'a missing parameter',
      `${base}&line_items[0][price_data][product_data][name]=x`,
      'parameter_missing',
      'line_items[0][price_data][unit_amount]',
    ],
    ['a fraction', `${base}${item.replace('500', '5.5')}`, 'parameter_invalid_integer', 'line_items[0][price_data][unit_amount]'],
    [
      'an exponent',
      `${base}${item.replace('500', '5e3')}`,
      'parameter_invalid_integer',
      'line_items[0][price_data][unit_amount]',
    ],
    [
      'an empty text',
      `${base}${item.replace('=x', '=')}`,
      'parameter_invalid_empty',
      'line_items[0][price_data][product_data][name]',
    ],
    ['a relative address', `${base}${item}`.replace('https://a.example/', '/paid'), 'url_invalid', 'success_url'],
    ['a long metadata key', `${base}${item}&metadata[${'k'.repeat(41)}]=1`, undefined, undefined],
    ['a long metadata value', `${base}${item}&metadata[k]=${'v'.repeat(501)}`, 'metadata_value_too_long', 'metadata[k]'],
    ['line items that skip a number', `${base}${item}`.replaceAll('[0]', '[1]'), undefined, 'line_items'],
    ['no line items', 'mode=payment&success_url=https://a.example/', 'parameter_missing', 'line_items'],
  ])('refuses %s', async (_, body, code, param) => {
    const answer = await post('/v1/checkout/sessions', body);
    expect(answer.status).toBe(400);
    expect(answer.error['type']).toBe('invalid_request_error');
    if (code !== undefined) expect(answer.error['code']).toBe(code);
    if (param !== undefined) expect(answer.error['param']).toBe(param);
  });

  test('refuses JSON, parameters in the address of a POST, and what is not a form', async () => {
    expect((await post('/v1/refunds', '{}', { 'content-type': 'application/json' })).status).toBe(400);
    expect((await post('/v1/refunds?amount=1', 'charge=ch_1')).status).toBe(400);
    expect((await post('/v1/refunds', 'amount=1&amount=2')).status).toBe(400);
  });

  test('does not know other paths and methods', async () => {
    expect((await call('/v1/customers')).status).toBe(404);
    expect((await call('/v1/events', { method: 'DELETE' })).status).toBe(404);
  });

  test('every answer has a request id and names account and version', async () => {
    const { headers } = await call('/v1/events', { headers: { 'stripe-account': account } });
    expect(headers.get('request-id')).toMatch(/^req_\w{14}$/);
    expect(headers.get('stripe-account')).toBe(account);
    expect(headers.get('stripe-version')).toBe('2026-10-28.endive');
  });

  test('keeps accounts apart', async () => {
    const other = await onboardedAccount(stage);
    const id = await paidIntent(stage, account);
    await expect(stage.stripe.paymentIntents.retrieve(id, {}, { stripeAccount: other })).rejects.toMatchObject({
      statusCode: 404,
    });
    const events = await stage.stripe.events.list({ types: ['payment_intent.succeeded'] }, { stripeAccount: other });
    expect(events.data).toEqual([]);
  });

  test('expands only what can be expanded', async () => {
    const id = await paidIntent(stage, account);
    const options = { stripeAccount: account };
    const whole = await stage.stripe.paymentIntents.retrieve(id, { expand: ['latest_charge.refunds', 'latest_charge'] }, options);
    expect(whole.latest_charge).toMatchObject({ object: 'charge', refunds: { object: 'list', data: [] } });
    await expect(stage.stripe.paymentIntents.retrieve(id, { expand: ['colour'] }, options)).rejects.toMatchObject({
      statusCode: 400,
      param: 'expand',
    });
    const list = await stage.stripe.paymentIntents.list({ expand: ['data.latest_charge'] }, options);
    expect(list.data[0]?.latest_charge).toMatchObject({ object: 'charge' });
  });

  test('lists in pages, newest first', async () => {
    const ids = [];
    for (let count = 0; count < 5; count += 1) ids.unshift(await paidIntent(stage, account));
    const options = { stripeAccount: account };
    const found = [];
    for await (const intent of stage.stripe.paymentIntents.list({ limit: 2 }, options)) found.push(intent.id);
    expect(found.slice(0, 5)).toEqual(ids);
    const before = await stage.stripe.paymentIntents.list({ limit: 2, ending_before: String(ids[3]) }, options);
    expect(before.data.map(({ id }) => id)).toEqual([ids[1], ids[2]]);
    await expect(stage.stripe.paymentIntents.list({ starting_after: 'pi_none' }, options)).rejects.toMatchObject({
      statusCode: 400,
    });
  });
});

describe('the request log', () => {
  test('shows calls with their parameters and answers, without the key', async () => {
    await stage.stripe.events.list({ limit: 3 }, { stripeAccount: account });
    await post('/v1/refunds', 'payment_intent=pi_none&amount=5');
    const { items } = (await stage.control('requests')) as { items: Record<string, unknown>[] };
    expect(items.at(-2)).toMatchObject({
      method: 'GET',
      path: '/v1/events',
      query: { limit: '3' },
      tenantId: account,
      status: 200,
    });
    expect(items.at(-1)).toMatchObject({
      method: 'POST',
      path: '/v1/refunds',
      body: { payment_intent: 'pi_none', amount: '5' },
      status: 400,
    });
    expect(JSON.stringify(items)).not.toContain(secretKey);
  });
});
