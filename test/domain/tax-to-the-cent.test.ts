import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { totals } from '../../shared/domain/invoice.ts';
import { lineForItem } from '../../shared/domain/invoice-lines.ts';
import { stepFor, toDecimal } from '../../shared/domain/money.ts';

/*
 * Xero's rule, written down anew on decimal texts and nothing else: a line is quantity × price, cut to 2 decimals (none in yen),
 * its tax is that × rate, cut likewise; documents add up lines. Cutting looks at the first digit that goes: from 5 on the last one
 * that stays is raised, whatever the sign.
 */
type Decimal = { digits: bigint; places: number };

const decimal = (text: string): Decimal => {
  const [whole = '', fraction = ''] = text.split('.');
  return { digits: BigInt(whole + fraction), places: fraction.length };
};
const times = (a: Decimal, b: Decimal): Decimal => ({ digits: a.digits * b.digits, places: a.places + b.places });
const cut = ({ digits, places }: Decimal, keep: number): Decimal => {
  if (places <= keep) return { digits: digits * 10n ** BigInt(keep - places), places: keep };
  const negative = digits < 0n;
  const text = (negative ? -digits : digits).toString().padStart(places + 1, '0');
  const kept = BigInt(text.slice(0, text.length - (places - keep)));
  const firstGone = text.charAt(text.length - (places - keep));
  const raised = firstGone >= '5' ? kept + 1n : kept;
  return { digits: negative ? -raised : raised, places: keep };
};
/** Long division to 20 decimals: enough to see the digit that decides, for prices and rates of these sizes. */
const over = (a: Decimal, b: Decimal): Decimal => ({
  digits: (a.digits * 10n ** BigInt(20 + b.places)) / b.digits,
  places: a.places + 20,
});
const plus = (a: Decimal, b: Decimal): Decimal => ({ digits: a.digits + b.digits, places: a.places });
const written = ({ digits, places }: Decimal, show: number): string => {
  const text = (digits < 0n ? -digits : digits).toString().padStart(places + 1, '0');
  const full = places === 0 ? text : `${text.slice(0, -places)}.${text.slice(-places)}`;
  return `${digits < 0n ? '-' : ''}${full}${'0'.repeat(show - places)}`;
};

type Case = { quantity: string; price: string; rate: string };

const xero = (lines: readonly Case[], keep: number, included: boolean): { net: Decimal; tax: Decimal; gross: Decimal } => {
  let [sum, tax] = [decimal('0'), decimal('0')].map((value) => cut(value, keep)) as [Decimal, Decimal];
  for (const { quantity, price, rate } of lines) {
    const amount = cut(times(decimal(quantity), decimal(price)), keep);
    const factor = decimal(rate);
    const onePlus = { digits: factor.digits + 10n ** BigInt(factor.places), places: factor.places };
    const own = cut(included ? over(times(amount, factor), onePlus) : times(amount, factor), keep);
    [sum, tax] = [plus(sum, amount), plus(tax, own)];
  }
  return included
    ? { net: plus(sum, { digits: -tax.digits, places: keep }), tax, gross: sum }
    : { net: sum, tax, gross: plus(sum, tax) };
};

const ours = (lines: readonly Case[], currency: string, decimals: number, taxIncluded: boolean) => {
  const step = stepFor(currency, { connectedToXero: true });
  const made = lines.map(({ quantity, price, rate }, index) =>
    lineForItem(
      `lin_${index}`,
      {
        description: 'x',
        quantity,
        unitPrice: { amount: Number(decimal(price).digits) * 10 ** (decimals - decimal(price).places), currency },
      },
      {
        taxRule: {
          name: 'Tax',
          rate,
          rule: 'domestic',
          effectiveFrom: '2020-01-01',
          components: rate === '0' ? [] : [{ name: 'Tax', rate }],
        },
        step,
        taxIncluded,
      },
    ),
  );
  const { subtotal, tax, total } = totals(currency, made, { taxIncluded });
  return { net: toDecimal(subtotal), tax: toDecimal(tax), gross: toDecimal(total) };
};

const digits = (value: number, places: number): string => {
  const text = String(value).padStart(places + 1, '0');
  return places === 0 ? text : `${text.slice(0, -places)}.${text.slice(-places)}`;
};

describe('F24: invoices equal Xero’s to the cent', () => {
  test.each([
    // Xero's own example: 11.44, where tax on the sum would be 11.45.
    [['25.06', '25.61', '25.63'], '0.15', { net: '76.30', tax: '11.44', gross: '87.74' }],
    [['0.30'], '0.15', { net: '0.30', tax: '0.05', gross: '0.35' }],
    [['2.30'], '0.15', { net: '2.30', tax: '0.35', gross: '2.65' }],
  ])('prices %j at %s', (prices, rate, expected) => {
    const lines = prices.map((price) => ({ quantity: '1', price, rate }));
    expect(ours(lines, 'NZD', 2, false)).toEqual(expected);
  });

  test('1.5 × 10.95 is 16.43, and 100.00 that includes 15 % holds 13.04', () => {
    expect(ours([{ quantity: '1.5', price: '10.95', rate: '0' }], 'AUD', 2, false).net).toBe('16.43');
    expect(ours([{ quantity: '1', price: '100.00', rate: '0.15' }], 'NZD', 2, true)).toEqual({
      net: '86.96',
      tax: '13.04',
      gross: '100.00',
    });
  });

  const rates = fc.oneof(
    fc.constantFrom('0', '0.05', '0.1', '0.13', '0.15', '0.2', '0.21', '0.255', '0.081', '0.14975'),
    fc.integer({ min: 1, max: 400_000 }).map((millionths) => `0.${String(millionths).padStart(6, '0')}`),
  );
  const quantity = fc.oneof(
    fc.integer({ min: 0, max: 240_000 }).map((value) => digits(value, 4)),
    fc.integer({ min: -40, max: 40 }).map(String),
    fc.integer({ min: 1, max: 240_000 }).map((value) => `-${digits(value, 4)}`),
  );

  test.each([
    ['GBP', 2],
    ['EUR', 2],
    ['USD', 2],
    ['CAD', 2],
    ['JPY', 0],
    ['KWD', 3],
  ])('4,000 random invoices in %s', (currency, decimals) => {
    const keep = decimals === 0 ? 0 : 2;
    // Prices have the currency's own decimals; dinars their thousandths.
    const price = fc.integer({ min: 0, max: 500_000 }).map((value) => digits(value, decimals));
    const line = fc.record({ quantity, price, rate: rates });
    fc.assert(
      fc.property(fc.array(line, { minLength: 1, maxLength: 6 }), fc.boolean(), (lines, included) => {
        const { net, tax, gross } = xero(lines, keep, included);
        const expected = { net: written(net, decimals), tax: written(tax, decimals), gross: written(gross, decimals) };
        expect(ours(lines, currency, decimals, included)).toEqual(expected);
      }),
      { numRuns: 4000 },
    );
  });
});
