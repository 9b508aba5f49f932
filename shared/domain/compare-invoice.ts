import type { DateText } from './days.ts';
import type { Difference, DriftKind } from './discrepancy.ts';
import { fromHundredths, hundredthsOf, hundredthsText } from './hundredths.ts';
import type { InvoiceStatus } from './invoice.ts';
import { isCurrency, toDecimal, type Money } from './money.ts';

/** A line as Xero has it, or as it was sent there. Amounts are hundredths of a major unit. */
export type ComparedLine = { description: string; quantity: number; amount: bigint; tax: bigint };

/** Something other than a payment that Xero has set against an invoice: a credit note, a prepayment, an overpayment. */
export type AppliedThere = { what: string; amount: bigint; sourceId?: string; date?: DateText | null };

/** An invoice as Xero has it. Amounts are hundredths of a major unit. */
export type InvoiceThere = {
  invoiceId: string;
  number: string;
  reference: string;
  status: string;
  contactId: string;
  contactName: string;
  currency: string;
  date: DateText | null;
  dueDate: DateText | null;
  subtotal: bigint;
  tax: bigint;
  total: bigint;
  applied: readonly AppliedThere[];
  lines: readonly ComparedLine[];
  payments: readonly { paymentId: string; reference: string; amount: bigint; date: DateText | null }[];
  /** Xero's stamp of its last change, to the second. */
  updatedAt?: string | null;
  /** What of it is not understood here; absent when all of it is. */
  unclear?: string;
};

/** An invoice as the platform has it, with what it must look like there. */
export type InvoiceHere = {
  id: string;
  number: string;
  status: InvoiceStatus;
  currency: string;
  issueDate: DateText | null;
  dueDate: DateText | null;
  subtotal: Money;
  tax: Money;
  total: Money;
  paid: Money;
  clientName: string;
  /** Whether a contact is the invoice's client. */
  isOurContact: (contactId: string) => boolean;
  /** What of a credit in Xero, by its id there, counts here, in hundredths. */
  creditedHere: (sourceId: string) => bigint;
  /** Our own credit notes that were set against it there. */
  allocatedThere?: readonly AppliedThere[];
  /** Null: its lines are not compared. */
  lines: readonly ComparedLine[] | null;
};

/** Whether Xero counts it no more. */
export function isGoneThere({ status, unclear }: Pick<InvoiceThere, 'status' | 'unclear'>): boolean {
  return unclear === undefined && (status === 'VOIDED' || status === 'DELETED');
}

/** Every way in which an invoice of ours is another one in Xero; empty when both say the same. */
export function compareInvoice(ours: InvoiceHere, theirs: InvoiceThere): Difference[] {
  if (theirs.unclear !== undefined) return [unclearDifference(ours, theirs, theirs.unclear)];
  const state = statusDifference(ours, theirs);
  // What is void on a side says nothing about its content any more.
  if (state || isGoneThere(theirs) || ours.status === 'void') return state ? [state] : [];
  return [
    ...moneyDifferences(ours, theirs),
    ...dateDifference(ours, theirs),
    ...contactDifference(ours, theirs),
    ...contentDifference(ours, theirs),
    ...allocationDifference(theirs, ours),
  ];
}

type Said = { kind: DriftKind; ours: string | null; theirs: string | null; cause: string; amount?: Money | null };

function difference(ours: InvoiceHere, theirs: InvoiceThere, said: Said): Difference {
  const { id: documentId, number } = ours;
  return { amount: null, ...said, system: 'xero', subject: 'invoice', documentId, outsideId: theirs.invoiceId, number };
}

/** Nothing else is compared: what isn't understood in one place can't be trusted in another. */
function unclearDifference(ours: InvoiceHere, theirs: InvoiceThere, unclear: string): Difference {
  const cause = `Xero says something of it that is not known here: ${unclear}`;
  return difference(ours, theirs, { kind: 'status', ours: ours.status, theirs: unclear, cause });
}

function statusDifference(ours: InvoiceHere, theirs: InvoiceThere): Difference | undefined {
  const gone = isGoneThere(theirs);
  if (gone === (ours.status === 'void')) return undefined;
  const money = ours.paid.amount > 0 ? ' although money came in for it here' : '';
  const cause = gone
    ? `It was ${theirs.status === 'DELETED' ? 'deleted' : 'voided'} in Xero${money}`
    : 'It is void here and still stands in Xero';
  return difference(ours, theirs, { kind: 'status', ours: ours.status, theirs: theirs.status, cause, amount: ours.total });
}

function moneyDifferences(ours: InvoiceHere, theirs: InvoiceThere): Difference[] {
  if (ours.currency !== theirs.currency) {
    const cause = 'Its currency was changed in Xero';
    return [difference(ours, theirs, { kind: 'currency', ours: ours.currency, theirs: theirs.currency, cause })];
  }
  const total = sums(ours, 'total', theirs);
  const subtotal = sums(ours, 'subtotal', theirs);
  const tax = sums(ours, 'tax', theirs);
  if (tax && !subtotal) return [difference(ours, theirs, { kind: 'tax', ...tax, cause: 'Its tax was changed in Xero' })];
  const wrong = total ?? subtotal;
  return wrong ? [difference(ours, theirs, { kind: 'amount', ...wrong, cause: 'Its amount was changed in Xero' })] : [];
}

function sums(ours: InvoiceHere, sum: 'subtotal' | 'tax' | 'total', theirs: InvoiceThere) {
  const { currency } = ours;
  const here = hundredthsOf(ours[sum]);
  if (here === theirs[sum]) return undefined;
  return {
    ours: `${toDecimal(ours[sum])} ${currency}`,
    theirs: `${hundredthsText(theirs[sum])} ${currency}`,
    amount: here === undefined || !isCurrency(currency) ? null : fromHundredths(theirs[sum] - here, currency),
  };
}

/** A due date may be taken over, the date of the invoice may not: one of the two is told, the graver one first. */
function dateDifference(ours: InvoiceHere, theirs: InvoiceThere): Difference[] {
  if (theirs.date !== null && ours.issueDate !== null && theirs.date !== ours.issueDate) {
    const cause = 'The date of the invoice was changed in Xero';
    return [difference(ours, theirs, { kind: 'date', ours: `dated ${ours.issueDate}`, theirs: `dated ${theirs.date}`, cause })];
  }
  if (theirs.dueDate === null || ours.dueDate === null || theirs.dueDate === ours.dueDate) return [];
  const cause = 'The due date was changed in Xero';
  return [difference(ours, theirs, { kind: 'date', ours: `due ${ours.dueDate}`, theirs: `due ${theirs.dueDate}`, cause })];
}

function contactDifference(ours: InvoiceHere, theirs: InvoiceThere): Difference[] {
  if (theirs.contactId === '' || ours.isOurContact(theirs.contactId)) return [];
  const cause = `It was moved to the contact ${theirs.contactName} in Xero`;
  return [difference(ours, theirs, { kind: 'contact', ours: ours.clientName, theirs: theirs.contactName, cause })];
}

function allocationDifference(theirs: InvoiceThere, ours: InvoiceHere): Difference[] {
  const unknown = unknownCredits(theirs.applied, ours);
  if (unknown.length === 0) return missingAllocation(theirs, ours);
  const said = unknown.map(({ what, amount }) => `${what} over ${hundredthsText(amount)}`).join(', ');
  const all = unknown.reduce((sum, { amount }) => sum + amount, 0n);
  const amount = isCurrency(ours.currency) ? fromHundredths(all, ours.currency) : null;
  const cause = 'Something that is not known here was set against it in Xero';
  return [difference(ours, theirs, { kind: 'allocation', ours: 'nothing', theirs: said, cause, amount })];
}

/** A credit note of ours that somebody has taken off the invoice again. */
function missingAllocation(theirs: InvoiceThere, ours: InvoiceHere): Difference[] {
  const stands = new Set(theirs.applied.map(({ sourceId }) => sourceId));
  const missing = (ours.allocatedThere ?? []).filter(({ sourceId }) => !stands.has(sourceId));
  if (missing.length === 0) return [];
  const said = missing.map(({ what, amount }) => `${what} over ${hundredthsText(amount)}`).join(', ');
  const all = missing.reduce((sum, { amount }) => sum + amount, 0n);
  const amount = isCurrency(ours.currency) ? fromHundredths(all, ours.currency) : null;
  const cause = 'A credit note of ours was taken off it in Xero';
  return [difference(ours, theirs, { kind: 'allocation', ours: said, theirs: 'nothing', cause, amount })];
}

/** Credits that don't count here with the amount that is set against the invoice there, one for each source. */
function unknownCredits(applied: readonly AppliedThere[], { creditedHere }: InvoiceHere): AppliedThere[] {
  const bySource = Map.groupBy(applied, ({ sourceId = '' }) => sourceId);
  return [...bySource].flatMap(([sourceId, parts]) => {
    const amount = parts.reduce((sum, part) => sum + part.amount, 0n);
    const [{ what } = { what: 'a credit' }] = parts;
    return sourceId !== '' && creditedHere(sourceId) === amount ? [] : [{ what, amount, sourceId }];
  });
}

/** Its number and its lines. */
function contentDifference(ours: InvoiceHere, theirs: InvoiceThere): Difference[] {
  if (theirs.number !== ours.number) {
    const cause = `Its number was changed to ${theirs.number || 'nothing'} in Xero`;
    return [difference(ours, theirs, { kind: 'line', ours: ours.number, theirs: theirs.number, cause })];
  }
  const { lines } = ours;
  if (lines === null || theirs.lines.length === 0) return [];
  if (lines.length !== theirs.lines.length) {
    const cause = theirs.lines.length > lines.length ? 'A line was added in Xero' : 'A line was removed in Xero';
    const counts = { ours: `${lines.length} lines`, theirs: `${theirs.lines.length} lines` };
    return [difference(ours, theirs, { kind: 'line', ...counts, cause })];
  }
  const place = lines.findIndex((line, index) => !isSameLine(line, theirs.lines[index] as ComparedLine));
  const here = lines[place];
  const there = theirs.lines[place];
  if (!here || !there) return [];
  const cause = `Line ${place + 1} was edited in Xero`;
  return [difference(ours, theirs, { kind: 'line', ours: lineText(here), theirs: lineText(there), cause })];
}

function isSameLine(one: ComparedLine, other: ComparedLine): boolean {
  return (
    plain(one.description) === plain(other.description) &&
    Math.round(one.quantity * 10_000) === Math.round(other.quantity * 10_000) &&
    one.amount === other.amount &&
    one.tax === other.tax
  );
}

/** Blanks and line ends don't survive every form in which Xero hands a text on. */
function plain(text: string): string {
  return text.normalize('NFC').replace(/\s+/g, ' ').trim();
}

function lineText({ description, quantity, amount, tax }: ComparedLine): string {
  const shown = plain(description);
  const cut = shown.length > 80 ? `${shown.slice(0, 79)}…` : shown;
  return `${cut}: ${quantity}, ${hundredthsText(amount)} and tax ${hundredthsText(tax)}`;
}
