import { beforeEach, describe, expect, test } from '@jest/globals';
import { readInvoice, replaceInvoice } from '../../../shared/store/invoices.ts';
import { readWaitingWork, waits } from '../../../shared/store/waiting-work.ts';
import type { Client } from '../../../shared/store/clients.ts';
import { forAllTests } from '../../support/for-all-tests.ts';
import { aBakery, aLine, anInvoice, aPayment, syncOf } from '../../support/xero-documents.ts';
import type { TestWorkspace } from '../../support/workspace.ts';
import { startXeroStage, tenantId } from '../../support/xero-stage.ts';

const stage = await forAllTests(startXeroStage());
let place: TestWorkspace;
let bakery: Client;

beforeEach(async () => {
  place = await stage.connected();
  bakery = await aBakery(stage, place);
  const warm = await anInvoice(stage, place, bakery);
  await stage.work(place.workspace.id);
  expect((await syncOf(stage, place, warm.id))?.state).toBe('synced');
  await stage.resetCalls();
});

const work = () => stage.work(place.workspace.id);
const paths = async () => (await stage.calls()).map(({ method, path }) => `${method} ${path.split('/').at(-1)}`);
const named = async (number: string | null) =>
  (await stage.books()).invoices.filter((invoice) => invoice['InvoiceNumber'] === number);

describe('an invoice that a person waits for', () => {
  test('reaches Xero in one call when its contact is known', async () => {
    const invoice = await anInvoice(stage, place, bakery);
    await work();
    expect(await paths()).toEqual(['PUT Invoices']);
    const [there] = await named(invoice.number);
    expect(there).toMatchObject({
      Reference: invoice.id,
      Status: 'AUTHORISED',
      SubTotal: 125,
      TotalTax: 25,
      Total: 150,
      LineAmountTypes: 'Exclusive',
    });
    expect(await syncOf(stage, place, invoice.id)).toMatchObject({
      state: 'synced',
      xeroId: there?.['InvoiceID'],
      xeroStatus: 'AUTHORISED',
      pushedVersion: 1,
    });
  });

  test('is paid in Xero once its payment is there', async () => {
    const invoice = await anInvoice(stage, place, bakery);
    const payment = await aPayment(stage, place, invoice);
    await work();
    expect(await paths()).toEqual(['PUT Invoices', 'PUT Payments']);
    expect((await named(invoice.number))[0]).toMatchObject({ Status: 'PAID', AmountDue: 0 });
    const [paid] = (await stage.books()).payments;
    expect(paid).toMatchObject({ Amount: 150, Reference: payment.id });
    expect(paid).toHaveProperty('Account.Code', '090');
  });

  test('is sent again by nobody when the doorbell rings again', async () => {
    await anInvoice(stage, place, bakery);
    await work();
    await stage.resetCalls();
    await work();
    expect(await paths()).toEqual([]);
  });
});

describe('a backlog', () => {
  test('goes out fifty at a time', async () => {
    for (let n = 0; n < 120; n += 1) await anInvoice(stage, place, bakery, { lane: 'documents' });
    await work();
    expect(await paths()).toEqual(['PUT Invoices', 'PUT Invoices', 'PUT Invoices']);
    expect((await stage.books()).invoices).toHaveLength(121);
    expect(await readWaitingWork(stage.engine.table)(place.workspace.id)).toEqual([]);
  });

  test('of fifty costs at most 7 round trips and 220 write units', async () => {
    for (let n = 0; n < 50; n += 1) await anInvoice(stage, place, bakery, { lane: 'documents' });
    const world = { ...stage.world };
    stage.engine.reset();
    await stage.work(place.workspace.id, { world });
    const { operations, writeUnits } = stage.engine.counted;
    expect(operations).toEqual([
      'BatchGetItemCommand',
      'QueryCommand',
      'BatchGetItemCommand',
      'BatchGetItemCommand',
      'PutItemCommand',
      'TransactWriteItemsCommand',
      'TransactWriteItemsCommand',
    ]);
    expect(writeUnits).toBeLessThanOrEqual(220);
  });
});

describe('when the answer is lost', () => {
  test('F48: after Xero has made the invoice, there is exactly one', async () => {
    await stage.fault({ fault: 'drop-answer', match: { method: 'PUT', path: 'Invoices' } });
    const invoice = await anInvoice(stage, place, bakery);
    await work();
    expect(await named(invoice.number)).toHaveLength(1);
    expect(await syncOf(stage, place, invoice.id)).toMatchObject({ state: 'synced' });
    expect(await paths()).toEqual(['PUT Invoices', 'GET Invoices']);
  });

  test('before Xero got to it, the same bytes go out under the same key', async () => {
    await stage.fault({ fault: 'server-error', match: { method: 'PUT', path: 'Invoices' } });
    const invoice = await anInvoice(stage, place, bakery);
    await work();
    const puts = (await stage.calls()).filter(({ method }) => method === 'PUT');
    expect(puts).toHaveLength(2);
    expect(puts[1]?.body).toEqual(puts[0]?.body);
    expect(puts[1]?.headers['idempotency-key']).toBe(puts[0]?.headers['idempotency-key']);
    expect(await named(invoice.number)).toHaveLength(1);
    expect(await syncOf(stage, place, invoice.id)).toMatchObject({ state: 'synced' });
  });

  test('and nobody knows for six minutes, a new key is used only after eight', async () => {
    await stage.fault({ fault: 'html', match: { method: 'PUT', path: 'Invoices' }, times: 100 });
    const invoice = await anInvoice(stage, place, bakery);
    await work();
    const firstKey = (await stage.calls()).find(({ method }) => method === 'PUT')?.headers['idempotency-key'];
    await stage.control('DELETE', 'faults');
    await stage.clock.advance(7 * 60);
    await stage.resetCalls();
    await work();
    expect(await paths()).toEqual(['GET Invoices']);
    await stage.clock.advance(2 * 60);
    await stage.resetCalls();
    await work();
    expect(await paths()).toEqual(['GET Invoices', 'PUT Invoices']);
    const key = (await stage.calls()).find(({ method }) => method === 'PUT')?.headers['idempotency-key'];
    expect(key).not.toBe(firstKey);
    expect(await named(invoice.number)).toHaveLength(1);
  });

  test('F48: and the write is carried out late, there is still one', async () => {
    await stage.fault({ fault: 'late-commit', match: { method: 'PUT', path: 'Invoices' }, seconds: 30, times: 1 });
    const invoice = await anInvoice(stage, place, bakery);
    await work();
    await stage.clock.advance(60);
    await work();
    expect(await named(invoice.number)).toHaveLength(1);
    expect(await syncOf(stage, place, invoice.id)).toMatchObject({ state: 'synced' });
  });

  test('F48: of a payment, the money is booked once', async () => {
    const invoice = await anInvoice(stage, place, bakery);
    await work();
    await stage.fault({ fault: 'drop-answer', match: { method: 'PUT', path: 'Payments' } });
    const payment = await aPayment(stage, place, invoice, {
      amount: { amount: 5_000, currency: 'GBP' },
      counts: { amount: 5_000, currency: 'GBP' },
    });
    await work();
    expect((await stage.books()).payments.filter((one) => one['Reference'] === payment.id)).toHaveLength(1);
    expect(await syncOf(stage, place, payment.id)).toMatchObject({ state: 'synced' });
  });

  test('F51: and documents were added meanwhile, the retry has the same members', async () => {
    await stage.fault({ fault: 'server-error', match: { method: 'PUT', path: 'Invoices' }, times: 2 });
    await anInvoice(stage, place, bakery, { lane: 'documents' });
    await work();
    await anInvoice(stage, place, bakery, { lane: 'urgent' });
    await work();
    const puts = (await stage.calls()).filter(({ method }) => method === 'PUT');
    const keys = puts.map(({ headers }) => headers['idempotency-key']);
    const members = puts.map(({ body }) => (body as { Invoices: unknown[] }).Invoices.length);
    expect(members).toEqual([1, 1, 1, 1]);
    expect(new Set(keys.slice(0, 3)).size).toBe(1);
    expect(keys[3]).not.toBe(keys[0]);
    expect((await stage.books()).invoices).toHaveLength(3);
  });
});

describe('a batch with one bad element', () => {
  test('F50: stores the others and parks that one with the words of Xero', async () => {
    await stage.fault({
      fault: 'bad-element',
      match: { method: 'PUT', path: 'Invoices' },
      element: 7,
      message: "Account code '999' is not a valid code for this document.",
    });
    const made = [];
    for (let n = 0; n < 50; n += 1) made.push(await anInvoice(stage, place, bakery, { lane: 'documents' }));
    await work();
    expect((await stage.books()).invoices).toHaveLength(50);
    const states = await Promise.all(made.map(async ({ id }) => syncOf(stage, place, id)));
    expect(states.filter((item) => item?.state === 'synced')).toHaveLength(49);
    expect(states.find((item) => item?.state === 'blocked')).toMatchObject({
      code: 'refused-by-xero',
      reason: expect.stringContaining("Account code '999' is not a valid code"),
    });
    expect(await readWaitingWork(stage.engine.table)(place.workspace.id)).toEqual([]);
  });

  test('that Xero refuses whole is halved until the culprit stands alone', async () => {
    const made = [];
    for (let n = 0; n < 4; n += 1) made.push(await anInvoice(stage, place, bakery, { lane: 'documents' }));
    await stage.fault({ fault: 'server-error', status: 400, match: { method: 'PUT', path: 'Invoices' }, times: 3 });
    await work();
    const sizes = (await stage.calls())
      .filter(({ method }) => method === 'PUT')
      .map(({ body }) => (body as { Invoices: unknown[] }).Invoices.length);
    expect(sizes).toEqual([4, 4, 2, 1, 1, 2]);
    expect((await stage.books()).invoices).toHaveLength(5);
    for (const { id } of made) expect((await syncOf(stage, place, id))?.state).toBe('synced');
  });
});

describe('numbers', () => {
  test('that a foreign invoice holds block the document and overwrite nothing', async () => {
    const first = await anInvoice(stage, place, bakery);
    await work();
    const [there] = await named(first.number);
    await stage.control('POST', 'tamper', {
      tenantId,
      collection: 'invoices',
      id: there?.['InvoiceID'],
      set: { Reference: 'by hand' },
    });
    const second = await anInvoice(stage, place, bakery, { number: first.number ?? '' });
    await work();
    expect(await syncOf(stage, place, second.id)).toMatchObject({ state: 'blocked', code: 'number-taken' });
    expect(await named(first.number)).toHaveLength(1);
    expect((await named(first.number))[0]).toMatchObject({ Reference: 'by hand' });
  });
});

describe('money', () => {
  test('in yen arrives as whole amounts with their tax', async () => {
    const lines = [aLine('1.2500', 10_001, 12_501, 1_250, 'JPY', '0.2')].map((line) => ({
      ...line,
      tax: { ...line.tax, amount: { amount: 2_500, currency: 'JPY' } },
    }));
    const invoice = await anInvoice(stage, place, bakery, { lines });
    await work();
    expect(await syncOf(stage, place, invoice.id)).toMatchObject({ state: 'synced' });
    expect((await named(invoice.number))[0]).toMatchObject({
      CurrencyCode: 'JPY',
      SubTotal: 12501,
      TotalTax: 2500,
      Total: 15001,
    });
  });

  test('in dinars arrives to the hundredth', async () => {
    const invoice = await anInvoice(stage, place, bakery, { lines: [aLine('1.5000', 10_125, 15_190, 3_040, 'KWD')] });
    await work();
    expect(await syncOf(stage, place, invoice.id)).toMatchObject({ state: 'synced' });
    expect((await named(invoice.number))[0]).toMatchObject({ SubTotal: 15.19, TotalTax: 3.04, Total: 18.23 });
  });

  test('F65: that Xero reckons differently is not synced', async () => {
    const invoice = await anInvoice(stage, place, bakery, {
      lines: [aLine('1.0000', 10_000, 10_000, 2_000)],
      tax: { amount: 2_001, currency: 'GBP' },
      total: { amount: 12_001, currency: 'GBP' },
    });
    await work();
    expect(await syncOf(stage, place, invoice.id)).toMatchObject({ state: 'blocked', code: 'total-differs' });
  });
});

describe('a void', () => {
  const voids = async (id: string) => {
    const head = await readInvoice(stage.engine.table)(place.workspace.id, id);
    const at = new Date(stage.clock.now()).toISOString();
    await stage.engine.table.commit([
      replaceInvoice(place.workspace.id, { ...head!, status: 'voiding' }),
      waits(place.workspace.id, {
        lane: 'urgent',
        kind: 'void',
        documentId: id,
        version: stage.clock.now(),
        dueAt: at,
        since: at,
      }),
    ]);
  };
  const statusOf = async (id: string) => {
    return (await readInvoice(stage.engine.table)(place.workspace.id, id))?.status;
  };

  test('of an approved invoice is confirmed by Xero in one call', async () => {
    const invoice = await anInvoice(stage, place, bakery);
    await work();
    await stage.resetCalls();
    await voids(invoice.id);
    await work();
    expect((await stage.calls()).map(({ method }) => method)).toEqual(['POST']);
    expect((await named(invoice.number))[0]).toMatchObject({ Status: 'VOIDED' });
    expect(await statusOf(invoice.id)).toBe('void');
    expect(await syncOf(stage, place, invoice.id)).toMatchObject({ state: 'synced', xeroStatus: 'VOIDED' });
  });

  test('is refused when money stands against the invoice in Xero', async () => {
    const invoice = await anInvoice(stage, place, bakery);
    const payment = await aPayment(stage, place, invoice);
    await work();
    expect(await syncOf(stage, place, payment.id)).toMatchObject({ state: 'synced' });
    await voids(invoice.id);
    await work();
    expect(await statusOf(invoice.id)).toBe('issued');
    expect(await syncOf(stage, place, invoice.id)).toMatchObject({ state: 'synced', code: 'void-refused', xeroStatus: 'PAID' });
    expect((await named(invoice.number))[0]).toMatchObject({ Status: 'PAID' });
  });

  test('whose answer was lost is confirmed by the next run', async () => {
    const invoice = await anInvoice(stage, place, bakery);
    await work();
    await stage.fault({ fault: 'drop-answer', match: { method: 'POST', path: 'Invoices' } });
    await voids(invoice.id);
    await work();
    await work();
    expect(await statusOf(invoice.id)).toBe('void');
    expect((await named(invoice.number))[0]).toMatchObject({ Status: 'VOIDED' });
  });
});
