import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Started, TokenSet } from './support.ts';
import { kestrel, salesInvoice, startSandbox } from './support.ts';

describe('what people do in the books by hand', () => {
  let sandbox: Started;
  let tokens: TokenSet;
  const act = async (fields: Record<string, string>): Promise<URL> => {
    const response = await fetch(`${sandbox.url}/org/${kestrel}`, {
      method: 'POST',
      body: new URLSearchParams(fields),
      redirect: 'manual',
    });
    expect(response.status).toBe(303);
    return new URL(response.headers.get('location')!, sandbox.url);
  };
  const make = async (fields: Record<string, unknown> = {}) =>
    (await sandbox.call(tokens, 'PUT', 'Invoices', salesInvoice(fields))).json.Invoices[0];
  const read = async (id: string) => (await sandbox.call(tokens, 'GET', `Invoices/${id}`)).json.Invoices[0];
  beforeAll(async () => {
    sandbox = await startSandbox();
    tokens = await sandbox.signIn();
    await sandbox.control('POST', 'settings', { minuteLimit: 10_000 });
  });
  afterAll(() => sandbox.close());

  test('approve, edit, pay, take back, void', async () => {
    const { InvoiceID } = await make({ Status: 'DRAFT' });
    await act({ action: 'approve', id: InvoiceID });
    await act({ action: 'due-date', id: InvoiceID, DueDate: '2027-01-15' });
    await act({ action: 'edit-line', id: InvoiceID, Quantity: '3' });
    expect(await read(InvoiceID)).toMatchObject({ Status: 'AUTHORISED', Total: 180, DueDateString: '2027-01-15T00:00:00' });
    await act({ action: 'pay', id: InvoiceID });
    const paid = await read(InvoiceID);
    expect(paid.Status).toBe('PAID');
    const refused = await act({ action: 'void', id: InvoiceID });
    expect(refused.searchParams.get('problem')).toContain('The status VOIDED cannot be applied');
    await act({ action: 'delete-payment', id: paid.Payments[0].PaymentID });
    await act({ action: 'void', id: InvoiceID });
    expect((await read(InvoiceID)).Status).toBe('VOIDED');
  });

  test('credit, take the credit off, void both', async () => {
    const { InvoiceID, Total } = await make({ Status: 'AUTHORISED' });
    await act({ action: 'credit', id: InvoiceID, Amount: '5' });
    const credited = await read(InvoiceID);
    expect(credited).toMatchObject({ AmountCredited: 5, AmountDue: Total - 5 });
    const noteId = credited.CreditNotes[0].CreditNoteID;
    const note = async () => (await sandbox.call(tokens, 'GET', `CreditNotes/${noteId}`)).json.CreditNotes[0];
    for (const one of [
      { action: 'void', id: InvoiceID },
      { action: 'void-credit', id: noteId },
    ])
      expect((await act(one)).searchParams.get('problem')).not.toBeNull();
    const [allocation] = (await note()).Allocations;
    await act({ action: 'take-off', id: allocation.AllocationID });
    expect(await read(InvoiceID)).toMatchObject({ AmountCredited: 0, AmountDue: Total });
    expect(await note()).toMatchObject({ Status: 'AUTHORISED', RemainingCredit: 5, Allocations: [] });
    await act({ action: 'void', id: InvoiceID });
    await act({ action: 'void-credit', id: noteId });
    expect([(await read(InvoiceID)).Status, (await note()).Status]).toEqual(['VOIDED', 'VOIDED']);
  });

  test('rename, merge and archive contacts', async () => {
    const { InvoiceID, Contact } = await make({ Contact: { Name: 'Twin Peaks Consulting' } });
    const holdings = (await sandbox.call(tokens, 'GET', 'Contacts?searchTerm=twin%20peaks%20hold')).json.Contacts[0];
    await act({ action: 'rename', id: holdings.ContactID, Name: 'Twin Peaks Group' });
    await act({ action: 'merge', id: Contact.ContactID, into: holdings.ContactID });
    expect((await read(InvoiceID)).Contact).toMatchObject({ ContactID: holdings.ContactID, Name: 'Twin Peaks Group' });
    const merged = (await sandbox.call(tokens, 'GET', `Contacts/${Contact.ContactID}`)).json.Contacts[0];
    expect(merged).toMatchObject({ ContactStatus: 'ARCHIVED', MergedToContactID: holdings.ContactID });
    await act({ action: 'archive', id: holdings.ContactID });
    expect(
      (await sandbox.call(tokens, 'PUT', 'Invoices', salesInvoice({ Contact: { ContactID: holdings.ContactID } }))).status,
    ).toBe(400);
  });

  test('the pages show it all, escaped', async () => {
    await sandbox.call(tokens, 'PUT', 'Contacts', { Name: '<script>alert(1)</script>' });
    const home = await (await fetch(sandbox.url)).text();
    expect(home).toContain('Kestrel Studio Ltd');
    const page = await (await fetch(`${sandbox.url}/org/${kestrel}`)).text();
    expect(page).toContain('&lt;script&gt;alert(1)');
    expect(page).not.toContain('<script>');
    expect((await fetch(`${sandbox.url}/org/nowhere`)).status).toBe(404);
  });

  test('tests can bend a record past all rules, add organisations and throw the app out', async () => {
    const { InvoiceID } = await make({ InvoiceNumber: 'T-1' });
    await sandbox.control('POST', 'tamper', { tenantId: kestrel, collection: 'invoices', id: InvoiceID, set: { Total: 1 } });
    expect((await read(InvoiceID)).Total).toBe(1);
    await sandbox.control('POST', 'tamper', { tenantId: kestrel, collection: 'invoices', id: InvoiceID, remove: true });
    expect((await sandbox.call(tokens, 'GET', 'Invoices/T-1')).status).toBe(404);
    const added = await sandbox.control('POST', 'organisations', {
      name: 'Kiwi Ltd',
      country: 'NZ',
      currency: 'NZD',
      currencies: [],
    });
    const other = await sandbox.signIn(added.json.tenantId as string);
    const rates = await sandbox.call(other, 'GET', 'TaxRates', undefined, {}, added.json.tenantId as string);
    expect(rates.json.TaxRates.map(({ TaxType }: { TaxType: string }) => TaxType)).toContain('ZERORATED');
    await act({ action: 'disconnect' });
    expect((await sandbox.call(tokens, 'GET', 'Organisation')).json.Detail).toBe('AuthenticationUnsuccessful');
    expect((await sandbox.call(other, 'GET', 'Organisation', undefined, {}, added.json.tenantId as string)).status).toBe(200);
  });
});
