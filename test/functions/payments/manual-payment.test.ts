import { describe, expect, test } from '@jest/globals';
import { latestAudit } from '../../../shared/store/audit.ts';
import { keys } from '../../../shared/store/keys.ts';
import { forAllTests } from '../../support/for-all-tests.ts';
import { byHand, connected, invoiceNow, issued, openTill, paymentsOf, type Body } from '../../support/till.ts';

const gbp = (amount: number) => ({ amount, currency: 'GBP' });

const till = await forAllTests(openTill());
const shop = await connected(till);
const today = (await issued(till, shop)).issueDate;

const day = (fromToday: number): string => new Date(Date.parse(today) + fromToday * 24 * 3_600_000).toISOString().slice(0, 10);

describe('a payment recorded by hand', () => {
  test('in parts, until nothing is due', async () => {
    const invoice = await issued(till, shop);
    const first = await byHand(till, shop, invoice.id, { amount: gbp(5_000), receivedOn: day(-2), reference: 'FP 17' });
    expect(first).toMatchObject({
      status: 201,
      headers: { etag: '"1"' },
      body: {
        id: expect.stringMatching(/^pay_[0-9A-Z]{26}$/),
        invoiceId: invoice.id,
        amount: gbp(5_000),
        method: 'manual',
        origin: 'platform',
        receivedOn: day(-2),
        reference: 'FP 17',
        status: 'succeeded',
        refunded: gbp(0),
        overpaid: gbp(0),
        sync: { state: 'off' },
      },
    });
    expect(await invoiceNow(till, shop, invoice.id)).toMatchObject({ status: 'partially-paid', due: gbp(7_000) });
    await byHand(till, shop, invoice.id, { amount: gbp(7_000), receivedOn: today });
    expect(await invoiceNow(till, shop, invoice.id)).toMatchObject({ status: 'paid', due: gbp(0) });
    expect((await paymentsOf(till, shop, invoice.id)).map(({ receivedOn }) => receivedOn)).toEqual([today, day(-2)]);
    const [latest] = await latestAudit(till.engine.table)(shop.workspace.id, 1);
    expect(latest).toMatchObject({
      what: 'payment-recorded',
      who: shop.from.memberId,
      text: expect.stringContaining('GBP 70.00'),
    });
  });

  test('is one payment for one key, however often it is sent', async () => {
    const invoice = await issued(till, shop);
    const send = (amount: number) =>
      till.payments<Body>({
        route: 'POST /v1/invoices/{id}/payments',
        from: shop.from,
        params: { id: invoice.id },
        body: { amount: gbp(amount), receivedOn: today },
        headers: { 'idempotency-key': 'once' },
      });
    const answers = await Promise.all(Array.from({ length: 4 }, () => send(3_000)));
    for (const answer of answers) expect(answer).toMatchObject({ status: 201, body: answers[0]?.body });
    expect((await send(4_000)).body.code).toBe('idempotency-key-reused');
    expect(await invoiceNow(till, shop, invoice.id)).toMatchObject({ due: gbp(9_000) });
  });

  test('two of all that is due at once: one of them wins', async () => {
    const invoice = await issued(till, shop);
    const pay = () => byHand(till, shop, invoice.id, { amount: gbp(12_000), receivedOn: today });
    const codes = (await Promise.all([pay(), pay()])).map(({ status, body }) => body.code ?? status);
    expect(codes.sort()).toEqual([201, 'amount-exceeds-due']);
    expect(await invoiceNow(till, shop, invoice.id)).toMatchObject({ status: 'paid', due: gbp(0) });
  });

  test.each([
    ['more than is due', () => ({ amount: gbp(12_001), receivedOn: today }), 409, 'amount-exceeds-due'],
    ['in another currency', () => ({ amount: { amount: 100, currency: 'EUR' }, receivedOn: today }), 422, 'currency-mismatch'],
    ['of tomorrow', () => ({ amount: gbp(100), receivedOn: day(1) }), 400, 'validation'],
    ['of the last century', () => ({ amount: gbp(100), receivedOn: '1999-12-31' }), 400, 'validation'],
    ['of nothing', () => ({ amount: gbp(0), receivedOn: today }), 400, 'validation'],
  ])('%s is refused', async (_, body, status, code) => {
    const invoice = await issued(till, shop);
    expect(await byHand(till, shop, invoice.id, body())).toMatchObject({ status, body: { code } });
    expect(await invoiceNow(till, shop, invoice.id)).toMatchObject({ status: 'issued', due: gbp(12_000) });
  });

  test('finer than the books can say is refused at the door, as is its refund; without books in Xero any amount will do', async () => {
    const kwd = (amount: number) => ({ amount, currency: 'KWD' });
    const bakery = await connected(till, { client: { currency: 'KWD' } });
    const early = await issued(till, bakery, 12_000, 'KWD');
    expect((await byHand(till, bakery, early.id, { amount: kwd(1_234), receivedOn: today })).status).toBe(201);
    await till.engine.table.putMany([{ ...keys.xeroConnection(bakery.workspace.id), state: 'connected' }]);
    const invoice = await issued(till, bakery, 12_000, 'KWD');
    const finer = await byHand(till, bakery, invoice.id, { amount: kwd(1_234), receivedOn: today });
    const errors = [{ path: 'amount.amount', message: 'must be a multiple of 10 minor units: Xero has 2 decimals' }];
    expect(finer).toMatchObject({ status: 400, body: { errors } });
    const paid = await byHand(till, bakery, invoice.id, { amount: kwd(1_230), receivedOn: today });
    expect(paid.status).toBe(201);
    const back = (amount: number) =>
      till.payments<Body>({
        route: 'POST /v1/payments/{id}/refunds',
        from: bakery.from,
        params: { id: paid.body.id },
        body: { amount: kwd(amount) },
      });
    expect(await back(5)).toMatchObject({ status: 400, body: { errors } });
    expect((await back(30)).status).toBe(201);
  });

  test('is refused for a void invoice and for one of another workspace', async () => {
    const invoice = await issued(till, shop);
    const stranger = await connected(till);
    const body = { amount: gbp(100), receivedOn: today };
    expect((await byHand(till, stranger, invoice.id, body)).status).toBe(404);
    await till.invoices({ route: 'POST /v1/invoices/{id}/void', from: shop.from, params: { id: invoice.id } });
    expect((await byHand(till, shop, invoice.id, body)).body.code).toBe('invoice-void');
  });

  test('is not for experts', async () => {
    const invoice = await issued(till, shop);
    const expert = { ...shop, from: { ...shop.from, role: 'expert' as const } };
    expect((await byHand(till, expert, invoice.id, { amount: gbp(100), receivedOn: today })).status).toBe(403);
  });
});

describe('the list of payments', () => {
  test('goes page by page, those received last first, and shows nobody else’s', async () => {
    const own = await connected(till);
    const invoice = await issued(till, own);
    const days = [-3, -5, -1, -4, -2].map(day);
    for (const receivedOn of days) await byHand(till, own, invoice.id, { amount: gbp(100), receivedOn });
    const seen: string[] = [];
    let cursor: string | undefined;
    do {
      const query: Record<string, string> = { limit: '2', ...(cursor === undefined ? {} : { cursor }) };
      const page = await till.payments<Body>({ route: 'GET /v1/payments', from: own.from, query });
      seen.push(...page.body.items.map(({ receivedOn }: Body) => receivedOn));
      cursor = page.body.nextCursor;
    } while (cursor !== undefined);
    expect(seen).toEqual([-1, -2, -3, -4, -5].map(day));
    expect(await paymentsOf(till, shop, invoice.id)).toEqual([]);
    const [one] = await paymentsOf(till, own, invoice.id);
    const elsewhere = await till.payments({ route: 'GET /v1/payments/{id}', from: shop.from, params: { id: one.id } });
    expect(elsewhere.status).toBe(404);
  });
});
