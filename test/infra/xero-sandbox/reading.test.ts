import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Answer, Started, TokenSet } from './support.ts';
import { kestrel, salesInvoice, startSandbox } from './support.ts';

describe('reading lists', () => {
  let sandbox: Started;
  let tokens: TokenSet;
  const get = (path: string, headers?: Record<string, string>): Promise<Answer> =>
    sandbox.call(tokens, 'GET', path, undefined, headers);
  const where = (filter: string, rest = ''): Promise<Answer> => get(`Invoices?page=1&where=${encodeURIComponent(filter)}${rest}`);
  const numbers = (answer: Answer): string[] =>
    answer.json.Invoices.map(({ InvoiceNumber }: { InvoiceNumber: string }) => InvoiceNumber);
  const stamp = (answer: Answer): number => Number(/\d+/.exec(answer.json.Invoices[0].UpdatedDateUTC as string)![0]);

  beforeAll(async () => {
    sandbox = await startSandbox();
    tokens = await sandbox.signIn();
    await sandbox.control('POST', 'settings', { minuteLimit: 100_000 });
    const invoices = Array.from({ length: 120 }, (_, index) =>
      salesInvoice({
        InvoiceNumber: `R-${String(index + 1).padStart(3, '0')}`,
        Reference: index % 2 === 0 ? 'inv_even' : 'inv_odd',
        Date: index < 100 ? '2026-11-01' : '2026-10-01',
        Status: index % 3 === 0 ? 'DRAFT' : 'AUTHORISED',
        Contact: { Name: index % 2 === 0 ? 'Harbour Bakery Ltd' : 'Zoë Lindqvist' },
      }),
    );
    await sandbox.call(tokens, 'PUT', 'Invoices?summarizeErrors=false', { Invoices: invoices });
  });
  afterAll(() => sandbox.close());

  test('pages hold 100 by default and 1,000 at most; a list without pages has no lines', async () => {
    const first = await get('Invoices?page=1');
    expect(first.json.pagination).toEqual({ page: 1, pageSize: 100, pageCount: 2, itemCount: 120 });
    expect(first.json.Invoices[0].LineItems).toHaveLength(1);
    expect((await get('Invoices?page=2')).json.Invoices).toHaveLength(20);
    expect((await get('Invoices?page=1&pageSize=5000')).json.pagination.pageSize).toBe(1000);
    expect((await get('Invoices?page=1&pageSize=0')).json.pagination.pageSize).toBe(1);
    const all = await get('Invoices');
    expect(all.json.pagination).toBeUndefined();
    expect(all.json.Invoices).toHaveLength(120);
    expect(all.json.Invoices[0].LineItems).toEqual([]);
  });

  test('walking the pages meets everything once', async () => {
    const seen: string[] = [];
    for (let page = 1; page <= 4; page++) seen.push(...numbers(await get(`Invoices?page=${page}&pageSize=30`)));
    expect(new Set(seen).size).toBe(120);
    expect(seen).toHaveLength(120);
  });

  test('filters: numbers, statuses, contacts, search, where', async () => {
    expect(numbers(await get('Invoices?InvoiceNumbers=R-001,R-050,R-999&page=1')).sort()).toEqual(['R-001', 'R-050']);
    expect((await get('Invoices?Statuses=DRAFT&page=1')).json.pagination.itemCount).toBe(40);
    expect((await get('Invoices?searchTerm=r-11&page=1')).json.pagination.itemCount).toBe(10);
    const contact = (await get(`Contacts?where=${encodeURIComponent('Name="zoe lindqvist"')}`)).json.Contacts[0];
    expect((await get(`Invoices?ContactIDs=${contact.ContactID}&page=1`)).json.pagination.itemCount).toBe(60);
    expect((await where('Status=="DRAFT" AND Reference=="inv_even"')).json.pagination.itemCount).toBe(20);
    expect((await where('Date >= DateTime(2026, 10, 1) && Date < DateTime(2026, 11, 1)')).json.pagination.itemCount).toBe(20);
    expect((await where(`Contact.ContactID==guid("${contact.ContactID}")`)).json.pagination.itemCount).toBe(60);
    expect(
      (await where('Contact.Name.StartsWith("Harbour") AND (InvoiceNumber="R-001" OR InvoiceNumber="R-002")')).json.pagination
        .itemCount,
    ).toBe(1);
    expect(numbers(await where('InvoiceNumber.Contains("-09")', '&order=InvoiceNumber%20DESC')).slice(0, 2)).toEqual([
      'R-099',
      'R-098',
    ]);
    expect((await where('AmountDue > 0 AND InvoiceNumber != null')).json.pagination.itemCount).toBe(120);
    expect((await where('Nonsense=="x"')).json.Type).toBe('QueryParseException');
    expect((await where('Status==')).status).toBe(400);
  });

  test('If-Modified-Since gives what changed after that second, or nothing', async () => {
    await sandbox.clock.advance(10);
    await sandbox.call(tokens, 'POST', 'Invoices/R-007', { Reference: 'inv_changed' });
    const [changedAt] = [stamp(await get('Invoices/R-007'))];
    expect(changedAt % 1000).toBe(0);
    const since = (ms: number): Promise<Answer> => get('Invoices?page=1', { 'if-modified-since': new Date(ms).toISOString() });
    expect(numbers(await since(changedAt - 1000))).toEqual(['R-007']);
    expect(numbers(await since(changedAt))).toEqual([]);
    await sandbox.control('POST', 'settings', { modifiedSinceInclusive: true });
    expect(numbers(await since(changedAt + 999))).toEqual(['R-007']);
    await sandbox.control('POST', 'settings', { modifiedSinceInclusive: false, notModified: 304 });
    expect((await since(changedAt)).status).toBe(304);
    await sandbox.control('POST', 'settings', { notModified: 200 });
  });

  test('unit prices come back with as many decimals as were asked for', async () => {
    const line = { Description: 'Fine', Quantity: 7, UnitAmount: 0.125, AccountCode: '200', TaxType: 'NONE' };
    const created = await sandbox.call(
      tokens,
      'PUT',
      'Invoices?unitdp=4',
      salesInvoice({ InvoiceNumber: 'FINE-1', LineItems: [line] }),
    );
    expect(created.json.Invoices[0]).toMatchObject({ Total: 0.88, LineItems: [{ UnitAmount: 0.125 }] });
    expect((await get('Invoices/FINE-1')).json.Invoices[0].LineItems[0].UnitAmount).toBe(0.13);
    expect((await get('Invoices/FINE-1?unitdp=4')).json.Invoices[0].LineItems[0].UnitAmount).toBe(0.125);
  });

  test('dates go out in wire form; who does not ask for JSON gets XML; what is not there is 404', async () => {
    const invoice = (await get('Invoices/R-001')).json.Invoices[0];
    expect([invoice.Date, invoice.DateString, invoice.DueDateString]).toEqual([
      '/Date(1793491200000+0000)/',
      '2026-11-01T00:00:00',
      '2026-11-30T00:00:00',
    ]);
    expect((await get('Organisation', { accept: '*/*' })).text).toContain('<Name>Kestrel Studio Ltd</Name>');
    expect((await get('Invoices/R-001', { accept: 'application/pdf' })).text.slice(0, 5)).toBe('%PDF-');
    const missing = await get('Invoices/nowhere');
    expect([missing.status, missing.text]).toEqual([404, "The resource you're looking for cannot be found"]);
    expect((await get('Nonsense')).status).toBe(404);
  });

  test('tens of thousands of foreign documents are made and read in pages', async () => {
    const made = await sandbox.control('POST', 'foreign', { tenantId: kestrel, invoices: 20_000, contacts: 1_000, others: 10 });
    expect(made.json).toEqual({ invoices: 20_000, contacts: 1_000, others: 10 });
    const page = await get('Invoices?page=20&pageSize=1000');
    expect(page.json.pagination.itemCount).toBe(20_131);
    expect(page.json.Invoices).toHaveLength(1000);
    expect((await get('Invoices?createdByMyApp=true&page=1')).json.pagination.itemCount).toBe(121);
    expect(numbers(await get('Invoices?InvoiceNumbers=FOR-015000&page=1'))).toEqual(['FOR-015000']);
  });
});
