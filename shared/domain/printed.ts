import { isDate, type DateText } from './days.ts';
import { toDecimal, type Money } from './money.ts';

/** One of the two sides of a document. */
export type PrintedParty = {
  name: string;
  /** Address, tax numbers and the like, a line each. */
  details: string[];
};

/** A picture as documents show it, the right way up and without transparency. Its sides are in pixels. */
export type Picture = { type: 'image/png' | 'image/jpeg'; width: number; height: number; bytes: Uint8Array };

/** One row of a document, in words and figures as they are read. */
export type PrintedLine = {
  description: string;
  /** What stands small below the description: a date, a reason. */
  detail: string;
  quantity: string;
  /** Amounts without their currency, which the table's heading names. */
  unitPrice: string;
  tax: string;
  amount: string;
};

export type PrintedFact = { label: string; value: string };

/** How a document stands at the moment; undefined where there is nothing to say. */
export type PrintedState = { text: string; tone: 'good' | 'bad' | 'plain' };

/**
 * A document as a person reads it, whatever it is printed on: every figure is text already. The last of the sums is the one that
 * matters most.
 */
export type PrintedDocument = {
  kind: 'invoice' | 'credit-note' | 'quote';
  /** `Invoice`, `Credit note`, `Quote`. */
  title: string;
  /** Empty on a draft. */
  number: string;
  currency: string;
  paper: 'a4' | 'letter';
  state: PrintedState | undefined;
  supplier: PrintedParty;
  /** The supplier's own picture, above their name. */
  logo: Picture | undefined;
  /** How the other side is called: `Billed to`, `Prepared for`. */
  clientLabel: string;
  client: PrintedParty;
  facts: PrintedFact[];
  lines: PrintedLine[];
  sums: PrintedFact[];
  /** What the law wants to have said about the tax. */
  remarks: string[];
  notes: string;
  /** Where to pay, or to look at it; undefined where there is no link. */
  link: { label: string; url: string } | undefined;
  /** The day the document bears; it dates the file too, so that the same document is always the same file. */
  date: DateText;
};

/** An amount without its currency, in groups of three: 1234567 KWD is `1,234.567`, −5 GBP `−0.05`. */
export function figure(money: Money): string {
  const [whole = '', decimals] = toDecimal(money).replace('-', '').split('.');
  const grouped = whole.replace(/\B(?=(\d{3})+$)/g, ',');
  return `${money.amount < 0 ? '−' : ''}${grouped}${decimals === undefined ? '' : `.${decimals}`}`;
}

/** An amount with its currency: `GBP 1,234.50`. */
export function moneyText(money: Money): string {
  return `${money.currency} ${figure(money)}`;
}

const months = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
];

/** A day as it is written out: `21 November 2026`. */
export function dayText(date: DateText): string {
  if (!isDate(date)) return date;
  const [year, month, day] = date.split('-');
  return `${Number(day)} ${months[Number(month) - 1]} ${year}`;
}

/** A rate as percent: `0.2` is `20%`, `0.09975` is `9.975%`. Reckoned on the text, so that no digit is lost. */
export function percentText(rate: string): string {
  const [whole = '0', decimals = ''] = rate.split('.');
  const digits = decimals.padEnd(2, '0');
  const left = `${whole}${digits.slice(0, 2)}`.replace(/^0+(?=\d)/, '');
  const right = digits.slice(2).replace(/0+$/, '');
  return `${left}${right === '' ? '' : `.${right}`}%`;
}

/** A quantity without the zeros that say nothing: `1.2500` hours are `1.25 h`. */
export function quantityText(quantity: string, unit: 'hour' | 'item'): string {
  const short = quantity.includes('.') ? quantity.replace(/\.?0+$/, '') : quantity;
  return unit === 'hour' ? `${short} h` : short;
}
