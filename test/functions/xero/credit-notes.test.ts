import { beforeEach, describe, expect, test } from '@jest/globals';
import { waysOut } from '../../../shared/domain/discrepancy.ts';
import type { Client } from '../../../shared/store/clients.ts';
import { readCreditNote } from '../../../shared/store/credit-notes.ts';
import type { InvoiceHead } from '../../../shared/store/invoices.ts';
import { readWaitingWork } from '../../../shared/store/waiting-work.ts';
import { comparedBooks } from '../../support/compared-books.ts';
import { correctionsIn } from '../../support/credits.ts';
import { forAllTests } from '../../support/for-all-tests.ts';
import { changesIn } from '../../support/xero-changes.ts';
import { aBakery, anInvoice, syncOf } from '../../support/xero-documents.ts';
import type { TestWorkspace } from '../../support/workspace.ts';
import { startXeroStage, tenantId } from '../../support/xero-stage.ts';

const stage = await forAllTests(startXeroStage({ tier: 5000, minuteLimit: 1_000 }));
let place: TestWorkspace;
let bakery: Client;

beforeEach(async () => {
  place = await stage.connected({ paymentAccount: '090', stripeAccount: '091' });
  bakery = await aBakery(stage, place);
});

const gbp = (amount: number) => ({ amount, currency: 'GBP' });
const work = () => stage.work(place.workspace.id);
const xero = () => changesIn(stage, () => place);
const corrections = () => correctionsIn(stage, () => place);
const writes = async () =>
  (await stage.calls()).filter(({ method }) => method !== 'GET').map(({ method, path }) => `${method} ${path.split('/').at(-1)}`);
/** What stands on both sides of an invoice: status and what is due there; credit notes with what is left of them; money. */
const there = async (invoice: InvoiceHead) => {
  const books = (await stage.books()) as unknown as Record<string, Record<string, unknown>[]>;
  const found = (books['invoices'] ?? []).filter(({ InvoiceNumber }) => InvoiceNumber === invoice.number);
  const notes = (books['creditNotes'] ?? []).map((note) => [note['CreditNoteNumber'], note['Status'], note['RemainingCredit']]);
  const money = (books['payments'] ?? [])
    .filter(({ Status }) => Status === 'AUTHORISED')
    .map((one) => [one['PaymentType'], one['Amount'], (one['Account'] as Record<string, unknown>)['Code']]);
  return { invoice: found.map(({ Status, AmountDue }) => [Status, AmountDue]), notes, money: money.sort() };
};
const waiting = async () => (await readWaitingWork(stage.engine.table)(place.workspace.id)).map(({ kind }) => kind);
const sent = async (): Promise<InvoiceHead> => {
  const invoice = await anInvoice(stage, place, bakery);
  await work();
  await stage.resetCalls();
  return invoice;
};
/** An invoice that an accountant has paid in Xero, in parts. */
const paidThere = async (...amounts: number[]): Promise<InvoiceHead> => {
  const invoice = await sent();
  for (const Amount of amounts) await xero().on(invoice, 'pay', { Amount });
  await xero().event([invoice]);
  await work();
  return invoice;
};

describe('a credit note', () => {
  test('is made and set against its invoice, each once, and never comes back as money', async () => {
    const invoice = await sent();
    const note = await corrections().credit(invoice, { kind: 'amount', amount: gbp(3_000) });
    await work();
    expect(await writes()).toEqual(['PUT CreditNotes', 'PUT Allocations']);
    expect(await there(invoice)).toEqual({
      invoice: [['AUTHORISED', 120]],
      notes: [[note.number, 'PAID', 0]],
      money: [],
    });
    expect(await syncOf(stage, place, note.id)).toMatchObject({ state: 'synced', kind: 'credit-note', number: note.number });
    await xero().event([invoice]);
    await work();
    await xero().poll();
    expect(await xero().payments(invoice)).toEqual([]);
    expect(await xero().now(invoice)).toMatchObject({ credited: gbp(3_000), paid: gbp(0) });
    expect(await xero().discrepancies()).toEqual([]);
    expect(await waiting()).toEqual([]);
  });

  test('F55: that an accountant takes off its invoice is a difference with a way out', async () => {
    const invoice = await sent();
    const note = await corrections().credit(invoice, { kind: 'amount', amount: gbp(3_000) });
    await work();
    const books = (await stage.books()) as unknown as { allocations: Record<string, unknown>[] };
    const taken = books.allocations[0]?.['AllocationID'];
    await stage.control('POST', 'tamper', { tenantId, collection: 'allocations', id: taken, remove: true });
    await stage.clock.advance(61);
    await xero().on(invoice, 'reference', { Reference: invoice.id });
    await xero().event([invoice]);
    await work();
    const [open] = await xero().discrepancies();
    expect(open?.difference).toMatchObject({ kind: 'allocation', theirs: 'nothing', amount: gbp(3_000) });
    expect(open?.difference.ours).toContain(note.number);
    expect(open && waysOut(open.difference)).toEqual(['push-again', 'ignore']);
  });

  test('over all of an invoice leaves it paid there, too', async () => {
    const invoice = await sent();
    await corrections().credit(invoice, { kind: 'full' });
    await work();
    expect((await there(invoice)).invoice).toEqual([['PAID', 0]]);
  });

  test('waits for its invoice, and for its approval', async () => {
    await stage.choose(place.workspace.id, { statusOnPush: 'SUBMITTED' });
    const invoice = await anInvoice(stage, place, bakery);
    const note = await corrections().credit(invoice, { kind: 'amount', amount: gbp(3_000) });
    await work();
    expect(await syncOf(stage, place, note.id)).toMatchObject({ state: 'pending', code: 'waiting-for-approval' });
    await stage.choose(place.workspace.id, { statusOnPush: 'AUTHORISED' });
    await xero().on(invoice, 'approve');
    await xero().event([invoice]);
    await work();
    await work();
    expect(await there(invoice)).toMatchObject({ invoice: [['AUTHORISED', 120]], notes: [[note.number, 'PAID', 0]] });
  });

  test('whose number a foreign one holds is stopped, and overwrites nothing', async () => {
    const invoice = await sent();
    await xero().on(invoice, 'credit', { amount: '10.00' });
    const books = (await stage.books()) as unknown as { creditNotes: Record<string, unknown>[] };
    const id = books.creditNotes[0]?.['CreditNoteID'];
    await stage.control('POST', 'tamper', { tenantId, collection: 'creditNotes', id, set: { CreditNoteNumber: 'CN-0001' } });
    const note = await corrections().credit(invoice, { kind: 'amount', amount: gbp(3_000) });
    await work();
    expect(await syncOf(stage, place, note.id)).toMatchObject({ state: 'blocked', code: 'number-taken' });
  });
});

describe('F48: an answer that is lost, however late Xero does what it was asked for', () => {
  const recovered = async (): Promise<void> => {
    for (let later = 0; later < 3; later += 1) {
      await stage.clock.advance(9 * 60);
      await work();
    }
  };

  test.each([
    ['drop-answer', 'CreditNotes', 0],
    ['late-commit', 'CreditNotes', 30],
    ['drop-answer', 'Allocations', 0],
    ['late-commit', 'Allocations', 30],
    ['late-commit', 'Allocations', 7 * 60],
  ])('%s on %s leaves one credit note that is set against its invoice once', async (fault, path, seconds) => {
    await stage.control('POST', 'settings', { idempotencyMinutes: 0 });
    const invoice = await sent();
    const note = await corrections().credit(invoice, { kind: 'amount', amount: gbp(3_000) });
    await stage.fault({ fault, match: { method: 'PUT', path }, ...(seconds === 0 ? {} : { seconds }), times: 1 });
    await work();
    await recovered();
    expect(await there(invoice)).toMatchObject({ invoice: [['AUTHORISED', 120]], notes: [[note.number, 'PAID', 0]] });
    expect(await waiting()).toEqual([]);
    await stage.control('POST', 'settings', { idempotencyMinutes: 6 });
  });

  test.each([
    ['drop-answer', 0],
    ['late-commit', 7 * 60],
  ])('%s on the refund of a credit note books it once', async (fault, seconds) => {
    await stage.control('POST', 'settings', { idempotencyMinutes: 0 });
    const invoice = await anInvoice(stage, place, bakery);
    const payment = await xero().paid(invoice, 15_000);
    await work();
    await corrections().credit(invoice, { kind: 'amount', amount: gbp(9_000) });
    await work();
    await stage.fault({ fault, match: { method: 'PUT', path: 'Payments' }, ...(seconds === 0 ? {} : { seconds }), times: 1 });
    await corrections().refund(payment, 3_000);
    await work();
    await recovered();
    expect((await there(invoice)).money).toEqual([
      ['ACCRECPAYMENT', 150, '090'],
      ['ARCREDITPAYMENT', 30, '090'],
    ]);
    expect(await waiting()).toEqual([]);
    await stage.control('POST', 'settings', { idempotencyMinutes: 6 });
  });
});

describe('money that goes back', () => {
  test('for a credit note leaves the payment as it is, and the account at what is really there', async () => {
    const invoice = await anInvoice(stage, place, bakery);
    const payment = await xero().paid(invoice, 15_000);
    await work();
    await stage.resetCalls();
    const note = await corrections().credit(invoice, { kind: 'amount', amount: gbp(3_000) });
    await work();
    expect(await there(invoice)).toMatchObject({ invoice: [['PAID', 0]], notes: [[note.number, 'AUTHORISED', 30]] });
    await corrections().refund(payment, 3_000);
    await work();
    expect(await writes()).toEqual(['PUT CreditNotes', 'PUT Payments']);
    expect(await there(invoice)).toEqual({
      invoice: [['PAID', 0]],
      notes: [[note.number, 'PAID', 0]],
      money: [
        ['ACCRECPAYMENT', 150, '090'],
        ['ARCREDITPAYMENT', 30, '090'],
      ],
    });
    expect(await xero().now(invoice)).toMatchObject({ status: 'paid', paid: gbp(12_000), credited: gbp(3_000) });
    await xero().event([invoice]);
    await work();
    expect(await xero().discrepancies()).toEqual([]);
    expect(await waiting()).toEqual([]);
  });

  test('F55: and is taken back in Xero sets what a credit note left open against what is due again, there too', async () => {
    const invoice = await sent();
    await xero().on(invoice, 'pay', {});
    await xero().event([invoice]);
    await work();
    const note = await corrections().credit(invoice, { kind: 'amount', amount: gbp(5_000) });
    await work();
    expect(await there(invoice)).toMatchObject({ invoice: [['PAID', 0]], notes: [[note.number, 'AUTHORISED', 50]] });
    const [payment] = (await stage.books()).payments;
    await xero().accountant('delete-payment', { id: payment?.['PaymentID'] });
    await stage.resetCalls();
    await xero().event([invoice]);
    await work();
    expect(await xero().now(invoice)).toMatchObject({ status: 'issued', paid: gbp(0), credited: gbp(5_000), openCredits: [] });
    expect(await readCreditNote(stage.engine.table)(place.workspace.id, note.id)).toMatchObject({ allocated: gbp(5_000) });
    expect(await writes()).toEqual(['PUT Allocations']);
    expect(await there(invoice)).toEqual({ invoice: [['AUTHORISED', 100]], notes: [[note.number, 'PAID', 0]], money: [] });
    await xero().poll();
    expect(await xero().discrepancies()).toEqual([]);
    expect(await waiting()).toEqual([]);
  });

  test('F55: in part sets only as much of the oldest credit note against the invoice as is not overpaid any more', async () => {
    const invoice = await paidThere(40, 110);
    const first = await corrections().credit(invoice, { kind: 'amount', amount: gbp(3_000) });
    const second = await corrections().credit(invoice, { kind: 'amount', amount: gbp(2_000) });
    await work();
    const small = (await stage.books()).payments.find(({ Amount }) => Amount === 40);
    await xero().accountant('delete-payment', { id: small?.['PaymentID'] });
    await xero().event([invoice]);
    await work();
    // Of 150 there are 50 credited and 110 paid: 10 are too much, and only they stand open.
    expect(await xero().now(invoice)).toMatchObject({
      status: 'paid',
      openCredits: [{ creditNoteId: second.id, amount: gbp(1_000) }],
    });
    expect(await there(invoice)).toMatchObject({
      invoice: [['PAID', 0]],
      notes: [
        [first.number, 'PAID', 0],
        [second.number, 'AUTHORISED', 10],
      ],
    });
    await xero().poll();
    expect(await xero().discrepancies()).toEqual([]);
  });

  test('F55: and is taken back twice is never told as a difference while the credit note follows it to Xero', async () => {
    const invoice = await paidThere(40, 110);
    const note = await corrections().credit(invoice, { kind: 'amount', amount: gbp(6_000) });
    await work();
    for (const amount of [40, 110]) {
      const payment = (await stage.books()).payments.find(({ Amount }) => Amount === amount);
      await xero().accountant('delete-payment', { id: payment?.['PaymentID'] });
      await xero().event([invoice]);
      await work();
    }
    expect(await there(invoice)).toEqual({ invoice: [['AUTHORISED', 90]], notes: [[note.number, 'PAID', 0]], money: [] });
    const { items } = await stage.engine.table.query({ partition: `W#${place.workspace.id}#NOTE` });
    expect(items.filter(({ cause }) => String(cause).startsWith('discrepancy#'))).toEqual([]);
    expect(await waiting()).toEqual([]);
  });

  test('F55: and was booked by an accountant before it is recorded here is booked once', async () => {
    const invoice = await anInvoice(stage, place, bakery);
    const payment = await xero().paid(invoice, 15_000);
    await work();
    const note = await corrections().credit(invoice, { kind: 'amount', amount: gbp(3_000) });
    await work();
    await xero().accountant('refund-credit', { id: note.number, Amount: '20' });
    await stage.resetCalls();
    // A part of it stands there: only the rest is booked.
    await corrections().refund(payment, 3_000);
    await work();
    expect(await writes()).toEqual(['PUT Payments']);
    const booked = {
      invoice: [['PAID', 0]],
      notes: [[note.number, 'PAID', 0]],
      money: [
        ['ACCRECPAYMENT', 150, '090'],
        ['ARCREDITPAYMENT', 10, '090'],
        ['ARCREDITPAYMENT', 20, '090'],
      ],
    };
    expect(await there(invoice)).toEqual(booked);
    expect(await syncOf(stage, place, payment.id)).toMatchObject({ state: 'synced' });
    const other = await anInvoice(stage, place, bakery);
    const paid = await xero().paid(other, 15_000);
    const whole = await corrections().credit(other, { kind: 'amount', amount: gbp(3_000) });
    await work();
    await xero().accountant('refund-credit', { id: whole.number });
    await stage.resetCalls();
    await corrections().refund(paid, 3_000);
    await work();
    expect(await writes()).toEqual([]);
    expect(await syncOf(stage, place, paid.id)).toMatchObject({ state: 'synced' });
    await comparedBooks(stage, () => place).compare();
    expect(await xero().discrepancies()).toEqual([]);
    expect(await waiting()).toEqual([]);
  });

  test('F55: without a credit note is taken off the payment there, which is due again on both sides', async () => {
    const invoice = await anInvoice(stage, place, bakery);
    const payment = await xero().paid(invoice, 15_000);
    await work();
    await corrections().refund(payment, 5_000);
    await work();
    expect(await there(invoice)).toMatchObject({ invoice: [['AUTHORISED', 50]], money: [['ACCRECPAYMENT', 100, '090']] });
    expect(await syncOf(stage, place, payment.id)).toMatchObject({ state: 'synced' });
    await corrections().refund(payment, 10_000);
    await work();
    expect(await there(invoice)).toMatchObject({ invoice: [['AUTHORISED', 150]], money: [] });
    await xero().event([invoice]);
    await work();
    await xero().poll();
    expect(await xero().discrepancies()).toEqual([]);
    expect(await waiting()).toEqual([]);
  });

  test('F43: and comes back when its invoice was paid otherwise is told as what came in beyond what was due', async () => {
    const invoice = await sent();
    const first = await xero().paid(invoice, 15_000);
    await work();
    await corrections().refund(first, 15_000);
    await work();
    await xero().paid(invoice, 15_000);
    await work();
    // The refund failed after all.
    await xero().cameBack(first);
    await work();
    expect(await xero().now(invoice)).toMatchObject({ paid: gbp(30_000) });
    expect(await syncOf(stage, place, first.id)).toMatchObject({ state: 'blocked', code: 'overpayment' });
    expect(await there(invoice)).toMatchObject({ invoice: [['PAID', 0]], money: [['ACCRECPAYMENT', 150, '090']] });
    await corrections().refund({ id: first.id }, 15_000);
    await work();
    expect((await syncOf(stage, place, first.id))?.state).not.toBe('blocked');
    await comparedBooks(stage, () => place).compare();
    expect(await xero().discrepancies()).toEqual([]);
    expect(await waiting()).toEqual([]);
  });

  test('F43: that crosses a payment in Xero is booked as far as there is room, and told as far as there is none', async () => {
    const invoice = await sent();
    await xero().on(invoice, 'pay', { Amount: 20 });
    const payment = await xero().paid(invoice, 15_000);
    await work();
    // Nobody has told of the other payment: that ours is refused makes the worker look. As much as there is room for is booked.
    expect(await xero().now(invoice)).toMatchObject({ status: 'paid', paid: gbp(17_000) });
    expect(await syncOf(stage, place, payment.id)).toMatchObject({ state: 'synced' });
    const both = {
      invoice: [['PAID', 0]],
      money: [
        ['ACCRECPAYMENT', 130, '090'],
        ['ACCRECPAYMENT', 20, '090'],
      ],
    };
    expect(await there(invoice)).toMatchObject(both);
    await stage.resetCalls();
    await corrections().refund(payment, 2_000);
    await work();
    expect([await writes(), await there(invoice)]).toMatchObject([[], both]);
    expect(await xero().now(invoice)).toMatchObject({ status: 'paid', paid: gbp(15_000) });
    await comparedBooks(stage, () => place).compare();
    expect(await xero().discrepancies()).toEqual([]);
    expect(await waiting()).toEqual([]);
  });

  test('F43: and was refused by Xero is tried again with what is left of it', async () => {
    const invoice = await sent();
    await stage.fault({ fault: 'bad-element', match: { method: 'PUT', path: 'Payments' }, times: 1 });
    const payment = await xero().paid(invoice, 15_000);
    await work();
    expect(await syncOf(stage, place, payment.id)).toMatchObject({ state: 'blocked', code: 'refused-by-xero' });
    await corrections().refund(payment, 2_000);
    await work();
    expect(await syncOf(stage, place, payment.id)).toMatchObject({ state: 'synced', code: null });
    expect(await there(invoice)).toMatchObject({ invoice: [['AUTHORISED', 20]], money: [['ACCRECPAYMENT', 130, '090']] });
    expect(await waiting()).toEqual([]);
  });

  test('after an accountant has matched the payment with the bank, nothing is touched and somebody is told', async () => {
    const invoice = await anInvoice(stage, place, bakery);
    const payment = await xero().paid(invoice, 15_000);
    await work();
    const id = (await syncOf(stage, place, payment.id))?.xeroId;
    await stage.control('POST', 'tamper', { tenantId, collection: 'payments', id, set: { IsReconciled: true } });
    await stage.resetCalls();
    await corrections().refund(payment, 5_000);
    await work();
    expect(await writes()).toEqual([]);
    expect(await syncOf(stage, place, payment.id)).toMatchObject({ state: 'blocked', code: 'reconciled-in-xero', xeroId: id });
  });

  test('before the payment got there leaves only what is left of it to be booked', async () => {
    const invoice = await sent();
    const payment = await xero().paid(invoice, 15_000);
    await corrections().refund(payment, 5_000);
    await work();
    expect(await there(invoice)).toMatchObject({ invoice: [['AUTHORISED', 50]], money: [['ACCRECPAYMENT', 100, '090']] });
  });
});
