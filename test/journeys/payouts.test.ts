import { expect, test } from '@jest/globals';
import {
  addClient,
  billItem,
  businessAt,
  connectStripe,
  connectXero,
  invoiceWhen,
  payOnPage,
  registerForVat,
  syncedInvoice,
} from '../support/business.ts';
import { balanceIn } from '../support/clearing.ts';
import { forAllTests } from '../support/for-all-tests.ts';
import type { Body } from '../support/person.ts';
import { startRunningSystem } from '../support/running-system.ts';
import { until } from '../support/until.ts';

// Clients pay by card; Stripe keeps its fees, gives back, loses disputes and pays out. The books tell all of it: what card payments
// stand on ends at nothing, and the bank has what arrived there.

const [bank, clearing, fees] = ['090', '091', '404'];
const running = await forAllTests(startRunningSystem());
const business = businessAt(running.system.endpoints);
await registerForVat(business);
const clientId = (await addClient(business)).id;
await connectStripe(business);
await connectXero(business);
const account = (await business.admin.get('/v1/stripe/connection')).accountId;
const accounts = { paymentAccount: bank, stripeAccount: clearing, payoutAccount: bank, feeAccount: fees };
await business.finance.ask('PUT', '/v1/xero/settings', { ...accounts, contactPolicy: 'match-or-create' });

const gbp = (amount: number) => ({ amount, currency: 'GBP' });

/** An invoice that its client has paid by card, here and in the books; with its payment. */
const paidByCard = async (net: number): Promise<{ invoice: Body; payment: Body }> => {
  const { id } = await billItem(business, clientId, net);
  await payOnPage(business, id);
  const invoice = await invoiceWhen(business, id, 'is paid', ({ status }) => status === 'paid');
  await syncedInvoice(business, id);
  await business.xero.invoicePaidBy(invoice.number, 1);
  const [payment] = (await business.finance.get(`/v1/payments?invoiceId=${id}`)).items;
  return { invoice, payment };
};

/** What Stripe says that moved on the account, its own fees taken off, without the payouts themselves. */
const earnedAtStripe = async (): Promise<number> => {
  const { balanceTransactions } = await business.stripe.state();
  const own = balanceTransactions.filter((one) => one.account === account && !one.type.startsWith('payout'));
  return own.reduce((sum, { net }) => sum + net, 0);
};
/** In minor units, as the documents in the books add up. */
const inTheBooks = async (): Promise<{ clearing: number; bank: number }> => {
  const books = await business.xero.books();
  return { clearing: balanceIn(books, clearing as string), bank: balanceIn(books, bank as string) };
};
/** Waits until they are: a payment that moved is taken out of the books and booked anew on the way. */
const expectInTheBooks = async (wanted: { clearing: number; bank: number }): Promise<void> => {
  await running.system.host.settle();
  const said = JSON.stringify(wanted);
  await until(`the books come to ${said}`, inTheBooks, (now) => JSON.stringify(now) === said);
};
/** Payouts made in one second have no order among themselves: each is found by Stripe's id. */
const payoutsByStripeId = async (): Promise<Map<string, Body>> => {
  const payouts = await business.finance.all('/v1/payouts');
  return new Map(payouts.map((one) => [one.stripePayoutId, one]));
};
const recorded = (stripeId: string, what: string, isThere: (payout: Body) => boolean): Promise<Body> =>
  until(
    `payout ${stripeId} ${what}`,
    async () => (await payoutsByStripeId()).get(stripeId),
    (payout) => payout !== undefined && isThere(payout),
  );
const booked = (stripeId: string): Promise<Body> => recorded(stripeId, 'is in Xero', ({ sync }) => sync.state === 'synced');

test('card payments, a refund, disputes and fees leave nothing where card payments stand once all is paid out', async () => {
  const first = await paidByCard(10_000);
  const second = await paidByCard(20_000);
  const third = await paidByCard(5_000);
  await expectInTheBooks({ clearing: 42_000, bank: 0 });

  await business.finance.post(`/v1/payments/${first.payment.id}/refunds`, { amount: gbp(3_000), reason: 'Agreed' });
  const lost = await business.stripe.dispute(second.payment.reference);
  await invoiceWhen(business, second.invoice.id, 'is due again', ({ due }) => due.amount === 24_000);
  await business.stripe.decide(lost, 'lost');
  const won = await business.stripe.dispute(third.payment.reference);
  await invoiceWhen(business, third.invoice.id, 'is due again', ({ due }) => due.amount === 6_000);
  await business.stripe.decide(won, 'won');
  await invoiceWhen(business, third.invoice.id, 'is paid again', ({ status }) => status === 'paid');
  await expectInTheBooks({ clearing: 15_000, bank: 0 });

  const amount = await earnedAtStripe();
  const payout = await booked(await business.stripe.payOut(account));
  expect(payout).toMatchObject({ amount: gbp(amount), status: 'paid', automatic: true, fees: gbp(15_000 - amount) });
  expect((await business.finance.get(`/v1/payouts/${payout.id}`)).madeOf).toEqual({
    charges: gbp(42_000),
    refunds: gbp(-3_000),
    disputes: gbp(-24_000),
    other: gbp(0),
  });
  await expectInTheBooks({ clearing: 0, bank: amount });
});

test('a payout that fails comes back, and goes out with the next one', async () => {
  const { bank: before } = await inTheBooks();
  const already = await earnedAtStripe();
  await paidByCard(7_000);
  const failed = await business.stripe.payOut(account, 'failed');
  await recorded(failed, 'has come back', ({ status }) => status === 'failed');
  await paidByCard(3_000);
  const gained = (await earnedAtStripe()) - already;
  const next = await booked(await business.stripe.payOut(account));
  expect(next).toMatchObject({ amount: gbp(gained), status: 'paid', fees: gbp(12_000 - gained) });
  await expectInTheBooks({ clearing: 0, bank: before + gained });
  const statuses = [...(await payoutsByStripeId()).values()].map(({ status }) => status).sort();
  expect(statuses).toEqual(['failed', 'paid', 'paid']);
});
