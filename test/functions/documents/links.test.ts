import { describe, expect, test } from '@jest/globals';
import { keys } from '../../../shared/store/keys.ts';
import { forAllTests } from '../../support/for-all-tests.ts';
import { byHand, connected, issued, openTill, payAt, type Body } from '../../support/till.ts';
import { openWritingRoom } from '../../support/writing-room.ts';

const till = await forAllTests(openTill());
const room = openWritingRoom(till);
const shop = await connected(till, { workspace: { name: 'Kestrel <b>Studio</b>' }, client: { name: 'Harbour "Bakery" & Sons' } });

const share = async (id: string, key?: string): Promise<{ status: number; body: Body }> =>
  room.documents<Body>({
    route: 'POST /v1/invoices/{id}/share',
    from: shop.from,
    params: { id },
    ...(key === undefined ? {} : { headers: { 'idempotency-key': key } }),
  });
const tokenOf = async (id: string): Promise<string> => (await share(id)).body.token;
const page = (token: string, said?: string) =>
  room.documents({ route: 'GET /i/{token}', params: { token }, ...(said === undefined ? {} : { query: { said } }) });
const data = (token: string) => room.documents<Body>({ route: 'GET /v1/public/invoices/{token}', params: { token } });
const pay = (token: string) =>
  till.payments({
    route: 'POST /i/{token}/pay',
    params: { token },
    rawBody: '',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
  });
const revoke = (id: string) => room.documents({ route: 'DELETE /v1/invoices/{id}/share', from: shop.from, params: { id } });
const stored = (id: string) => till.engine.table.queryAll({ partition: keys.invoice(shop.workspace.id, id).pk });
const everythingStored = async (id: string): Promise<string> => JSON.stringify(await stored(id));

describe('a link', () => {
  test('shows the invoice to whoever has it: sender, number, lines, sums, and a button to pay', async () => {
    const invoice = await issued(till, shop);
    const token = await tokenOf(invoice.id);
    const answer = await page(token);
    expect(answer.status).toBe(200);
    expect(answer.headers['content-type']).toBe('text/html; charset=utf-8');
    expect(answer.text).toContain(invoice.number);
    expect(answer.text).toContain('Kestrel &lt;b&gt;Studio&lt;/b&gt;');
    expect(answer.text).toContain('Harbour &quot;Bakery&quot; &amp; Sons');
    expect(answer.text).toContain('VAT 20% on 100.00');
    expect(answer.text).toContain('GBP 120.00');
    expect(answer.text).toContain(`<form class="act" method="post" action="/i/${token}/pay">`);
    expect(answer.text).toContain(`href="/i/${token}/pdf"`);
    expect(answer.text).not.toContain('<script');
    expect(answer.text).not.toContain('<b>Studio');
    const { body } = await data(token);
    expect(body).toMatchObject({
      number: invoice.number,
      status: 'issued',
      payable: true,
      due: { amount: 12_000, currency: 'GBP' },
    });
    expect(JSON.stringify(body)).not.toMatch(/(inv|cli|mem|te|ws|lin)_[0-9A-Z]{26}/);
  });

  test('F34 keeps itself secret: no referrer, no cache, no index, and its token is stored nowhere', async () => {
    const invoice = await issued(till, shop);
    const key = 'a-key-for-the-same-link';
    const first = await share(invoice.id, key);
    const again = await share(invoice.id, key);
    expect(again).toEqual(first);
    const { token } = first.body;
    for (const answer of [
      await page(token),
      await data(token),
      await room.documents({ route: 'GET /i/{token}/pdf', params: { token } }),
    ]) {
      expect(answer.status).toBe(200);
      expect(answer.headers['referrer-policy']).toBe('no-referrer');
      expect(answer.headers['cache-control']).toBe('no-store');
    }
    await pay(token);
    expect(await everythingStored(invoice.id)).not.toContain(token.slice(-43));
    const requests = await till.engine.table.queryAll({
      partition: `W#${shop.workspace.id}#IDEM#${shop.from.memberId}`,
    });
    expect(JSON.stringify(requests)).not.toContain(token.slice(-43));
  });

  test('F32 unknown, malformed, foreign and revoked links are one 404, word for word', async () => {
    const invoice = await issued(till, shop);
    const revoked = await tokenOf(invoice.id);
    expect((await page(revoked)).status).toBe(200);
    expect((await revoke(invoice.id)).status).toBe(204);
    const other = await issued(till, shop);
    await tokenOf(other.id);
    const wrong = [
      revoked,
      `${revoked.slice(0, -1)}${revoked.endsWith('A') ? 'B' : 'A'}`,
      `${revoked.slice(0, 26)}${other.id.slice(-26)}${revoked.slice(-43)}`,
      'nothing',
      'x'.repeat(300),
    ];
    const pages = await Promise.all(wrong.map((token) => page(token)));
    const answers = await Promise.all(wrong.map((token) => data(token)));
    const presses = await Promise.all(wrong.map((token) => pay(token)));
    expect(new Set(pages.map(({ status, text }) => `${status} ${text}`)).size).toBe(1);
    expect(new Set(answers.map(({ status, text }) => `${status} ${text}`)).size).toBe(1);
    expect(new Set(presses.map(({ status, text }) => `${status} ${text}`)).size).toBe(1);
    expect([pages[0]?.status, answers[0]?.status, presses[0]?.status]).toEqual([404, 404, 404]);
  });

  test('F33 looking at it changes nothing: the same invoice, no payment page, no payment', async () => {
    const invoice = await issued(till, shop);
    const token = await tokenOf(invoice.id);
    const before = await stored(invoice.id);
    for (let look = 0; look < 3; look += 1) {
      await page(token);
      await page(token, 'returned');
      await data(token);
      await room.documents({ route: 'GET /i/{token}/pdf', params: { token } });
    }
    expect(await stored(invoice.id)).toEqual(before);
  });

  test('a draft has none, and neither has an invoice of another workspace', async () => {
    const draft = await till.invoices<Body>({
      route: 'POST /v1/invoices',
      from: shop.from,
      body: {
        clientId: shop.client.id,
        draft: true,
        lines: [{ description: 'Work', unitPrice: { amount: 100, currency: 'GBP' } }],
      },
    });
    expect((await share(draft.body.id)).body.code).toBe('invoice-not-issued');
    const elsewhere = await connected(till);
    const foreign = await issued(till, elsewhere);
    expect((await share(foreign.id)).status).toBe(404);
    expect((await revoke(foreign.id)).status).toBe(404);
  });

  test('of a long invoice shows the first 100 lines and says how many more there are', async () => {
    const made = await till.invoices<Body>({
      route: 'POST /v1/invoices',
      from: shop.from,
      body: {
        clientId: shop.client.id,
        lines: Array.from({ length: 130 }, (_, place) => ({
          description: `Line number ${place + 1}`,
          unitPrice: { amount: 100, currency: 'GBP' },
        })),
      },
    });
    const { text } = await page(await tokenOf(made.body.id));
    expect(text).toContain('Line number 100<');
    expect(text).not.toContain('Line number 101<');
    expect(text).toContain('And 30 more in the PDF.');
  });
});

describe('the button to pay', () => {
  test('leads to a payment page over what is due, and back to the invoice, which says that it is paid', async () => {
    const invoice = await issued(till, shop);
    await byHand(till, shop, invoice.id, { amount: { amount: 2_000, currency: 'GBP' }, receivedOn: invoice.issueDate });
    const token = await tokenOf(invoice.id);
    const pressed = await pay(token);
    expect(pressed.status).toBe(303);
    const { location = '', 'set-cookie': cookie = '' } = pressed.headers;
    const { data: sessions } = await till.stage.stripe.checkout.sessions.list({ limit: 1 }, { stripeAccount: shop.accountId });
    expect(sessions[0]).toMatchObject({
      url: location,
      amount_total: 10_000,
      success_url: `https://api.example.com/paid/${invoice.id}`,
    });
    expect(cookie).toMatch(/; HttpOnly; SameSite=Lax; Secure$/);
    await payAt(location);
    await till.settle();
    const back = await room.documents({
      route: 'GET /paid/{id}',
      params: { id: invoice.id },
      headers: { cookie: cookie.split(';')[0] ?? '' },
    });
    expect(back).toMatchObject({ status: 303, headers: { location: `/i/${token}?said=returned` } });
    const { text } = await page(token, 'returned');
    expect(text).toContain('Your payment has arrived.');
    expect(text).toContain('>Paid<');
    expect(text).not.toContain('/pay"');
  });

  test('gives the same page to whoever presses again, and mints a new one when what is due has changed', async () => {
    const invoice = await issued(till, shop);
    const token = await tokenOf(invoice.id);
    const first = await pay(token);
    expect((await pay(token)).headers['location']).toBe(first.headers['location']);
    await byHand(till, shop, invoice.id, { amount: { amount: 5_000, currency: 'GBP' }, receivedOn: invoice.issueDate });
    expect((await pay(token)).headers['location']).not.toBe(first.headers['location']);
  });

  test('is missing where nothing is due or no card can be taken; who presses all the same is told', async () => {
    const paid = await issued(till, shop);
    const token = await tokenOf(paid.id);
    await byHand(till, shop, paid.id, { amount: { amount: 12_000, currency: 'GBP' }, receivedOn: paid.issueDate });
    expect((await page(token)).text).not.toContain('/pay"');
    expect((await pay(token)).headers['location']).toBe(`/i/${token}?said=already-settled`);
    expect((await page(token, 'already-settled')).text).toContain('Nothing is due');
    // Whatever else stands in the address says nothing.
    expect((await page(token, 'constructor')).text).toBe((await page(token)).text);
    const due = await issued(till, shop);
    const payable = await tokenOf(due.id);
    for (const word of ['already-settled', 'invoice-void'])
      expect((await page(payable, word)).text).toBe((await page(payable)).text);
  });

  test('F89 leads nowhere but to Stripe and back, whatever a form, a query or a header says', async () => {
    const invoice = await issued(till, shop);
    const token = await tokenOf(invoice.id);
    const pressed = await till.payments({
      route: 'POST /i/{token}/pay',
      params: { token },
      rawBody: 'returnUrl=https%3A%2F%2Fevil.example&success_url=https%3A%2F%2Fevil.example',
      headers: { 'content-type': 'application/x-www-form-urlencoded', host: 'evil.example', 'x-forwarded-host': 'evil.example' },
    });
    expect(new URL(pressed.headers['location'] ?? '').origin).toBe(new URL(till.stage.url).origin);
    const { data: sessions } = await till.stage.stripe.checkout.sessions.list({ limit: 1 }, { stripeAccount: shop.accountId });
    expect(sessions[0]).toMatchObject({ success_url: `https://api.example.com/paid/${invoice.id}` });
    expect((await page(token, '"><script src=https://evil.example>')).text).not.toContain('evil');
    const foreign = await room.documents({
      route: 'GET /paid/{id}',
      params: { id: invoice.id },
      headers: { cookie: 'link=//evil.example/x' },
    });
    expect(foreign.status).toBe(200);
    expect(foreign.headers['location']).toBeUndefined();
  });

  test('F88 pressed a hundred times a minute is refused, and the page says when to come back', async () => {
    const invoice = await issued(till, shop);
    const token = await tokenOf(invoice.id);
    const statuses: number[] = [];
    for (let press = 0; press < 50; press += 1) statuses.push((await pay(token)).status);
    expect(statuses).toContain(303);
    expect(statuses).toContain(429);
    expect(statuses.filter((status) => status === 303).length).toBeLessThanOrEqual(40);
  });
});
