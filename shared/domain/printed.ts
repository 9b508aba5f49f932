import { dateIn, isDate, type DateText, type Instant } from './days.ts';

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

/** A column of figures: its heading, and what it says of a line. */
export type PrintedColumn = { heading: string; says: (line: PrintedLine) => string };

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
  /** What it is about, in the supplier's words; may be empty. */
  subject: string;
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
  /** Whether prices and amounts of lines hold their tax. */
  pricesIncludeTax: boolean;
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

/** A moment as the clock in a zone shows it, with the zone's name: `20 November 2026 at 10:00:00 (Europe/London)`. */
export function momentText(at: Instant, zone: string): string {
  const clock = new Intl.DateTimeFormat('en-GB', { timeStyle: 'medium', timeZone: zone });
  return `${dayText(dateIn(zone, at))} at ${clock.format(new Date(at))} (${zone})`;
}

/** The columns of a document's table beside the description. One that says nothing on any line isn't there. */
export function columnsOf({ lines, currency, pricesIncludeTax }: PrintedDocument): PrintedColumn[] {
  const withTax = pricesIncludeTax ? ' with tax' : '';
  return [
    { heading: 'Quantity', says: (line: PrintedLine) => line.quantity },
    { heading: `Price${withTax}`, says: (line: PrintedLine) => line.unitPrice },
    { heading: 'Tax', says: (line: PrintedLine) => line.tax },
    { heading: `Amount${withTax} (${currency})`, says: (line: PrintedLine) => line.amount },
  ].filter(({ says }) => lines.some((line) => says(line) !== ''));
}
