import { describe, expect, test } from '@jest/globals';
import { quotePage } from '../../../functions/quotes/quote-page.ts';
import { totals } from '../../../shared/domain/invoice.ts';
import { lineForItem } from '../../../shared/domain/invoice-lines.ts';
import type { QuoteStatus } from '../../../shared/domain/quote.ts';
import type { TaxRule } from '../../../shared/domain/tax.ts';
import type { QuoteHead } from '../../../shared/store/quotes.ts';

interface Offer {
  readonly currency?: string;
  readonly items?: readonly (readonly [description: string, quantity: string, price: number])[];
  readonly rule?: TaxRule;
  readonly words?: object;
  readonly head?: Partial<QuoteHead>;
  readonly now?: string;
}

const vat: TaxRule = {
  name: 'VAT',
  rate: '0.2',
  rule: 'domestic',
  effectiveFrom: '2011-01-04',
  components: [{ name: 'VAT', rate: '0.2' }],
};
const untaxed: TaxRule = { name: 'No tax', rate: '0', rule: 'not-registered', effectiveFrom: '2026-11-20', components: [] };

const pageOf = ({
  currency = 'GBP',
  items = [['Work', '2', 500]],
  rule = vat,
  words = {},
  head = {},
  now,
}: Offer = {}): string => {
  const lines = items.map(([description, quantity, amount], place) =>
    lineForItem(`lin_${place}`, { description, quantity, unitPrice: { amount, currency } }, { taxRule: rule }),
  );
  const quote = {
    id: 'quo_1',
    version: 2,
    status: 'sent' as QuoteStatus,
    edition: 1,
    number: 'QU-0042',
    currency,
    validUntil: '2026-12-20',
    ...totals(currency, lines),
    sentAt: '2026-11-20T10:00:00.000Z',
    endsAt: '2026-12-21T00:00:00.000Z',
    zone: 'Europe/London',
    termsHash: 'h'.repeat(43),
    answer: null,
    ...head,
  } as QuoteHead;
  const said = {
    title: '',
    notes: '',
    supplier: { name: 'Kestrel Studio', country: 'GB', address: ['1 Mill Lane'], taxNumbers: [{ country: 'GB', number: 'GB1' }] },
    client: { name: 'Harbour Bakery Ltd', country: 'GB', address: [] },
    ...words,
  };
  const shown = {
    token: 'T'.repeat(95),
    now: now ?? '2026-11-21T10:00:00.000Z',
    nonce: 'n',
    said: undefined,
    logo: undefined,
    invoice: undefined,
  };
  return String(quotePage({ head: quote, lines, words: said }, shown).body);
};

const offers: Readonly<Record<string, Offer>> = {
  plain: {},
  'long names': {
    items: [['Donaudampfschifffahrtselektrizitätenhauptbetriebswerk'.repeat(6), '123456789.1234', 9_999_999]],
    words: {
      title: 'W'.repeat(100),
      notes: 'N'.repeat(500),
      supplier: { name: 'SupplierWithoutAnyBlank'.repeat(8), country: 'GB', address: ['L'.repeat(150)] },
      client: { name: 'A very long name of a client that goes on and on '.repeat(4), country: 'GB', address: [] },
    },
  },
  'from right to left, in dinars': {
    currency: 'KWD',
    rule: untaxed,
    items: [['تصميم متجر إلكتروني جديد مع صور المنتجات', '2', 1_234_567]],
    words: { title: 'متجر جديد', client: { name: 'مخبز الميناء', country: 'KW', address: ['شارع البحر ١٢'] } },
  },
  'in yen': { currency: 'JPY', items: [['デザイン', '3', 1_250_000]] },
};

describe('the page of a quote', () => {
  test('shows amounts in the currency’s own decimals, rates and days as people write them', () => {
    expect(pageOf()).toContain('GBP 12.00');
    expect(pageOf()).toContain('<dt>VAT 20% on 10.00</dt><dd>GBP 2.00</dd>');
    expect(pageOf()).toContain('20 December 2026');
    expect(pageOf(offers['from right to left, in dinars'])).toContain('KWD 2,469.134');
    expect(pageOf(offers['in yen'])).toContain('JPY 4,500,000');
    expect(pageOf({ rule: { ...vat, name: 'GST + QST', rate: '0.14975', components: [] } })).toContain(
      'GST + QST 14.975% on 10.00',
    );
  });

  test('holds sums that no floating number could', () => {
    const { words: _words, ...huge } = offers['long names'] as Offer;
    expect(pageOf(huge)).toContain('GBP 12,345,677,677,772.11');
  });

  test.each<[QuoteStatus, string]>([
    ['withdrawn', 'This quote was withdrawn'],
    ['superseded', 'A newer version has replaced this quote'],
  ])('says of a %s one how it stands, and has no form', (status, words) => {
    const page = pageOf({ head: { status } });
    expect(page).toContain(words);
    expect(page).not.toContain('<form');
  });

  test('has one heading, a label for its field, a name for its table, and names its language', () => {
    const page = pageOf();
    expect(page.match(/<h1>/g)).toHaveLength(1);
    expect(page).toContain('<html lang="en">');
    expect(page).toContain('<label for="name">');
    expect(page).toContain('<caption>');
    expect(page.match(/scope="col"/g)).toHaveLength(5);
  });
});
