import { beforeEach, describe, expect, test } from '@jest/globals';
import { partitions } from '../../../shared/store/keys.ts';
import { newId } from '../../support/billing.ts';
import { forAllTests } from '../../support/for-all-tests.ts';
import { fieldsOf, openQuoteRooms, publicUrl, sendQuoteTo, type SentQuote } from '../../support/quotes.ts';
import { pngFile } from '../../support/pictures.ts';
import { readPdf } from '../../support/read-pdf.ts';
import { connected, openTill } from '../../support/till.ts';

const till = await forAllTests(openTill());
const shop = await connected(till);
// One for all: each request has a key of its own.
const rooms = openQuoteRooms(till.engine);
beforeEach(() => {
  rooms.at.now = till.stage.clock.now();
});

const sent = (): Promise<SentQuote> => sendQuoteTo(till.engine, rooms, { setting: shop });
const page = async (token: string): Promise<string> => (await rooms.visit('GET /q/{token}', token)).text;
const accepted = async (quote: SentQuote, token = quote.token): Promise<void> => {
  const posted = await rooms.post(token, 'accept', { ...fieldsOf(await page(token)), name: 'Ada Lowe' });
  expect(posted.status).toBe(303);
};
const ours = async ({ id }: SentQuote) => (await rooms.send(shop.caller, 'GET /v1/quotes/{id}', { id })).body;
/** The token of the invoice's page to which the page of a quote leads. */
const invoiceIn = (text: string): string | undefined => /href="\/i\/([\w-]+)"/.exec(text)?.[1];
const look = (token: string) => rooms.visit('GET /i/{token}', token);
const ask = (route: string, id: string) => rooms.send(shop.caller, route, { id, headers: { 'if-match': '*' } });

describe('whoever accepts a quote', () => {
  test('is led to its invoice, sees what is due and can pay; the way stands as long as the link', async () => {
    const quote = await sent();
    expect(invoiceIn(await page(quote.token))).toBeUndefined();
    await accepted(quote);
    const { invoiceId } = await ours(quote);
    const { number } = (await rooms.send(shop.caller, 'GET /v1/invoices/{id}', { id: invoiceId })).body;
    for (let visit = 0; visit < 2; visit += 1) {
      const text = await page(quote.token);
      expect(text).toContain('Accepted by <bdi>Ada Lowe</bdi>');
      expect(text).toContain(`>See and pay invoice ${number}</a>`);
      const invoice = await look(invoiceIn(text) ?? '');
      expect(invoice.status).toBe(200);
      expect(invoice.text).toContain(`Invoice <bdi>${number}</bdi>`);
      expect(invoice.text).toContain('>Pay GBP 1,544.99</button>');
      rooms.at.now += 40 * 86_400_000;
    }
    const token = invoiceIn(await page(quote.token)) ?? '';
    const pay = await till.payments({
      route: 'POST /i/{token}/pay',
      params: { token },
      rawBody: '',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
    });
    expect([pay.status, pay.headers['location']]).toEqual([303, expect.stringContaining('/pay/')]);
  });

  test('has nothing written for it, and its token stands nowhere', async () => {
    const quote = await sent();
    await accepted(quote);
    const { invoiceId } = await ours(quote);
    const items = () =>
      Promise.all(
        [partitions.invoice(shop.workspace.id, invoiceId), `W#${shop.workspace.id}#QUO#${quote.id}`].map((partition) =>
          till.engine.table.queryAll({ partition }),
        ),
      );
    const before = await items();
    const token = invoiceIn(await page(quote.token)) ?? '';
    expect((await look(token)).status).toBe(200);
    expect(await items()).toEqual(before);
    expect(JSON.stringify(before)).not.toContain(token.slice(-43));
  });

  test('is told the same as data', async () => {
    const quote = await sent();
    const open = await rooms.visit('GET /v1/public/quotes/{token}', quote.token);
    expect(open.body.invoiceUrl).toBeNull();
    const body = { name: 'Ada Lowe', termsHash: quote.body.termsHash };
    const yes = await rooms.visit('POST /v1/public/quotes/{token}/accept', quote.token, { body });
    const token = String(yes.body.invoiceUrl).replace(`${publicUrl}/i/`, '');
    expect((await rooms.visit('GET /v1/public/invoices/{token}', token)).body).toMatchObject({
      total: { amount: 154_499, currency: 'GBP' },
      payable: true,
    });
    expect((await rooms.visit('GET /v1/public/quotes/{token}', quote.token)).body.invoiceUrl).toBe(yes.body.invoiceUrl);
    const again = await rooms.visit('POST /v1/public/quotes/{token}/accept', quote.token, { body });
    expect(again.text).toBe(yes.text);
  });

  test('loses the way with the link of the quote; a new link has one of its own', async () => {
    const quote = await sent();
    await accepted(quote);
    const first = invoiceIn(await page(quote.token)) ?? '';
    const renewed = await ask('POST /v1/quotes/{id}/share', quote.id);
    expect((await look(first)).status).toBe(404);
    const second = invoiceIn(await page(renewed.body.token)) ?? '';
    expect((await look(second)).status).toBe(200);
    await ask('DELETE /v1/quotes/{id}/share', quote.id);
    expect((await look(second)).status).toBe(404);
  });

  test('loses the way when the links of the invoice are revoked, and no reload brings it back', async () => {
    const quote = await sent();
    await accepted(quote);
    const { invoiceId } = await ours(quote);
    const token = invoiceIn(await page(quote.token)) ?? '';
    const shared = await ask('POST /v1/invoices/{id}/share', invoiceId);
    expect((await ask('DELETE /v1/invoices/{id}/share', invoiceId)).status).toBe(204);
    expect([(await look(token)).status, (await look(shared.body.token)).status]).toEqual([404, 404]);
    const after = await page(quote.token);
    expect(invoiceIn(after)).toBeUndefined();
    expect(after).toContain('sends you the invoice');
    // A link that is made on purpose after that works, and does not open the old way again.
    const anew = await ask('POST /v1/invoices/{id}/share', invoiceId);
    expect([(await look(anew.body.token)).status, (await look(token)).status]).toEqual([200, 404]);
    expect((await rooms.visit('GET /v1/public/quotes/{token}', quote.token)).body.invoiceUrl).toBeNull();
  });

  test('sees no invoice but that one: the secret opens nothing else', async () => {
    const [one, other] = [await sent(), await sent()];
    await accepted(one);
    await accepted(other);
    const token = invoiceIn(await page(one.token)) ?? '';
    const foreign = (await ours(other)).invoiceId.slice(-26);
    expect((await look(`${token.slice(0, 26)}${foreign}${token.slice(52)}`)).status).toBe(404);
    expect((await look(`${token.slice(0, 26)}${newId('inv').slice(-26)}${token.slice(52)}`)).status).toBe(404);
    expect((await look(`${token.slice(0, -1)}${token.endsWith('A') ? 'B' : 'A'}`)).status).toBe(404);
    // An open quote leads to no invoice, whatever is asked for.
    const open = await sent();
    expect((await look(`${open.token.slice(0, 26)}${foreign}${open.token.slice(52)}`)).status).toBe(404);
  });

  test('reads of a paid or void invoice how it stands', async () => {
    const quote = await sent();
    await accepted(quote);
    const { invoiceId } = await ours(quote);
    await rooms.send(shop.caller, 'POST /v1/invoices/{id}/void', { id: invoiceId });
    const text = await page(quote.token);
    expect(text).toMatch(/>See invoice [\w-]+<\/a>/);
    expect((await look(invoiceIn(text) ?? '')).text).toContain('Void');
  });
});

describe('the PDF of a quote', () => {
  test('is had by its link, with the logo and a way back, and tells who answered', async () => {
    const quote = await sent();
    await rooms.send(shop.caller, 'PUT /v1/workspace/logo', {
      headers: { 'content-type': 'image/png' },
      file: pngFile({ width: 60, height: 20 }),
    });
    const pdfOf = async (token: string) => {
      const { status, headers, text } = await rooms.visit('GET /q/{token}/pdf', token);
      expect([status, headers['content-disposition']]).toEqual([200, `inline; filename="Quote ${quote.body.number}.pdf"`]);
      return readPdf(Buffer.from(text, 'base64'));
    };
    const open = await pdfOf(quote.token);
    expect(open.links).toEqual([`${publicUrl}/q/${quote.token}`]);
    expect(open.placed.map(({ text }) => text).join(' ')).toContain('See and accept this quote online');
    expect(await page(quote.token)).toContain(`href="/q/${quote.token}/pdf">Download PDF</a>`);
    expect(await page(quote.token)).toContain('<img class="logo" alt="" width="60" height="20" src="data:image/png;base64,');
    await accepted(quote);
    const said = (await pdfOf(quote.token)).placed.map(({ text }) => text).join(' ');
    expect(said.replace(/\s+/g, ' ')).toContain('Accepted by Ada Lowe on');
    expect(said).toContain(quote.body.termsHash);
    await ask('DELETE /v1/quotes/{id}/share', quote.id);
    expect((await rooms.visit('GET /q/{token}/pdf', quote.token)).status).toBe(404);
  });
});
