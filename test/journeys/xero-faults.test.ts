import { beforeEach, describe, expect, test } from '@jest/globals';
import { addClient, billItem, businessAt, connectXero, invoiceWhen, registerForVat, syncedInvoice } from '../support/business.ts';
import { forAllTests } from '../support/for-all-tests.ts';
import type { Body } from '../support/person.ts';
import { startRunningSystem } from '../support/running-system.ts';
import { until } from '../support/until.ts';

// Xero's answers are lost, late, broken or refused. Whatever happens on the way, each document is there once in the end, and until
// then a person can read what it waits for.

const running = await forAllTests(startRunningSystem());
const business = businessAt(running.system.endpoints);
await registerForVat(business);
await connectXero(business);
const clientId = (await addClient(business)).id;
await syncedInvoice(business, (await billItem(business, clientId, 1000)).id);

const anyInvoiceCall = { path: '/Invoices' };
const madeInvoices = { method: 'PUT', path: '/Invoices' };
const madePayments = { method: 'PUT', path: '/Payments' };

/** An invoice over 120.00 with VAT, paid by bank transfer. */
const billAndPay = async (): Promise<{ invoice: Body; payment: Body }> => {
  const invoice = await billItem(business, clientId, 10_000);
  const paid = { amount: invoice.total, receivedOn: invoice.issueDate };
  return { invoice, payment: await business.finance.post(`/v1/invoices/${invoice.id}/payments`, paid) };
};

/** Lets minutes go by until a document has reached Xero; ten simulated ones at most. */
const minutesUntilSynced = async (path: string): Promise<Body> => {
  for (let minutes = 0; minutes < 10; minutes += 1) {
    await running.system.host.settle();
    const { sync } = await business.finance.get(path);
    if (sync.state === 'synced') return sync;
    await running.advance(60);
  }
  return (await business.finance.get(path)).sync;
};

const expectOnce = async ({ invoice, payment }: { invoice: Body; payment: Body }): Promise<void> => {
  expect(await minutesUntilSynced(`/v1/invoices/${invoice.id}`)).toMatchObject({ state: 'synced' });
  expect(await minutesUntilSynced(`/v1/payments/${payment.id}`)).toMatchObject({ state: 'synced' });
  expect(await business.xero.invoicesNumbered(invoice.number)).toMatchObject([
    { Reference: invoice.id, Status: 'PAID', Total: 120, AmountPaid: 120 },
  ]);
  expect(await business.xero.paymentsOf(invoice.number)).toMatchObject([{ Reference: payment.id, Amount: 120 }]);
};

beforeEach(async () => {
  await business.xero.noFaults();
  // What a minute allows is whole again.
  await running.advance(60);
});

describe('an answer that does not come as it should (F48, F52, F65)', () => {
  test.each([
    { fault: 'drop-answer', how: 'is lost' },
    { fault: 'late-commit', how: 'is lost, and the work done only ten seconds later', more: { seconds: 10 } },
    { fault: 'late-commit', how: 'is lost, and the work done only five minutes later', more: { seconds: 300 } },
    { fault: 'server-error', how: 'is an error, with nothing done' },
    { fault: 'server-error', how: 'is an error, although all was done', more: { commit: true } },
    { fault: 'html', how: 'is a web page, with nothing done' },
    { fault: 'html', how: 'is a web page, although all was done', more: { commit: true } },
    { fault: 'html', how: 'is a web page with the status of success', more: { commit: true, status: 200 } },
    { fault: 'truncated', how: 'breaks off' },
    { fault: 'minute-limit', how: 'is that a minute has no more calls' },
    { fault: 'concurrent-limit', how: 'is that too many call at once' },
    { fault: 'app-limit', how: 'is that the app calls too often' },
  ])('an answer that $how leads to one invoice and one payment', async ({ fault, more }) => {
    await business.xero.fault(fault, madeInvoices, more);
    await business.xero.fault(fault, madePayments, more);
    await expectOnce(await billAndPay());
    expect(await business.xero.faults()).toEqual([]);
  });

  test('a batch with one bad document leaves the others alone (F50)', async () => {
    await business.xero.fault('minute-limit', madeInvoices);
    const first = await billItem(business, clientId, 1100);
    await until(
      'Xero asks to wait',
      () => business.finance.get('/v1/xero/connection'),
      ({ state }) => state === 'waiting-for-limit',
    );
    const others = [await billItem(business, clientId, 1200), await billItem(business, clientId, 1300)];
    await business.xero.fault('bad-element', madeInvoices, { element: 1, message: 'The tax type is not known here' });
    await running.advance(120);
    const invoices = await Promise.all([first, ...others].map(({ id }) => business.finance.get(`/v1/invoices/${id}`)));
    const [refused, ...more] = invoices.filter(({ sync }) => sync.state === 'blocked');
    expect(more).toEqual([]);
    expect(refused.sync).toMatchObject({ code: 'refused-by-xero' });
    expect(refused.sync.reason).toContain('The tax type is not known here');
    expect(invoices.filter(({ sync }) => sync.state === 'synced')).toHaveLength(2);

    await business.finance.post(`/v1/xero/sync-items/${refused.id}/retry`);
    await syncedInvoice(business, refused.id);
    for (const { number } of invoices) expect(await business.xero.invoicesNumbered(number)).toHaveLength(1);
  });
});

describe('while Xero is down', () => {
  test.each(['server-error', 'html', 'truncated', 'drop-answer'])(
    'an invoice waits and says what for, and is there once afterwards (%s)',
    async (fault) => {
      await business.xero.fault(fault, anyInvoiceCall, { times: 1000 });
      const { invoice, payment } = await billAndPay();
      const waits = await invoiceWhen(business, invoice.id, 'says what it waits for', ({ sync }) => sync.reason !== undefined);
      expect(waits.sync).toMatchObject({ state: 'sending', code: 'no-answer' });
      expect(waits.sync.reason).toMatch(/Xero has not said/);
      expect(waits.sync.nextSyncAt > new Date(running.system.clock.now()).toISOString()).toBe(true);
      const mine = (await business.finance.all('/v1/xero/sync-items')).filter(({ documentId }) => documentId === invoice.id);
      expect(mine).toMatchObject([{ kind: 'invoice', sync: { state: 'sending', reason: waits.sync.reason } }]);
      await running.advance(180);
      expect((await business.finance.get(`/v1/invoices/${invoice.id}`)).sync.state).toBe('sending');

      await business.xero.noFaults();
      await expectOnce({ invoice, payment });
    },
  );

  test('an invoice is voided all the same: Xero is asked whether it arrived', async () => {
    await business.xero.fault('drop-answer', anyInvoiceCall, { times: 1000 });
    const invoice = await billItem(business, clientId, 1400);
    await invoiceWhen(business, invoice.id, 'waits', ({ sync }) => sync.state === 'sending');
    expect(await business.finance.post(`/v1/invoices/${invoice.id}/void`)).toMatchObject({ status: 'voiding' });
    await business.xero.noFaults();
    await running.advance(600);
    expect(await business.finance.get(`/v1/invoices/${invoice.id}`)).toMatchObject({ status: 'void', sync: { state: 'synced' } });
    expect(await business.xero.invoicesNumbered(invoice.number)).toMatchObject([{ Status: 'VOIDED' }]);
  });

  test('an invoice that never arrived is void without having been there', async () => {
    await business.xero.fault('server-error', anyInvoiceCall, { times: 1000 });
    const invoice = await billItem(business, clientId, 1500);
    await invoiceWhen(business, invoice.id, 'waits', ({ sync }) => sync.state === 'sending');
    expect(await business.finance.post(`/v1/invoices/${invoice.id}/void`)).toMatchObject({ status: 'voiding' });
    await business.xero.noFaults();
    await running.advance(900);
    expect(await business.finance.get(`/v1/invoices/${invoice.id}`)).toMatchObject({ status: 'void', sync: { state: 'off' } });
    expect(await business.xero.invoicesNumbered(invoice.number)).toEqual([]);
  });
});

describe('when Xero takes no more calls (F52)', () => {
  test('a minute without calls is waited for, with a reason that a person understands', async () => {
    await business.xero.fault('minute-limit', madeInvoices, { seconds: 40 });
    const { invoice, payment } = await billAndPay();
    const connection = await until(
      'the connection waits',
      () => business.finance.get('/v1/xero/connection'),
      ({ state }) => state === 'waiting-for-limit',
    );
    expect(connection).toMatchObject({ estimated: false, waiting: { documents: 1, payments: 1 } });
    expect(connection.reason).toMatch(/calls a minute/);
    expect((await business.finance.get(`/v1/invoices/${invoice.id}`)).sync.state).toBe('pending');
    await expectOnce({ invoice, payment });
  });

  test('an invoice that is voided meanwhile never gets there, and nothing waits for it any more', async () => {
    await business.xero.fault('minute-limit', madeInvoices, { seconds: 40 });
    const invoice = await billItem(business, clientId, 1600);
    await until(
      'the connection waits',
      () => business.finance.get('/v1/xero/connection'),
      ({ state }) => state === 'waiting-for-limit',
    );
    expect(await business.finance.post(`/v1/invoices/${invoice.id}/void`)).toMatchObject({ status: 'void' });
    expect(await business.finance.get(`/v1/invoices/${invoice.id}`)).toMatchObject({ status: 'void', sync: { state: 'off' } });
    await running.advance(120);
    expect(await business.xero.invoicesNumbered(invoice.number)).toEqual([]);
  });

  test('a day without calls is waited for in silence, and then everything goes on', async () => {
    await business.xero.fault('day-limit', madeInvoices, { seconds: 7200 });
    const begun = running.system.clock.now();
    const first = await billAndPay();
    const connection = await until(
      'the connection waits',
      () => business.finance.get('/v1/xero/connection'),
      ({ state }) => state === 'waiting-for-limit',
    );
    expect(connection.reason).toMatch(/today/);
    expect(connection.estimated).toBe(false);
    const goesOnIn = (Date.parse(connection.nextSyncAt) - begun) / 1000;
    expect(goesOnIn).toBeGreaterThanOrEqual(7200);
    expect(goesOnIn).toBeLessThan(7260);

    await business.xero.forgetCalls();
    const second = await billAndPay();
    await business.finance.post('/v1/xero/push', { ids: [second.invoice.id] });
    await running.advance(3600);
    expect(await business.xero.calls()).toEqual([]);
    const still = await business.finance.get('/v1/xero/connection');
    expect(still).toMatchObject({ state: 'waiting-for-limit', nextSyncAt: connection.nextSyncAt });
    expect(still.waiting).toMatchObject({ documents: 1, payments: 2 });

    await running.advance(3700);
    await expectOnce(first);
    await expectOnce(second);
    expect(await business.finance.get('/v1/xero/connection')).toMatchObject({ state: 'connected', nextSyncAt: null });
  });
});

test('after all of it nothing stands in Xero twice', async () => {
  const { invoices, payments } = await business.xero.books();
  const references = invoices.map(({ Reference }) => Reference);
  expect(new Set(references).size).toBe(references.length);
  const numbers = invoices.map(({ InvoiceNumber }) => InvoiceNumber);
  expect(new Set(numbers).size).toBe(numbers.length);
  const paid = payments.map(({ Reference }) => Reference);
  expect(new Set(paid).size).toBe(paid.length);
});
