import { describe, expect, test } from '@jest/globals';
import type { Line } from '../../shared/domain/invoice-lines.ts';
import { printInvoice, type InvoiceContent } from '../../shared/domain/print-invoice.ts';
import type { TaxRuleKind } from '../../shared/domain/tax.ts';

const money = (amount: number, currency = 'GBP') => ({ amount, currency });
const line = (amount: number, tax: number, changes: Partial<Line['tax']> = {}, taxIncluded = false): Line =>
  ({
    id: 'lin_1',
    description: 'Work',
    date: '2026-11-02',
    quantity: '1.5000',
    unit: 'hour',
    unitPrice: money(amount),
    amount: money(amount),
    tax: {
      name: 'VAT',
      rate: '0.2',
      amount: money(tax),
      rule: 'domestic',
      effectiveFrom: '2011-01-04',
      components: [],
      ...changes,
    },
    explanation: { taxIncluded },
  }) as unknown as Line;
const invoice = (changes: Partial<InvoiceContent> = {}): InvoiceContent => ({
  status: 'issued',
  number: 'INV-0007',
  currency: 'GBP',
  issueDate: '2026-11-21',
  dueDate: '2026-12-05',
  notes: '',
  subtotal: money(10_000),
  tax: money(2_000),
  total: money(12_000),
  paid: money(0),
  ...changes,
});
const parties = {
  supplier: { name: 'Kestrel', address: ['1 Mill Lane'], country: 'GB', taxNumbers: [{ country: 'GB', number: 'GB123456782' }] },
  client: { name: 'Harbour', address: [], country: 'FR', email: 'a@b.example', taxNumber: 'FR40303265045' },
};
const printed = (lines: Line[], changes: Partial<InvoiceContent> = {}, today = '2026-11-22', link?: string) =>
  printInvoice(invoice(changes), lines, parties, { today, link });
const sums = (lines: Line[], changes: Partial<InvoiceContent> = {}) =>
  printed(lines, changes).sums.map(({ label, value }) => `${label}: ${value}`);

describe('an invoice in words and figures', () => {
  test('names both sides as they were copied, the country in words, and the tax numbers', () => {
    const { supplier, client, clientLabel, facts, paper } = printed([line(10_000, 2_000)]);
    expect(supplier).toEqual({ name: 'Kestrel', details: ['1 Mill Lane', 'United Kingdom', 'Tax number GB123456782'] });
    expect(client).toEqual({ name: 'Harbour', details: ['France', 'a@b.example', 'Tax number FR40303265045'] });
    expect([clientLabel, paper]).toEqual(['Billed to', 'a4']);
    expect(facts).toEqual([
      { label: 'Invoice date', value: '21 November 2026' },
      { label: 'Due date', value: '5 December 2026' },
    ]);
  });

  test('adds tax up by rule, each with what it is reckoned on', () => {
    const reduced = { name: 'VAT', rate: '0.05' };
    expect(
      sums([line(5_000, 1_000), line(3_000, 600), line(2_000, 100, reduced)], { tax: money(1_700), total: money(11_700) }),
    ).toEqual([
      'Subtotal: GBP 100.00',
      'VAT 20% on 80.00: GBP 16.00',
      'VAT 5% on 20.00: GBP 1.00',
      'Total: GBP 117.00',
      'Amount due: GBP 117.00',
    ]);
  });

  test('tells the parts of a tax that has several', () => {
    const components = [
      { name: 'GST', rate: '0.05', amount: money(500) },
      { name: 'QST', rate: '0.09975', amount: money(998) },
    ];
    expect(sums([line(10_000, 1_498, { name: 'GST + QST', rate: '0.14975', components })]).slice(1, 3)).toEqual([
      'GST 5% on 100.00: GBP 5.00',
      'QST 9.975% on 100.00: GBP 9.98',
    ]);
  });

  test('reckons tax on the amount without it where prices include it', () => {
    expect(sums([line(12_000, 2_000, {}, true)])[1]).toBe('VAT 20% on 100.00: GBP 20.00');
  });

  test.each([
    ['reverse-charge', /^Reverse charge/],
    ['export', /no tax is charged/],
    ['exempt', /^Exempt/],
  ] as [TaxRuleKind, RegExp][])('says what the law wants said of %s, once', (rule, words) => {
    const untaxed = { name: 'No tax', rate: '0', rule };
    const { remarks } = printed([line(5_000, 0, untaxed), line(5_000, 0, untaxed)]);
    expect(remarks).toEqual([expect.stringMatching(words)]);
  });

  test('of a workspace without a registration speaks of no tax at all', () => {
    const none = { name: 'No tax', rate: '0', rule: 'not-registered' as const };
    const document = printed([line(10_000, 0, none)], { tax: money(0), total: money(10_000) });
    expect(document.sums.map(({ label }) => label)).toEqual(['Total', 'Amount due']);
    expect(document.lines.map(({ tax }) => tax)).toEqual(['']);
  });

  test('shows what was paid and credited, and what is left', () => {
    expect(
      sums([line(10_000, 2_000)], { status: 'partially-paid', paid: money(2_000), credited: money(1_000) }).slice(-3),
    ).toEqual(['Credited: GBP −10.00', 'Paid: GBP −20.00', 'Amount due: GBP 90.00']);
  });

  test.each([
    [{}, '2026-12-05', undefined],
    [{}, '2026-12-06', 'Overdue'],
    [{ status: 'paid', paid: money(12_000) }, '2026-12-06', 'Paid'],
    [{ status: 'partially-paid', paid: money(1_000) }, '2026-11-22', 'Partly paid'],
    [{ status: 'void' }, '2026-12-06', 'Void'],
    [{ status: 'voiding' }, '2026-12-06', 'Void'],
    [{ status: 'draft', number: null }, '2026-11-22', 'Draft'],
  ] as [Partial<InvoiceContent>, string, string | undefined][])('%j on %s is %s', (changes, today, state) =>
    expect(printed([line(10_000, 2_000)], changes, today).state?.text).toBe(state),
  );

  test('asks for payment by its link only while something is due', () => {
    const link = 'https://api.example.com/i/abc';
    const labelOf = (changes: Partial<InvoiceContent>) => printed([line(10_000, 2_000)], changes, '2026-11-22', link).link?.label;
    expect(labelOf({})).toBe('Pay this invoice online');
    expect(labelOf({ status: 'paid', paid: money(12_000) })).toBe('See this invoice online');
    expect(labelOf({ status: 'void' })).toBe('See this invoice online');
    expect(printed([line(10_000, 2_000)]).link).toBeUndefined();
  });
});
