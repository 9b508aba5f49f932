import { describe, expect, test } from '@jest/globals';
import { storeSetting } from '../../support/billing.ts';
import { dyingTable } from '../../support/dying-table.ts';
import type { Answer } from '../../support/door-call.ts';
import { startEngine } from '../../support/engine.ts';
import { forAllTests } from '../../support/for-all-tests.ts';
import { fieldsOf, openQuoteRooms, sendQuoteTo, type QuoteRooms, type SentQuote } from '../../support/quotes.ts';

const engine = await forAllTests(startEngine());
let rooms: QuoteRooms;

const sentQuote = async (more: Parameters<typeof sendQuoteTo>[2] = {}): Promise<SentQuote> => {
  rooms = openQuoteRooms(engine);
  return sendQuoteTo(engine, rooms, more);
};
const show = (token: string): Promise<Answer> => rooms.visit('GET /v1/public/quotes/{token}', token);
const answer = (which: 'accept' | 'decline', token: string, termsHash: string, name = 'Ada Lowe'): Promise<Answer> =>
  rooms.visit(`POST /v1/public/quotes/{token}/${which}`, token, { body: { name, termsHash } });
const page = (token: string, said?: string): Promise<Answer> =>
  rooms.visit('GET /q/{token}', token, said === undefined ? {} : { query: { said } });
const ours = async ({ setting, id }: SentQuote) => (await rooms.send(setting.caller, 'GET /v1/quotes/{id}', { id })).body;
const invoicesOf = async ({ setting }: SentQuote) =>
  (await rooms.send(setting.caller, 'GET /v1/invoices', {})).body.items as { id: string; number: string }[];
const another = (token: string): string => `${token.slice(0, -2)}${token.endsWith('AA') ? 'BA' : 'AA'}`;

describe('a link', () => {
  test('shows the quote and nothing of the workspace’s own', async () => {
    const { token, body } = await sentQuote();
    const shown = await show(token);
    expect(shown.status).toBe(200);
    expect(shown.body).toMatchObject({
      number: 'QU-0001',
      version: 1,
      status: 'sent',
      total: { amount: 154_499, currency: 'GBP' },
      termsHash: body.termsHash,
      answer: null,
    });
    expect(Object.keys(shown.body.lines[0]).sort()).toEqual(['amount', 'description', 'quantity', 'tax', 'unit', 'unitPrice']);
    for (const hidden of ['id', 'clientId', 'sync', 'invoiceId']) expect(shown.body).not.toHaveProperty(hidden);
  });

  test('F32 no guess finds a quote: unknown and revoked links look the same, and guessing is cut off', async () => {
    const quote = await sentQuote();
    const { setting, token, id } = quote;
    const elsewhere = await sendQuoteTo(engine, rooms);
    const mixed = `${elsewhere.token.slice(0, 26)}${token.slice(26)}`;
    const revoked = await rooms.send(setting.caller, 'POST /v1/quotes/{id}/share', { id });
    expect(revoked.status).toBe(201);
    const unknown = await show(`${'7'.padEnd(26, 'Z')}${token.slice(26)}`);
    expect([unknown.status, unknown.body.code, unknown.body.detail]).toEqual([404, 'not-found', 'There is no such thing here']);
    for (const wrong of [token, another(revoked.body.token), mixed, 'short', `${token}x`, encodeURIComponent("'; --")]) {
      const found = await show(wrong);
      expect([found.status, found.text]).toEqual([404, unknown.text]);
      const yes = await answer('accept', wrong, quote.body.termsHash);
      expect([yes.status, yes.text]).toEqual([404, unknown.text]);
    }
    const statuses = await Promise.all(Array.from({ length: 80 }, () => show(another(token))));
    expect(new Set(statuses.map(({ status }) => status))).toEqual(new Set([404, 429]));
    expect((await show(revoked.body.token)).status).toBe(200);
    rooms.at.now += 61_000;
    expect((await show(another(token))).status).toBe(404);
  });

  test('F34 a link tells its address to nobody, and revoking it works at once', async () => {
    const { setting, token, id } = await sentQuote();
    for (const shown of [await page(token), await show(token)]) {
      expect(shown.headers).toMatchObject({ 'referrer-policy': 'no-referrer', 'cache-control': 'no-store' });
    }
    const { headers, text } = await page(token);
    expect(headers['content-security-policy']).toContain("default-src 'none'");
    expect(headers['content-security-policy']).not.toMatch(/script|unsafe/);
    expect(text).not.toMatch(/<script|<link|<img|https?:/);
    const revoked = await rooms.send(setting.caller, 'DELETE /v1/quotes/{id}/share', { id });
    expect(revoked.status).toBe(204);
    const [gone, never] = [await page(token), await page(another(token))];
    expect([gone.status, gone.text]).toEqual([404, never.text]);
    expect((await show(token)).status).toBe(404);
    expect((await rooms.send(setting.caller, 'GET /v1/quotes/{id}', { id })).body.shared).toBe(false);
  });

  test('F33 looking changes nothing, however often, and a form nobody has read does nothing', async () => {
    const quote = await sentQuote();
    const before = await engine.table.queryAll({ partition: `W#${quote.setting.workspace.id}#QUO#${quote.id}` });
    for (let look = 0; look < 3; look += 1) {
      await page(quote.token);
      await show(quote.token);
      await page(quote.token, 'again');
    }
    const blind = await rooms.post(quote.token, 'accept', { name: 'Scanner', termsHash: quote.body.termsHash });
    expect([blind.status, blind.headers['location']]).toEqual([303, `/q/${quote.token}?said=again#answer`]);
    expect(await engine.table.queryAll({ partition: `W#${quote.setting.workspace.id}#QUO#${quote.id}` })).toEqual(before);
    expect(await invoicesOf(quote)).toEqual([]);
  });

  test('F88 answering is counted for each link and workspace', async () => {
    const quote = await sentQuote();
    await rooms.send(quote.setting.caller, 'POST /v1/quotes/{id}/withdraw', { id: quote.id });
    const statuses: number[] = [];
    for (let batch = 0; batch < 10; batch += 1) {
      const answers = await Promise.all(Array.from({ length: 32 }, () => answer('accept', quote.token, quote.body.termsHash)));
      statuses.push(...answers.map(({ status }) => status));
      const refused = answers.find(({ status }) => status === 429);
      if (refused) expect(Number(refused.headers['retry-after'])).toBeGreaterThan(0);
    }
    expect([statuses.filter((status) => status === 409).length, statuses.filter((status) => status === 429).length]).toEqual([
      300, 20,
    ]);
    rooms.at.now += 61_000;
    expect((await answer('accept', quote.token, quote.body.termsHash)).status).toBe(409);
  });
});

describe('accepting', () => {
  test('makes the invoice, keeps the receipt, and tells those who look after money', async () => {
    const quote = await sentQuote();
    rooms.at.now = Date.parse('2026-11-25T09:15:30.000Z');
    const accepted = await answer('accept', quote.token, quote.body.termsHash, '  Ada Lowe ');
    expect(accepted.status).toBe(200);
    const receipt = { name: 'Ada Lowe', at: '2026-11-25T09:15:30.000Z', zone: 'Europe/London', termsHash: quote.body.termsHash };
    expect(accepted.body).toMatchObject({ status: 'invoiced', acceptedBy: 'Ada Lowe', acceptedAt: receipt.at, answer: receipt });
    expect(await ours(quote)).toMatchObject({ status: 'invoiced', answer: { ...receipt, by: 'client' } });
    const [invoice] = await invoicesOf(quote);
    const made = await rooms.send(quote.setting.caller, 'GET /v1/invoices/{id}', { id: (await ours(quote)).invoiceId });
    expect(made.body).toMatchObject({
      id: invoice?.id,
      number: 'INV-0001',
      status: 'issued',
      quoteId: quote.id,
      issueDate: '2026-11-25',
      dueDate: '2026-12-09',
      total: quote.body.total,
      due: quote.body.total,
      supplier: { name: 'Kestrel Studio' },
      client: { name: 'Harbour Bakery Ltd' },
    });
    expect(made.body.lines.map(({ amount }: { amount: object }) => amount)).toEqual(
      quote.body.lines.map(({ amount }: { amount: object }) => amount),
    );
    const notes = await engine.table.queryAll({ partition: `W#${quote.setting.workspace.id}#NOTE` });
    expect(notes.map(({ cause, text }) => [cause, text])).toEqual([
      [`quote-accepted#${quote.id}`, 'Quote QU-0001 was accepted by Ada Lowe; invoice INV-0001 over GBP 1,544.99 was issued'],
    ]);
    const trail = await engine.table.queryAll({ partition: `W#${quote.setting.workspace.id}#AUDIT` });
    expect(trail.map(({ what }) => what)).toEqual(['quote-drafted', 'quote-sent', 'quote-accepted']);
  });

  test('F25 keeps the tax that was locked when the quote was sent, whatever holds when it is accepted', async () => {
    const setting = await storeSetting(engine.table, {
      workspace: {
        country: 'CA',
        zone: 'America/Halifax',
        currency: 'CAD',
        taxRegistrations: [{ country: 'CA', number: '123', from: '2020-01-01' }],
      },
      client: { country: 'CA', region: 'NS', currency: 'CAD' },
      job: { currency: 'CAD' },
    });
    rooms = openQuoteRooms(engine);
    // Nova Scotia's rate went from 15 to 14 per cent on 1 April 2025.
    rooms.at.now = Date.parse('2025-03-20T12:00:00.000Z');
    const lines = [{ description: 'Work', unitPrice: { amount: 100_000, currency: 'CAD' } }];
    const quote = await sendQuoteTo(engine, rooms, { setting, body: { lines, validUntil: '2025-06-30' } });
    expect(quote.body.tax).toEqual({ amount: 15_000, currency: 'CAD' });
    rooms.at.now = Date.parse('2025-05-02T12:00:00.000Z');
    expect((await answer('accept', quote.token, quote.body.termsHash)).status).toBe(200);
    const made = await rooms.send(setting.caller, 'GET /v1/invoices/{id}', { id: (await ours(quote)).invoiceId });
    expect(made.body).toMatchObject({ issueDate: '2025-05-02', tax: { amount: 15_000 }, total: { amount: 115_000 } });
    expect(made.body.lines[0].tax).toMatchObject({ rate: '0.15', amount: { amount: 15_000 } });
    const free = await rooms.send(setting.caller, 'POST /v1/invoices', { body: { clientId: setting.client.id, lines } });
    expect(free.body.tax).toEqual({ amount: 14_000, currency: 'CAD' });
  });

  test('F30 is judged by the server’s clock, at the end of the last day in the workspace’s zone, to the millisecond', async () => {
    const cases = [
      // The clocks go back on the last day: it has 25 hours and ends at midnight of winter time.
      ['Europe/London', '2026-10-25', '2026-10-26T00:00:00.000Z'],
      // And forward: 23 hours, and midnight of summer time comes an hour earlier.
      ['Europe/London', '2027-03-28', '2027-03-28T23:00:00.000Z'],
      ['Pacific/Auckland', '2026-12-31', '2026-12-31T11:00:00.000Z'],
      ['America/Los_Angeles', '2026-12-31', '2027-01-01T08:00:00.000Z'],
    ] as const;
    for (const [zone, validUntil, end] of cases) {
      const setting = await storeSetting(engine.table, { workspace: { zone } });
      rooms = openQuoteRooms(engine);
      rooms.at.now = Date.parse('2026-10-01T12:00:00.000Z');
      const [early, late] = [
        await sendQuoteTo(engine, rooms, { setting, body: { validUntil } }),
        await sendQuoteTo(engine, rooms, { setting, body: { validUntil } }),
      ];
      rooms.at.now = Date.parse(end) - 1;
      expect((await answer('accept', early.token, early.body.termsHash)).status).toBe(200);
      rooms.at.now = Date.parse(end);
      const refused = await answer('accept', late.token, late.body.termsHash);
      expect([zone, refused.status, refused.body.code]).toEqual([zone, 409, 'quote-expired']);
      expect((await show(late.token)).body.status).toBe('expired');
      expect((await page(late.token)).text).toContain('This quote has expired');
    }
  });

  test('F31 an old version answers that a newer one has taken its place, and the page says so', async () => {
    const quote = await sentQuote();
    await rooms.send(quote.setting.caller, 'POST /v1/quotes/{id}/revise', { id: quote.id });
    const late = await answer('accept', quote.token, quote.body.termsHash);
    expect([late.status, late.body.code]).toEqual([409, 'quote-superseded']);
    const shown = await page(quote.token);
    expect(shown.status).toBe(200);
    expect(shown.text).toContain('A newer version has replaced this quote');
    expect(shown.text).not.toContain('<form');
    expect(await invoicesOf(quote)).toEqual([]);
  });

  test('to other terms than the quote’s is refused', async () => {
    const quote = await sentQuote();
    const other = await answer('accept', quote.token, 'x'.repeat(43));
    expect([other.status, other.body.code]).toEqual([409, 'quote-terms-changed']);
    const nobody = await answer('accept', quote.token, quote.body.termsHash, '   ');
    expect([nobody.status, nobody.body.code]).toEqual([400, 'validation']);
    expect((await ours(quote)).status).toBe('sent');
  });

  test('F29 twice by one person is answered alike; by another, or against a no, it is refused', async () => {
    const quote = await sentQuote();
    const [first, second] = [
      await answer('accept', quote.token, quote.body.termsHash),
      await answer('accept', quote.token, quote.body.termsHash),
    ];
    expect([second.status, second.text]).toEqual([200, first.text]);
    const other = await answer('accept', quote.token, quote.body.termsHash, 'Ben Moor');
    expect([other.status, other.body.code]).toEqual([409, 'quote-accepted']);
    const no = await answer('decline', quote.token, quote.body.termsHash);
    expect([no.status, no.body.code]).toEqual([409, 'quote-accepted']);
    expect(await invoicesOf(quote)).toHaveLength(1);
    const declined = await sendQuoteTo(engine, rooms);
    expect((await answer('decline', declined.token, declined.body.termsHash)).body).toMatchObject({
      status: 'declined',
      declinedBy: 'Ada Lowe',
    });
    expect((await answer('decline', declined.token, declined.body.termsHash)).status).toBe(200);
    const late = await answer('accept', declined.token, declined.body.termsHash);
    expect([late.status, late.body.code]).toEqual([409, 'quote-declined']);
    expect(await invoicesOf(declined)).toEqual([]);
  });

  test('F35 a function that dies on the way leaves both the answer and its invoice, or neither, and asking again ends well', async () => {
    for (const after of [false, true]) {
      const setting = await storeSetting(engine.table);
      rooms = openQuoteRooms(engine);
      const quote = await sendQuoteTo(engine, rooms, { setting });
      const { table, died } = dyingTable(engine.table, { atWrite: 1, after });
      const mortal = openQuoteRooms({ ...engine, table });
      const body = { name: 'Ada Lowe', termsHash: quote.body.termsHash };
      const broken = await mortal.visit('POST /v1/public/quotes/{token}/accept', quote.token, { body });
      expect([died(), broken.status]).toEqual([true, 500]);
      expect([(await ours(quote)).status, (await invoicesOf(quote)).length]).toEqual(after ? ['invoiced', 1] : ['sent', 0]);
      expect((await answer('accept', quote.token, quote.body.termsHash)).body.status).toBe('invoiced');
      expect(await invoicesOf(quote)).toHaveLength(1);
    }
  });

  test('in a closed period dates the invoice on the first open day', async () => {
    const setting = await storeSetting(engine.table);
    rooms = openQuoteRooms(engine);
    const quote = await sendQuoteTo(engine, rooms, { setting });
    const pk = `W#${setting.workspace.id}`;
    await engine.table.putMany([{ pk, sk: 'XERO', v: 1, state: 'connected', lockDate: '2026-11-30' }]);
    expect((await answer('accept', quote.token, quote.body.termsHash)).status).toBe(200);
    const [invoice] = (await rooms.send(setting.caller, 'GET /v1/invoices', {})).body.items;
    expect(invoice).toMatchObject({ issueDate: '2026-12-01', dueDate: '2026-12-15', sync: { state: 'pending' } });
  });
});

describe('the page', () => {
  test('accepts by its form and leads back to itself, where the receipt stands', async () => {
    const quote = await sentQuote();
    const opened = await page(quote.token);
    expect([opened.status, opened.headers['content-type']]).toEqual([200, 'text/html; charset=utf-8']);
    expect(opened.text).toContain('Accept for GBP 1,544.99');
    const fields = fieldsOf(opened.text);
    const posted = await rooms.post(quote.token, 'accept', { ...fields, name: 'Zoë O’Neill' });
    expect([posted.status, posted.headers['location'], posted.text]).toEqual([303, `/q/${quote.token}`, '']);
    const after = await page(quote.token);
    expect(after.text).toContain('Accepted by <bdi>Zoë O’Neill</bdi>');
    expect(after.text).toContain('20 November 2026 at 10:00:00 (Europe/London)');
    expect(after.text).toContain(quote.body.termsHash);
    expect(after.text).not.toContain('<form');
    const again = await rooms.post(quote.token, 'accept', { ...fields, name: 'Zoë O’Neill' });
    expect(again.headers['location']).toBe(`/q/${quote.token}`);
    expect(await invoicesOf(quote)).toHaveLength(1);
  });

  test('declines by its form', async () => {
    const quote = await sentQuote();
    const fields = fieldsOf((await page(quote.token)).text);
    expect((await rooms.post(quote.token, 'decline', { ...fields, name: 'Ada Lowe' })).status).toBe(303);
    expect((await ours(quote)).status).toBe('declined');
    expect((await page(quote.token)).text).toContain('Declined by <bdi>Ada Lowe</bdi>');
  });

  test('asks again for a name, for a page that is a day old, and for one of another link', async () => {
    const quote = await sentQuote();
    const other = await sendQuoteTo(engine, rooms, { setting: quote.setting });
    const fields = fieldsOf((await page(quote.token)).text);
    const location = async (asked: Record<string, string>): Promise<string | undefined> =>
      (await rooms.post(quote.token, 'accept', asked)).headers['location'];
    expect(await location({ ...fields, name: ' ' })).toBe(`/q/${quote.token}?said=name#answer`);
    const foreign = fieldsOf((await page(other.token)).text);
    expect(await location({ ...foreign, termsHash: fields['termsHash'] ?? '', name: 'Ada' })).toBe(
      `/q/${quote.token}?said=again#answer`,
    );
    rooms.at.now += 24 * 3_600_000 + 1;
    expect(await location({ ...fields, name: 'Ada' })).toBe(`/q/${quote.token}?said=again#answer`);
    expect((await page(quote.token, 'name')).text).toContain('Please type your name');
    expect((await page(quote.token, '<script>')).text).not.toContain('role="alert"');
    expect((await ours(quote)).status).toBe('sent');
  });

  test('F27 shows whatever was written as text', async () => {
    const setting = await storeSetting(engine.table, { client: { name: '<script>alert(1)</script> & "Söhne"' } });
    rooms = openQuoteRooms(engine);
    const lines = [
      { description: '=cmd|calc <img src=x onerror=alert(1)> 🧁 مرحبا', unitPrice: { amount: 100, currency: 'GBP' } },
    ];
    const quote = await sendQuoteTo(engine, rooms, {
      setting,
      body: { lines, notes: '</div><script>x</script>', title: "O'Hara" },
    });
    const { text } = await page(quote.token);
    expect(text).not.toMatch(/<script|<img/);
    expect(text).toContain('&lt;script&gt;alert(1)&lt;/script&gt; &amp; &quot;Söhne&quot;');
    expect(text).toContain('🧁 مرحبا');
  });
});
