import type { DateText } from './days.ts';
import type { Line, LineTaxShown } from './invoice-lines.ts';
import { add, subtract, type Money } from './money.ts';
import { figure, moneyText, percentText, quantityText } from './money-text.ts';
import { dayText, type PrintedFact, type PrintedLine, type PrintedParty } from './printed.ts';
import type { TaxRuleKind } from './tax.ts';

/** A party's details as they were copied onto the document. */
export type PartyCopy = Record<string, unknown>;

/** What a line of any document tells. */
export type LineToPrint = {
  description: string;
  date?: DateText | null;
  quantity: string;
  unit: 'hour' | 'item';
  unitPrice: Money;
  amount: Money;
  tax: LineTaxShown;
  /** Whether the amount holds its tax. */
  taxIncluded: boolean;
};

/** A line of an invoice or a quote, as far as it is printed. */
export function lineToPrint(line: Line): LineToPrint {
  return { ...line, taxIncluded: line.explanation.taxIncluded };
}

/** Whether the prices on a document are meant with tax: then every line says so. */
export function includeTax(lines: readonly LineToPrint[]): boolean {
  return lines.some(({ taxIncluded, tax }) => taxIncluded && tax.rule !== 'not-registered');
}

const remarkOf: Partial<Record<TaxRuleKind, string>> = {
  'reverse-charge': 'Reverse charge: the tax is to be accounted for by the customer.',
  export: 'Supply to a customer abroad: no tax is charged.',
  exempt: 'Exempt from tax.',
};

/** Countries that print on letter paper. */
const letterCountries = new Set(['US', 'CA', 'MX', 'PH', 'CL', 'CO', 'CR', 'GT', 'PA', 'PR', 'VE', 'DO', 'SV', 'NI']);

/** A line in words and figures. */
export function printLine(line: LineToPrint): PrintedLine {
  return {
    description: line.description,
    detail: line.date == null ? '' : dayText(line.date),
    quantity: quantityText(line.quantity, line.unit),
    unitPrice: figure(line.unitPrice),
    tax: line.tax.rule === 'not-registered' ? '' : percentText(line.tax.rate),
    amount: figure(line.amount),
  };
}

/** Subtotal, the tax by rule (each component where a rate has several), and the total. */
export function sumsOf({ subtotal, total }: { subtotal: Money; total: Money }, lines: readonly LineToPrint[]): PrintedFact[] {
  const taxes = taxSummary(lines);
  if (taxes.length === 0) return [{ label: 'Total', value: moneyText(total) }];
  return [
    { label: 'Subtotal', value: moneyText(subtotal) },
    ...taxes.map(({ label, tax }) => ({ label, value: moneyText(tax) })),
    { label: 'Total', value: moneyText(total) },
  ];
}

/** What the law wants to have said about the tax of these lines. */
export function remarksOf(lines: readonly LineToPrint[]): string[] {
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

function taxSummary(lines: readonly LineToPrint[]): { label: string; tax: Money }[] {
  const rows = new Map<string, { label: string; tax: Money; base: Money; rate: string }>();
  for (const { amount, tax, taxIncluded } of lines) {
    if (tax.rule === 'not-registered') continue;
    const base = taxIncluded ? subtract(amount, tax.amount) : amount;
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
