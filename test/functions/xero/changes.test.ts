import { beforeEach, describe, expect, test } from '@jest/globals';
import { readSums } from '../../../shared/store/aggregates.ts';
import { readNotice } from '../../../shared/store/notifications.ts';
import type { Client } from '../../../shared/store/clients.ts';
import { forAllTests } from '../../support/for-all-tests.ts';
import { changesIn } from '../../support/xero-changes.ts';
import { aBakery, anInvoice, aPayment, syncOf } from '../../support/xero-documents.ts';
import type { TestWorkspace } from '../../support/workspace.ts';
import { startXeroStage, tenantId } from '../../support/xero-stage.ts';

const stage = await forAllTests(startXeroStage());
let place: TestWorkspace;
let bakery: Client;
const xero = changesIn(stage, () => place);

beforeEach(async () => {
  place = await stage.connected();
  bakery = await aBakery(stage, place);
});

const sent = async (changes: Parameters<typeof anInvoice>[3] = {}) => {
  const invoice = await anInvoice(stage, place, bakery, changes);
  await xero.work();
  expect(await syncOf(stage, place, invoice.id)).toMatchObject({ state: 'synced' });
  return invoice;
};
const money = (amount: number) => ({ amount, currency: 'GBP' });

const dues = async () =>
  (await readSums(stage.engine.table)(place.workspace.id, '2026-11-01')).dues.filter(({ amount }) => amount.amount !== 0);
/** The hook and what follows from it. */
const heard = async (invoice: Awaited<ReturnType<typeof sent>>) => {
  await xero.event([invoice]);
  await xero.work();
};
/** What reaches Xero from here: nothing that somebody did there may cause any of it. */
const writesThere = async () => (await stage.calls()).filter(({ method }) => method !== 'GET');

describe('approved', () => {
  test('noted; waiting payments go on', async () => {
    await stage.choose(place.workspace.id, { statusOnPush: 'DRAFT' });
    const invoice = await sent();
    const payment = await aPayment(stage, place, invoice);
    await xero.work();
    expect(await syncOf(stage, place, payment.id)).toMatchObject({ state: 'pending', code: 'waiting-for-approval' });
    await xero.on(invoice, 'approve');
    await heard(invoice);
    expect(await syncOf(stage, place, invoice.id)).toMatchObject({ state: 'synced', xeroStatus: 'AUTHORISED' });
    expect(await syncOf(stage, place, payment.id)).toMatchObject({ state: 'synced' });
    expect(await xero.there(invoice)).toMatchObject({ Status: 'PAID' });
  });
});

describe('payment made there', () => {
  test('F55: comes in as a payment of origin xero, by webhook at once, and is not sent back', async () => {
    const invoice = await sent();
    await stage.resetCalls();
    await xero.on(invoice, 'pay', { Amount: 100, Reference: 'BACS', Date: '2026-11-20' });
    await heard(invoice);
    expect(await xero.now(invoice)).toMatchObject({ status: 'partially-paid', paid: money(10_000) });
    expect(await xero.payments(invoice)).toMatchObject([
      { origin: 'xero', method: 'xero', counts: money(10_000), reference: 'BACS', receivedOn: '2026-11-20' },
    ]);
    expect(await dues()).toEqual([{ date: '2026-12-04', amount: money(5_000) }]);
    expect(stage.toStripe).toEqual([{ kind: 'close-checkout', workspaceId: place.workspace.id, invoiceId: invoice.id }]);
    expect(await writesThere()).toEqual([]);
    expect((await stage.calls()).length).toBe(1);
  });

  test('F55 and F60: comes in once, however often and late it is told, and by the hourly look when the webhook was lost', async () => {
    const invoice = await sent();
    await xero.on(invoice, 'pay', {});
    await xero.poll();
    expect(await xero.now(invoice)).toMatchObject({ status: 'paid' });
    for (let n = 0; n < 3; n += 1) await heard(invoice);
    await xero.poll();
    expect(await xero.payments(invoice)).toHaveLength(1);
    expect(await xero.now(invoice)).toMatchObject({ paid: money(15_000) });
  });

  test('F55: goes when it is deleted there, and nothing is told of it', async () => {
    const invoice = await sent();
    await xero.on(invoice, 'pay', {});
    await heard(invoice);
    const [payment] = (await stage.books()).payments;
    await xero.accountant('delete-payment', { id: payment?.['PaymentID'] });
    await heard(invoice);
    expect(await xero.now(invoice)).toMatchObject({ status: 'issued', paid: money(0) });
    expect(await xero.payments(invoice)).toEqual([]);
    expect(await dues()).toEqual([{ date: '2026-12-04', amount: money(15_000) }]);
    expect(await xero.discrepancies()).toEqual([]);
  });

  test('is found by the look at payments, although the invoice bears no new stamp', async () => {
    const invoice = await sent();
    await xero.on(invoice, 'pay', {});
    await xero.poll();
    const [payment] = (await stage.books()).payments;
    await stage.clock.advance(3600);
    await stage.control('POST', 'tamper', {
      tenantId,
      collection: 'payments',
      id: payment?.['PaymentID'],
      set: { Status: 'DELETED' },
    });
    await anInvoice(stage, place, bakery);
    await xero.poll();
    expect(await xero.now(invoice)).toMatchObject({ status: 'issued' });
  });

  test('F55: a credit note that is allocated there counts; due = total - payments of both origins - credits', async () => {
    const invoice = await sent();
    await xero.paid(invoice, 5_000);
    await xero.work();
    await xero.on(invoice, 'pay', { Amount: 20 });
    await xero.on(invoice, 'credit', { Amount: 30 });
    await heard(invoice);
    expect(await xero.there(invoice)).toMatchObject({ AmountDue: 50, AmountPaid: 70, AmountCredited: 30 });
    await xero.work();
    expect(await xero.now(invoice)).toMatchObject({ status: 'partially-paid', paid: money(10_000) });
    expect(await dues()).toEqual([{ date: '2026-12-04', amount: money(5_000) }]);
    const credit = (await xero.payments(invoice)).find(({ reference }) => reference.startsWith('Credit note'));
    expect(credit).toMatchObject({ origin: 'xero', counts: money(3_000) });
    expect(await xero.discrepancies()).toEqual([]);
  });
});

describe('payment recorded here is deleted there', () => {
  const paidAndDeleted = async () => {
    const invoice = await sent();
    const payment = await xero.paid(invoice, 15_000);
    await stage.engine.table.commit([]);
    await xero.work();
    expect(await syncOf(stage, place, payment.id)).toMatchObject({ state: 'synced' });
    const xeroId = (await syncOf(stage, place, payment.id))?.xeroId;
    await xero.accountant('delete-payment', { id: xeroId });
    return { invoice, payment, xeroId };
  };

  test('F55: is a discrepancy that is told once; the payment goes on counting here', async () => {
    const { invoice, payment } = await paidAndDeleted();
    await heard(invoice);
    await xero.poll();
    const [found, ...more] = await xero.discrepancies();
    expect(more).toEqual([]);
    expect(found?.difference).toMatchObject({ subject: 'payment', documentId: payment.id, ours: 'GBP 150.00', theirs: null });
    expect(await xero.now(invoice)).toMatchObject({ status: 'paid' });
    expect(await readNotices()).toHaveLength(1);
  });

  test('is closed by itself when the payment stands there again', async () => {
    const { invoice, xeroId } = await paidAndDeleted();
    await heard(invoice);
    expect(await xero.discrepancies()).toHaveLength(1);
    await stage.clock.advance(61);
    await stage.control('POST', 'tamper', { tenantId, collection: 'payments', id: xeroId, set: { Status: 'AUTHORISED' } });
    await heard(invoice);
    expect(await xero.discrepancies()).toEqual([]);
    expect(await readNotices()).toEqual([]);
  });
});

const readNotices = async () => {
  const { items } = await stage.engine.table.query({ partition: `W#${place.workspace.id}#NOTE` });
  return items.filter(({ cause, openSince }) => String(cause).startsWith('discrepancy#') && openSince != null);
};

describe('voided or deleted there', () => {
  test.each([
    ['AUTHORISED', 'void', 'VOIDED'],
    ['DRAFT', 'delete', 'DELETED'],
  ] as const)(
    'F54: %s and %s, no payment here: our invoice becomes void, with a notice',
    async (statusOnPush, action, status) => {
      await stage.choose(place.workspace.id, { statusOnPush });
      const invoice = await sent();
      await stage.resetCalls();
      await xero.on(invoice, action);
      await heard(invoice);
      expect(await xero.now(invoice)).toMatchObject({ status: 'void', freeing: false });
      expect(await syncOf(stage, place, invoice.id)).toMatchObject({ state: 'synced', xeroStatus: status });
      expect(await dues()).toEqual([]);
      expect(await readNotice(stage.engine.table)(place.workspace.id, `voided-in-xero#${invoice.id}`)).toMatchObject({
        about: invoice.id,
      });
      expect(stage.toStripe).toHaveLength(1);
      await xero.poll();
      expect(await writesThere()).toEqual([]);
      expect(await xero.discrepancies()).toEqual([]);
    },
  );

  test('F54: after a payment that was made there was deleted there, it is void here too', async () => {
    const invoice = await sent();
    await xero.on(invoice, 'pay', {});
    await heard(invoice);
    const [payment] = (await stage.books()).payments;
    await xero.accountant('delete-payment', { id: payment?.['PaymentID'] });
    await xero.on(invoice, 'void');
    await heard(invoice);
    expect(await xero.now(invoice)).toMatchObject({ status: 'void', paid: money(0) });
  });

  test('F54: with payments here it is a discrepancy, and the invoice stays as it is', async () => {
    const invoice = await sent();
    await xero.paid(invoice, 5_000);
    await xero.on(invoice, 'void');
    await heard(invoice);
    const [found, ...more] = await xero.discrepancies();
    expect(more).toEqual([]);
    expect(found?.difference).toMatchObject({ kind: 'status', documentId: invoice.id, theirs: 'VOIDED' });
    expect(await xero.now(invoice)).toMatchObject({ status: 'partially-paid' });
  });
});
