import { describe, expect, test } from '@jest/globals';
import { DeleteCommand } from '@aws-sdk/lib-dynamodb';
import { keys } from '../../../shared/store/keys.ts';
import { forAllTests } from '../../support/for-all-tests.ts';
import { postForm } from '../../support/stripe-sandbox.ts';
import {
  checkoutFor,
  connected,
  foreignPayment,
  invoiceNow,
  issued,
  marksOf,
  noticesOf,
  openTill,
  payAt,
  paymentsOf,
  ringFor,
  type Body,
} from '../../support/till.ts';

const gbp = (amount: number) => ({ amount, currency: 'GBP' });

const till = await forAllTests(openTill());
const shop = await connected(till);

const unpaid = { status: 'issued', due: gbp(12_000) };
/** An invoice with an open page, and the marks on that page. */
const asked = async (): Promise<{ invoice: Body; url: string; marks: Record<string, string> }> => {
  const invoice = await issued(till, shop);
  const { body } = await checkoutFor(till, shop, invoice.id);
  return { invoice, url: body.url, marks: await marksOf(till, shop, invoice.id) };
};

describe('F42: money that is not what was asked for', () => {
  test.each([
    ['of another amount', { amount: 11_999 }, 'amount'],
    ['in another currency', { currency: 'eur' }, 'currency'],
  ])('%s is parked, counts nothing, and somebody is told once', async (_, money, fault) => {
    const { invoice, marks } = await asked();
    await foreignPayment(till, shop.accountId, marks, money);
    await till.settle();
    const [payment] = await paymentsOf(till, shop, invoice.id);
    expect(payment).toMatchObject({ status: 'parked', sync: { state: 'off' } });
    expect(await invoiceNow(till, shop, invoice.id)).toMatchObject(unpaid);
    await till.work([ringFor(shop.accountId, payment.reference), ringFor(shop.accountId, payment.reference)]);
    const notices = (await noticesOf(till, shop)).filter(({ about }) => about === payment.id);
    expect(notices).toMatchObject([{ text: expect.stringContaining(fault), resolvedAt: null }]);
  });

  test('of the other mode is parked', async () => {
    const { invoice, url } = await asked();
    await payAt(url);
    till.stage.receiver.received.length = 0;
    const session = await till.stage.stripe.checkout.sessions.list({ limit: 1 }, { stripeAccount: shop.accountId });
    const intent = String(session.data[0]?.payment_intent);
    expect(await till.another({ live: true }).work([ringFor(shop.accountId, intent)])).toBe(0);
    expect(await paymentsOf(till, shop, invoice.id)).toMatchObject([{ status: 'parked' }]);
    expect(await invoiceNow(till, shop, invoice.id)).toMatchObject(unpaid);
    const [notice] = (await noticesOf(till, shop)).filter(({ text }) => text.includes('mode'));
    expect(notice).toBeDefined();
  });

  test('of the other mode, which our key cannot even see, is dropped without a retry', async () => {
    expect(await till.work([ringFor(shop.accountId, 'pi_ofTheOtherMode', { livemode: true })])).toBe(0);
    expect(await till.work([ringFor(shop.accountId, 'pi_ofThisMode')])).toBe(1);
  });

  test("on somebody else's account stays there: metadata proves nothing", async () => {
    const { invoice, marks } = await asked();
    const thief = await connected(till);
    await foreignPayment(till, thief.accountId, marks);
    expect(await till.settle()).toBe(0);
    expect(await invoiceNow(till, shop, invoice.id)).toMatchObject(unpaid);
    expect(await paymentsOf(till, shop, invoice.id)).toEqual([]);
    expect(await paymentsOf(till, thief, invoice.id)).toMatchObject([{ status: 'parked' }]);
    expect(await noticesOf(till, thief)).toMatchObject([{ text: expect.stringContaining('does not exist here') }]);
  });

  test('on another account of the workspace than the page was for is parked', async () => {
    const own = await connected(till);
    const invoice = await issued(till, own);
    await checkoutFor(till, own, invoice.id);
    const marks = await marksOf(till, own, invoice.id);
    const gone = { type: 'account.application.deauthorized' };
    expect(await till.work([ringFor(own.accountId, null, gone)])).toBe(0);
    const link = await till.payments<Body>({ route: 'POST /v1/stripe/connect', from: own.from });
    await postForm(link.body.url, { outcome: 'complete' });
    const connection = await till.payments<Body>({ route: 'GET /v1/stripe/connection', from: own.from });
    await foreignPayment(till, connection.body.accountId, marks);
    await till.settle();
    expect(await paymentsOf(till, own, invoice.id)).toMatchObject([{ status: 'parked' }]);
    const open = (await noticesOf(till, own)).filter(({ resolvedAt }) => resolvedAt === null);
    expect(open).toMatchObject([{ text: expect.stringMatching(/wrong: account$/) }]);
    expect(await invoiceNow(till, own, invoice.id)).toMatchObject(unpaid);
  });

  test('marked with another workspace counts for the one that has the account', async () => {
    const { invoice, marks } = await asked();
    await foreignPayment(till, shop.accountId, { ...marks, workspaceId: 'ws_01HZZZZZZZZZZZZZZZZZZZZZZZ' });
    await till.settle();
    expect(await invoiceNow(till, shop, invoice.id)).toMatchObject({ status: 'paid' });
  });

  test('for an invoice that was never issued is parked', async () => {
    const line = { description: 'Work', quantity: '1', unitPrice: gbp(10_000) };
    const body = { clientId: shop.client.id, lines: [line], draft: true };
    const draft = (await till.invoices<Body>({ route: 'POST /v1/invoices', from: shop.from, body })).body;
    await foreignPayment(till, shop.accountId, { workspaceId: shop.workspace.id, invoiceId: draft.id });
    expect(await till.settle()).toBe(0);
    const [payment] = await paymentsOf(till, shop, draft.id);
    expect(payment).toMatchObject({ status: 'parked' });
    const [notice] = (await noticesOf(till, shop)).filter(({ about }) => about === payment.id);
    expect(notice?.text).toMatch(/wrong: invoice$/);
    expect(await invoiceNow(till, shop, draft.id)).toMatchObject({ status: 'draft' });
  });

  test('given back in full needs nobody any more', async () => {
    const { invoice, marks } = await asked();
    await foreignPayment(till, shop.accountId, marks, { amount: 5_000 });
    await till.settle();
    const [parked] = await paymentsOf(till, shop, invoice.id);
    await till.stage.control('refunds', { paymentIntent: parked.reference });
    await till.settle();
    expect(await paymentsOf(till, shop, invoice.id)).toMatchObject([{ status: 'refunded', refunded: gbp(5_000) }]);
    const [notice] = (await noticesOf(till, shop)).filter(({ about }) => about === parked.id);
    expect(notice?.resolvedAt).not.toBeNull();
    expect(await invoiceNow(till, shop, invoice.id)).toMatchObject(unpaid);
  });
});

describe("payments that aren't ours", () => {
  test('without our marks they are left alone', async () => {
    const before = (await till.payments<Body>({ route: 'GET /v1/payments', from: shop.from })).body.items;
    await foreignPayment(till, shop.accountId, {});
    await foreignPayment(till, shop.accountId, { invoiceId: 'order-17' });
    expect(await till.settle()).toBe(0);
    expect((await till.payments<Body>({ route: 'GET /v1/payments', from: shop.from })).body.items).toEqual(before);
  });

  test('on an account that no workspace has they are dropped without a retry', async () => {
    const { id } = await till.stage.stripe.accounts.create({ country: 'GB' });
    await till.stage.control(`accounts/${id}`, { outcome: 'complete' });
    const intent = await foreignPayment(till, id, {
      workspaceId: shop.workspace.id,
      invoiceId: 'inv_01HZZZZZZZZZZZZZZZZZZZZZZZ',
    });
    expect(await till.work([ringFor(id, intent), ringFor('acct_nobodys', intent)])).toBe(0);
    expect(await till.settle()).toBe(0);
  });
});

describe('F45: the event is there before our own note of the page', () => {
  /** As if the page had been made and paid before anything of it was written. */
  const forget = async (invoiceId: string, checkoutId: string): Promise<void> => {
    const places = [keys.checkout(shop.workspace.id, invoiceId), keys.checkoutAsked(shop.workspace.id, invoiceId, checkoutId)];
    for (const Key of places) await till.engine.client.send(new DeleteCommand({ TableName: 'table', Key }));
  };

  test('the payment is matched by its marks, over what is due', async () => {
    const { invoice, url, marks } = await asked();
    await forget(invoice.id, String(marks['checkoutId']));
    await payAt(url);
    expect(await till.settle()).toBe(0);
    expect(await invoiceNow(till, shop, invoice.id)).toMatchObject({ status: 'paid', due: gbp(0) });
    const [payment] = await paymentsOf(till, shop, invoice.id);
    expect(payment).toMatchObject({ status: 'succeeded' });
    // Nothing is due any more, which is no reason to doubt it the next time it is looked at.
    for (let again = 0; again < 2; again += 1) {
      expect(await till.work([ringFor(shop.accountId, payment.reference)])).toBe(0);
      expect(await paymentsOf(till, shop, invoice.id)).toEqual([payment]);
    }
    await till.stage.control('refunds', { paymentIntent: payment.reference, amount: 100 });
    await till.settle();
    expect(await paymentsOf(till, shop, invoice.id)).toMatchObject([{ status: 'succeeded', refunded: gbp(100) }]);
    expect(await invoiceNow(till, shop, invoice.id)).toMatchObject({ status: 'partially-paid', due: gbp(100) });
  });

  test('over anything else it is parked', async () => {
    const { invoice, marks } = await asked();
    await forget(invoice.id, String(marks['checkoutId']));
    await foreignPayment(till, shop.accountId, marks, { amount: 6_000 });
    await till.settle();
    expect(await paymentsOf(till, shop, invoice.id)).toMatchObject([{ status: 'parked' }]);
    expect(await invoiceNow(till, shop, invoice.id)).toMatchObject(unpaid);
  });
});
