import { expect, test } from '@jest/globals';
import {
  addClient,
  billItem,
  businessAt,
  connectStripe,
  connectXero,
  invoiceWhen,
  registerForVat,
  syncedInvoice,
} from '../support/business.ts';
import { forAllTests } from '../support/for-all-tests.ts';
import { postForm, type StripeState } from '../support/outside-world.ts';
import { personAt, type Body } from '../support/person.ts';
import { startRunningSystem } from '../support/running-system.ts';
import { until } from '../support/until.ts';

// Stripe's word of a payment comes many times, out of order, late or from elsewhere (F37, F38, F39, F42, F43, F44, F75). What was
// paid once counts once, here and in Xero.

const running = await forAllTests(startRunningSystem());
const business = businessAt(running.system.endpoints);
const yesterday = new Date(running.system.clock.now() - 86_400_000).toISOString().slice(0, 10);
await registerForVat(business);
const clientId = (await addClient(business)).id;
await connectStripe(business);
await connectXero(business);

const gbp = (amount: number) => ({ amount, currency: 'GBP' });

/** An invoice with its payment page. */
const askedFor = async (amount: number): Promise<{ invoice: Body; page: string }> => {
  const invoice = await billItem(business, clientId, amount);
  const { url } = await business.finance.post(`/v1/invoices/${invoice.id}/checkout`);
  return { invoice, page: url };
};
/** What Stripe tells of the payment of an invoice. */
const eventsOf = async (invoiceId: string): Promise<StripeState['events']> => {
  const { events, paymentIntents } = await business.stripe.state();
  const intents = paymentIntents.filter(({ metadata }) => metadata['invoiceId'] === invoiceId).map(({ id }) => id);
  return events.filter(({ data: { object } }) => intents.includes(object.id) || intents.includes(object.payment_intent ?? ''));
};
const resendAll = async (events: StripeState['events'], times: number): Promise<void> => {
  const often = Array.from({ length: times }, () => events).flat();
  await Promise.all(often.map(({ id }) => business.stripe.resend(id)));
};
/** The client pays, and Stripe's word of it is lost. */
const payUnheard = async (page: string): Promise<void> => {
  await business.stripe.fault('lose-webhook', {}, 20);
  await postForm(page, { outcome: 'paid' });
  await business.stripe.noFaults();
  await running.system.host.settle();
};
/** The one payment of an invoice, here and in Xero, after everything has come to rest. */
const expectPaidOnce = async (invoice: Body): Promise<void> => {
  const paid = await invoiceWhen(business, invoice.id, 'is paid', ({ status }) => status === 'paid');
  expect(paid).toMatchObject({ due: gbp(0) });
  await syncedInvoice(business, invoice.id);
  await business.xero.invoiceIn(invoice.number, 'PAID');
  await running.system.host.settle();
  const { items } = await business.finance.get(`/v1/payments?invoiceId=${invoice.id}`);
  expect(items).toMatchObject([{ amount: invoice.total, overpaid: gbp(0), status: 'succeeded' }]);
  expect(await business.xero.paymentsOf(invoice.number)).toMatchObject([{ Amount: invoice.total.amount / 100 }]);
};

test('each event delivered 5 times in parallel is one payment', async () => {
  const { invoice, page } = await askedFor(7000);
  await postForm(page, { outcome: 'paid' });
  const events = await eventsOf(invoice.id);
  expect(events.length).toBeGreaterThan(1);
  await resendAll(events, 5);
  await expectPaidOnce(invoice);
  await resendAll(events, 5);
  await expectPaidOnce(invoice);
});

test('an event that Stripe itself repeats is one payment', async () => {
  const { invoice, page } = await askedFor(7100);
  await business.stripe.fault('repeat-webhook', {}, 3);
  await postForm(page, { outcome: 'paid' });
  await expectPaidOnce(invoice);
  await business.stripe.noFaults();
});

test('events out of order are one payment', async () => {
  const { invoice, page } = await askedFor(7200);
  await business.stripe.fault('reorder-webhooks');
  await postForm(page, { outcome: 'paid' });
  await expectPaidOnce(invoice);
  await business.stripe.noFaults();
});

test.each(['charge.succeeded', 'payment_intent.succeeded', 'checkout.session.completed'])(
  'a payment whose events were all lost is there as soon as %s comes again',
  async (type) => {
    const { invoice, page } = await askedFor(7300);
    await payUnheard(page);
    expect(await business.finance.get(`/v1/invoices/${invoice.id}`)).toMatchObject({ status: 'issued', due: invoice.total });
    const events = (await eventsOf(invoice.id)).filter((event) => event.type === type);
    expect(events).toHaveLength(1);
    await resendAll(events, 1);
    await expectPaidOnce(invoice);
  },
);

test('a page that was paid is not handed out again, also while its events are lost', async () => {
  const { invoice, page } = await askedFor(7400);
  await payUnheard(page);
  const second = await business.finance.ask('POST', `/v1/invoices/${invoice.id}/checkout`);
  expect(second).toMatchObject({ status: 409, body: { code: 'already-settled' } });
  await resendAll(await eventsOf(invoice.id), 1);
  await expectPaidOnce(invoice);
});

test('a client who pays while the same amount is recorded by hand has overpaid, and somebody is told (F43)', async () => {
  const { invoice, page } = await askedFor(7500);
  await payUnheard(page);
  await business.finance.post(`/v1/invoices/${invoice.id}/payments`, { amount: invoice.total, receivedOn: yesterday });
  await resendAll(await eventsOf(invoice.id), 2);
  const payments = await until(
    'both payments are recorded',
    async () => (await business.finance.get(`/v1/payments?invoiceId=${invoice.id}`)).items,
    ({ length }) => length === 2,
  );
  const card = payments.find(({ method }: Body) => method === 'card');
  expect(card).toMatchObject({ amount: invoice.total, overpaid: invoice.total });
  expect(await business.finance.get(`/v1/invoices/${invoice.id}`)).toMatchObject({ status: 'paid', due: gbp(0) });
  const { items } = await business.finance.get('/v1/notifications');
  expect(items).toContainEqual(expect.objectContaining({ about: invoice.id, resolvedAt: null }));
  await business.xero.invoiceIn(invoice.number, 'PAID');
  expect(await business.xero.paymentsOf(invoice.number)).toHaveLength(1);
});

/** A session that somebody makes past us, on an account, with marks that name one of our invoices. */
const foreignPage = async (account: string, invoice: Body, amount: number, currency: string): Promise<string> => {
  const { stripe } = running.system.endpoints;
  const workspace = await business.admin.get('/v1/workspace');
  const marks = { invoiceId: invoice.id, workspaceId: workspace.id };
  const fields: Record<string, string> = {
    mode: 'payment',
    success_url: `${stripe}/thanks`,
    'line_items[0][quantity]': '1',
    'line_items[0][price_data][currency]': currency,
    'line_items[0][price_data][unit_amount]': String(amount),
    'line_items[0][price_data][product_data][name]': 'Invoice',
  };
  for (const [name, value] of Object.entries(marks)) {
    fields[`metadata[${name}]`] = value;
    fields[`payment_intent_data[metadata][${name}]`] = value;
  }
  const answer = await fetch(`${stripe}/v1/checkout/sessions`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${running.system.credentials.stripe.secretKey}`,
      'stripe-account': account,
      'stripe-version': '2026-10-28.endive',
    },
    body: new URLSearchParams(fields),
  });
  const { url } = (await answer.json()) as { url: string };
  return url;
};

test.each([
  { what: 'another amount', amount: 100, currency: 'gbp' },
  { what: 'another currency', amount: 9120, currency: 'eur' },
])('money in $what is put aside, not counted, and somebody is told (F42)', async ({ amount, currency }) => {
  const invoice = await billItem(business, clientId, 7600);
  const { accountId } = await business.admin.get('/v1/stripe/connection');
  await postForm(await foreignPage(accountId, invoice, amount, currency), { outcome: 'paid' });
  const payments = await until(
    'the payment is put aside',
    async () => (await business.finance.get(`/v1/payments?invoiceId=${invoice.id}`)).items,
    ({ length }) => length > 0,
  );
  expect(payments).toMatchObject([{ status: 'parked', amount: { amount, currency: currency.toUpperCase() } }]);
  expect(await business.finance.get(`/v1/invoices/${invoice.id}`)).toMatchObject({ status: 'issued', due: invoice.total });
  const { items } = await business.finance.get('/v1/notifications');
  expect(items).toContainEqual(expect.objectContaining({ about: payments[0].id, resolvedAt: null }));
  await syncedInvoice(business, invoice.id);
  expect(await business.xero.paymentsOf(invoice.number)).toEqual([]);
});

test('money on the account of another workspace counts nothing here, whatever its marks say (F42)', async () => {
  const invoice = await billItem(business, clientId, 7700);
  const { api, tokens } = running.system.endpoints;
  const stranger = personAt(api, tokens['otherWorkspaceAdmin'] ?? '');
  await connectStripe({ admin: stranger });
  const { accountId } = await stranger.get('/v1/stripe/connection');
  await postForm(await foreignPage(accountId, invoice, invoice.total.amount, 'gbp'), { outcome: 'paid' });
  await running.system.host.settle();
  expect(await business.finance.get(`/v1/invoices/${invoice.id}`)).toMatchObject({ status: 'issued', due: invoice.total });
  expect((await business.finance.get(`/v1/payments?invoiceId=${invoice.id}`)).items).toEqual([]);
});
