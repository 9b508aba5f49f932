import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import {
  checkoutFor,
  connected,
  invoiceNow,
  issued,
  openTill,
  payAt,
  paymentsOf,
  type Shop,
  type Till,
} from '../../support/till.ts';

let till: Till;
let shop: Shop;
beforeAll(async () => {
  till = await openTill();
  shop = await connected(till);
});
afterAll(() => till.close());

describe('an invoice paid by card', () => {
  test('from the page to paid', async () => {
    const invoice = await issued(till, shop);
    expect(invoice.total).toEqual({ amount: 12_000, currency: 'GBP' });
    const checkout = await checkoutFor(till, shop, invoice.id);
    expect(checkout).toMatchObject({ status: 201, body: { url: expect.stringContaining('/c/pay/cs_test_') } });
    await payAt(checkout.body.url);
    expect(await till.settle()).toBe(0);
    expect(await invoiceNow(till, shop, invoice.id)).toMatchObject({ status: 'paid', due: { amount: 0, currency: 'GBP' } });
    const [payment, ...others] = await paymentsOf(till, shop, invoice.id);
    expect(others).toEqual([]);
    expect(payment).toMatchObject({
      invoiceId: invoice.id,
      amount: { amount: 12_000, currency: 'GBP' },
      method: 'card',
      origin: 'stripe',
      status: 'succeeded',
      refunded: { amount: 0, currency: 'GBP' },
      overpaid: { amount: 0, currency: 'GBP' },
      sync: { state: 'off' },
      reference: expect.stringMatching(/^pi_/),
    });
    const one = await till.payments({ route: 'GET /v1/payments/{id}', from: shop.from, params: { id: payment.id } });
    expect(one.body).toEqual(payment);
  });
});
