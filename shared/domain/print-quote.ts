import type { DateText } from './days.ts';
import type { Line } from './invoice-lines.ts';
import type { Money } from './money.ts';
import type { QuoteAnswer } from './quote.ts';
import {
  clientOf,
  includeTax,
  lineToPrint,
  paperOf,
  printLine,
  remarksOf,
  sumsOf,
  supplierOf,
  type PartyCopy,
} from './print-parts.ts';
import { dayText, momentText, type Picture, type PrintedDocument, type PrintedState } from './printed.ts';

/** What a quote says, beside its lines. */
export type QuoteContent = {
  number: string | null;
  edition: number;
  currency: string;
  validUntil: DateText | null;
  subtotal: Money;
  total: Money;
  answer: QuoteAnswer | null;
  title: string;
  notes: string;
  supplier: PartyCopy;
  client: PartyCopy;
};

const stateOf: Readonly<Record<string, PrintedState>> = {
  draft: { text: 'Draft', tone: 'plain' },
  accepted: { text: 'Accepted', tone: 'good' },
  invoiced: { text: 'Accepted', tone: 'good' },
  declined: { text: 'Declined', tone: 'plain' },
  expired: { text: 'Expired', tone: 'bad' },
  withdrawn: { text: 'Withdrawn', tone: 'plain' },
  superseded: { text: 'Replaced by a newer version', tone: 'plain' },
};

/** A quote as the client reads it. `status` is what it is by now; `date` the day on which it was sent, or drafted; `link` leads to its page. */
export function printQuote(
  quote: QuoteContent,
  itsLines: readonly Line[],
  { status, date, logo, link }: { status: string; date: DateText; logo?: Picture | undefined; link?: string | undefined },
): PrintedDocument {
  const lines = itsLines.map(lineToPrint);
  return {
    kind: 'quote',
    title: 'Quote',
    number: quote.number ?? '',
    subject: quote.title,
    currency: quote.currency,
    paper: paperOf(quote.supplier),
    state: stateOf[status],
    supplier: supplierOf(quote.supplier),
    logo,
    clientLabel: 'Prepared for',
    client: clientOf(quote.client),
    facts: [
      { label: 'Date', value: dayText(date) },
      ...(quote.validUntil === null
        ? []
        : [{ label: status === 'expired' ? 'Was valid until' : 'Valid until', value: dayText(quote.validUntil) }]),
      ...(quote.edition > 1 ? [{ label: 'Version', value: String(quote.edition) }] : []),
    ],
    pricesIncludeTax: includeTax(lines),
    lines: lines.map(printLine),
    sums: sumsOf(quote, lines),
    remarks: [...remarksOf(lines), ...receiptOf(quote.answer)],
    notes: quote.notes,
    link:
      link === undefined
        ? undefined
        : { label: status === 'sent' ? 'See and accept this quote online' : 'See this quote online', url: link },
    date,
  };
}

/** Who answered it and when, and the hash of the terms that they had before them. */
function receiptOf(answer: QuoteAnswer | null): string[] {
  if (answer === null) return [];
  const { kind, name, at, zone, termsHash } = answer;
  const terms = termsHash === null ? '' : ` Fingerprint of the terms: ${termsHash}`;
  return [`${kind === 'accepted' ? 'Accepted' : 'Declined'} by ${name} on ${momentText(at, zone)}.${terms}`];
}
