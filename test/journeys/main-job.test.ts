import { describe, expect, test } from '@jest/globals';
import {
  addClient,
  allowXero,
  businessAt,
  connectStripe,
  invoiceWhen,
  registerForVat,
  syncedInvoice,
} from '../support/business.ts';
import { forAllTests } from '../support/for-all-tests.ts';
import { kestrelBooks, postForm } from '../support/outside-world.ts';
import { personAt, type Body } from '../support/person.ts';
import { startRunningSystem } from '../support/running-system.ts';
import { until } from '../support/until.ts';

// The main job of the product, as the README tells it: each step stands on the ones before it.

const running = await forAllTests(startRunningSystem());
const business = businessAt(running.system.endpoints);
const startedAt = running.system.clock.now();

const gbp = (amount: number) => ({ amount, currency: 'GBP' });
const dayMs = 86_400_000;
/** A day near the one on which the system was started, by the clock that it lives by. */
const dayFromNow = (days: number): string => new Date(startedAt + days * dayMs).toISOString().slice(0, 10);
const knownContacts = async (): Promise<number> => (await business.xero.books()).contacts.length;

describe('from running clocks to an invoice that is paid on both sides', () => {
  let clientId: string;
  let jobId: string;
  let contactsBefore: number;
  let sketches: Body;
  let landingPage: Body;
  let checkoutFlow: Body;
  let training: Body;
  let invoice: Body;

  test('a workspace that is registered for VAT has a client, a service and a job', async () => {
    const workspace = await registerForVat(business);
    expect(workspace.taxRegistrations).toEqual([{ country: 'GB', number: 'GB123456782', from: '2020-01-01' }]);
    const client = await addClient(business, { timeRounding: { mode: 'up', minutes: 6 } });
    const service = await business.finance.post('/v1/services', { name: 'Design' });
    const job = await business.finance.post('/v1/jobs', { clientId: client.id, name: 'New web shop', serviceId: service.id });
    expect(job).toMatchObject({ clientId: client.id, billing: 'hourly', currency: 'GBP', serviceId: service.id });
    clientId = client.id;
    jobId = job.id;
  });

  test('the books are connected only when the admin who began it confirms the organisation', async () => {
    contactsBefore = await knownContacts();
    await allowXero(business);
    const choice = await business.admin.get('/v1/xero/connection');
    expect(choice).toMatchObject({ state: 'choose-organisation', organisation: null });
    expect(choice.choices).toContainEqual({ tenantId: kestrelBooks, name: 'Kestrel Studio Ltd' });
    expect(await business.xero.calls()).toEqual([]);

    await business.admin.post('/v1/xero/connection/organisation', { tenantId: kestrelBooks });
    const connection = await business.finance.get('/v1/xero/connection');
    expect(connection).toMatchObject({ state: 'connected', organisation: { name: 'Kestrel Studio Ltd' } });
    const { checks } = await business.finance.post('/v1/xero/test');
    expect(checks.filter(({ ok }: Body) => !ok)).toEqual([]);
  });

  test('finance says on which accounts sales and payments are booked; what Xero would refuse is refused', async () => {
    const { items: accounts } = await business.finance.get('/v1/xero/accounts');
    expect(accounts.map(({ code }: Body) => code)).toEqual(expect.arrayContaining(['090', '091', '201']));
    const { items: services } = await business.finance.get('/v1/services');
    const settings = await business.finance.put('/v1/xero/settings', {
      revenueAccount: '200',
      serviceAccounts: { [services[0].id]: '201' },
      paymentAccount: '090',
      stripeAccount: '091',
      taxTypes: { 'domestic:0.2': 'OUTPUT2' },
    });
    expect(settings).toMatchObject({ statusOnPush: 'AUTHORISED', contactPolicy: 'match-only' });
    const archived = await business.finance.ask('PUT', '/v1/xero/settings', { revenueAccount: '299' });
    expect(archived).toMatchObject({ status: 422, body: { code: 'xero-mapping-invalid' } });
    const otherRate = await business.finance.ask('PUT', '/v1/xero/settings', { taxTypes: { 'domestic:0.2': 'RROUTPUT' } });
    expect(otherRate).toMatchObject({ status: 422, body: { errors: [{ path: 'taxTypes.domestic:0.2' }] } });
  });

  test('a timer runs on the server, whichever device looks at it', async () => {
    await business.admin.put(`/v1/jobs/${jobId}/rates`, { rate: gbp(9500), memberRates: [] });
    const started = await business.noor.post('/v1/timer/start', { jobId, description: 'Sketches' });
    const second = await business.noor.ask('POST', '/v1/timer/start', { jobId });
    expect(second).toMatchObject({ status: 409, body: { code: 'timer-running', running: { id: started.running.id } } });
    await running.advance(1200);

    const { api, tokens } = running.system.endpoints;
    const otherDevice = personAt(api, tokens['expert'] ?? '');
    const seen = await otherDevice.get('/v1/timer');
    expect(seen.running).toMatchObject({ id: started.running.id, startedAt: started.running.startedAt });
    expect(seen.elapsedSeconds).toBeGreaterThanOrEqual(1200);
    const stopped = await otherDevice.post('/v1/timer/stop', {});
    expect(stopped).toMatchObject({ discarded: false, entry: { id: started.running.id, status: 'unbilled', rate: gbp(9500) } });
    expect((await business.noor.get('/v1/timer')).running).toBeNull();
    sketches = stopped.entry;
  });

  test('time is entered by hand, across midnight in another zone, and not all of it is billable', async () => {
    const byHand = { jobId, date: dayFromNow(-1) };
    landingPage = await business.noor.post('/v1/time-entries', { ...byHand, durationSeconds: 11_800, description: 'Landing' });
    training = await business.noor.post('/v1/time-entries', { ...byHand, durationSeconds: 1800, billable: false });
    checkoutFlow = await business.kai.post('/v1/time-entries', {
      jobId,
      startedAt: `${dayFromNow(-3)}T22:30:00-05:00`,
      endedAt: `${dayFromNow(-2)}T00:45:00-05:00`,
      description: 'Checkout flow',
    });
    expect(checkoutFlow).toMatchObject({ zone: 'America/New_York', seconds: 8100, date: dayFromNow(-3), status: 'unbilled' });
    expect(training.status).toBe('non-billable');
  });

  test('a preview shows the lines; an edit in between makes it void, not the invoice wrong', async () => {
    const preview = await business.finance.post('/v1/invoices/preview', { jobId });
    await business.noor.patch(`/v1/time-entries/${landingPage.id}`, { description: 'Landing page' });
    const stale = await business.finance.ask('POST', '/v1/invoices', { jobId, expect: preview.expect });
    expect(stale).toMatchObject({ status: 409, body: { code: 'preview-changed' } });
    expect((await business.finance.get(`/v1/time-entries/${landingPage.id}`)).status).toBe('unbilled');
    expect((await business.finance.get('/v1/invoices')).items).toEqual([]);
  });

  test('the invoice has one line per entry, in rounded hours, with VAT to the penny', async () => {
    const preview = await business.finance.post('/v1/invoices/preview', { jobId });
    invoice = await business.finance.post('/v1/invoices', { jobId, expect: preview.expect });
    expect(invoice).toMatchObject({ number: 'INV-0001', status: 'issued', clientId, jobId, total: preview.total });
    const lines = invoice.lines.map(({ timeEntryId, quantity, unitPrice, amount, tax }: Body) => [
      timeEntryId,
      quantity,
      unitPrice,
      amount,
      tax.amount,
    ]);
    // 2 h 15 min, 3 h 16 min 40 s and something over 20 min, each up to the next 6 minutes, at 95.00 an hour.
    expect(lines).toEqual([
      [checkoutFlow.id, '2.3000', gbp(9500), gbp(21_850), gbp(4370)],
      [landingPage.id, '3.3000', gbp(9500), gbp(31_350), gbp(6270)],
      [sketches.id, '0.4000', gbp(9500), gbp(3800), gbp(760)],
    ]);
    expect(invoice).toMatchObject({ subtotal: gbp(57_000), tax: gbp(11_400), total: gbp(68_400), due: gbp(68_400) });
  });

  test('it stands in Xero once: same number, lines, accounts and cents, for the contact that was there', async () => {
    const synced = await syncedInvoice(business, invoice.id);
    const there = await business.xero.invoiceIn('INV-0001', 'AUTHORISED');
    expect(there).toMatchObject({ InvoiceID: synced.sync.xeroId, CurrencyCode: 'GBP', Contact: { Name: 'Harbour Bakery Ltd' } });
    expect(there).toMatchObject({ SubTotal: 570, TotalTax: 114, Total: 684, AmountDue: 684 });
    const booked = there.LineItems.map(({ Quantity, UnitAmount, LineAmount, TaxType, TaxAmount, AccountCode }) => [
      Quantity,
      UnitAmount,
      LineAmount,
      TaxType,
      TaxAmount,
      AccountCode,
    ]);
    expect(booked).toEqual([
      [2.3, 95, 218.5, 'OUTPUT2', 43.7, '201'],
      [3.3, 95, 313.5, 'OUTPUT2', 62.7, '201'],
      [0.4, 95, 38, 'OUTPUT2', 7.6, '201'],
    ]);
    expect(await knownContacts()).toBe(contactsBefore);
  });

  test('billed entries refuse every change and name the invoice', async () => {
    const billed = { status: 409, body: { code: 'entry-billed', invoiceNumber: 'INV-0001' } };
    const path = `/v1/time-entries/${landingPage.id}`;
    expect(await business.finance.get(path)).toMatchObject({
      status: 'billed',
      invoiceId: invoice.id,
      invoiceNumber: 'INV-0001',
    });
    for (const person of [business.noor, business.finance, business.admin]) {
      expect(await person.ask('PATCH', path, { description: 'Something else' })).toMatchObject(billed);
      expect(await person.ask('PATCH', path, { billable: false })).toMatchObject(billed);
      expect(await person.ask('DELETE', path)).toMatchObject(billed);
    }
    const again = await business.finance.ask('POST', '/v1/invoices', { jobId, timeEntryIds: [landingPage.id] });
    expect(again).toMatchObject({ status: 409, body: { code: 'entry-not-billable' } });
    const nothing = await business.finance.ask('POST', '/v1/invoices', { jobId });
    expect(nothing).toMatchObject({ status: 409, body: { code: 'nothing-to-bill' } });
    expect((await business.finance.get(`/v1/time-entries/${training.id}`)).status).toBe('non-billable');
  });

  test('until it is paid the dashboard shows it as outstanding', async () => {
    const dashboard = await business.finance.get(`/v1/dashboard?from=${dayFromNow(-1)}&to=${dayFromNow(1)}`);
    expect(dashboard).toMatchObject({ outstanding: [gbp(68_400)], overdue: [] });
  });

  test('the client pays by card on the page of the workspace, and the invoice is paid', async () => {
    await connectStripe(business);
    const checkout = await business.finance.post(`/v1/invoices/${invoice.id}/checkout`);
    await postForm(checkout.url, { outcome: 'paid' });
    const paid = await invoiceWhen(business, invoice.id, 'is paid', ({ status }) => status === 'paid');
    expect(paid.due).toEqual(gbp(0));
    const { paymentIntents } = await business.stripe.state();
    expect(paymentIntents).toMatchObject([{ amount: 68_400, status: 'succeeded' }]);
    const { items } = await business.finance.get(`/v1/payments?invoiceId=${invoice.id}`);
    expect(items).toMatchObject([{ amount: gbp(68_400), method: 'card', origin: 'stripe', status: 'succeeded' }]);
  });

  test('the payment goes on to Xero once, on the clearing account, and the invoice is PAID there', async () => {
    expect(await business.xero.invoiceIn('INV-0001', 'PAID')).toMatchObject({ AmountPaid: 684, AmountDue: 0 });
    const payments = await business.xero.paymentsOf('INV-0001');
    expect(payments).toMatchObject([{ Amount: 684, Account: { Code: '091' } }]);
    const { items } = await business.finance.get(`/v1/payments?invoiceId=${invoice.id}`);
    await until(
      'the payment says that it is in Xero',
      () => business.finance.get(`/v1/payments/${items[0].id}`),
      ({ sync }) => sync.state === 'synced' && sync.xeroId === payments[0]?.PaymentID,
    );
  });

  test('afterwards nothing waits, nobody is asked for anything, and the dashboard tells what happened', async () => {
    expect(await business.finance.get('/v1/xero/connection')).toMatchObject({
      state: 'connected',
      waiting: { urgent: 0, payments: 0, documents: 0, backfill: 0 },
    });
    expect((await business.finance.get('/v1/notifications')).items).toEqual([]);
    const dashboard = await business.finance.get(`/v1/dashboard?from=${dayFromNow(-1)}&to=${dayFromNow(1)}`);
    expect(dashboard).toMatchObject({ outstanding: [], overdue: [], discrepancies: 0 });
    expect(dashboard.revenue.flatMap(({ amounts }: Body) => amounts)).toEqual([gbp(57_000)]);
    const told = dashboard.recent.map(({ what }: Body) => what);
    expect(told).toEqual(expect.arrayContaining(['invoice-issued', 'payment-recorded']));
  });

  test('every document shows how it stands with Xero', async () => {
    const items: Body[] = await business.finance.all('/v1/xero/sync-items');
    const shown = items.map(({ kind, number, sync }) => [kind, number, sync.state]);
    expect(shown).toHaveLength(4);
    // What the experts are owed waits: nobody has said that bills belong into the books.
    expect(shown).toEqual(
      expect.arrayContaining([
        ['invoice', 'INV-0001', 'synced'],
        ['payment', 'INV-0001', 'synced'],
        ['bill', null, 'pending'],
      ]),
    );
    expect((await business.finance.get('/v1/xero/sync-items?state=blocked')).items).toEqual([]);
    const { items: waiting } = await business.finance.get('/v1/xero/sync-items?state=pending');
    expect(waiting.map(({ kind, sync }: Body) => [kind, sync.code])).toEqual([
      ['bill', 'mapping-missing'],
      ['bill', 'mapping-missing'],
    ]);
  });

  test('sending it again changes nothing in Xero', async () => {
    await business.xero.forgetCalls();
    const { items } = await business.finance.post('/v1/xero/push', { ids: [invoice.id] });
    expect(items).toMatchObject([{ id: invoice.id, sync: { state: 'synced' } }]);
    await running.advance(120);
    expect((await business.xero.calls()).filter(({ method }) => method !== 'GET')).toEqual([]);
    expect(await business.xero.invoicesNumbered('INV-0001')).toHaveLength(1);
  });
});
