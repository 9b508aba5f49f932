import { createHash } from 'node:crypto';
import type { DateText } from './days.ts';
import type { Line } from './invoice-lines.ts';
import type { Money } from './money.ts';

/** Everything that a client agrees to. */
export type QuoteTerms = {
  number: string;
  edition: number;
  currency: string;
  title: string;
  notes: string;
  validUntil: DateText;
  supplier: Readonly<Record<string, unknown>>;
  client: Readonly<Record<string, unknown>>;
  lines: readonly Pick<Line, 'description' | 'quantity' | 'unitPrice' | 'amount' | 'tax'>[];
  subtotal: Money;
  tax: Money;
  total: Money;
};

/**
 * A short text that stands for all terms of a quote (SHA-256, base64url): a copy of it in the acceptance says to what somebody agreed.
 * Any change of words, sums, tax or dates makes another one.
 */
export function termsHashOf(terms: QuoteTerms): string {
  const { number, edition, currency, title, notes, validUntil, supplier, client, subtotal, tax, total } = terms;
  const lines = terms.lines.map((line) => [
    line.description,
    line.quantity,
    line.unitPrice.amount,
    line.amount.amount,
    [line.tax.name, line.tax.rate, line.tax.amount.amount],
  ]);
  const sums = [subtotal.amount, tax.amount, total.amount];
  const said = [
    'quote-terms/1',
    number,
    edition,
    currency,
    title,
    notes,
    validUntil,
    inOrder(supplier),
    inOrder(client),
    lines,
    sums,
  ];
  return createHash('sha256').update(JSON.stringify(said)).digest('base64url');
}

/** A stored map forgets the order of its names. */
function inOrder(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(inOrder);
  if (typeof value !== 'object' || value === null) return value ?? null;
  return Object.entries(value)
    .filter(([, inner]) => inner !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, inner]) => [name, inOrder(inner)]);
}
