import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
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
  type Business,
} from '../support/business.ts';
import { postForm } from '../support/outside-world.ts';
import type { Body } from '../support/person.ts';
import { newMachine, type Machine, type StartedProcess } from '../support/started-process.ts';
import { until } from '../support/until.ts';

// The machine loses power while money and documents are on their way between here, Stripe and Xero. Both of those keep what they
// were told, as the real ones do. Each test goes on from the data that the one before it left.

let machine: Machine;
let running: StartedProcess;
let business: Business;
let clientId: string;

const start = async (): Promise<void> => {
  running = await machine.start();
  business = businessAt(running.endpoints);
};
/** Pulls the plug and starts again on the same data, then lets ten minutes go by: a message that was in somebody's hands comes again. */
const powerCut = async (): Promise<void> => {
  await running.kill();
  expect(machine.engines()).toEqual([]);
  await start();
  await business.xero.advance(600);
};
beforeAll(async () => {
  machine = newMachine();
  await start();
  await registerForVat(business);
  await connectXero(business);
  await connectStripe(business);
  clientId = (await addClient(business)).id;
});
afterAll(() => machine.dispose());

const madeInvoices = { method: 'PUT', path: '/Invoices' };
const madePayments = { method: 'PUT', path: '/Payments' };

const expectOnceInXero = async (invoice: Body, status: string): Promise<void> => {
  await syncedInvoice(business, invoice.id);
  expect(await business.xero.invoiceIn(invoice.number, status)).toMatchObject({ Reference: invoice.id, Total: 120 });
};

const expectPaidOnce = async (invoice: Body): Promise<void> => {
  await invoiceWhen(business, invoice.id, 'is paid', ({ status }) => status === 'paid');
  await expectOnceInXero(invoice, 'PAID');
  const { items } = await business.finance.get(`/v1/payments?invoiceId=${invoice.id}`);
  expect(items).toMatchObject([{ status: 'succeeded', amount: { amount: 12_000 }, overpaid: { amount: 0 } }]);
  expect(await business.xero.paymentsOf(invoice.number)).toMatchObject([{ Amount: 120, Reference: items[0].id }]);
  await until(
    'the payment says that it is in Xero',
    () => business.finance.get(`/v1/payments/${items[0].id}`),
    ({ sync }) => sync.state === 'synced',
  );
};

describe('a machine that loses power', () => {
  test('while an invoice is on its way and Xero has not got to it: it is there once (F49)', async () => {
    await business.xero.fault('hang', madeInvoices);
    const invoice = await billItem(business, clientId, 10_000);
    await until(
      'the invoice is on the wire',
      () => business.xero.calls(),
      (calls) => calls.some(({ fault }) => fault === 'hang'),
    );
    await powerCut();
    await expectOnceInXero(invoice, 'AUTHORISED');
  });

  test('after Xero has made an invoice and before anybody here heard of it: it is there once (F48)', async () => {
    await business.xero.fault('slow', madeInvoices, { seconds: 600 });
    const invoice = await billItem(business, clientId, 10_000);
    const { InvoiceID } = await business.xero.invoiceIn(invoice.number, 'AUTHORISED');
    expect((await business.finance.get(`/v1/invoices/${invoice.id}`)).sync.state).toBe('pending');
    await powerCut();
    await expectOnceInXero(invoice, 'AUTHORISED');
    expect((await business.finance.get(`/v1/invoices/${invoice.id}`)).sync.xeroId).toBe(InvoiceID);
  });

  test('after Stripe has the money and before its event is delivered: the invoice is paid once, here and there', async () => {
    const invoice = await billItem(business, clientId, 10_000);
    const { url } = await business.finance.post(`/v1/invoices/${invoice.id}/checkout`);
    const answer = postForm(url, { outcome: 'paid' }).catch(() => 'cut off');
    await untilStripeKeeps(url.split('/').at(-1) as string);
    await powerCut();
    await answer;
    await expectPaidOnce(invoice);
  });

  test('as soon as the payer is sent back: the invoice is paid once, here and there (F44)', async () => {
    const invoice = await billItem(business, clientId, 10_000);
    await payOnPage(business, invoice.id);
    await powerCut();
    await expectPaidOnce(invoice);
  });

  test('after Xero has booked the payment and before anybody here heard of it: it is booked once', async () => {
    await business.xero.fault('slow', madePayments, { seconds: 600 });
    const invoice = await billItem(business, clientId, 10_000);
    await payOnPage(business, invoice.id);
    await business.xero.invoiceIn(invoice.number, 'PAID');
    await powerCut();
    await expectPaidOnce(invoice);
  });

  test('has all of it there once in the end', async () => {
    const { invoices, payments } = await business.xero.books();
    expect(invoices.map(({ InvoiceNumber, Status }) => [InvoiceNumber, Status]).toSorted()).toEqual([
      ['INV-0001', 'AUTHORISED'],
      ['INV-0002', 'AUTHORISED'],
      ['INV-0003', 'PAID'],
      ['INV-0004', 'PAID'],
      ['INV-0005', 'PAID'],
    ]);
    expect(payments.map(({ Invoice }) => Invoice.InvoiceNumber).toSorted()).toEqual(['INV-0003', 'INV-0004', 'INV-0005']);
    expect(await business.finance.get('/v1/xero/connection')).toMatchObject({
      state: 'connected',
      waiting: { payments: 0, documents: 0 },
    });
  });
});

/** What is in Stripe's own file outlives the machine. The file is written before any event is sent. */
const untilStripeKeeps = async (sessionId: string): Promise<void> => {
  type Kept = { sessions: { object: { id: string; status: string } }[] };
  const file = join(machine.dataDir, 'stripe', 'stripe-sandbox.json');
  const giveUpAt = performance.now() + 60_000;
  const isKept = (): boolean =>
    (JSON.parse(readFileSync(file, 'utf8')) as Kept).sessions.some(
      ({ object }) => object.id === sessionId && object.status === 'complete',
    );
  // Without a pause between two looks: the plug has to be pulled before the event is out.
  while (!isKept()) {
    if (performance.now() > giveUpAt) throw new Error('Stripe never kept the payment');
    await new Promise((resolve) => setImmediate(resolve));
  }
};

describe('a machine that is switched off', () => {
  test('ends with success at Ctrl-C, and finds everything again at the next start', async () => {
    const timer = await business.noor.post('/v1/timer/start', { jobId: (await addJob()).id });
    const invoices = await business.finance.all('/v1/invoices');
    expect(await running.interrupt()).toBe(0);
    expect(machine.engines()).toEqual([]);

    await start();
    expect(await business.finance.all('/v1/invoices')).toEqual(invoices);
    const seen = await business.noor.get('/v1/timer');
    expect(seen.running).toMatchObject({ id: timer.running.id, startedAt: timer.running.startedAt });
    expect((await business.noor.post('/v1/timer/stop', { timerId: timer.running.id })).entry.id).toBe(timer.running.id);
    expect(await business.finance.get('/v1/xero/connection')).toMatchObject({ state: 'connected' });
    await syncedInvoice(business, (await billItem(business, clientId, 2000)).id);
  });

  test('runs beside another one, and neither sees what the other has', async () => {
    const other = newMachine();
    try {
      const beside = await other.start();
      const second = businessAt(beside.endpoints);
      expect(new Set([beside.endpoints, running.endpoints].flatMap(({ api, xero, stripe }) => [api, xero, stripe])).size).toBe(6);
      await registerForVat(second);
      const client = await addClient(second);
      expect((await billItem(second, client.id, 5000)).number).toBe('INV-0001');
      expect(await second.finance.all('/v1/invoices')).toHaveLength(1);
      expect(await business.finance.all('/v1/invoices')).toHaveLength(6);
      expect(await beside.interrupt()).toBe(0);
      expect(await business.finance.all('/v1/invoices')).toHaveLength(6);
    } finally {
      await other.dispose();
    }
  });
});

const addJob = (): Promise<Body> =>
  business.finance.post('/v1/jobs', { clientId, name: 'Maintenance', rate: { amount: 5000, currency: 'GBP' } });
