import { describe, expect, test } from '@jest/globals';
import { addClient, businessAt, connectXero, invoiceWhen, registerForVat, syncedInvoice } from '../support/business.ts';
import { forAllTests } from '../support/for-all-tests.ts';
import type { Body } from '../support/person.ts';
import { startRunningSystem } from '../support/running-system.ts';

// An invoice that was wrong is voided here and in the books, and its time is billed anew; a draft is nobody's business but ours.

const running = await forAllTests(startRunningSystem());
const business = businessAt(running.system.endpoints);
const yesterday = new Date(running.system.clock.now() - 86_400_000).toISOString().slice(0, 10);
await registerForVat(business);
await connectXero(business);
const clientId = (await addClient(business)).id;

const gbp = (amount: number) => ({ amount, currency: 'GBP' });

/** A job of its own with two entries of an hour and of half an hour. */
const workedOn = async (name: string): Promise<{ jobId: string; entryIds: string[] }> => {
  const job = await business.finance.post('/v1/jobs', { clientId, name, rate: gbp(9500) });
  const entry = (durationSeconds: number): Promise<Body> =>
    business.noor.post('/v1/time-entries', { jobId: job.id, date: yesterday, durationSeconds, description: name });
  const entries = [await entry(3600), await entry(1800)];
  return { jobId: job.id, entryIds: entries.map(({ id }) => id) };
};

const entryStates = (entryIds: readonly string[]): Promise<string[]> =>
  Promise.all(entryIds.map(async (id) => (await business.finance.get(`/v1/time-entries/${id}`)).status));

const paymentsHere = async (id: string): Promise<Body[]> => (await business.finance.get(`/v1/payments?invoiceId=${id}`)).items;

const voidIt = (id: string): Promise<Body> => business.finance.post(`/v1/invoices/${id}/void`);

describe('an unpaid invoice that stands in Xero', () => {
  let worked: Awaited<ReturnType<typeof workedOn>>;
  let first: Body;

  test('is voiding until Xero has confirmed, and void then, on both sides', async () => {
    worked = await workedOn('Poster');
    first = await business.finance.post('/v1/invoices', { jobId: worked.jobId });
    await syncedInvoice(business, first.id);
    expect(await voidIt(first.id)).toMatchObject({ status: 'voiding', number: first.number });
    const gone = await invoiceWhen(business, first.id, 'is void', ({ status }) => status === 'void');
    expect(gone).toMatchObject({ number: first.number, due: gbp(0), total: gbp(17_100) });
    await business.xero.invoiceIn(first.number, 'VOIDED');
  });

  test('gives its time back with the rates it had, and keeps its number', async () => {
    expect(await entryStates(worked.entryIds)).toEqual(['unbilled', 'unbilled']);
    await business.admin.put(`/v1/jobs/${worked.jobId}/rates`, { rate: gbp(20_000), memberRates: [] });
    await business.noor.patch(`/v1/time-entries/${worked.entryIds[1]}`, { description: 'Poster, second draft' });
    const second = await business.finance.post('/v1/invoices', { jobId: worked.jobId });
    expect(second).toMatchObject({ number: 'INV-0002', status: 'issued', total: gbp(17_100) });
    await syncedInvoice(business, second.id);
    expect(await business.xero.invoiceIn(second.number, 'AUTHORISED')).toMatchObject({ Total: 171 });
    expect(await entryStates(worked.entryIds)).toEqual(['billed', 'billed']);
  });

  test('leaves the sums as if it had never been', async () => {
    const day = (days: number): string => new Date(running.system.clock.now() + days * 86_400_000).toISOString().slice(0, 10);
    const dashboard = await business.finance.get(`/v1/dashboard?from=${day(-1)}&to=${day(1)}&interval=week`);
    expect(dashboard.outstanding).toEqual([gbp(17_100)]);
    expect(dashboard.revenue.flatMap(({ amounts }: Body) => amounts)).toEqual([gbp(14_250)]);
  });
});

describe('an invoice that the accountant has marked as paid in Xero', () => {
  test('stays issued when nobody here heard of it and Xero refuses the void; it says why, and its time stays billed', async () => {
    const { jobId, entryIds } = await workedOn('Brochure');
    const invoice = await business.finance.post('/v1/invoices', { jobId });
    await syncedInvoice(business, invoice.id);
    await business.xero.fault('lose-webhook', {});
    await business.xero.accountant('pay', { id: invoice.number, Account: '090' });
    expect(await voidIt(invoice.id)).toMatchObject({ status: 'voiding' });

    const back = await invoiceWhen(business, invoice.id, 'stands again', ({ status }) => status !== 'voiding');
    expect(back).toMatchObject({ number: invoice.number, total: gbp(17_100) });
    expect(['issued', 'paid']).toContain(back.status);
    expect(back.sync).toMatchObject({ state: 'synced', code: 'void-refused' });
    expect(back.sync.reason).toContain(invoice.number);
    expect(await entryStates(entryIds)).toEqual(['billed', 'billed']);
    await business.xero.invoiceIn(invoice.number, 'PAID');
    const change = await business.noor.ask('PATCH', `/v1/time-entries/${entryIds[0]}`, { billable: false });
    expect(change).toMatchObject({ status: 409, body: { code: 'entry-billed', invoiceNumber: invoice.number } });

    // What no webhook told is seen within the hour.
    await running.advance(3700);
    expect(await business.finance.get(`/v1/invoices/${invoice.id}`)).toMatchObject({ status: 'paid', due: gbp(0) });
    expect(await paymentsHere(invoice.id)).toMatchObject([{ origin: 'xero', method: 'xero', amount: gbp(17_100) }]);
  });
});

describe('an invoice that is paid in Xero while the webhook tells', () => {
  test('is paid here by the same payment, and never voided', async () => {
    const { jobId, entryIds } = await workedOn('Folder');
    const invoice = await business.finance.post('/v1/invoices', { jobId });
    await syncedInvoice(business, invoice.id);
    // Xero stamps whole seconds: what happens within the second of our own write can't be told from its echo.
    await running.advance(2);
    await business.xero.accountant('pay', { id: invoice.number, Account: '090' });
    const paid = await invoiceWhen(business, invoice.id, 'is paid', ({ status }) => status === 'paid');
    expect(paid).toMatchObject({ due: gbp(0) });
    expect(await paymentsHere(invoice.id)).toMatchObject([{ origin: 'xero', method: 'xero', amount: gbp(17_100) }]);
    const refused = await business.finance.ask('POST', `/v1/invoices/${invoice.id}/void`);
    expect(refused).toMatchObject({ status: 409, body: { code: 'invoice-has-payments' } });
    expect(await entryStates(entryIds)).toEqual(['billed', 'billed']);
  });
});

describe('an invoice that was paid here', () => {
  test('is not voided, only a credit note can correct it', async () => {
    const { jobId } = await workedOn('Leaflet');
    const invoice = await business.finance.post('/v1/invoices', { jobId });
    await business.finance.post(`/v1/invoices/${invoice.id}/payments`, { amount: gbp(5000), receivedOn: yesterday });
    const refused = await business.finance.ask('POST', `/v1/invoices/${invoice.id}/void`);
    expect(refused).toMatchObject({ status: 409, body: { code: 'invoice-has-payments' } });
    expect(await business.finance.get(`/v1/invoices/${invoice.id}`)).toMatchObject({
      status: 'partially-paid',
      due: gbp(12_100),
    });
    const [payment] = (await business.finance.get(`/v1/payments?invoiceId=${invoice.id}`)).items;
    expect(payment).toMatchObject({ method: 'manual', amount: gbp(5000) });
    await invoiceWhen(business, invoice.id, 'is in Xero', ({ sync }) => sync.state === 'synced');
  });

  test('and what was recorded by hand is booked on the account for payments', async () => {
    const { items } = await business.finance.get('/v1/invoices?status=partially-paid');
    expect(items).toHaveLength(1);
    const there = await business.xero.invoicePaidBy(items[0].number, 1);
    expect(there).toMatchObject([{ Amount: 50, Account: { Code: '090' } }]);
  });
});

describe('a draft', () => {
  test('holds its time, has no number and never reaches Xero', async () => {
    const { jobId, entryIds } = await workedOn('Banner');
    const draft = await business.finance.post('/v1/invoices', { jobId, draft: true });
    expect(draft).toMatchObject({ status: 'draft', number: null, total: gbp(17_100) });
    expect(await entryStates(entryIds)).toEqual(['held', 'held']);
    const change = await business.noor.ask('DELETE', `/v1/time-entries/${entryIds[0]}`);
    expect(change).toMatchObject({ status: 409, body: { code: 'entry-billed' } });
    await running.advance(120);
    expect((await business.xero.books()).invoices.filter(({ Reference }) => Reference === draft.id)).toEqual([]);

    await business.finance.remove(`/v1/invoices/${draft.id}`);
    expect(await entryStates(entryIds)).toEqual(['unbilled', 'unbilled']);
  });

  test('gets the next number when it is issued, and goes to Xero then', async () => {
    const draft = await business.finance.post('/v1/invoices', {
      clientId,
      lines: [{ description: 'Hosting', quantity: '3', unitPrice: gbp(1000) }],
      draft: true,
    });
    const edited = await business.finance.patch(`/v1/invoices/${draft.id}`, {
      lines: [{ description: 'Hosting for a year', quantity: '12', unitPrice: gbp(1000) }],
      notes: 'Thank you',
    });
    expect(edited).toMatchObject({ status: 'draft', subtotal: gbp(12_000), total: gbp(14_400) });
    const before: Body[] = await business.finance.all('/v1/invoices');
    const numbers = before.flatMap(({ number }) => (number === null ? [] : [number])).toSorted();

    const issued = await business.finance.post(`/v1/invoices/${draft.id}/issue`);
    expect(numbers.at(-1)).toBe('INV-0005');
    expect(issued).toMatchObject({ id: draft.id, status: 'issued', number: 'INV-0006' });
    const there = await business.xero.invoiceIn('INV-0006', 'AUTHORISED');
    expect(there).toMatchObject({ Reference: draft.id, Total: 144 });
    expect(there.LineItems).toMatchObject([{ Description: 'Hosting for a year', Quantity: 12, UnitAmount: 10 }]);
    const late = await business.finance.ask('PATCH', `/v1/invoices/${draft.id}`, { notes: 'Too late' });
    expect(late).toMatchObject({ status: 409, body: { code: 'invoice-not-draft' } });
  });
});

describe('an invoice that was partly paid and turns out to be wrong', () => {
  const noteIn = async (number: string): Promise<Body> => {
    const { creditNotes } = (await business.xero.books()) as unknown as { creditNotes: Body[] };
    return creditNotes.find(({ CreditNoteNumber }) => CreditNoteNumber === number);
  };

  test('tells how it can be corrected, and only so', async () => {
    const { jobId } = await workedOn('Flyer');
    const invoice = await business.finance.post('/v1/invoices', { jobId });
    await syncedInvoice(business, invoice.id);
    const ways = async (): Promise<string[]> =>
      (await business.finance.get(`/v1/invoices/${invoice.id}/corrections`)).paths.map(({ path }: Body) => path);
    expect(await ways()).toEqual(['void', 'credit-note']);
    await business.finance.post(`/v1/invoices/${invoice.id}/payments`, { amount: gbp(5000), receivedOn: yesterday });
    expect(await ways()).toEqual(['credit-note', 'refund']);
    const refused = await business.finance.ask('POST', `/v1/invoices/${invoice.id}/return-to-draft`);
    expect(refused).toMatchObject({ status: 409, body: { code: 'invoice-has-payments' } });
  });

  test('is credited and given back here and in the books, and its time is billed anew with the rates that it had', async () => {
    const { jobId, entryIds } = await workedOn('Catalogue');
    const invoice = await business.finance.post('/v1/invoices', { jobId });
    const paid = { amount: gbp(5000), receivedOn: yesterday };
    await business.finance.post(`/v1/invoices/${invoice.id}/payments`, paid);
    await business.xero.invoicePaidBy(invoice.number, 1);
    const note = await business.finance.post(`/v1/invoices/${invoice.id}/credit-notes`, {
      ...{ kind: 'full', reason: 'Billed to the wrong client', settle: 'refund' },
    });
    expect(note).toMatchObject({ number: 'CN-0001', total: gbp(17_100), allocated: gbp(12_100), refunded: gbp(5000) });
    expect(await business.finance.get(`/v1/invoices/${invoice.id}`)).toMatchObject({ status: 'paid', due: gbp(0) });
    await business.admin.put(`/v1/jobs/${jobId}/rates`, { rate: gbp(20_000), memberRates: [] });
    expect(await entryStates(entryIds)).toEqual(['unbilled', 'unbilled']);
    const again = await business.finance.post('/v1/invoices', { jobId });
    expect(again).toMatchObject({ status: 'issued', total: gbp(17_100) });

    await running.advance(120);
    await business.xero.invoiceIn(invoice.number, 'PAID');
    expect(await noteIn('CN-0001')).toMatchObject({ Status: 'PAID', Total: 171, RemainingCredit: 0 });
    const { items } = await business.finance.get(`/v1/credit-notes?invoiceId=${invoice.id}`);
    expect(items).toMatchObject([{ id: note.id, sync: { state: 'synced' } }]);
    expect(await business.finance.get('/v1/discrepancies?state=open')).toMatchObject({ items: [] });
  });
});

describe('an invoice that nobody has approved in Xero', () => {
  test('goes back to a draft, is changed, and comes again under its number', async () => {
    await business.finance.put('/v1/xero/settings', { statusOnPush: 'SUBMITTED' });
    const lines = (quantity: string): object[] => [{ description: 'Hosting', quantity, unitPrice: gbp(1000) }];
    const invoice = await business.finance.post('/v1/invoices', { clientId, lines: lines('3') });
    await syncedInvoice(business, invoice.id);
    expect(await business.finance.post(`/v1/invoices/${invoice.id}/return-to-draft`)).toMatchObject({ status: 'voiding' });
    const draft = await invoiceWhen(business, invoice.id, 'is a draft', ({ status }) => status === 'draft');
    expect(draft.number).toBe(invoice.number);
    await business.finance.patch(`/v1/invoices/${invoice.id}`, { lines: lines('2') });
    const issued = await business.finance.post(`/v1/invoices/${invoice.id}/issue`);
    expect(issued).toMatchObject({ status: 'issued', number: invoice.number, total: gbp(2400) });
    expect(await business.xero.invoiceIn(invoice.number, 'SUBMITTED')).toMatchObject({ Reference: invoice.id, Total: 24 });
  });
});
