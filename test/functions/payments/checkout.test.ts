import { describe, expect, test } from '@jest/globals';
import { dyingTable } from '../../support/dying-table.ts';
import { storeSetting } from '../../support/billing.ts';
import { forAllTests } from '../../support/for-all-tests.ts';
import {
  byHand,
  checkoutFor,
  connected,
  consoleUrl,
  invoiceNow,
  issued,
  openTill,
  payAt,
  paymentsOf,
  storeAdmin,
  type Body,
} from '../../support/till.ts';

const gbp = (amount: number) => ({ amount, currency: 'GBP' });

const till = await forAllTests(openTill());
const shop = await connected(till);

const sessionsOf = async (invoiceId: string): Promise<{ status: string | null; amount: number | null }[]> => {
  const { data } = await till.stage.stripe.checkout.sessions.list({ limit: 100 }, { stripeAccount: shop.accountId });
  return data
    .filter((session) => session.client_reference_id === invoiceId)
    .map(({ status, amount_total: amount }) => ({ status, amount }));
};
const callsSoFar = async (): Promise<string[]> => {
  const { items } = (await till.stage.control('requests')) as { items: { method: string; path: string }[] };
  return items.map(({ method, path }) => `${method} ${path}`);
};
const open = { status: 'open', amount: 12_000 };
const payPart = (invoice: Body, amount: number) =>
  byHand(till, shop, invoice.id, { amount: gbp(amount), receivedOn: invoice.issueDate });
const timeouts = (fault: string) => till.stage.control('faults', { fault, match: { path: '/v1/checkout/sessions' }, times: 2 });

describe('a payment page', () => {
  test('asks for what is due, for 23 hours, and names what it is for', async () => {
    const invoice = await issued(till, shop);
    const { status, body } = await checkoutFor(till, shop, invoice.id);
    expect(status).toBe(201);
    const hours = (Date.parse(body.expiresAt) - till.stage.clock.now()) / 3_600_000;
    expect(hours).toBeGreaterThan(22.9);
    expect(hours).toBeLessThanOrEqual(23);
    const { data } = await till.stage.stripe.checkout.sessions.list({ limit: 1 }, { stripeAccount: shop.accountId });
    expect(data[0]).toMatchObject({
      url: body.url,
      amount_total: 12_000,
      currency: 'gbp',
      success_url: consoleUrl,
      cancel_url: consoleUrl,
      metadata: {
        workspaceId: shop.workspace.id,
        invoiceId: invoice.id,
        checkoutId: expect.stringMatching(/^chk_[0-9A-Z]{26}$/),
      },
    });
  });

  test('that is open is given again, to everybody who asks', async () => {
    const invoice = await issued(till, shop);
    const pages = [];
    for (let asked = 0; asked < 3; asked += 1) pages.push((await checkoutFor(till, shop, invoice.id)).body);
    expect(pages[1]).toEqual(pages[0]);
    expect(pages[2]).toEqual(pages[0]);
    expect(await sessionsOf(invoice.id)).toEqual([open]);
  });

  test('asked for five times at once is one page', async () => {
    const invoice = await issued(till, shop);
    const answers = await Promise.all(Array.from({ length: 5 }, () => checkoutFor(till, shop, invoice.id)));
    expect(answers.map(({ status }) => status)).toEqual([201, 201, 201, 201, 201]);
    expect(new Set(answers.map(({ body }) => body.url)).size).toBe(1);
    expect(await sessionsOf(invoice.id)).toEqual([open]);
  });

  test('with one key is answered with the same words, also when it has ended', async () => {
    const invoice = await issued(till, shop);
    const first = await checkoutFor(till, shop, invoice.id, { key: 'the-same' });
    await payPart(invoice, 2_000);
    expect(await checkoutFor(till, shop, invoice.id, { key: 'the-same' })).toMatchObject({ status: 201, body: first.body });
    expect(await sessionsOf(invoice.id)).toEqual([{ status: 'expired', amount: 12_000 }]);
  });

  test('is made anew half an hour before it ends', async () => {
    const invoice = await issued(till, shop);
    const first = await checkoutFor(till, shop, invoice.id);
    await till.stage.clock.advance(22 * 3600 + 29 * 60);
    expect((await checkoutFor(till, shop, invoice.id)).body).toEqual(first.body);
    await till.stage.clock.advance(2 * 60);
    const next = await checkoutFor(till, shop, invoice.id);
    expect(next.body.url).not.toBe(first.body.url);
    expect(await sessionsOf(invoice.id)).toEqual(expect.arrayContaining([open, { status: 'expired', amount: 12_000 }]));
  });

  test('that is long over costs no call to Stripe', async () => {
    const invoice = await issued(till, shop);
    await checkoutFor(till, shop, invoice.id);
    await till.stage.clock.advance(24 * 3600);
    const before = await callsSoFar();
    expect((await checkoutFor(till, shop, invoice.id)).status).toBe(201);
    expect((await callsSoFar()).slice(before.length)).toEqual(['POST /v1/checkout/sessions']);
  });

  test('ends when something else is due, and the next one asks for that', async () => {
    const invoice = await issued(till, shop);
    const first = await checkoutFor(till, shop, invoice.id);
    await payPart(invoice, 2_000);
    expect((await payAt(first.body.url)).status).toBe(409);
    const next = await checkoutFor(till, shop, invoice.id);
    expect(await sessionsOf(invoice.id)).toEqual([
      { status: 'open', amount: 10_000 },
      { status: 'expired', amount: 12_000 },
    ]);
    await payAt(next.body.url);
    await till.settle();
    expect(await invoiceNow(till, shop, invoice.id)).toMatchObject({ status: 'paid', due: gbp(0) });
    expect(await paymentsOf(till, shop, invoice.id)).toHaveLength(2);
  });

  test('ends when money arrives by another page', async () => {
    const invoice = await issued(till, shop);
    await payAt((await checkoutFor(till, shop, invoice.id)).body.url, 'processing');
    await till.settle();
    const next = await checkoutFor(till, shop, invoice.id);
    expect(await sessionsOf(invoice.id)).toEqual([open, { status: 'complete', amount: 12_000 }]);
    const [debit] = await paymentsOf(till, shop, invoice.id);
    await till.stage.control(`payments/${debit.reference}`, { outcome: 'succeeded' });
    expect(await till.settle()).toBe(0);
    expect((await payAt(next.body.url)).status).toBe(409);
    expect(await invoiceNow(till, shop, invoice.id)).toMatchObject({ status: 'paid', due: gbp(0) });
  });

  test('ends when the invoice is void', async () => {
    const invoice = await issued(till, shop);
    const { body } = await checkoutFor(till, shop, invoice.id);
    await till.invoices({ route: 'POST /v1/invoices/{id}/void', from: shop.from, params: { id: invoice.id } });
    expect(await till.work(till.queue.splice(0))).toBe(0);
    expect((await payAt(body.url)).status).toBe(409);
  });

  test('a message to close it that comes late closes no page that is right', async () => {
    const invoice = await issued(till, shop);
    await checkoutFor(till, shop, invoice.id);
    const message = { v: 1, kind: 'close-checkout', workspaceId: shop.workspace.id, invoiceId: invoice.id };
    expect(await till.work([message, message])).toBe(0);
    expect(await sessionsOf(invoice.id)).toEqual([open]);
  });

  test('what cannot be closed at once is closed by the worker', async () => {
    const invoice = await issued(till, shop);
    await checkoutFor(till, shop, invoice.id);
    await till.stage.control('faults', { fault: 'server-error', match: { method: 'POST' }, times: 2 });
    expect((await payPart(invoice, 2_000)).status).toBe(201);
    await till.stage.control('faults', undefined, 'DELETE');
    expect(await sessionsOf(invoice.id)).toEqual([open]);
    expect(await till.work(till.queue.splice(0))).toBe(0);
    expect(await sessionsOf(invoice.id)).toEqual([{ status: 'expired', amount: 12_000 }]);
  });

  test('after a refund there is a new one for what is due again', async () => {
    const invoice = await issued(till, shop);
    await payAt((await checkoutFor(till, shop, invoice.id)).body.url);
    await till.settle();
    const [payment] = await paymentsOf(till, shop, invoice.id);
    await till.stage.control('refunds', { paymentIntent: payment.reference });
    await till.settle();
    await payAt((await checkoutFor(till, shop, invoice.id)).body.url);
    await till.settle();
    expect(await invoiceNow(till, shop, invoice.id)).toMatchObject({ status: 'paid', due: gbp(0) });
  });

  test('is refused right after somebody has paid, though nobody has told us yet', async () => {
    const invoice = await issued(till, shop);
    await payAt((await checkoutFor(till, shop, invoice.id)).body.url);
    expect(await checkoutFor(till, shop, invoice.id)).toMatchObject({ status: 409, body: { code: 'already-settled' } });
    await till.settle();
  });
});

describe('F47: making the page fails half-way', () => {
  test('the answer is lost: the retry gets the page that was made', async () => {
    const invoice = await issued(till, shop);
    await timeouts('drop-answer');
    const lost = await checkoutFor(till, shop, invoice.id, { key: 'lost' });
    await till.stage.control('faults', undefined, 'DELETE');
    expect(lost).toMatchObject({ status: 502, body: { code: 'outside-unavailable' } });
    expect(await sessionsOf(invoice.id)).toEqual([open]);
    expect((await checkoutFor(till, shop, invoice.id, { key: 'lost' })).status).toBe(201);
    expect(await sessionsOf(invoice.id)).toEqual([open]);
  });

  test('the function dies behind the call: whoever asks next gets the page that was made', async () => {
    const invoice = await issued(till, shop);
    // Claim, note, then the commit that opens it.
    const dying = dyingTable(till.engine.table, { atWrite: 3, after: false });
    expect((await checkoutFor(till.another({ table: dying.table }), shop, invoice.id)).status).toBe(500);
    expect(dying.died()).toBe(true);
    expect(await sessionsOf(invoice.id)).toEqual([open]);
    expect((await checkoutFor(till, shop, invoice.id)).status).toBe(201);
    expect(await sessionsOf(invoice.id)).toEqual([open]);
  });

  test('something else is due by then: the page nobody knew of is ended', async () => {
    const invoice = await issued(till, shop);
    await timeouts('drop-answer');
    await checkoutFor(till, shop, invoice.id);
    await till.stage.control('faults', undefined, 'DELETE');
    await payPart(invoice, 2_000);
    expect(await sessionsOf(invoice.id)).toEqual([{ status: 'expired', amount: 12_000 }]);
    expect((await checkoutFor(till, shop, invoice.id)).status).toBe(201);
    expect(await sessionsOf(invoice.id)).toEqual([
      { status: 'open', amount: 10_000 },
      { status: 'expired', amount: 12_000 },
    ]);
  });

  test('a day later: the page is dead, a new one is made', async () => {
    const invoice = await issued(till, shop);
    await timeouts('drop-answer');
    await checkoutFor(till, shop, invoice.id, { key: 'slow' });
    await till.stage.control('faults', undefined, 'DELETE');
    await till.stage.clock.advance(25 * 3600);
    expect((await checkoutFor(till, shop, invoice.id, { key: 'slow' })).status).toBe(201);
    expect(await sessionsOf(invoice.id)).toEqual([open, { status: 'expired', amount: 12_000 }]);
  });

  test('what becomes due while the page is being made is what it asks for', async () => {
    const invoice = await issued(till, shop);
    let paid = false;
    const table = {
      ...till.engine.table,
      commit: async (writes: Parameters<typeof till.engine.table.commit>[0]) => {
        const opens = writes.some((write) => write?.kind === 'check');
        if (opens && !paid) {
          paid = true;
          await payPart(invoice, 2_000);
        }
        return till.engine.table.commit(writes);
      },
    };
    expect((await checkoutFor(till.another({ table }), shop, invoice.id)).status).toBe(201);
    expect(await sessionsOf(invoice.id)).toEqual([
      { status: 'open', amount: 10_000 },
      { status: 'expired', amount: 12_000 },
    ]);
  });
});

describe('a payment page is refused', () => {
  test('for a draft, a paid and a void invoice, and one of somebody else', async () => {
    const line = { description: 'Work', quantity: '1', unitPrice: gbp(10_000) };
    const draft = await till.invoices<Body>({
      route: 'POST /v1/invoices',
      from: shop.from,
      body: { clientId: shop.client.id, lines: [line], draft: true },
    });
    expect((await checkoutFor(till, shop, draft.body.id)).body.code).toBe('invoice-not-issued');
    const paid = await issued(till, shop);
    await payPart(paid, 12_000);
    expect((await checkoutFor(till, shop, paid.id)).body.code).toBe('already-settled');
    const gone = await issued(till, shop);
    await till.invoices({ route: 'POST /v1/invoices/{id}/void', from: shop.from, params: { id: gone.id } });
    expect((await checkoutFor(till, shop, gone.id)).body.code).toBe('invoice-void');
    const stranger = await connected(till);
    expect(await checkoutFor(till, stranger, gone.id)).toMatchObject({ status: 404, body: { code: 'not-found' } });
  });

  test('without a Stripe account, and with one that takes no charges yet', async () => {
    const setting = await storeSetting(till.engine.table);
    await storeAdmin(till.engine.table, setting);
    const newcomer = { ...setting, from: setting.caller, accountId: '' };
    const invoice = await issued(till, newcomer);
    expect((await checkoutFor(till, newcomer, invoice.id)).body.code).toBe('stripe-not-connected');
    await till.payments({ route: 'POST /v1/stripe/connect', from: newcomer.from });
    const refused = await checkoutFor(till, newcomer, invoice.id);
    expect(refused).toMatchObject({ status: 409, body: { code: 'stripe-not-ready' } });
    expect(refused.body.missing).toContain('external_account');
  });

  test('for less than a card can pay', async () => {
    const invoice = await issued(till, shop, 10);
    const refused = await checkoutFor(till, shop, invoice.id);
    expect(refused).toMatchObject({ status: 400, body: { code: 'validation', errors: [{ path: 'amount' }] } });
    // The page that never came about gives nobody work afterwards.
    expect((await payPart(invoice, 12)).status).toBe(201);
    expect(till.queue).toEqual([]);
  });

  test.each(['https://evil.example.com/', 'https://app.example.com/consolation', 'https://app.example.com.evil.com/console'])(
    'with the way back %s',
    async (returnUrl) => {
      const invoice = await issued(till, shop);
      expect(await checkoutFor(till, shop, invoice.id, { returnUrl })).toMatchObject({
        status: 400,
        body: { code: 'validation', errors: [{ path: 'returnUrl' }] },
      });
    },
  );

  test('an allowed way back is taken', async () => {
    const invoice = await issued(till, shop);
    const returnUrl = `${consoleUrl}/invoices/${invoice.id}`;
    const { body } = await checkoutFor(till, shop, invoice.id, { returnUrl });
    expect((await payAt(body.url)).location).toBe(returnUrl);
    await till.settle();
  });
});
