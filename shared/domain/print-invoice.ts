import type { DateText } from './days.ts';
import type { Line } from './invoice-lines.ts';
import { balanceOf, isOverdue, type InvoiceState } from './invoice.ts';
import { negate, unitsOf, zero, type Money } from './money.ts';
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
import { moneyText } from './money-text.ts';
import { dayText, type Picture, type PrintedDocument, type PrintedFact, type PrintedState } from './printed.ts';

/** What an invoice says, beside its lines. */
export type InvoiceContent = InvoiceState & { currency: string; notes: string; subtotal: Money; tax: Money };

/** An invoice as the client reads it. `today` is a day in the workspace's zone; `link` leads to its page, if there is one. */
export function printInvoice(
  invoice: InvoiceContent,
  itsLines: readonly Line[],
  parties: { supplier: PartyCopy; client: PartyCopy },
  { today, link, logo }: { today: DateText; link?: string | undefined; logo?: Picture | undefined },
): PrintedDocument {
  const lines = itsLines.map(lineToPrint);
  const { due } = balanceOf(invoice);
  const state = stateOf(invoice, due, today);
  const payable = link !== undefined && unitsOf(due) > 0n && invoice.status !== 'voiding' && invoice.status !== 'draft';
  return {
    kind: 'invoice',
    title: 'Invoice',
    number: invoice.number ?? '',
    subject: '',
    currency: invoice.currency,
    paper: paperOf(parties.supplier),
    state,
    supplier: supplierOf(parties.supplier),
    logo,
    clientLabel: 'Billed to',
    client: clientOf(parties.client),
    facts: [
      ...(invoice.issueDate === null ? [] : [{ label: 'Invoice date', value: dayText(invoice.issueDate) }]),
      ...(invoice.dueDate === null ? [] : [{ label: 'Due date', value: dayText(invoice.dueDate) }]),
    ],
    pricesIncludeTax: includeTax(lines),
    lines: lines.map(printLine),
    sums: [...sumsOf(invoice, lines), ...balanceRows(invoice, due)],
    remarks: remarksOf(lines),
    notes: invoice.notes,
    link: link === undefined ? undefined : { label: payable ? 'Pay this invoice online' : 'See this invoice online', url: link },
    date: invoice.issueDate ?? today,
  };
}

function stateOf(invoice: InvoiceContent, due: Money, today: DateText): PrintedState | undefined {
  if (invoice.status === 'draft') return { text: 'Draft', tone: 'plain' };
  if (invoice.status === 'void' || invoice.status === 'voiding') return { text: 'Void', tone: 'plain' };
  if (invoice.status === 'paid') return { text: 'Paid', tone: 'good' };
  if (isOverdue(invoice.status, due, invoice.dueDate, today)) return { text: 'Overdue', tone: 'bad' };
  return invoice.status === 'partially-paid' ? { text: 'Partly paid', tone: 'plain' } : undefined;
}

function balanceRows({ status, paid, credited }: InvoiceContent, due: Money): PrintedFact[] {
  if (status === 'draft') return [];
  const takenOff = (label: string, amount: Money | undefined): PrintedFact[] =>
    amount === undefined || unitsOf(amount) === 0n ? [] : [{ label, value: moneyText(negate(amount)) }];
  const left = status === 'voiding' ? zero(due.currency) : due;
  return [...takenOff('Credited', credited), ...takenOff('Paid', paid), { label: 'Amount due', value: moneyText(left) }];
}
