import { describe, expect, test } from '@jest/globals';
import { addClient, billItem, businessAt, connectXero, invoiceWhen, registerForVat, syncedInvoice } from '../support/business.ts';
import { forAllTests } from '../support/for-all-tests.ts';
import type { Body } from '../support/person.ts';
import { startRunningSystem } from '../support/running-system.ts';
import { until } from '../support/until.ts';

// Whom an invoice is for in the books, and what it comes to there in each currency.

const running = await forAllTests(startRunningSystem());
const business = businessAt(running.system.endpoints);
await registerForVat(business);
await connectXero(business);

const contactsNamed = async (name: string) => (await business.xero.books()).contacts.filter(({ Name }) => Name === name);
const blockedInvoice = (id: string): Promise<Body> =>
  invoiceWhen(business, id, 'is blocked', ({ sync }) => sync.state === 'blocked');

describe('a client that the books do not know, when contacts are only matched', () => {
  const unknown = { name: 'Quarry Lane Dental', email: 'bills@quarrylane.example' };
  let invoice: Body;

  test('blocks the invoice with a reason that a person understands, and nothing is made in Xero', async () => {
    const client = await addClient(business, unknown);
    invoice = await billItem(business, client.id, 20_000);
    const { sync } = await blockedInvoice(invoice.id);
    expect(sync).toMatchObject({ code: 'contact-unknown' });
    expect(sync.reason).toContain('Quarry Lane Dental');
    const [item] = (await business.finance.get('/v1/xero/sync-items?state=blocked')).items;
    expect(item).toMatchObject({ kind: 'invoice', documentId: invoice.id, number: invoice.number });
    expect(item.mend).toMatch(/contact in Xero/);
    expect(await contactsNamed('Quarry Lane Dental')).toEqual([]);
    expect(await business.xero.invoicesNumbered(invoice.number)).toEqual([]);
  });

  test('lets its payment wait for the invoice', async () => {
    const { issueDate: receivedOn } = invoice;
    const amount = { amount: 24_000, currency: 'GBP' };
    const payment = await business.finance.post(`/v1/invoices/${invoice.id}/payments`, { amount, receivedOn });
    const waiting = await until(
      'the payment waits for its invoice',
      () => business.finance.get(`/v1/payments/${payment.id}`),
      ({ sync }) => sync.state === 'blocked',
    );
    expect(waiting.sync).toMatchObject({ code: 'waiting-for-invoice' });
    expect(waiting.sync.reason).toContain(invoice.number);
  });

  test('goes on by itself once the accountant has added the contact, and its payment after it', async () => {
    await business.xero.accountant('new-contact', { Name: unknown.name, EmailAddress: unknown.email });
    await syncedInvoice(business, invoice.id);
    expect(await business.xero.invoiceIn(invoice.number, 'PAID')).toMatchObject({ Contact: { Name: unknown.name }, Total: 240 });
    expect(await business.xero.paymentsOf(invoice.number)).toMatchObject([{ Amount: 240, Account: { Code: '090' } }]);
    expect(await contactsNamed('Quarry Lane Dental')).toHaveLength(1);
    expect((await business.finance.get('/v1/xero/sync-items?state=blocked')).items).toEqual([]);
  });
});

describe('a client that could be two contacts', () => {
  test('blocks the invoice until somebody chooses', async () => {
    const client = await addClient(business, { name: 'Twin Peaks', email: 'office@twinpeaks.example' });
    const invoice = await billItem(business, client.id, 5000);
    expect((await blockedInvoice(invoice.id)).sync).toMatchObject({ code: 'contact-ambiguous' });

    const { items } = await business.finance.get('/v1/xero/contacts?search=Twin');
    const chosen = items.find(({ name }: Body) => name === 'Twin Peaks Holdings');
    await business.finance.patch(`/v1/clients/${client.id}`, { xeroContactId: chosen.contactId });
    await business.finance.post(`/v1/xero/sync-items/${invoice.id}/retry`);
    await syncedInvoice(business, invoice.id);
    const there = await business.xero.invoiceIn(invoice.number, 'AUTHORISED');
    expect(there.Contact).toMatchObject({ ContactID: chosen.contactId, Name: 'Twin Peaks Holdings' });
  });
});

describe('a client that the books do not know, when contacts may be made', () => {
  test('is made once, however many of its invoices come at the same time', async () => {
    await business.finance.put('/v1/xero/settings', { contactPolicy: 'match-or-create' });
    const client = await addClient(business, { name: 'Fern & Moss', email: 'hello@fernandmoss.example' });
    const invoices = await Promise.all([1000, 2000, 3000].map((amount) => billItem(business, client.id, amount)));
    for (const { id } of invoices) await syncedInvoice(business, id);
    const made = await contactsNamed('Fern & Moss');
    expect(made).toHaveLength(1);
    for (const { number } of invoices) {
      const there = await business.xero.invoiceIn(number, 'AUTHORISED');
      expect(there.Contact.ContactID).toBe(made[0]?.ContactID);
    }
  });

  test('is still the same contact after a rename in Xero', async () => {
    const [contact] = await contactsNamed('Fern & Moss');
    await business.xero.accountant('rename', { id: contact?.ContactID, Name: 'Fern and Moss Ltd' });
    const { items } = await business.finance.get('/v1/clients');
    const client = items.find(({ name }: Body) => name === 'Fern & Moss');
    const invoice = await billItem(business, client.id, 4000);
    await syncedInvoice(business, invoice.id);
    const there = await business.xero.invoiceIn(invoice.number, 'AUTHORISED');
    expect(there.Contact).toMatchObject({ ContactID: contact?.ContactID, Name: 'Fern and Moss Ltd' });
  });
});

describe('an invoice in another currency', () => {
  // 4,000 s are 1.1111 h and 5,000 s are 1.3889 h. Amounts in minor units; what Xero is to say in major ones.
  const cases = [
    { currency: 'EUR', rate: 8735, lines: [9705, 12_132], tax: [1941, 2426], total: 26_204, there: [218.37, 43.67, 262.04] },
    { currency: 'JPY', rate: 9501, lines: [10_557, 13_196], tax: [2111, 2639], total: 28_503, there: [23_753, 4750, 28_503] },
    // Three decimals here, two in Xero: every amount is a multiple of ten.
    { currency: 'KWD', rate: 31_255, lines: [34_730, 43_410], tax: [6950, 8680], total: 93_770, there: [78.14, 15.63, 93.77] },
  ];

  test.each(cases)('comes to the same in $currency on both sides', async ({ currency, rate, lines, tax, total, there }) => {
    const { items } = await business.finance.get('/v1/clients');
    const client = items.find(({ name }: Body) => name === 'Fern & Moss');
    const job = await business.finance.post('/v1/jobs', {
      clientId: client.id,
      name: `Work in ${currency}`,
      currency,
      rate: { amount: rate, currency },
    });
    const date = new Date(running.system.clock.now() - 86_400_000).toISOString().slice(0, 10);
    for (const durationSeconds of [4000, 5000])
      await business.noor.post('/v1/time-entries', { jobId: job.id, date, durationSeconds, description: `${durationSeconds} s` });

    const invoice = await business.finance.post('/v1/invoices', { jobId: job.id });
    expect(invoice.lines.map(({ amount }: Body) => amount)).toEqual(lines.map((amount) => ({ amount, currency })));
    expect(invoice.lines.map((line: Body) => line.tax.amount)).toEqual(tax.map((amount) => ({ amount, currency })));
    expect(invoice.total).toEqual({ amount: total, currency });
    await syncedInvoice(business, invoice.id);
    const booked = await business.xero.invoiceIn(invoice.number, 'AUTHORISED');
    expect([booked.CurrencyCode, booked.SubTotal, booked.TotalTax, booked.Total]).toEqual([currency, ...there]);
  });
});
