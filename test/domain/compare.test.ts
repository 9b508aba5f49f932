import { describe, expect, test } from '@jest/globals';
import { duplicateThere, extraThere, isOfSeries } from '../../shared/domain/claimed.ts';
import { compareContact } from '../../shared/domain/compare-contact.ts';
import { compareInvoice, type InvoiceHere, type InvoiceThere } from '../../shared/domain/compare-invoice.ts';
import { comparePayment, type PaymentHere, type PaymentThere } from '../../shared/domain/compare-payment.ts';
import { requireWay, stepsOf, waysOut, type Difference, type WayOut } from '../../shared/domain/discrepancy.ts';
import { fromHundredths, hundredthsOf, hundredthsText } from '../../shared/domain/hundredths.ts';

const gbp = (amount: number) => ({ amount, currency: 'GBP' });

const here = (changes: Partial<InvoiceHere> = {}): InvoiceHere => ({
  ...{ id: 'inv_1', number: 'INV-0001', status: 'issued', currency: 'GBP', issueDate: '2026-11-20', dueDate: '2026-12-04' },
  ...{ subtotal: gbp(12_500), tax: gbp(2_500), total: gbp(15_000), paid: gbp(0), clientName: 'Harbour Bakery' },
  isOurContact: (id) => id === 'contact',
  creditedHere: () => 0n,
  lines: [{ description: 'Design  work\n', quantity: 1.25, amount: 12_500n, tax: 2_500n }],
  ...changes,
});

const there = (changes: Partial<InvoiceThere> = {}): InvoiceThere => ({
  ...{
    invoiceId: 'x',
    number: 'INV-0001',
    reference: 'inv_1',
    status: 'AUTHORISED',
    contactId: 'contact',
    contactName: 'Harbour',
  },
  ...{ currency: 'GBP', date: '2026-11-20', dueDate: '2026-12-04', subtotal: 12_500n, tax: 2_500n, total: 15_000n },
  ...{ applied: [], payments: [] },
  lines: [{ description: 'Design work', quantity: 1.25, amount: 12_500n, tax: 2_500n }],
  ...changes,
});

const kinds = (ours: Partial<InvoiceHere>, theirs: Partial<InvoiceThere>): string[] =>
  compareInvoice(here(ours), there(theirs)).map(({ kind }) => kind);

describe('an invoice on both sides', () => {
  test('the same says nothing, whatever blanks became of', () => {
    expect(compareInvoice(here(), there())).toEqual([]);
    expect(kinds({ status: 'paid', paid: gbp(15_000) }, { status: 'PAID' })).toEqual([]);
    expect(kinds({ status: 'void' }, { status: 'VOIDED', total: 1n, contactId: 'other' })).toEqual([]);
    expect(kinds({ status: 'void' }, { status: 'DELETED' })).toEqual([]);
  });

  test.each<[string[], Partial<InvoiceThere>]>([
    [['amount'], { subtotal: 12_501n, total: 15_001n }],
    [['amount'], { total: 15_001n }],
    [['tax'], { tax: 2_501n, total: 15_001n }],
    [['currency'], { currency: 'EUR' }],
    [['date'], { date: '2026-11-19' }],
    [['date'], { dueDate: '2026-12-05' }],
    [['date'], { date: '2026-11-19', dueDate: '2026-12-05' }],
    [['contact'], { contactId: 'other' }],
    [['line'], { number: 'INV-0002' }],
    [['line'], { lines: [{ description: 'Other work', quantity: 1.25, amount: 12_500n, tax: 2_500n }] }],
    [['line'], { lines: [{ description: 'Design work', quantity: 1.2501, amount: 12_500n, tax: 2_500n }] }],
    [['line'], { lines: [...there().lines, ...there().lines] }],
    [['allocation'], { applied: [{ what: 'credit note CN-1', sourceId: 'c', amount: 100n }] }],
    [['status'], { status: 'VOIDED' }],
    [['status'], { status: 'DELETED', total: 1n }],
    [['amount', 'contact'], { subtotal: 1n, total: 2_501n, contactId: 'other' }],
  ])('%p', (wanted, theirs) => {
    expect(kinds({}, theirs)).toEqual(wanted);
  });

  test('void here and standing there is a difference of its own', () => {
    expect(compareInvoice(here({ status: 'void' }), there({ total: 1n }))).toMatchObject([
      { kind: 'status', ours: 'void', theirs: 'AUTHORISED', cause: 'It is void here and still stands in Xero' },
    ]);
  });

  test('a credit that counts here is none, however often it was allocated', () => {
    const applied = [1, 2].map(() => ({ what: 'credit note CN-1', sourceId: 'c', amount: 100n }));
    expect(kinds({ creditedHere: () => 200n }, { applied })).toEqual([]);
    expect(kinds({ creditedHere: () => 100n }, { applied })).toEqual(['allocation']);
  });

  test('the sum in question is told in the invoice’s own units', () => {
    const [found] = compareInvoice(here(), there({ subtotal: 12_000n, total: 14_500n }));
    expect(found).toMatchObject({ ours: 'GBP 150.00', theirs: 'GBP 145.00', amount: gbp(-500), number: 'INV-0001' });
  });

  test('yen have no decimals there and here', () => {
    const yen = (amount: number) => ({ amount, currency: 'JPY' });
    const ours = { currency: 'JPY', subtotal: yen(1200), tax: yen(120), total: yen(1320), lines: null };
    const theirs = { currency: 'JPY', subtotal: 120_000n, tax: 12_000n, total: 132_000n };
    expect(kinds(ours, theirs)).toEqual([]);
    expect(kinds(ours, { ...theirs, tax: 12_100n })).toEqual(['tax']);
  });
});

const paidHere = (changes: Partial<PaymentHere> = {}): PaymentHere => ({
  ...{ id: 'pay_1', invoiceThere: 'x', number: 'INV-0001', amount: gbp(5_000), receivedOn: '2026-11-21', stands: true },
  ...{ mayBeLater: false, ...changes },
});
const paidThere = (changes: Partial<PaymentThere> = {}): PaymentThere => ({
  ...{ paymentId: 'p', invoiceId: 'x', reference: 'pay_1', amount: 5_000n, date: '2026-11-21', status: 'AUTHORISED' },
  ...changes,
});
const paymentKinds = (ours: Partial<PaymentHere>, theirs: Partial<PaymentThere>): string[] =>
  comparePayment(paidHere(ours), paidThere(theirs)).map(({ kind }) => kind);

describe('a payment on both sides', () => {
  test.each<[string[], Partial<PaymentHere>, Partial<PaymentThere>]>([
    [[], {}, {}],
    [['amount'], {}, { amount: 4_999n }],
    [['date'], {}, { date: '2026-11-22' }],
    [['allocation'], {}, { invoiceId: 'y' }],
    [['missing'], {}, { status: 'DELETED' }],
    [[], { stands: false }, { status: 'DELETED' }],
    [[], { mayBeLater: true }, { date: '2026-12-01' }],
    [['date'], { mayBeLater: true }, { date: '2026-11-01' }],
    [[], { invoiceThere: null }, { invoiceId: 'y' }],
  ])('%p', (wanted, ours, theirs) => {
    expect(paymentKinds(ours, theirs)).toEqual(wanted);
  });
});

describe('what claims to be ours', () => {
  const series = { prefix: 'INV-', first: 500n };
  test.each([
    ['INV-0500', true],
    ['INV-12345', true],
    ['INV-0499', false],
    ['INV-', false],
    ['INV-0500a', false],
    ['FOR-0500', false],
    ['inv-0500', false],
  ])('%s', (number, ours) => {
    expect(isOfSeries(number, series)).toBe(ours);
  });

  test('a client and the contact that carries its id agree unless two contacts are meant', () => {
    const pair = { clientId: 'cli_1', clientName: 'Bakery', linkedTo: 'a' };
    expect(compareContact({ ...pair, numbered: { contactId: 'a', name: 'Bakery' } })).toEqual([]);
    expect(compareContact({ ...pair, numbered: { contactId: 'b', name: 'Other' } })).toMatchObject([
      { kind: 'contact', theirs: 'Other' },
    ]);
  });
});

describe('ways out', () => {
  const base: Difference = {
    ...{ kind: 'missing', system: 'xero', subject: 'invoice', documentId: 'inv_1', outsideId: 'x', number: 'INV-0001' },
    ...{ ours: null, theirs: null, amount: null, cause: '' },
  };
  const found = { outsideId: 'y', number: 'INV-0002', amount: null };
  test.each<[string, Difference, WayOut[]]>([
    ['missing invoice', base, ['push-again', 'link', 'ignore']],
    ['missing payment', { ...base, subject: 'payment' }, ['push-again', 'record-refund', 'ignore']],
    ['missing contact', { ...base, subject: 'contact' }, ['link', 'ignore']],
    ['payment made there', { ...base, kind: 'payment', subject: 'payment', documentId: null }, ['take-over', 'ignore']],
    ['void there', { ...base, kind: 'status', ours: 'issued', theirs: 'VOIDED' }, ['take-over', 'ignore']],
    ['void here', { ...base, kind: 'status', ours: 'void', theirs: 'AUTHORISED' }, ['push-again', 'ignore']],
    ['a state that nobody knows', { ...base, kind: 'status', ours: 'void', theirs: 'status ON_HOLD' }, ['ignore']],
    ['due date', { ...base, kind: 'date', theirs: 'due 2026-12-05' }, ['take-over', 'ignore']],
    ['date', { ...base, kind: 'date', theirs: 'dated 2026-12-05' }, ['ignore']],
    ['date of a payment', { ...base, kind: 'date', subject: 'payment', theirs: '2026-12-05' }, ['ignore']],
    ['amount', { ...base, kind: 'amount' }, ['ignore']],
    ['extra', extraThere('invoice', found, 'reference'), ['ignore']],
    ['duplicate', duplicateThere('invoice', 'inv_1', { ...found, first: 'x' }), ['ignore']],
    ['other contact of a client', { ...base, kind: 'contact', subject: 'contact' }, ['link', 'ignore']],
    ['other contact of an invoice', { ...base, kind: 'contact' }, ['ignore']],
  ])('%s', (_name, difference, ways) => {
    expect(waysOut(difference)).toEqual(ways);
    for (const way of ways) expect(stepsOf(difference, way).length).toBeGreaterThan(0);
    expect(() => requireWay(difference, 'credit')).toThrow('no safe way out');
  });
});

test.each([
  [{ amount: 1234, currency: 'GBP' }, 1234n, '12.34'],
  [{ amount: 1234, currency: 'JPY' }, 123_400n, '1234.00'],
  [{ amount: 1250, currency: 'KWD' }, 125n, '1.25'],
  [{ amount: -5, currency: 'GBP' }, -5n, '-0.05'],
])('%p in hundredths', (money, hundredths, text) => {
  expect(hundredthsOf(money)).toBe(hundredths);
  expect(hundredthsText(hundredths)).toBe(text);
  expect(fromHundredths(hundredths, money.currency)).toEqual(money);
});

test('what needs a third decimal has no hundredths', () => {
  expect(hundredthsOf({ amount: 1251, currency: 'KWD' })).toBeUndefined();
});
