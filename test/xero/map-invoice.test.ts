import { describe, expect, test } from '@jest/globals';
import {
  invoiceFor,
  invoiceGaps,
  totalsThatDiffer,
  type InvoiceForXero,
  type InvoicePlace,
  type LineForXero,
} from '../../shared/xero/map-invoice.ts';

const money = (amount: number, currency = 'GBP') => ({ amount, currency });
const line = (over: Partial<LineForXero> = {}, currency = 'GBP'): LineForXero => ({
  description: 'Design',
  quantity: '1.2500',
  unitPrice: money(10_000, currency),
  amount: money(12_500, currency),
  serviceId: null,
  tax: { rule: 'domestic', rate: '0.2', amount: money(2_500, currency) },
  taxIncluded: false,
  ...over,
});
const invoice = (lines: LineForXero[], currency = 'GBP'): InvoiceForXero => ({
  id: 'inv_1',
  number: 'INV-0001',
  currency,
  issueDate: '2026-11-20',
  dueDate: '2026-12-04',
  subtotal: money(0, currency),
  tax: money(0, currency),
  total: money(0, currency),
  lines,
});
const place: InvoicePlace = {
  contactId: 'contact',
  status: 'AUTHORISED',
  jobAccount: null,
  revenueAccount: '200',
  serviceAccounts: { svc_design: '201' },
  taxTypes: { 'domestic:0.2': 'OUTPUT2' },
};
const sent = (one: LineForXero, at = place) => invoiceFor(invoice([one], one.amount.currency), at).lineItems?.[0];

describe('an invoice', () => {
  test('carries its number, our id and its dates, and no sum', () => {
    expect(invoiceFor(invoice([line()]), place)).toEqual({
      type: 'ACCREC',
      status: 'AUTHORISED',
      contact: { contactID: 'contact' },
      invoiceNumber: 'INV-0001',
      reference: 'inv_1',
      date: '2026-11-20',
      dueDate: '2026-12-04',
      currencyCode: 'GBP',
      lineAmountTypes: 'Exclusive',
      lineItems: [{ description: 'Design', quantity: 1.25, unitAmount: 100, accountCode: '200', taxType: 'OUTPUT2' }],
    });
  });

  test('books a line on the account of its job, then of its service, then of revenue', () => {
    const design = line({ serviceId: 'svc_design' });
    expect(sent(design)?.accountCode).toBe('201');
    expect(sent(line({ serviceId: 'svc_other' }))?.accountCode).toBe('200');
    expect(sent(design, { ...place, jobAccount: '260' })?.accountCode).toBe('260');
  });

  test('whose prices include tax says so', () => {
    const inclusive = line({
      quantity: '1',
      unitPrice: money(12_000),
      amount: money(12_000),
      tax: { rule: 'domestic', rate: '0.2', amount: money(2_000) },
      taxIncluded: true,
    });
    expect(invoiceFor(invoice([inclusive]), place)).toMatchObject({
      lineAmountTypes: 'Inclusive',
      lineItems: [{ quantity: 1, unitAmount: 120 }],
    });
  });

  test('cuts descriptions to what Xero holds', () => {
    expect(sent(line({ description: 'x'.repeat(5000) }))?.description).toHaveLength(4000);
  });
});

describe('a line that Xero would reckon differently', () => {
  test('in yen goes out as one whole amount, with its tax', () => {
    const yen = line({
      quantity: '1.3333',
      unitPrice: money(9_999, 'JPY'),
      amount: money(13_332, 'JPY'),
      tax: { rule: 'domestic', rate: '0.1', amount: money(1_333, 'JPY') },
    });
    expect(sent(yen)).toEqual({
      description: 'Design (1.3333 × 9999)',
      quantity: 1,
      unitAmount: 13332,
      accountCode: '200',
      taxType: '',
      taxAmount: 1333,
    });
  });

  test('in dinars goes out as one amount of hundredths', () => {
    const dinars = line({
      quantity: '1.5000',
      unitPrice: money(10_125, 'KWD'),
      amount: money(15_190, 'KWD'),
      tax: { rule: 'domestic', rate: '0.2', amount: money(3_040, 'KWD') },
    });
    expect(sent(dinars)).toMatchObject({ quantity: 1, unitAmount: 15.19 });
    expect(sent(dinars)).not.toHaveProperty('taxAmount');
  });

  test('because its amount was adjusted goes out as that amount', () => {
    expect(
      sent(
        line({
          quantity: '3',
          unitPrice: money(3_333),
          amount: money(10_000),
          tax: { rule: 'domestic', rate: '0.2', amount: money(2_000) },
        }),
      ),
    ).toMatchObject({
      quantity: 1,
      unitAmount: 100,
    });
  });

  test('on an exact half goes out as its amount: nobody knows how Xero rounds there', () => {
    const half = line({
      quantity: '1.5',
      unitPrice: money(1_095),
      amount: money(1_643),
      tax: { rule: 'domestic', rate: '0.2', amount: money(329) },
    });
    expect(sent(half)).toMatchObject({ quantity: 1, unitAmount: 16.43, description: 'Design (1.5 × 10.95)' });
    expect(sent(half)).not.toHaveProperty('taxAmount');
    const tax = line({
      quantity: '1',
      unitPrice: money(230),
      amount: money(230),
      tax: { rule: 'domestic', rate: '0.15', amount: money(35) },
    });
    expect(sent(tax, { ...place, taxTypes: { 'domestic:0.15': 'OUTPUT2' } })).toMatchObject({ unitAmount: 2.3, taxAmount: 0.35 });
  });
});

describe('what is missing', () => {
  test.each([
    ['no account', [line()], { revenueAccount: null }, ['revenueAccount']],
    ['no tax type', [line({ tax: { rule: 'export', rate: '0', amount: money(0) } })], {}, ['taxTypes.export']],
    [
      'no tax type for two lines of one rule',
      [
        line({ tax: { rule: 'export', rate: '0', amount: money(0) } }),
        line({ tax: { rule: 'export', rate: '0', amount: money(0) } }),
      ],
      {},
      ['taxTypes.export'],
    ],
    ['nothing', [line()], {}, []],
  ])('%s', (_case, lines, over, fields) => {
    expect(invoiceGaps(invoice(lines), { ...place, ...over }).map(({ field }) => field)).toEqual(fields);
  });

  test('an amount that Xero can not say', () => {
    const odd = line({ amount: money(15_191, 'KWD'), tax: { rule: 'domestic', rate: '0.2', amount: money(3_040, 'KWD') } });
    expect(invoiceGaps(invoice([odd], 'KWD'), place)).toMatchObject([{ code: 'amount-not-sayable' }]);
  });
});

describe('sums are compared to the cent', () => {
  const ours = (subtotal: number, tax: number, total: number, currency = 'GBP') => ({
    subtotal: money(subtotal, currency),
    tax: money(tax, currency),
    total: money(total, currency),
  });
  test.each([
    [ours(12_500, 2_500, 15_000), { subtotal: 125, tax: 25, total: 150 }, []],
    [ours(29, 1, 30), { subtotal: 0.29, tax: 0.01, total: 0.3 }, []],
    [ours(12_501, 2_500, 15_001, 'JPY'), { subtotal: 12501, tax: 2500, total: 15001 }, []],
    [ours(15_190, 3_040, 18_230, 'KWD'), { subtotal: 15.19, tax: 3.04, total: 18.23 }, []],
    [ours(12_500, 2_500, 15_000), { subtotal: 125, tax: 25.01, total: 150.01 }, ['tax', 'total']],
    [ours(15_191, 3_040, 18_231, 'KWD'), { subtotal: 15.19, tax: 3.04, total: 18.23 }, ['subtotal', 'total']],
  ])('%p against %p', (mine, theirs, sums) => {
    expect(totalsThatDiffer(mine, theirs).map(({ sum }) => sum)).toEqual(sums);
  });
});
