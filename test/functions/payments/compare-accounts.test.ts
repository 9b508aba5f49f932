import { beforeEach, describe, expect, test } from '@jest/globals';
import { openDiscrepancies } from '../../../shared/store/discrepancies.ts';
import { addPayment, readPayment, replacePayment, type Payment } from '../../../shared/store/payments.ts';
import { newId } from '../../support/billing.ts';
import { forAllTests } from '../../support/for-all-tests.ts';
import { connectionOf, counted, hours, loseWebhooks, paidByCard } from '../../support/missed-events.ts';
import { connected, foreignPayment, invoiceNow, noticesOf, openTill, paymentsOf, type Shop } from '../../support/till.ts';

const till = await forAllTests(openTill());
let shop: Shop;
beforeEach(async () => {
  await till.stage.control('faults', undefined, 'DELETE');
  await till.stage.clock.advance(hours(25));
  shop = await connected(till);
  await loseWebhooks(till);
});

const open = async () => (await openDiscrepancies(till.engine.table)(shop.workspace.id)).map(({ difference }) => difference);
const storedPayment = async (invoiceId: string): Promise<Payment> => {
  const [shown] = await paymentsOf(till, shop, invoiceId);
  return (await readPayment(till.engine.table)(shop.workspace.id, shown.id)) as Payment;
};

describe('F46: what is here is held against what Stripe has', () => {
  test('paid there and not here: it is recorded, and nobody is bothered', async () => {
    const { invoice } = await paidByCard(till, shop);
    await foreignPayment(till, shop.accountId, {});
    await till.compareAccounts();
    expect((await invoiceNow(till, shop, invoice.id)).status).toBe('paid');
    expect(await open()).toEqual([]);
    expect(await noticesOf(till, shop)).toEqual([]);
  });

  test('another sum here: what Stripe says is taken', async () => {
    const { invoice } = await paidByCard(till, shop);
    await till.compareAccounts();
    const payment = await storedPayment(invoice.id);
    await till.engine.table.commit([replacePayment(shop.workspace.id, { ...payment, amount: { amount: 1, currency: 'GBP' } })]);
    await till.stage.clock.advance(hours(25));
    await till.compareAccounts();
    expect(await storedPayment(invoice.id)).toMatchObject({ amount: payment.amount, status: 'succeeded' });
    expect(await open()).toEqual([]);
  });

  test('here and not there: told once, after that very payment was asked for, and over when it is gone', async () => {
    const { invoice } = await paidByCard(till, shop);
    await till.compareAccounts();
    const payment = await storedPayment(invoice.id);
    const invented = { ...payment, id: newId('pay'), paymentIntentId: 'pi_invented', reference: 'pi_invented' };
    await till.engine.table.commit([addPayment(shop.workspace.id, invented)]);
    for (let day = 0; day < 2; day += 1) {
      await till.stage.clock.advance(hours(25));
      await till.compareAccounts();
      expect(await open()).toMatchObject([
        { kind: 'missing', system: 'stripe', documentId: invented.id, outsideId: 'pi_invented' },
      ]);
    }
    expect(await noticesOf(till, shop)).toHaveLength(1);
    const gone = { ...invented, counts: { amount: 0, currency: 'GBP' }, status: 'failed' as const };
    await till.engine.table.commit([replacePayment(shop.workspace.id, gone)]);
    await till.stage.clock.advance(hours(25));
    await till.compareAccounts();
    expect(await open()).toEqual([]);
  });

  test('once a day, whatever runs more often; Stripe in trouble says nothing and moves nothing', async () => {
    await till.compareAccounts();
    const before = await connectionOf(till, shop);
    expect((await counted(till, till.compareAccounts)).asked).toEqual([]);
    await till.stage.clock.advance(hours(25));
    await till.stage.control('faults', { fault: 'server-error', match: { path: '/v1/payment_intents' }, times: 100 });
    await till.compareAccounts().catch(() => undefined);
    expect((await connectionOf(till, shop)).comparedUntil).toBe(before.comparedUntil);
    expect(await open()).toEqual([]);
    await till.stage.control('faults', undefined, 'DELETE');
    await till.compareAccounts();
    expect((await connectionOf(till, shop)).comparedUntil).not.toBe(before.comparedUntil);
  });
});
