import type { DateText } from './days.ts';
import type { Line } from './invoice-lines.ts';
import { balanceOf, isOverdue, type InvoiceState } from './invoice.ts';
import { add, subtract, unitsOf, zero, type Money } from './money.ts';
import {
  dayText,
  figure,
  moneyText,
  percentText,
  quantityText,
  type PrintedDocument,
  type PrintedFact,
  type PrintedLine,
  type PrintedParty,
  type PrintedState,
} from './printed.ts';
import type { TaxRuleKind } from './tax.ts';

/** What an invoice says, beside its lines. */
export type InvoiceContent = InvoiceState & { currency: string; notes: string; subtotal: Money; tax: Money };
/** A party's details as they were copied onto the document. */
export type PartyCopy = Record<string, unknown>;

const remarkOf: Partial<Record<TaxRuleKind, string>> = {
  'reverse-charge': 'Reverse charge: the tax is to be accounted for by the customer.',
  export: 'Supply to a customer abroad: no tax is charged.',
  exempt: 'Exempt from tax.',
};

/** Countries that print on letter paper. */
const letterCountries = new Set(['US', 'CA', 'MX', 'PH', 'CL', 'CO', 'CR', 'GT', 'PA', 'PR', 'VE', 'DO', 'SV', 'NI']);

/** An invoice as the client reads it. `today` is a day in the workspace's zone; `link` leads to its page, if there is one. */
export function printInvoice(
  invoice: InvoiceContent,
  lines: readonly Line[],
  parties: { supplier: PartyCopy; client: PartyCopy },
  { today, link }: { today: DateText; link?: string | undefined },
): PrintedDocument {
  const { due } = balanceOf(invoice);
  const state = stateOf(invoice, due, today);
  const payable = link !== undefined && unitsOf(due) > 0n && invoice.status !== 'voiding' && invoice.status !== 'draft';
  return {
    kind: 'invoice',
    title: 'Invoice',
    number: invoice.number ?? '',
    currency: invoice.currency,
    paper: paperOf(parties.supplier),
    state,
    supplier: supplierOf(parties.supplier),
    clientLabel: 'Billed to',
    client: clientOf(parties.client),
    facts: [
      ...(invoice.issueDate === null ? [] : [{ label: 'Invoice date', value: dayText(invoice.issueDate) }]),
      ...(invoice.dueDate === null ? [] : [{ label: 'Due date', value: dayText(invoice.dueDate) }]),
    ],
    lines: lines.map(printLine),
    sums: [...sumsOf(invoice, lines), ...balanceRows(invoice, due)],
    remarks: remarksOf(lines),
    notes: invoice.notes,
    link: link === undefined ? undefined : { label: payable ? 'Pay this invoice online' : 'See this invoice online', url: link },
    date: invoice.issueDate ?? today,
  };
}

/** A line in words and figures. */
export function printLine(line: Line): PrintedLine {
  return {
    description: line.description,
    detail: line.date === null ? '' : dayText(line.date),
    quantity: quantityText(line.quantity, line.unit),
    unitPrice: figure(line.unitPrice),
    tax: line.tax.rule === 'not-registered' ? '' : percentText(line.tax.rate),
    amount: figure(line.amount),
  };
}

/** Subtotal, the tax by rule (each component where a rate has several), and the total. */
export function sumsOf({ subtotal, total }: { subtotal: Money; total: Money }, lines: readonly Line[]): PrintedFact[] {
  const taxes = taxSummary(lines);
  if (taxes.length === 0) return [{ label: 'Total', value: moneyText(total) }];
  return [
    { label: 'Subtotal', value: moneyText(subtotal) },
    ...taxes.map(({ label, tax }) => ({ label, value: moneyText(tax) })),
    { label: 'Total', value: moneyText(total) },
  ];
}

/** What the law wants to have said about the tax of these lines. */
export function remarksOf(lines: readonly Line[]): string[] {
  return [...new Set(lines.map(({ tax }) => remarkOf[tax.rule]).filter((remark) => remark !== undefined))];
}

/** Who sends it: name, address and tax numbers, as they were copied. */
export function supplierOf(copy: PartyCopy): PrintedParty {
  const numbers = Array.isArray(copy['taxNumbers']) ? (copy['taxNumbers'] as { number?: unknown }[]) : [];
  return {
    name: textOf(copy['name']),
    details: [
      ...addressOf(copy),
      countryName(copy['country']),
      ...numbers.map(({ number }) => (textOf(number) === '' ? '' : `Tax number ${textOf(number)}`)),
    ].filter(isSaid),
  };
}

/** Whom it is for. */
export function clientOf(copy: PartyCopy): PrintedParty {
  const taxNumber = textOf(copy['taxNumber']);
  return {
    name: textOf(copy['name']),
    details: [
      ...addressOf(copy),
      countryName(copy['country']),
      textOf(copy['email']),
      taxNumber === '' ? '' : `Tax number ${taxNumber}`,
    ].filter(isSaid),
  };
}

export function paperOf(supplier: PartyCopy): 'a4' | 'letter' {
  return letterCountries.has(textOf(supplier['country'])) ? 'letter' : 'a4';
}

function stateOf(invoice: InvoiceContent, due: Money, today: DateText): PrintedState | undefined {
  if (invoice.status === 'draft') return { text: 'Draft', tone: 'plain' };
  if (invoice.status === 'void' || invoice.status === 'voiding') return { text: 'Void', tone: 'plain' };
  if (invoice.status === 'paid') return { text: 'Paid', tone: 'good' };
  if (isOverdue(invoice.status, due, invoice.dueDate, today)) return { text: 'Overdue', tone: 'bad' };
  return invoice.status === 'partially-paid' ? { text: 'Partly paid', tone: 'plain' } : undefined;
}

function balanceRows({ status, paid }: InvoiceContent, due: Money): PrintedFact[] {
  if (status === 'draft') return [];
  const received = unitsOf(paid) === 0n ? [] : [{ label: 'Paid', value: moneyText(subtract(zero(paid.currency), paid)) }];
  return [...received, { label: 'Amount due', value: moneyText(status === 'voiding' ? zero(due.currency) : due) }];
}

function taxSummary(lines: readonly Line[]): { label: string; tax: Money }[] {
  const rows = new Map<string, { label: string; tax: Money; base: Money; rate: string }>();
  for (const { amount, tax, explanation } of lines) {
    if (tax.rule === 'not-registered') continue;
    const base = explanation.taxIncluded ? subtract(amount, tax.amount) : amount;
    const parts = tax.components.length > 1 ? tax.components : [{ name: tax.name, rate: tax.rate, amount: tax.amount }];
    for (const { name, rate, amount: part } of parts) {
      const key = `${tax.rule} ${name} ${rate}`;
      const row = rows.get(key);
      rows.set(key, {
        label: name,
        rate,
        tax: row ? add(row.tax, part) : part,
        base: row ? add(row.base, base) : base,
      });
    }
  }
  return [...rows.values()].map(({ label, rate, tax, base }) => ({
    label: Number(rate) === 0 ? `${label} 0% on ${figure(base)}` : `${label} ${percentText(rate)} on ${figure(base)}`,
    tax,
  }));
}

const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');
const isSaid = (text: string): boolean => text !== '';

function addressOf(copy: PartyCopy): string[] {
  return Array.isArray(copy['address']) ? copy['address'].map(textOf) : [];
}

/** A country by its English name; its code where nobody knows a name. */
function countryName(code: unknown): string {
  const text = textOf(code);
  if (text === '') return '';
  try {
    return new Intl.DisplayNames('en', { type: 'region' }).of(text) ?? text;
  } catch {
    return text;
  }
}
