import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Answer, Started, TokenSet } from './support.ts';
import { kestrel, salesInvoice, startSandbox } from './support.ts';

const messages = (answer: Answer): string[] =>
  (answer.json.Elements ?? answer.json.Invoices ?? []).flatMap((element: { ValidationErrors?: { Message: string }[] }) =>
    (element.ValidationErrors ?? []).map(({ Message }) => Message),
  );

describe('writing documents', () => {
  let sandbox: Started;
  let tokens: TokenSet;
  let number = 0;
  const nextNumber = (): string => `DOC-${++number}`;
  const call = (method: string, path: string, body?: unknown, headers?: Record<string, string>) =>
    sandbox.call(tokens, method, path, body, headers);
  const put = (fields: Record<string, unknown> = {}, query = '') =>
    call('PUT', `Invoices${query}`, { Invoices: [salesInvoice(fields)] });
  const made = async (fields: Record<string, unknown> = {}) => {
    const answer = await put({ InvoiceNumber: nextNumber(), ...fields });
    expect(answer.status).toBe(200);
    return answer.json.Invoices[0];
  };
  beforeAll(async () => {
    sandbox = await startSandbox();
    tokens = await sandbox.signIn();
    await sandbox.control('POST', 'settings', { minuteLimit: 10_000 });
  });
  afterAll(() => sandbox.close());

  test('PUT never touches what is there, POST silently overwrites it', async () => {
    const first = await made({ InvoiceNumber: 'SAME-1' });
    const again = await put({ InvoiceNumber: 'SAME-1' });
    expect([again.status, messages(again)]).toEqual([400, ['Invoice # must be unique.']]);
    const posted = await call('POST', 'Invoices', {
      InvoiceNumber: 'SAME-1',
      LineItems: [{ Description: 'Other work', Quantity: 1, UnitAmount: 7, AccountCode: '200', TaxType: 'NONE' }],
    });
    expect(posted.json.Invoices[0]).toMatchObject({ InvoiceID: first.InvoiceID, Total: 7, Status: 'AUTHORISED' });
  });

  test('bills may share a number, and numbers are made when none is sent', async () => {
    const bill = {
      Type: 'ACCPAY',
      InvoiceNumber: 'THEIRS',
      LineItems: [{ Description: 'X', UnitAmount: 5, AccountCode: '429' }],
    };
    const [one, two] = [await made(bill), await made(bill)];
    expect(one.InvoiceID).not.toBe(two.InvoiceID);
    const answer = await put();
    expect(answer.json.Invoices[0].InvoiceNumber).toMatch(/^INV-\d{4}$/);
  });

  test('by default one bad element stops all, with summarizeErrors=false only itself', async () => {
    const good = salesInvoice({ InvoiceNumber: nextNumber() });
    const bad = salesInvoice({
      InvoiceNumber: nextNumber(),
      LineItems: [{ Description: 'X', UnitAmount: 1, AccountCode: '999' }],
    });
    const strict = await call('PUT', 'Invoices', { Invoices: [good, bad] });
    expect([strict.status, strict.json.ErrorNumber, strict.json.Type]).toEqual([400, 10, 'ValidationException']);
    expect(messages(strict)).toEqual(["Account code '999' is not a valid code for this document."]);
    expect((await call('GET', `Invoices/${String(good['InvoiceNumber'])}`)).status).toBe(404);

    const each = await call('PUT', 'Invoices?summarizeErrors=false', { Invoices: [good, bad] });
    expect(each.status).toBe(200);
    expect(each.json.Invoices[0]).toMatchObject({ StatusAttributeString: 'OK', HasErrors: false, Total: 120 });
    expect(each.json.Invoices[1]).toMatchObject({
      StatusAttributeString: 'ERROR',
      HasErrors: true,
      InvoiceID: '00000000-0000-0000-0000-000000000000',
    });
  });

  test('a refused document leaves no new contact behind', async () => {
    await put({ Contact: { Name: 'Never Born Ltd' }, CurrencyCode: 'XAF' });
    const found = await call('GET', `Contacts?where=${encodeURIComponent('Name=="Never Born Ltd"')}`);
    expect(found.json.Contacts).toEqual([]);
  });

  test('accounts, tax types and currencies must be the organisation’s own and fit', async () => {
    const line = (fields: Record<string, unknown>) => [
      { Description: 'X', Quantity: 1, UnitAmount: 1, AccountCode: '200', ...fields },
    ];
    const refusal = async (fields: Record<string, unknown>): Promise<string[]> => messages(await put(fields));
    expect(await refusal({ LineItems: line({ AccountCode: '090' }) })).toEqual([
      "Account code '090' is not a valid code for this document.",
    ]);
    expect(await refusal({ LineItems: line({ AccountCode: '299' }) })).toEqual([
      "Account code '299' is not a valid code for this document.",
    ]);
    expect(await refusal({ LineItems: line({ TaxType: 'INPUT2' }) })).toEqual([
      "The TaxType code 'INPUT2' cannot be used with account code '200'.",
    ]);
    expect((await refusal({ LineItems: line({ TaxType: 'NOPE' }) }))[0]).toContain("The TaxType code 'NOPE' does not exist");
    expect(await refusal({ CurrencyCode: 'XAF' })).toEqual(['Organisation is not subscribed to currency XAF']);
    const fallback = await made({ LineItems: line({}) });
    expect(fallback.LineItems[0]).toMatchObject({ TaxType: 'OUTPUT2', TaxAmount: 0.2 });
  });

  test('contacts are unique by name among the active, by number among all, and archived ones take no documents', async () => {
    const contact = (fields: Record<string, unknown>, method = 'PUT') => call(method, 'Contacts', { Contacts: [fields] });
    expect(messages(await contact({ Name: 'HARBOUR bakery ltd' }))).toEqual([
      'The contact name HARBOUR bakery ltd is already assigned to another contact. The contact name must be unique across all active contacts.',
    ]);
    const first = (await contact({ Name: 'Numbered', ContactNumber: 'cli_1' })).json.Contacts[0];
    expect(messages(await contact({ Name: 'Other', ContactNumber: 'cli_1' }))).toEqual([
      'Another contact has this contact number. Please enter a different contact number.',
    ]);
    expect((await contact({ ContactNumber: 'cli_1', Name: 'Renamed' }, 'POST')).json.Contacts[0]).toMatchObject({
      ContactID: first.ContactID,
      Name: 'Renamed',
    });
    expect((await call('GET', 'Contacts/cli_1')).json.Contacts[0].Name).toBe('Renamed');
    expect(messages(await contact({ Name: 'Bad mail', EmailAddress: 'nobody' }))).toEqual(['Email address must be valid.']);
    await call('POST', `Contacts/${first.ContactID}`, { ContactStatus: 'ARCHIVED' });
    expect(messages(await put({ Contact: { ContactID: first.ContactID } }))[0]).toMatch(/has been archived/);
    expect(messages(await put({ Contact: { Name: 'Closed Shop Ltd' } }))[0]).toMatch(/has been archived/);
    const list = await call('GET', 'Contacts?includeArchived=true');
    expect(list.json.Contacts.find((each: { Name: string }) => each.Name === 'Closed Shop Ltd').ContactStatus).toBe('ARCHIVED');
  });

  test('statuses follow the table; the dead stay dead and keep their numbers', async () => {
    const draft = await made({ Status: 'DRAFT' });
    const to = (id: string, Status: string) => call('POST', `Invoices/${id}`, { Status });
    expect((await to(draft.InvoiceID, 'AUTHORISED')).json.Invoices[0].Status).toBe('AUTHORISED');
    expect(messages(await to(draft.InvoiceID, 'DRAFT'))).toEqual(['Invoice not of valid status for modification']);
    expect((await to(draft.InvoiceID, 'VOIDED')).json.Invoices[0]).toMatchObject({ Status: 'VOIDED', AmountDue: 0 });
    expect(messages(await to(draft.InvoiceID, 'AUTHORISED'))).toEqual(['Invoice not of valid status for modification']);
    expect(messages(await put({ InvoiceNumber: draft.InvoiceNumber }))).toEqual(['Invoice # must be unique.']);
    expect(messages(await call('POST', 'Invoices', salesInvoice({ InvoiceNumber: draft.InvoiceNumber })))).toEqual([
      'Invoice not of valid status for modification',
    ]);
    const deleted = await made({ Status: 'DRAFT' });
    await to(deleted.InvoiceID, 'DELETED');
    expect((await put({ InvoiceNumber: deleted.InvoiceNumber })).status).toBe(400);
    await sandbox.control('POST', 'settings', { deletedNumberReuse: true });
    expect((await put({ InvoiceNumber: deleted.InvoiceNumber })).status).toBe(200);
    await sandbox.control('POST', 'settings', { deletedNumberReuse: false });
    expect((await put({ Status: 'PAID', InvoiceNumber: nextNumber() })).status).toBe(400);
  });

  test('an update keeps the lines it names, adds those it doesn’t know and drops the rest', async () => {
    const lines = ['a', 'b'].map((Description) => ({
      Description,
      Quantity: 1,
      UnitAmount: 10,
      AccountCode: '200',
      TaxType: 'NONE',
    }));
    const invoice = await made({ LineItems: lines });
    const updated = await call('POST', `Invoices/${invoice.InvoiceID}`, {
      LineItems: [
        { LineItemID: invoice.LineItems[0].LineItemID, Quantity: 3 },
        { ...lines[0], Description: 'c' },
      ],
    });
    const now = updated.json.Invoices[0];
    expect(now.LineItems.map((line: { Description: string; LineAmount: number }) => [line.Description, line.LineAmount])).toEqual(
      [
        ['a', 30],
        ['c', 10],
      ],
    );
    expect((await call('POST', `Invoices/${invoice.InvoiceID}`, { Reference: 'only this' })).json.Invoices[0]).toMatchObject({
      Total: 40,
      Reference: 'only this',
    });
  });

  test('with money against it only light fields change, and voiding is refused', async () => {
    const invoice = await made();
    await call('PUT', 'Payments', {
      Invoice: { InvoiceID: invoice.InvoiceID },
      Account: { Code: '090' },
      Amount: 20,
      Date: '2026-11-05',
    });
    const post = (body: unknown) => call('POST', `Invoices/${invoice.InvoiceID}`, body);
    expect(messages(await post({ Status: 'VOIDED' }))).toEqual([
      'The status VOIDED cannot be applied to the invoice because it has payments or credit notes allocated to it.',
    ]);
    expect(messages(await post({ LineItems: [{ Description: 'New', UnitAmount: 1, AccountCode: '200' }] }))).toEqual([
      'To update fields on a paid invoice line item, you must supply a LineItemID',
    ]);
    const line = invoice.LineItems[0].LineItemID;
    expect(messages(await post({ LineItems: [{ LineItemID: line, Quantity: 9 }] }))[0]).toContain(
      'This document cannot be edited as it has a payment',
    );
    expect(messages(await post({ Date: '2026-11-02' }))[0]).toContain('Invoice not of valid status for modification');
    const before = (await call('GET', `Invoices/${invoice.InvoiceID}`)).json.Invoices[0];
    await sandbox.clock.advance(2);
    const moved = (await post({ DueDate: '2026-12-24' })).json.Invoices[0];
    expect([moved.DueDateString, moved.UpdatedDateUTC]).toEqual(['2026-12-24T00:00:00', before.UpdatedDateUTC]);
    expect((await post({ LineItems: [{ LineItemID: line, Description: 'Better words' }] })).json.Invoices[0]).toMatchObject({
      Total: 120,
      AmountDue: 100,
    });
  });

  test('closed periods refuse documents and payments', async () => {
    const open = await made({ Date: '2026-10-15' });
    await fetch(`${sandbox.url}/org/${kestrel}`, {
      method: 'POST',
      body: new URLSearchParams({ action: 'lock', PeriodLockDate: '2026-10-31' }),
      redirect: 'manual',
    });
    expect(messages(await put({ Date: '2026-10-31' }))).toEqual([
      'The document date cannot be before the period lock date, currently set at 31 October 2026',
    ]);
    expect((await call('POST', `Invoices/${open.InvoiceID}`, { Status: 'VOIDED' })).status).toBe(400);
    const payment = { Invoice: { InvoiceID: open.InvoiceID }, Account: { Code: '090' }, Amount: 1 };
    expect((await call('PUT', 'Payments', { ...payment, Date: '2026-10-20' })).status).toBe(400);
    expect((await call('PUT', 'Payments', { ...payment, Date: '2026-11-01' })).status).toBe(200);
    const organisation = (await call('GET', 'Organisation')).json.Organisations[0];
    expect(organisation.PeriodLockDate).toBe('/Date(1793404800000+0000)/');
    await fetch(`${sandbox.url}/org/${kestrel}`, {
      method: 'POST',
      body: new URLSearchParams({ action: 'lock' }),
      redirect: 'manual',
    });
    expect((await put({ Date: '2026-10-31', InvoiceNumber: nextNumber() })).status).toBe(200);
  });

  test('sent is a warning on drafts, e-mailing needs an address', async () => {
    const draft = await put({ Status: 'DRAFT', SentToContact: true, InvoiceNumber: nextNumber() });
    expect(draft.json.Invoices[0].Warnings).toEqual([{ Message: 'Only AUTHORISED invoices may have SentToContact updated.' }]);
    const invoice = await made();
    expect((await call('POST', `Invoices/${invoice.InvoiceID}/Email`, {})).status).toBe(204);
    expect((await call('GET', `Invoices/${invoice.InvoiceID}`)).json.Invoices[0].SentToContact).toBe(true);
    const silent = await made({ Contact: { Name: 'Café Olé' } });
    expect((await call('POST', `Invoices/${silent.InvoiceID}/Email`, {})).status).toBe(400);
  });

  test('quotes go their way step by step and bring contact and date along', async () => {
    const quote = {
      Contact: { Name: 'Harbour Bakery Ltd' },
      Date: '2026-11-01',
      LineAmountTypes: 'EXCLUSIVE',
      LineItems: [{ Description: 'Site', Quantity: 1, UnitAmount: 100, AccountCode: '200', TaxType: 'OUTPUT2' }],
    };
    const created = (await call('PUT', 'Quotes', { Quotes: [quote] })).json.Quotes[0];
    expect(created).toMatchObject({ Status: 'DRAFT', Total: 120, LineAmountTypes: 'EXCLUSIVE' });
    const to = (Status: string, fields: object = { Contact: quote.Contact, Date: quote.Date }) =>
      call('POST', `Quotes/${created.QuoteID}`, { Quotes: [{ QuoteID: created.QuoteID, Status, ...fields }] });
    expect((await to('ACCEPTED')).status).toBe(400);
    expect((await to('SENT', {})).status).toBe(400);
    for (const status of ['SENT', 'ACCEPTED', 'INVOICED']) expect((await to(status)).json.Quotes[0].Status).toBe(status);
    expect((await to('DECLINED')).status).toBe(400);
    expect((await call('GET', `Quotes?QuoteNumber=${created.QuoteNumber}`)).json.Quotes).toHaveLength(1);
  });

  test('files and notes hang on documents', async () => {
    const invoice = await made();
    const path = `Invoices/${invoice.InvoiceID}/Attachments/time%20sheet.csv?IncludeOnline=true`;
    const upload = await call('PUT', path, 'a,b', { 'content-type': 'text/csv' });
    expect(upload.json.Attachments[0]).toMatchObject({ FileName: 'time sheet.csv', MimeType: 'text/csv', IncludeOnline: true });
    expect((await call('GET', `Invoices/${invoice.InvoiceID}/Attachments`)).json.Attachments).toHaveLength(1);
    await call('PUT', `Invoices/${invoice.InvoiceID}/History`, { HistoryRecords: [{ Details: 'From the platform' }] });
    expect((await call('GET', `Invoices/${invoice.InvoiceID}/History`)).json.HistoryRecords[0]).toMatchObject({
      Details: 'From the platform',
      User: 'System Generated',
    });
  });
});
