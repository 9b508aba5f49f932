import { describe, expect, test } from '@jest/globals';
import type { PrintedDocument, PrintedLine } from '../../shared/domain/printed.ts';
import { cutOff, overlapping } from '../support/laid-out.ts';
import { readPdf, type Placed, type ReadPdf } from '../support/read-pdf.ts';
import { draw } from '../support/writing-room.ts';

const line = (changes: Partial<PrintedLine> = {}): PrintedLine => ({
  description: 'Design of the landing page',
  detail: '2 November 2026',
  quantity: '1.25 h',
  unitPrice: '95.00',
  tax: '20%',
  amount: '118.75',
  ...changes,
});
const invoice = (changes: Partial<PrintedDocument> = {}): PrintedDocument => ({
  kind: 'invoice',
  title: 'Invoice',
  number: 'INV-0042',
  subject: '',
  currency: 'GBP',
  paper: 'a4',
  state: undefined,
  logo: undefined,
  supplier: { name: 'Kestrel Studio', details: ['1 Mill Lane', 'United Kingdom', 'Tax number GB123456782'] },
  clientLabel: 'Billed to',
  client: { name: 'Harbour Bakery Ltd', details: ['Quay 5', 'United Kingdom'] },
  facts: [
    { label: 'Invoice date', value: '21 November 2026' },
    { label: 'Due date', value: '5 December 2026' },
  ],
  pricesIncludeTax: false,
  lines: [line()],
  sums: [
    { label: 'Subtotal', value: 'GBP 118.75' },
    { label: 'VAT 20% on 118.75', value: 'GBP 23.75' },
    { label: 'Total', value: 'GBP 142.50' },
    { label: 'Amount due', value: 'GBP 142.50' },
  ],
  remarks: [],
  notes: 'Thank you.',
  link: { label: 'Pay this invoice online', url: 'https://api.example.com/i/abc' },
  date: '2026-11-21',
  ...changes,
});
const drawn = async (changes: Partial<PrintedDocument> = {}): Promise<ReadPdf> => readPdf(await draw(invoice(changes)));

/** What stands on one height of a page, from left to right. */
const rowsOf = ({ placed }: ReadPdf): string[] => {
  const rows = Map.groupBy(placed, ({ page, y }) => `${page} ${y.toFixed(1)}`);
  return [...rows.values()].map((row) =>
    row
      .toSorted((one, other) => one.x - other.x)
      .map(({ text }) => text)
      .join(' '),
  );
};
const saying = ({ placed }: ReadPdf, text: string): Placed[] => placed.filter((one) => one.text === text);
const margin = 48;
const expectNothingCutOff = (pdf: ReadPdf): void => expect(cutOff(pdf)).toEqual([]);

describe('a document', () => {
  test('says who, what, for whom, how much and until when, and leads to its page', async () => {
    const pdf = await drawn();
    const rows = rowsOf(pdf);
    expect(pdf.pages).toBe(1);
    expect(rows).toContain('1.25 h 95.00 20% 118.75'.replace('1.25', 'Design of the landing page 1.25'));
    expect(rows).toContain('VAT 20% on 118.75 GBP 23.75');
    expect(rows).toContain('Amount due GBP 142.50');
    expect(rows.join('\n')).toContain('Kestrel Studio');
    expect(rows.join('\n')).toContain('Page 1 of 1');
    expect(pdf.links).toEqual(['https://api.example.com/i/abc']);
    expectNothingCutOff(pdf);
    expect(overlapping(pdf)).toEqual([]);
  });

  test('is the same bytes whenever it is drawn, and other bytes when it says something else', async () => {
    const [one, again, other] = [await draw(invoice()), await draw(invoice()), await draw(invoice({ notes: 'Thanks.' }))];
    expect(Buffer.from(one).equals(Buffer.from(again))).toBe(true);
    expect(Buffer.from(one).equals(Buffer.from(other))).toBe(false);
  });

  test('of 200 lines runs over pages that each repeat the heading and tell their number; every line is there once', async () => {
    const lines = Array.from({ length: 200 }, (_, place) => line({ description: `Line number ${place + 1}` }));
    const pdf = await drawn({ lines });
    const headings = saying(pdf, 'Description').map(({ page }) => page);
    expect(pdf.pages).toBeGreaterThan(5);
    expect(headings).toEqual(Array.from({ length: pdf.pages }, (_, place) => place + 1));
    for (const { description } of lines) expect(saying(pdf, description)).toHaveLength(1);
    expect(saying(pdf, `Page ${pdf.pages} of ${pdf.pages}`)).toHaveLength(1);
    expectNothingCutOff(pdf);
    expect(overlapping(pdf)).toEqual([]);
  });

  test('keeps a long description whole, over pages if need be', async () => {
    const words = Array.from({ length: 700 }, (_, place) => `word${place}`);
    const pdf = await drawn({ lines: [line({ description: words.join(' ') }), line()] });
    const said = pdf.placed.filter(({ text }) => text.startsWith('word')).map(({ text }) => text);
    expect(said.join(' ').split(/\s+/)).toEqual(words);
    expectNothingCutOff(pdf);
  });

  test('wraps names that are longer than their place, also without a space in them', async () => {
    const name = 'Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft'.repeat(3);
    const pdf = await drawn({
      supplier: { name: `${name} & Söhne`, details: ['x'.repeat(200)] },
      client: { name, details: [`${'y'.repeat(150)}@example.com`] },
      number: 'INV-2026-0000000000042',
    });
    const letters = pdf.placed
      .filter(({ size }) => size === 10.5)
      .map(({ text }) => text)
      .join('');
    expect(letters).toBe(name);
    expectNothingCutOff(pdf);
    expect(overlapping(pdf)).toEqual([]);
  });
});

describe('figures', () => {
  test('stand in columns that end on the right edge, whatever their length and decimals', async () => {
    const amounts = ['0.005', '1,543.209', '12,345,678.901', '−30.015'];
    const pdf = await drawn({ currency: 'KWD', lines: amounts.map((amount) => line({ amount, unitPrice: amount })) });
    const last = amounts.map((amount) => Math.max(...saying(pdf, amount).map(({ right }) => right)));
    for (const right of last) expect(right).toBeCloseTo(pdf.width - margin, 0);
    expect(rowsOf(pdf).join('\n')).toContain('Amount (KWD)');
    expect(overlapping(pdf)).toEqual([]);
  });

  test('of yen have no decimals', async () => {
    const pdf = await drawn({ currency: 'JPY', lines: [line({ unitPrice: '12,000', amount: '144,000' })] });
    expect(rowsOf(pdf)).toContain('Design of the landing page 1.25 h 12,000 20% 144,000');
  });
});

describe('scripts', () => {
  const mirrored = (text: string): string => [...text].reverse().join('');

  test('from right to left begin on the right, with numbers and Latin words the right way around', async () => {
    const pdf = await drawn({ lines: [line({ description: 'עיצוב דף Landing v2 (טיוטה)', detail: '' })] });
    const [{ y = 0 } = {}] = pdf.placed.filter(({ text }) => text.includes('Landing v2'));
    const row = pdf.placed.filter((one) => one.y === y).toSorted((one, other) => one.x - other.x);
    const seen = row
      .map(({ text }) => text)
      .join('')
      .replace(/\s+/g, ' ');
    // Letter by letter from left to right: the sentence begins on the right, and its brackets open to the left.
    expect(seen).toContain(`(${mirrored('טיוטה')}) Landing v2 ${mirrored('עיצוב דף')}`);
    const figuresAt = Math.min(...saying(pdf, '1.25 h').map(({ x }) => x));
    const sentenceEnds = Math.max(...row.filter(({ x }) => x < figuresAt).map(({ right }) => right));
    expect(figuresAt - sentenceEnds).toBeLessThan(25);
    expectNothingCutOff(pdf);
  });

  test.each([
    ['Greek and Cyrillic', 'Ωμέγα, Привет, Київ', ['NotoSans-Regular']],
    ['Devanagari', 'नमस्ते', ['NotoSans-Regular']],
    ['Arabic', 'شركة النور', ['NotoSansArabic-Regular']],
    ['Hebrew', 'שלום', ['NotoSansHebrew-Regular']],
    ['Chinese', '北京测试有限公司', ['NotoSansHans-Regular']],
    ['Japanese', '株式会社テスト', ['NotoSansJP-Regular']],
    ['Korean', '한국 주식회사', ['NotoSansKR-Regular']],
  ])('%s are set in a face that has them', async (_, description, wanted) => {
    const pdf = await drawn({ lines: [line({ description })] });
    expect(pdf.fonts).toEqual(expect.arrayContaining(wanted));
    expectNothingCutOff(pdf);
    expect(overlapping(pdf)).toEqual([]);
  });
});
