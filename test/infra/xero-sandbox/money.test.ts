import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Answer, Started, TokenSet } from './support.ts';
import { salesInvoice, startSandbox } from './support.ts';

const message = (answer: Answer): string => answer.json.Elements[0].ValidationErrors[0].Message as string;

describe('money against documents', () => {
  let sandbox: Started;
  let tokens: TokenSet;
  const call = (method: string, path: string, body?: unknown) => sandbox.call(tokens, method, path, body);
  const invoice = async (fields: Record<string, unknown> = {}) =>
    (await call('PUT', 'Invoices', salesInvoice(fields))).json.Invoices[0];
  const read = async (id: string) => (await call('GET', `Invoices/${id}`)).json.Invoices[0];
  const pay = (InvoiceID: string, Amount: number, fields: object = {}) =>
    call('PUT', 'Payments', {
      Payments: [{ Invoice: { InvoiceID }, Account: { Code: '091' }, Amount, Date: '2026-11-10', ...fields }],
    });
  beforeAll(async () => {
    sandbox = await startSandbox();
    tokens = await sandbox.signIn();
    await sandbox.control('POST', 'settings', { minuteLimit: 10_000 });
  });
  afterAll(() => sandbox.close());

  test('paying all makes it PAID, taking a payment back makes it due again', async () => {
    const { InvoiceID } = await invoice();
    await pay(InvoiceID, 20);
    expect(await read(InvoiceID)).toMatchObject({ Status: 'AUTHORISED', AmountDue: 100, AmountPaid: 20 });
    const rest = (await pay(InvoiceID, 100)).json.Payments[0];
    expect(rest).toMatchObject({ PaymentType: 'ACCRECPAYMENT', Status: 'AUTHORISED', Amount: 100 });
    expect(await read(InvoiceID)).toMatchObject({ Status: 'PAID', AmountDue: 0, FullyPaidOnDate: '/Date(1794268800000+0000)/' });
    const gone = await call('POST', `Payments/${rest.PaymentID}`, { Status: 'DELETED' });
    expect(gone.json.Payments[0].Status).toBe('DELETED');
    const again = await read(InvoiceID);
    expect(again).toMatchObject({ Status: 'AUTHORISED', AmountDue: 100 });
    expect(again.FullyPaidOnDate).toBeUndefined();
    expect((await call('POST', `Payments/${rest.PaymentID}`, { Status: 'DELETED' })).status).toBe(400);
    expect((await call('POST', `Payments/${rest.PaymentID}`, { Amount: 5 })).status).toBe(400);
  });

  test('too much, too early or to the wrong account is refused', async () => {
    const open = await invoice();
    expect(message(await pay(open.InvoiceID, 120.01))).toBe('Payment amount exceeds the amount outstanding on this document');
    const draft = await invoice({ Status: 'DRAFT' });
    expect(message(await pay(draft.InvoiceID, 1))).toBe('Payments can only be made against Authorised documents');
    expect(message(await pay(open.InvoiceID, 1, { Account: { Code: '555' } }))).toBe('Account could not be found');
    expect(message(await pay(open.InvoiceID, 1, { Account: { Code: '200' } }))).toContain(
      "Account code '200' is not a valid account for payments",
    );
    expect((await pay(open.InvoiceID, 1, { Account: { Code: '835' } })).status).toBe(200);
    expect((await pay(open.InvoiceID, 0)).status).toBe(400);
  });

  test('a batch of payments can’t pay the same amount twice', async () => {
    const { InvoiceID } = await invoice();
    const payment = { Invoice: { InvoiceID }, Account: { Code: '091' }, Amount: 120, Date: '2026-11-10' };
    const answer = await call('PUT', 'Payments?summarizeErrors=false', { Payments: [payment, payment] });
    expect(answer.json.Payments.map((each: { StatusAttributeString: string }) => each.StatusAttributeString)).toEqual([
      'OK',
      'ERROR',
    ]);
  });

  test('credit notes are allocated in a second call, refunded by payment, and taken back', async () => {
    const { InvoiceID } = await invoice();
    const note = (
      await call('PUT', 'CreditNotes', {
        CreditNotes: [
          {
            Type: 'ACCRECCREDIT',
            Contact: { Name: 'Harbour Bakery Ltd' },
            Date: '2026-11-05',
            Status: 'AUTHORISED',
            LineItems: [{ Description: 'Back', Quantity: 1, UnitAmount: 50, AccountCode: '200', TaxType: 'OUTPUT2' }],
          },
        ],
      })
    ).json.CreditNotes[0];
    expect(note).toMatchObject({ Total: 60, RemainingCredit: 60 });
    const allocate = (Amount: number, fields: object = { Date: '2026-11-06' }) =>
      call('PUT', `CreditNotes/${note.CreditNoteID}/Allocations`, {
        Allocations: [{ Amount, Invoice: { InvoiceID }, ...fields }],
      });
    expect((await allocate(60.01)).status).toBe(400);
    expect((await allocate(10, {})).status).toBe(400);
    const allocation = (await allocate(40)).json.Allocations[0];
    expect(await read(InvoiceID)).toMatchObject({ AmountCredited: 40, AmountDue: 80 });
    const refund = await call('PUT', 'Payments', {
      CreditNote: { CreditNoteID: note.CreditNoteID },
      Account: { Code: '090' },
      Amount: 20,
      Date: '2026-11-07',
    });
    expect(refund.json.Payments[0].PaymentType).toBe('ARCREDITPAYMENT');
    expect((await call('GET', `CreditNotes/${note.CreditNoteID}`)).json.CreditNotes[0]).toMatchObject({
      Status: 'PAID',
      RemainingCredit: 0,
    });
    expect((await call('POST', `CreditNotes/${note.CreditNoteID}`, { Status: 'VOIDED' })).status).toBe(400);
    expect((await call('POST', `Invoices/${InvoiceID}`, { Status: 'VOIDED' })).status).toBe(400);
    const undone = await call('DELETE', `CreditNotes/${note.CreditNoteID}/Allocations/${allocation.AllocationID}`);
    expect(undone.json).toMatchObject({ AllocationID: allocation.AllocationID, IsDeleted: true });
    expect(await read(InvoiceID)).toMatchObject({ AmountCredited: 0, AmountDue: 120, Status: 'AUTHORISED' });
  });

  test('an overpayment comes in as a bank transaction and is allocated from there', async () => {
    const { InvoiceID, Contact } = await invoice();
    const money = (
      await call('PUT', 'BankTransactions', {
        Type: 'RECEIVE-OVERPAYMENT',
        Contact: { ContactID: Contact.ContactID },
        BankAccount: { Code: '091' },
        Date: '2026-11-08',
        LineItems: [{ Description: 'Paid twice', Quantity: 1, UnitAmount: 30, AccountCode: '610' }],
      })
    ).json.BankTransactions[0];
    const listed = (await call('GET', 'Overpayments?page=1')).json.Overpayments[0];
    expect(listed).toMatchObject({ OverpaymentID: money.OverpaymentID, RemainingCredit: 30, Status: 'AUTHORISED' });
    await call('PUT', `Overpayments/${money.OverpaymentID}/Allocations`, {
      Allocations: [{ Amount: 30, Date: '2026-11-09', Invoice: { InvoiceID } }],
    });
    expect(await read(InvoiceID)).toMatchObject({ AmountCredited: 30, AmountDue: 90 });
    expect((await call('POST', `BankTransactions/${money.BankTransactionID}`, { Status: 'DELETED' })).status).toBe(400);
  });

  test('spent money is inclusive unless said otherwise, and every currency has two decimals', async () => {
    const spent = (
      await call('PUT', 'BankTransactions', {
        Type: 'SPEND',
        Contact: { Name: 'Paper and Pens Supplies' },
        BankAccount: { Code: '090' },
        Date: '2026-11-08',
        LineItems: [{ Description: 'Pens', Quantity: 1, UnitAmount: 12, AccountCode: '429', TaxType: 'INPUT2' }],
      })
    ).json.BankTransactions[0];
    expect(spent).toMatchObject({ LineAmountTypes: 'Inclusive', SubTotal: 10, TotalTax: 2, Total: 12 });
    const yen = await invoice({
      CurrencyCode: 'JPY',
      LineItems: [{ Description: 'Y', Quantity: 1, UnitAmount: 1001, AccountCode: '200', TaxType: 'RROUTPUT' }],
    });
    expect(yen).toMatchObject({ SubTotal: 1001, TotalTax: 50.05, Total: 1051.05, CurrencyCode: 'JPY' });
    const foreign = (await pay(yen.InvoiceID, 1051.05)).json.Payments[0];
    expect(foreign.CurrencyRate).toBe(yen.CurrencyRate);
    expect(foreign.BankAmount).toBeCloseTo(1051.05 / yen.CurrencyRate, 2);
  });
});
