import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import {
  acceptQuote,
  declineQuote,
  editQuote,
  invoiceByHand,
  invoiceQuote,
  isSameAnswer,
  quoteStatusAt,
  sendQuote,
  supersedeQuote,
  withdrawQuote,
  type QuoteAnswer,
  type QuoteState,
  type QuoteStatus,
} from '../../shared/domain/quote.ts';
import { termsHashOf, type QuoteTerms } from '../../shared/domain/quote-terms.ts';
import { Refusal } from '../../shared/domain/refusal.ts';

const end = '2026-12-21T00:00:00.000Z';
const before = '2026-12-20T23:59:59.999Z';
const hash = 'h'.repeat(43);
const quote = (status: QuoteStatus): QuoteState => ({
  status,
  edition: 1,
  number: status === 'draft' ? null : 'QU-0001',
  validUntil: '2026-12-20',
  endsAt: status === 'draft' ? null : end,
  termsHash: status === 'draft' ? null : hash,
  answer: null,
  invoiceId: null,
});
const answer = (at = before, termsHash: string | null = hash): QuoteAnswer => ({
  kind: 'accepted',
  name: 'Ada Lowe',
  at,
  zone: 'Europe/London',
  termsHash,
  by: 'client',
});
const every: readonly QuoteStatus[] = ['draft', 'sent', 'accepted', 'declined', 'invoiced', 'withdrawn', 'superseded'];

describe('how a quote stands', () => {
  test('a sent one is over from the first instant after its last day', () => {
    expect(quoteStatusAt(quote('sent'), before)).toBe('sent');
    expect(quoteStatusAt(quote('sent'), end)).toBe('expired');
  });

  test('no other ever expires', () => {
    for (const status of every.filter((one) => one !== 'sent')) expect(quoteStatusAt(quote(status), end)).toBe(status);
  });
});

describe('what may be done with a quote', () => {
  const code = (act: () => unknown): string => {
    try {
      act();
      return 'done';
    } catch (error) {
      return error instanceof Refusal ? error.code : 'broken';
    }
  };
  const sending = { number: 'QU-0002', validUntil: '2026-12-20', endsAt: end, termsHash: hash, now: before };

  test.each([
    ['draft', 'done', 'done', 'quote-not-sent', 'quote-not-sent', 'quote-not-sent', 'quote-not-sent'],
    ['sent', 'quote-not-draft', 'quote-not-draft', 'done', 'done', 'done', 'done'],
    ['accepted', 'quote-not-draft', 'quote-not-draft', 'quote-accepted', 'quote-accepted', 'quote-accepted', 'quote-accepted'],
    ['declined', 'quote-not-draft', 'quote-not-draft', 'quote-declined', 'quote-declined', 'done', 'quote-declined'],
    ['invoiced', 'quote-not-draft', 'quote-not-draft', 'quote-accepted', 'quote-accepted', 'quote-accepted', 'quote-accepted'],
    ['withdrawn', 'quote-not-draft', 'quote-not-draft', 'quote-withdrawn', 'done', 'done', 'quote-withdrawn'],
    [
      'superseded',
      'quote-not-draft',
      'quote-not-draft',
      'quote-superseded',
      'quote-superseded',
      'quote-superseded',
      'quote-superseded',
    ],
  ] as const)('%s: edit, send, answer, withdraw, revise, bill by hand', (status, edit, send, said, withdraw, revise, bill) => {
    const one = quote(status);
    expect(code(() => editQuote(one, { validUntil: null }))).toBe(edit);
    expect(code(() => sendQuote(one, sending))).toBe(send);
    expect(code(() => acceptQuote(one, answer()))).toBe(said);
    expect(code(() => declineQuote(one, answer()))).toBe(said);
    expect(code(() => withdrawQuote(one, before))).toBe(withdraw);
    expect(code(() => supersedeQuote(one, before))).toBe(revise);
    expect(code(() => invoiceByHand(one, answer(before, null), 'inv_1'))).toBe(bill);
  });

  test('after its last day it is answered no more, and may be withdrawn, revised and billed by hand', () => {
    const one = quote('sent');
    expect(code(() => acceptQuote(one, answer(end)))).toBe('quote-expired');
    expect(code(() => declineQuote(one, answer(end)))).toBe('quote-expired');
    expect(withdrawQuote(one, end).status).toBe('withdrawn');
    expect(supersedeQuote(one, end).status).toBe('superseded');
    expect(invoiceByHand(one, answer(end, null), 'inv_1')).toMatchObject({ status: 'invoiced', invoiceId: 'inv_1' });
  });

  test('it is sent with the number that it has, else with the next one, and not when its last day is over', () => {
    expect(sendQuote(quote('draft'), sending)).toMatchObject({ status: 'sent', number: 'QU-0002', endsAt: end, termsHash: hash });
    expect(sendQuote({ ...quote('draft'), number: 'QU-0001' }, sending).number).toBe('QU-0001');
    expect(code(() => sendQuote(quote('draft'), { ...sending, now: end }))).toBe('validation');
  });

  test('an acceptance becomes an invoice, and nothing else does', () => {
    const accepted = acceptQuote(quote('sent'), answer());
    expect(accepted).toMatchObject({ status: 'accepted', answer: { kind: 'accepted', name: 'Ada Lowe' } });
    expect(invoiceQuote(accepted, 'inv_1')).toMatchObject({ status: 'invoiced', invoiceId: 'inv_1' });
    for (const status of every.filter((one) => one !== 'accepted'))
      expect(code(() => invoiceQuote(quote(status), 'inv_1'))).toBe('quote-not-sent');
  });

  test('the terms that somebody agrees to are the quote’s own; by word of mouth there is no hash of them', () => {
    expect(code(() => acceptQuote(quote('sent'), answer(before, 'x'.repeat(43))))).toBe('quote-terms-changed');
    expect(code(() => declineQuote(quote('sent'), answer(before, '')))).toBe('quote-terms-changed');
    expect(acceptQuote(quote('sent'), answer(before, null)).status).toBe('accepted');
  });

  test('a no is kept as a no, whatever the answer was called', () => {
    expect(declineQuote(quote('sent'), answer()).answer?.kind).toBe('declined');
  });

  test('the same answer is the same kind, by the same name, to the same terms', () => {
    const accepted = acceptQuote(quote('sent'), answer());
    expect(isSameAnswer(accepted, answer())).toBe(true);
    expect(isSameAnswer(accepted, { ...answer(), kind: 'declined' })).toBe(false);
    expect(isSameAnswer(accepted, { ...answer(), name: 'Ben' })).toBe(false);
    expect(isSameAnswer(accepted, { ...answer(), termsHash: null })).toBe(false);
    expect(isSameAnswer(quote('sent'), answer())).toBe(false);
  });

  test('law: whatever is tried in whatever order, a quote is answered at most once and never opens again', () => {
    type Act = (one: QuoteState, at: string) => QuoteState;
    const acts: readonly Act[] = [
      (one, at) => sendQuote(one, { ...sending, now: at }),
      (one, at) => invoiceQuote(acceptQuote(one, answer(at)), 'inv_1'),
      (one, at) => declineQuote(one, answer(at)),
      (one, at) => withdrawQuote(one, at),
      (one, at) => supersedeQuote(one, at),
      (one, at) => invoiceByHand(one, answer(at, null), 'inv_2'),
    ];
    const step = fc.tuple(fc.constantFrom(...acts), fc.constantFrom('2026-12-01T00:00:00.000Z', before, end));
    fc.assert(
      fc.property(fc.array(step, { maxLength: 12 }), (steps) => {
        let one = quote('draft');
        let answers = 0;
        let closed = false;
        for (const [act, at] of steps) {
          let next = one;
          try {
            next = act(one, at);
          } catch (error) {
            if (!(error instanceof Refusal)) throw error;
          }
          if (next.invoiceId !== one.invoiceId) answers += 1;
          expect(closed && next.status === 'sent').toBe(false);
          if (next.status !== 'draft' && next.status !== 'sent') closed = true;
          expect(next.number).toBe(one.number ?? next.number);
          one = next;
        }
        expect(answers).toBeLessThanOrEqual(1);
        expect(one.invoiceId !== null).toBe(one.status === 'invoiced');
      }),
    );
  });
});

describe('the hash of the terms', () => {
  const gbp = (amount: number) => ({ amount, currency: 'GBP' });
  const terms: QuoteTerms = {
    number: 'QU-0001',
    edition: 1,
    currency: 'GBP',
    title: 'A shop',
    notes: 'By spring',
    validUntil: '2026-12-20',
    supplier: { name: 'Kestrel Studio', address: ['1 Mill Lane'], taxNumbers: [{ country: 'GB', number: 'GB1' }] },
    client: { name: 'Harbour Bakery', region: null },
    lines: [
      {
        description: 'Work',
        quantity: '2',
        unitPrice: gbp(500),
        amount: gbp(1000),
        tax: { name: 'VAT', rate: '0.2', amount: gbp(200), rule: 'domestic', effectiveFrom: '2011-01-04', components: [] },
      },
    ],
    subtotal: gbp(1000),
    tax: gbp(200),
    total: gbp(1200),
  };
  const line = terms.lines[0]!;

  test('is the same for the same terms, in whatever order their details were stored', () => {
    expect(termsHashOf(terms)).toMatch(/^[A-Za-z0-9_-]{43}$/);
    const other = { ...terms, supplier: Object.fromEntries(Object.entries(terms.supplier).toReversed()) };
    expect(termsHashOf(other)).toBe(termsHashOf(terms));
    expect(termsHashOf({ ...terms, client: { ...terms.client, email: undefined } })).toBe(termsHashOf(terms));
  });

  test.each<[string, Partial<QuoteTerms>]>([
    ['number', { number: 'QU-0002' }],
    ['version', { edition: 2 }],
    ['currency', { currency: 'USD' }],
    ['title', { title: '' }],
    ['notes', { notes: 'By summer' }],
    ['last day', { validUntil: '2026-12-21' }],
    ['supplier', { supplier: { ...terms.supplier, name: 'Kestrel' } }],
    ['client', { client: { name: 'Harbour Bakery', region: 'SCT' } }],
    ['description', { lines: [{ ...line, description: 'Less work' }] }],
    ['quantity', { lines: [{ ...line, quantity: '3' }] }],
    ['price', { lines: [{ ...line, unitPrice: gbp(501) }] }],
    ['amount', { lines: [{ ...line, amount: gbp(1001) }] }],
    ['tax', { lines: [{ ...line, tax: { ...line.tax, amount: gbp(201) } }] }],
    ['rate', { lines: [{ ...line, tax: { ...line.tax, rate: '0.19' } }] }],
    ['tax name', { lines: [{ ...line, tax: { ...line.tax, name: 'GST' } }] }],
    ['number of lines', { lines: [line, line] }],
    ['subtotal', { subtotal: gbp(1) }],
    ['sum of tax', { tax: gbp(1) }],
    ['total', { total: gbp(1) }],
  ])('is another one for another %s', (_what, change) => {
    expect(termsHashOf({ ...terms, ...change })).not.toBe(termsHashOf(terms));
  });
});
