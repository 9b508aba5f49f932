import { describe, expect, test } from '@jest/globals';
import { addQuote, quoteLines, type QuoteHead } from '../../../shared/store/quotes.ts';
import { readLines } from '../../../shared/store/invoices.ts';
import { newId } from '../../support/billing.ts';
import { forAllTests } from '../../support/for-all-tests.ts';
import { readPdf } from '../../support/read-pdf.ts';
import { connected, issued, openTill, type Body } from '../../support/till.ts';
import { openWritingRoom } from '../../support/writing-room.ts';

const till = await forAllTests(openTill());
const room = openWritingRoom(till);
const shop = await connected(till);

const file = async (route: string, id: string, from = shop.from) => {
  const { status, headers, text } = await room.documents({ route, from, params: { id } });
  const bytes = Buffer.from(text, 'base64');
  const isPdf = headers['content-type'] === 'application/pdf';
  return {
    status,
    headers,
    bytes,
    words: isPdf
      ? readPdf(bytes)
          .placed.map((one) => one.text)
          .join(' ')
      : text,
  };
};

describe('documents as files', () => {
  test('an invoice is the same file each time, named after its number, and holds no link that nobody asked for', async () => {
    const invoice = await issued(till, shop);
    const first = await file('GET /v1/invoices/{id}/pdf', invoice.id);
    const again = await file('GET /v1/invoices/{id}/pdf', invoice.id);
    expect(first.headers['content-disposition']).toBe(`inline; filename="Invoice ${invoice.number}.pdf"`);
    expect(first.bytes.equals(again.bytes)).toBe(true);
    expect(first.words).toContain(invoice.number);
    expect(first.words).toContain('GBP 120.00');
    expect(readPdf(first.bytes).links).toEqual([]);
  });

  test('a draft says that it is one', async () => {
    const draft = await till.invoices<Body>({
      route: 'POST /v1/invoices',
      from: shop.from,
      body: {
        clientId: shop.client.id,
        draft: true,
        lines: [{ description: 'Work', unitPrice: { amount: 100, currency: 'GBP' } }],
      },
    });
    const { words, headers } = await file('GET /v1/invoices/{id}/pdf', draft.body.id);
    expect(words).toContain('Draft');
    expect(headers['content-disposition']).toContain('Invoice draft.pdf');
  });

  test('a credit note names its invoice and takes the parties from it', async () => {
    const invoice = await issued(till, shop);
    const made = await till.payments<Body>({
      route: 'POST /v1/invoices/{id}/credit-notes',
      from: shop.from,
      params: { id: invoice.id },
      body: { kind: 'full', reason: 'Not delivered' },
    });
    expect(made.status).toBe(201);
    const { words } = await file('GET /v1/credit-notes/{id}/pdf', made.body.id);
    expect(words).toContain(made.body.number);
    expect(words).toContain(invoice.number);
    expect(words).toContain('Harbour Bakery Ltd');
    expect(words).toContain('Not delivered');
    const after = await file('GET /v1/invoices/{id}/pdf', invoice.id);
    expect(after.words).toContain('GBP −120.00');
  });

  test('a quote tells until when it is valid', async () => {
    const ws = shop.workspace.id;
    const invoice = await issued(till, shop);
    const { lines } = await readLines(till.engine.table)(ws, { id: invoice.id, linesEpoch: 1 });
    const head: QuoteHead = {
      ...{ id: newId('quo'), version: 1, status: 'draft', edition: 2, number: 'QU-0001', clientId: shop.client.id, jobId: null },
      ...{ currency: 'GBP', validUntil: '2026-12-31', linesEpoch: 1, lineCount: 1, createdAt: '2026-11-21T10:00:00.000Z' },
      ...{ subtotal: invoice.subtotal, tax: invoice.tax, total: invoice.total, sentAt: null, endsAt: null, zone: null },
      ...{ termsDays: null, termsHash: null, linkHash: null, answer: null, invoiceId: null, supersedes: null },
      ...{ supersededBy: null, toXero: false },
    };
    const said = { title: 'A new shop', notes: 'By spring', supplier: { name: 'Kestrel Studio' }, client: { name: 'Harbour' } };
    await till.engine.table.commit([addQuote(ws, head), ...quoteLines(ws, head.id, 1, lines, said)]);
    const { words, headers } = await file('GET /v1/quotes/{id}/pdf', head.id);
    expect(headers['content-disposition']).toContain('Quote QU-0001.pdf');
    for (const text of ['31 December 2026', 'A new shop', 'By spring', 'Prepared for', 'GBP 120.00'])
      expect(words).toContain(text);
  });

  test('what lies elsewhere is not there', async () => {
    const invoice = await issued(till, shop);
    const elsewhere = await connected(till);
    expect((await file('GET /v1/invoices/{id}/pdf', invoice.id, elsewhere.from)).status).toBe(404);
    expect((await file('GET /v1/quotes/{id}/pdf', newId('quo'))).status).toBe(404);
    expect((await file('GET /v1/credit-notes/{id}/pdf', newId('cn'))).status).toBe(404);
  });
});
