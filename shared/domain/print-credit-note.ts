import type { DateText } from './days.ts';
import type { Money } from './money.ts';
import {
  clientOf,
  includeTax,
  paperOf,
  printLine,
  remarksOf,
  sumsOf,
  supplierOf,
  type LineToPrint,
  type PartyCopy,
} from './print-parts.ts';
import { dayText, type Picture, type PrintedDocument } from './printed.ts';

/** What a credit note says, beside its lines. */
export type CreditNoteContent = {
  number: string;
  invoiceNumber: string;
  currency: string;
  issueDate: DateText;
  reason: string;
  subtotal: Money;
  total: Money;
};

/** A credit note as the client reads it, with the parties as they stand on its invoice. */
export function printCreditNote(
  note: CreditNoteContent,
  lines: readonly LineToPrint[],
  parties: { supplier: PartyCopy; client: PartyCopy },
  { logo, isVoid = false }: { logo?: Picture | undefined; isVoid?: boolean } = {},
): PrintedDocument {
  return {
    kind: 'credit-note',
    title: 'Credit note',
    number: note.number,
    subject: '',
    currency: note.currency,
    paper: paperOf(parties.supplier),
    state: isVoid ? { text: 'Void', tone: 'plain' } : undefined,
    supplier: supplierOf(parties.supplier),
    logo,
    clientLabel: 'Credited to',
    client: clientOf(parties.client),
    facts: [
      { label: 'Date', value: dayText(note.issueDate) },
      { label: 'For invoice', value: note.invoiceNumber },
    ],
    pricesIncludeTax: includeTax(lines),
    lines: lines.map(printLine),
    sums: sumsOf(note, lines),
    remarks: remarksOf(lines),
    notes: note.reason,
    link: undefined,
    date: note.issueDate,
  };
}
