import { describe, expect, test } from '@jest/globals';
import { awsJson } from '../../infra/local/host/aws-json.ts';
import { addClient, businessAt, connectXero, registerForVat, syncedInvoice } from '../support/business.ts';
import { forAllTests } from '../support/for-all-tests.ts';
import type { Body } from '../support/person.ts';
import { startRunningSystem } from '../support/running-system.ts';
import { until } from '../support/until.ts';

// Money is paid in for a job with a fixed price and released in parts: each part is an invoice that is paid in the books, too.

const running = await forAllTests(startRunningSystem());
const business = businessAt(running.system.endpoints);
await registerForVat(business);
await connectXero(business);
const clientId = (await addClient(business)).id;
const workspaceId = (await business.admin.get('/v1/me')).workspace.id;
const noor = (await business.noor.get('/v1/me')).member.id;

const gbp = (amount: number) => ({ amount, currency: 'GBP' });

/** The platform says something on its bus. */
const tell = async (DetailType: string, detail: object): Promise<void> => {
  const [EventBusName] = running.system.host.eventBuses;
  const entry = { EventBusName, Source: 'platform.escrow', DetailType, Detail: JSON.stringify({ workspaceId, ...detail }) };
  await awsJson(running.system.host.awsUrl, 'AWSEvents.PutEvents', { Entries: [entry] }, { version: '1.1' });
};
const openJob = (name: string): Promise<Body> =>
  business.finance.post('/v1/jobs', { clientId, name, billing: 'fixed', currency: 'GBP' });
const invoicesOf = async (jobId: string): Promise<Body[]> => (await business.finance.get(`/v1/invoices?jobId=${jobId}`)).items;

/** The invoice stands paid in the books, from the account for escrow. */
const expectBooked = async (number: string, total: number): Promise<void> => {
  const [payment] = await business.xero.invoicePaidBy(number, 1);
  expect(payment).toMatchObject({ Amount: total, Status: 'AUTHORISED', Account: { Code: '092' } });
  const booked = await business.xero.invoicesNumbered(number);
  expect(booked).toMatchObject([{ Status: 'PAID', Total: total, AmountDue: 0, AmountPaid: total }]);
};

describe('a job with a fixed price', () => {
  test('is funded and released by request: the invoice is paid here and in the books', async () => {
    const job = await openJob('Shop front');
    await business.finance.post(`/v1/jobs/${job.id}/escrow-fundings`, { fundingId: 'paid-1', amount: gbp(240_000) });
    const told = { releaseId: 'part-1', jobId: job.id, memberId: noor, amount: gbp(100_001) };
    const release = await business.finance.post('/v1/escrow-releases', told);
    const invoice = await syncedInvoice(business, release.invoiceId);
    expect(invoice).toMatchObject({
      status: 'paid',
      number: release.invoiceNumber,
      total: gbp(100_001),
      tax: gbp(16_667),
      due: gbp(0),
    });
    await expectBooked(release.invoiceNumber, 1000.01);
    expect((await business.finance.get(`/v1/jobs/${job.id}`)).escrow).toEqual({
      funded: gbp(240_000),
      released: gbp(100_001),
      invoiced: gbp(100_001),
      paid: gbp(100_001),
    });
    const more = await business.finance.ask('POST', '/v1/escrow-releases', {
      ...told,
      releaseId: 'part-2',
      amount: gbp(140_000),
    });
    expect(more).toMatchObject({ status: 409, body: { code: 'escrow-not-funded', available: gbp(139_999) } });
    const hourly = await business.finance.ask('PATCH', `/v1/jobs/${job.id}`, { billing: 'hourly' });
    expect(hourly).toMatchObject({ status: 409, body: { code: 'job-funded' } });
    const gone = await business.finance.ask('POST', `/v1/invoices/${release.invoiceId}/void`);
    expect(gone).toMatchObject({ status: 409, body: { code: 'invoice-has-payments' } });
  });

  test('F26: is funded and released by events, in the wrong order, twice, and by a request besides: one invoice', async () => {
    const job = await openJob('Menu');
    const told = { releaseId: 'menu-1', jobId: job.id, memberId: noor, amount: gbp(60_000) };
    await tell('EscrowReleased', told);
    await tell('EscrowReleased', told);
    await running.system.host.settle();
    expect(await invoicesOf(job.id)).toEqual([]);
    await tell('EscrowFunded', { fundingId: 'menu-paid', jobId: job.id, amount: gbp(60_000) });
    await tell('EscrowFunded', { fundingId: 'menu-paid', jobId: job.id, amount: gbp(60_000) });
    await running.system.host.settle();
    // What could not be done comes back after six minutes.
    await running.advance(361);
    const [invoice] = await until(
      'the invoice of the release is there',
      () => invoicesOf(job.id),
      (invoices) => invoices.length > 0,
    );
    await business.finance.post('/v1/escrow-releases', told);
    await tell('EscrowReleased', told);
    await running.system.host.settle();
    expect(await invoicesOf(job.id)).toHaveLength(1);
    expect(invoice).toMatchObject({ status: 'paid', total: gbp(60_000) });
    await expectBooked(invoice.number, 600);
    expect((await business.finance.get(`/v1/jobs/${job.id}`)).escrow).toMatchObject({
      funded: gbp(60_000),
      released: gbp(60_000),
    });
  });
});
