import { invoicePage } from '../../functions/documents/invoice-page.ts';
import { quotePage } from '../../functions/quotes/quote-page.ts';
import { lineForItem, lineTotals, type Line } from '../../shared/domain/invoice-lines.ts';
import { printInvoice } from '../../shared/domain/print-invoice.ts';
import { printQuote } from '../../shared/domain/print-quote.ts';
import type { Picture, PrintedDocument } from '../../shared/domain/printed.ts';
import type { TaxRule } from '../../shared/domain/tax.ts';
import { readPicture } from '../../shared/pdf/read-picture.ts';
import type { QuoteHead } from '../../shared/store/quotes.ts';
import { pngFile } from './pictures.ts';

/** What makes a document hard to lay out. */
interface Hard {
  readonly currency?: string;
  readonly items?: readonly (readonly [description: string, quantity: string, price: number])[];
  readonly rule?: TaxRule;
  readonly taxIncluded?: boolean;
  readonly title?: string;
  readonly notes?: string;
  readonly supplier?: object;
  readonly client?: object;
  readonly logo?: Picture;
}

const vat: TaxRule = {
  name: 'VAT',
  rate: '0.2',
  rule: 'domestic',
  effectiveFrom: '2011-01-04',
  components: [{ name: 'VAT', rate: '0.2' }],
};
const untaxed: TaxRule = { name: 'No tax', rate: '0', rule: 'not-registered', effectiveFrom: '2026-11-20', components: [] };
const twoTaxes: TaxRule = {
  ...vat,
  name: 'GST + QST',
  rate: '0.14975',
  components: [
    { name: 'GST', rate: '0.05' },
    { name: 'QST', rate: '0.09975' },
  ],
};
const word = 'Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft';
const logoOf = (width: number, height: number): Picture => readPicture(pngFile({ width, height, pixel: () => [31, 94, 172] }));

const hard: Readonly<Record<string, Hard>> = {
  'long names': {
    items: [
      ['A description that goes on and on, as descriptions do when nobody stops them '.repeat(5), '123456789.1234', 9_999_999],
    ],
    title: 'Everything that was talked about at the table in the corner, and the rest of it as well, in full',
    notes: 'As agreed, with thanks for your patience. '.repeat(12),
    supplier: { name: 'The Society for the Advancement of Quiet Workshops and Their Neighbours in the Northern Parts of Town' },
    client: { name: 'A very long name of a client that goes on and on '.repeat(4), address: ['Long street '.repeat(14)] },
  },
  '200 lines': { items: Array.from({ length: 200 }, (_, place) => [`Item ${place + 1}`, '1', 1000 + place] as const) },
  'right-to-left text': {
    currency: 'ILS',
    items: [['עיצוב דף נחיתה Landing v2 (טיוטה) עם צילומים', '12.5', 41_250]],
    title: 'متجر إلكتروني جديد',
    notes: 'شكراً لكم على ثقتكم.\nתודה רבה.',
    supplier: { name: 'سوق الميناء للتصميم', address: ['شارع البحر ١٢'], country: 'KW' },
    client: { name: 'מאפיית הנמל בע״מ', address: ['רחוב הנמל 5'], country: 'IL' },
  },
  'Chinese and Japanese': {
    currency: 'CNY',
    items: [
      ['网站首页设计与摄影，包括三轮修改以及所有源文件的交付，适用于桌面和移动设备的完整响应式布局', '3', 1_250_000],
      ['ランディングページのデザイン、写真撮影、三回までの修正、および全ソースファイルの納品', '1', 980_000],
    ],
    title: '新しいお店のデザイン',
    supplier: { name: '北京测试有限公司', address: ['北京市朝阳区建国路八十八号'], country: 'CN' },
    client: { name: '株式会社テスト', address: ['東京都千代田区丸の内一丁目'], country: 'JP' },
  },
  yen: { currency: 'JPY', items: [['Design', '3', 125_000_000]] },
  dinars: {
    currency: 'KWD',
    rule: untaxed,
    items: [
      ['Design', '2', 1_234_567_891],
      ['Paper', '1', 5],
    ],
  },
  'a very wide logo': { logo: logoOf(1200, 30) },
  'a very tall logo': { logo: logoOf(20, 900) },
  'a very long unbroken word': {
    items: [[word.repeat(4), '1', 5000]],
    title: word.slice(0, 80) + word.slice(0, 20),
    notes: word.repeat(6),
    supplier: { name: word.repeat(2), address: [`${'x'.repeat(180)}`] },
    client: { name: word.repeat(3), address: [], email: `${'y'.repeat(120)}@example.com` },
  },
  'inclusive prices and two taxes': {
    currency: 'CAD',
    rule: twoTaxes,
    taxIncluded: true,
    items: [
      ['Design', '12.5', 11_497],
      ['Photographs', '3', 114_975],
    ],
    logo: logoOf(300, 90),
  },
};

/** A hard case as the files and pages that people get of it, with how many lines it has. */
export interface HardDocument {
  readonly what: string;
  readonly lineCount: number;
  readonly invoice: PrintedDocument;
  readonly quote: PrintedDocument;
  readonly pages: Readonly<Record<'invoice' | 'quote' | 'accepted quote', string>>;
}

const link = `https://api.example.com/i/${'t'.repeat(95)}`;

const documentsOf = (what: string, given: Hard): HardDocument => {
  const { currency = 'GBP', items = [['Work', '2', 50_000]], rule = vat, taxIncluded = false, title = '', notes = '' } = given;
  const lines: Line[] = items.map(([description, quantity, amount], place) =>
    lineForItem(`lin_${place}`, { description, quantity, unitPrice: { amount, currency } }, { taxRule: rule, taxIncluded }),
  );
  const taxNumbers = [{ country: 'GB', number: 'GB123456782' }];
  const supplier = {
    name: 'Kestrel Studio',
    country: 'GB',
    address: ['1 Mill Lane', 'Norwich NR1 1AA'],
    taxNumbers,
    ...given.supplier,
  };
  const client = {
    name: 'Harbour Bakery Ltd',
    country: 'GB',
    address: ['Quay 5'],
    email: 'accounts@harbourbakery.example',
    ...given.client,
  };
  const sums = lineTotals(currency, lines);
  const paid = { amount: Math.floor(sums.total.amount / 3), currency };
  const invoice = printInvoice(
    {
      ...{ status: 'partially-paid', number: 'INV-2026-0000042', currency, issueDate: '2026-11-21', dueDate: '2026-12-05' },
      ...{ notes, ...sums, paid },
    },
    lines,
    { supplier, client },
    { today: '2026-12-22', link, logo: given.logo },
  );
  const head = {
    ...{
      id: 'quo_1',
      version: 2,
      status: 'sent',
      edition: 3,
      number: 'QU-2026-0000042',
      currency,
      validUntil: '2026-12-20',
      ...sums,
    },
    ...{ sentAt: '2026-11-20T10:00:00.000Z', endsAt: '2026-12-21T00:00:00.000Z', zone: 'Europe/London' },
    ...{ termsHash: 'h'.repeat(43), answer: null, invoiceId: null },
  } as unknown as QuoteHead;
  const name = String(client.name).slice(0, 200);
  const answer = {
    kind: 'accepted',
    name,
    at: '2026-11-24T09:00:00.000Z',
    zone: 'Europe/London',
    termsHash: 'h'.repeat(43),
    by: 'client',
  } as const;
  const words = { title, notes, supplier, client };
  const shown = { token: 'T'.repeat(95), now: '2026-11-25T10:00:00.000Z', nonce: 'n', said: 'again', logo: given.logo } as const;
  const pageOfQuote = (changes: Partial<QuoteHead>, way: Parameters<typeof quotePage>[1]['invoice']): string =>
    String(quotePage({ head: { ...head, ...changes }, lines, words }, { ...shown, invoice: way }).body);
  const state = { token: 't'.repeat(95), isPayable: true, linesLeft: 0, said: 'try-again', formsTo: [] };
  return {
    what,
    lineCount: lines.length,
    invoice,
    quote: printQuote({ ...head, ...words, answer }, lines, { status: 'invoiced', date: '2026-11-20', logo: given.logo, link }),
    pages: {
      invoice: String(invoicePage(invoice, state).body),
      quote: pageOfQuote({}, undefined),
      'accepted quote': pageOfQuote(
        { status: 'invoiced', answer, invoiceId: 'inv_1' },
        { path: `/i/${'t'.repeat(95)}`, number: 'INV-2026-0000042', isDue: true },
      ),
    },
  };
};

/** Documents that are hard to lay out, each for one reason. */
export const hardDocuments: readonly HardDocument[] = Object.entries(hard).map(([what, given]) => documentsOf(what, given));
