import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { AccountingApi } from 'xero-node/dist/gen/api/accountingApi.js';
import { Invoice } from 'xero-node/dist/gen/model/accounting/invoice.js';
import type { Started } from './support.ts';
import { kestrel, startSandbox } from './support.ts';

describe('the unmodified SDK client', () => {
  let sandbox: Started;
  let api: AccountingApi;
  beforeAll(async () => {
    sandbox = await startSandbox();
    api = new AccountingApi(`${sandbox.url}/api.xro/2.0`);
    api.accessToken = (await sandbox.signIn()).access_token;
  });
  afterAll(() => sandbox.close());

  test('makes a contact, an invoice and its payment, and reads them back', async () => {
    const contacts = await api.createContacts(
      kestrel,
      { contacts: [{ name: 'SDK customer', emailAddress: 'sdk@example.test' }] },
      false,
    );
    const contactID = contacts.body.contacts![0]!.contactID!;
    const created = await api.createInvoices(
      kestrel,
      {
        invoices: [
          {
            type: Invoice.TypeEnum.ACCREC,
            contact: { contactID },
            date: '2026-11-02',
            dueDate: '2026-12-02',
            invoiceNumber: 'SDK-1',
            reference: 'inv_1',
            status: Invoice.StatusEnum.AUTHORISED,
            lineItems: [{ description: 'Hours', quantity: 7.5, unitAmount: 80, accountCode: '200', taxType: 'OUTPUT2' }],
          },
        ],
      },
      false,
    );
    const invoice = created.body.invoices![0]!;
    expect([invoice.total, invoice.amountDue, invoice.status]).toEqual([720, 720, Invoice.StatusEnum.AUTHORISED]);
    const paid = await api.createPayments(
      kestrel,
      { payments: [{ invoice: { invoiceID: invoice.invoiceID! }, account: { code: '091' }, amount: 720, date: '2026-11-03' }] },
      false,
    );
    expect(paid.body.payments![0]!.paymentType).toBe('ACCRECPAYMENT');
    const read = await api.getInvoices(
      kestrel,
      undefined,
      'Status=="PAID"',
      undefined,
      undefined,
      ['SDK-1'],
      undefined,
      undefined,
      1,
    );
    expect(read.body.invoices).toHaveLength(1);
    expect(read.body.invoices![0]!.lineItems![0]!.lineAmount).toBe(600);
    expect(read.body.pagination).toMatchObject({ page: 1, pageSize: 100, pageCount: 1, itemCount: 1 });
    expect(read.response.headers['x-minlimit-remaining']).toMatch(/^\d+$/);
    const byNumber = await api.getInvoice(kestrel, 'SDK-1');
    expect(byNumber.body.invoices![0]!.payments![0]!.amount).toBe(720);
    const again = await api.deletePayment(kestrel, paid.body.payments![0]!.paymentID!, { status: 'DELETED' });
    expect(again.body.payments![0]!.status).toBe('DELETED');
  });

  test('reads what the organisation is set up with', async () => {
    const organisation = await api.getOrganisations(kestrel);
    expect(organisation.body.organisations![0]!.name).toBe('Kestrel Studio Ltd');
    const accounts = await api.getAccounts(kestrel, undefined, 'Type=="BANK"');
    expect(accounts.body.accounts!.map(({ code }) => code)).toEqual(expect.arrayContaining(['090', '091', '092']));
    const rates = await api.getTaxRates(kestrel);
    expect(rates.body.taxRates!.find(({ taxType }) => taxType === 'OUTPUT2')!.effectiveRate).toBe(20);
  });

  test('gets refusals as the client gives them', async () => {
    const refused = await api.createInvoices(kestrel, { invoices: [{ type: Invoice.TypeEnum.ACCREC }] }, true).then(
      () => 'accepted',
      (reason: unknown) => reason,
    );
    const parsed = JSON.parse(String(refused)) as {
      response: { statusCode: number };
      body: { Elements: { ValidationErrors: { Message: string }[] }[] };
    };
    expect(parsed.response.statusCode).toBe(400);
    expect(parsed.body.Elements[0]!.ValidationErrors[0]!.Message).toBe(
      'A Contact must be specified for this type of transaction',
    );
  });
});
