import { describe, expect, test } from '@jest/globals';
import { keys } from '../../../shared/store/keys.ts';
import { forAllTests } from '../../support/for-all-tests.ts';
import { jpegFile, pngFile } from '../../support/pictures.ts';
import { readPdf } from '../../support/read-pdf.ts';
import { connected, issued, openTill, type Body, type Shop } from '../../support/till.ts';
import { openWritingRoom } from '../../support/writing-room.ts';

const till = await forAllTests(openTill());
const room = openWritingRoom(till);

const put = ({ from }: Shop, file: Buffer, headers: Record<string, string> = {}) =>
  room.documents<Body>({
    route: 'PUT /v1/workspace/logo',
    from,
    rawBody: file.toString('base64'),
    isBase64Encoded: true,
    headers: { 'content-type': 'image/png', ...headers },
  });
const get = ({ from }: Shop) => room.documents<Body>({ route: 'GET /v1/workspace/logo', from });
const remove = ({ from }: Shop, ifMatch: string) =>
  room.documents<Body>({ route: 'DELETE /v1/workspace/logo', from, headers: { 'if-match': ifMatch } });
const pdfOf = async (shop: Shop, id: string): Promise<Buffer> => {
  const { text } = await room.documents({ route: 'GET /v1/invoices/{id}/pdf', from: shop.from, params: { id } });
  return Buffer.from(text, 'base64');
};
const hasPicture = (pdf: Buffer): boolean => pdf.toString('latin1').includes('/Subtype /Image');
const pageOf = async (shop: Shop, id: string): Promise<string> => {
  const shared = await room.documents<Body>({ route: 'POST /v1/invoices/{id}/share', from: shop.from, params: { id } });
  return (await room.documents({ route: 'GET /i/{token}', params: { token: shared.body.token } })).text;
};

describe('the logo of a workspace', () => {
  test('stands on files and pages from the moment it is set until it is taken away', async () => {
    const shop = await connected(till);
    const invoice = await issued(till, shop);
    expect((await get(shop)).status).toBe(404);
    expect(hasPicture(await pdfOf(shop, invoice.id))).toBe(false);

    const set = await put(shop, pngFile({ width: 90, height: 30 }));
    expect(set).toMatchObject({
      status: 200,
      headers: { etag: '"1"' },
      body: { contentType: 'image/png', width: 90, height: 30 },
    });
    const kept = await get(shop);
    expect(kept).toMatchObject({ status: 200, headers: { etag: '"1"', 'content-type': 'image/png' } });
    const pdf = await pdfOf(shop, invoice.id);
    expect(hasPicture(pdf)).toBe(true);
    expect(pdf.equals(await pdfOf(shop, invoice.id))).toBe(true);
    expect(readPdf(pdf).placed.map(({ text }) => text)).toContain('Kestrel Studio');
    const page = await pageOf(shop, invoice.id);
    expect(page).toContain(`<img class="logo" alt="" width="90" height="30" src="data:image/png;base64,${kept.text}">`);

    expect((await remove(shop, '"1"')).status).toBe(204);
    expect((await get(shop)).status).toBe(404);
    expect((await remove(shop, '*')).status).toBe(204);
    expect((await remove(shop, '"1"')).status).toBe(412);
    expect(hasPicture(await pdfOf(shop, invoice.id))).toBe(false);
    expect(await pageOf(shop, invoice.id)).not.toContain('<img');
  });

  test('stands on credit notes and quotes too, and may be a JPEG', async () => {
    const shop = await connected(till);
    const invoice = await issued(till, shop);
    await put(shop, jpegFile(), { 'content-type': 'image/jpeg' });
    const note = await till.payments<Body>({
      route: 'POST /v1/invoices/{id}/credit-notes',
      from: shop.from,
      params: { id: invoice.id },
      body: { kind: 'full', reason: 'Not delivered' },
    });
    const { text } = await room.documents({
      route: 'GET /v1/credit-notes/{id}/pdf',
      from: shop.from,
      params: { id: note.body.id },
    });
    expect(Buffer.from(text, 'base64').toString('latin1')).toMatch(/\/Subtype \/Image[\s\S]*\/DCTDecode/);
  });

  test('is changed by who has seen the one that stands', async () => {
    const shop = await connected(till);
    await put(shop, pngFile({ width: 3 }), { 'if-match': '"0"' });
    expect((await put(shop, pngFile({ width: 4 }), { 'if-match': '"1"' })).headers['etag']).toBe('"2"');
    expect(await put(shop, pngFile({ width: 5 }), { 'if-match': '"1"' })).toMatchObject({ status: 412, body: { code: 'stale' } });
    expect((await remove(shop, '"1"')).status).toBe(412);
    const { headers, text } = await get(shop);
    expect(headers['etag']).toBe('"2"');
    expect(Buffer.from(text, 'base64').readUInt32BE(16)).toBe(4);
  });

  test('of many that are set at once, one stands whole', async () => {
    const shop = await connected(till);
    const answers = await Promise.all([1, 2, 3, 4].map((width) => put(shop, pngFile({ width }))));
    for (const { status } of answers) expect([200, 409]).toContain(status);
    const won = answers.filter(({ status }) => status === 200).length;
    expect((await get(shop)).headers['etag']).toBe(`"${won}"`);
  });

  test('is never what can be shown to nobody: a refusal says why, and nothing is written', async () => {
    const shop = await connected(till);
    const key = keys.logo(shop.workspace.id);
    const refused = async (file: Buffer, headers: Record<string, string> = {}): Promise<string> => {
      const { status, body } = await put(shop, file, headers);
      expect({ status, code: body.code }).toEqual({ status: 400, code: 'validation' });
      expect(await till.engine.table.get(key)).toBeUndefined();
      return body.detail;
    };
    expect(await refused(Buffer.alloc(0))).toContain('PNG or JPEG');
    expect(await refused(pngFile().subarray(0, 60))).toContain('damaged or cut off');
    expect(await refused(pngFile({ width: 2001, height: 1 }))).toContain('2000 pixels');
    expect(await refused(Buffer.alloc(200_001))).toContain('200000 bytes');
    expect(await refused(Buffer.from('<svg/>'))).toContain('is not a PNG or JPEG picture');
    expect(await refused(pngFile(), { 'content-type': 'image/svg+xml' })).toContain('content type');
    expect(await refused(pngFile(), { 'content-type': 'application/json' })).toContain('content type');
  });

  test('is of one workspace only', async () => {
    const [shop, other] = [await connected(till), await connected(till)];
    await put(shop, pngFile());
    expect((await get(other)).status).toBe(404);
    expect(hasPicture(await pdfOf(other, (await issued(till, other)).id))).toBe(false);
  });
});
