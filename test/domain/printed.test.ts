import { describe, expect, test } from '@jest/globals';
import { figure, moneyText, percentText, quantityText } from '../../shared/domain/money-text.ts';
import type { Money } from '../../shared/domain/money.ts';
import { printCreditNote } from '../../shared/domain/print-credit-note.ts';
import { dayText, momentText } from '../../shared/domain/printed.ts';

describe('what a document says', () => {
  test.each([
    [{ amount: 123_456_789, currency: 'GBP' }, '1,234,567.89'],
    [{ amount: 5, currency: 'GBP' }, '0.05'],
    [{ amount: -5, currency: 'GBP' }, '−0.05'],
    [{ amount: 1_000, currency: 'JPY' }, '1,000'],
    [{ amount: 999, currency: 'JPY' }, '999'],
    [{ amount: 1_234_567, currency: 'KWD' }, '1,234.567'],
    [{ amount: -100_000_00, currency: 'EUR' }, '−100,000.00'],
  ])('%j is %s', (money, text) => expect(figure(money)).toBe(text));

  test('an amount by itself names its currency', () =>
    expect(moneyText({ amount: 123_450, currency: 'USD' })).toBe('USD 1,234.50'));

  test.each([
    ['0.2', '20%'],
    ['0.09975', '9.975%'],
    ['0', '0%'],
    ['0.05', '5%'],
    ['1', '100%'],
    ['0.125', '12.5%'],
    ['0.200000', '20%'],
  ])('a rate of %s is %s', (rate, text) => expect(percentText(rate)).toBe(text));

  test.each([
    ['1.2500', 'hour', '1.25 h'],
    ['12.0000', 'hour', '12 h'],
    ['10', 'item', '10'],
    ['0.5000', 'item', '0.5'],
    ['1234567.8900', 'item', '1,234,567.89'],
    ['1200.0000', 'hour', '1,200 h'],
  ] as const)('%s %ss are %s', (quantity, unit, text) => expect(quantityText(quantity, unit)).toBe(text));

  test('days are written out', () => {
    expect(dayText('2026-11-02')).toBe('2 November 2026');
    expect(dayText('2024-02-29')).toBe('29 February 2024');
  });

  test('a credit note that is void says so', () => {
    const note = { number: 'CN-0001', invoiceNumber: 'INV-0001', currency: 'GBP', issueDate: '2026-11-20', reason: '' };
    const [subtotal, total] = [1_000, 1_200].map((amount) => ({ amount, currency: 'GBP' })) as [Money, Money];
    const printed = (isVoid: boolean) =>
      printCreditNote({ ...note, subtotal, total }, [], { supplier: {}, client: {} } as never, { isVoid });
    expect([printed(true).state?.text, printed(false).state]).toEqual(['Void', undefined]);
  });

  test('moments are written as the clock of a zone shows them', () => {
    expect(momentText('2026-11-20T10:00:05.900Z', 'Europe/London')).toBe('20 November 2026 at 10:00:05 (Europe/London)');
    expect(momentText('2026-11-20T15:30:00.000Z', 'Pacific/Auckland')).toBe('21 November 2026 at 04:30:00 (Pacific/Auckland)');
  });
});
