import { compareDocument, differenceOf, isGoneThere, type ComparedLine, type DocumentThere } from './compare-document.ts';
import type { DateText } from './days.ts';
import type { Difference } from './discrepancy.ts';
import { fromHundredths, hundredthsText } from './hundredths.ts';
import type { InvoiceStatus } from './invoice.ts';
import { isCurrency, subtract, type Money } from './money.ts';

/** Something other than a payment that Xero has set against an invoice: a credit note, a prepayment, an overpayment. */
export type AppliedThere = { what: string; amount: bigint; sourceId?: string; date?: DateText | null };

/** An invoice as Xero has it. Amounts are hundredths of a major unit. */
export type InvoiceThere = DocumentThere & {
  invoiceId: string;
  applied: readonly AppliedThere[];
  payments: readonly { paymentId: string; reference: string; amount: bigint; date: DateText | null }[];
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
  /** Our own credit notes that belong against it there; of one that is on its way less may stand there yet. */
  allocatedThere?: readonly (AppliedThere & { isOnItsWay?: boolean })[];
  /** Credited here only, because the invoice was lowered in Xero itself; absent while nothing was. */
  creditedOnlyHere?: Money | undefined;
  /** Null: its lines are not compared. */
  lines: readonly ComparedLine[] | null;
};

/** Every way in which an invoice of ours is another one in Xero; empty when both say the same. */
export function compareInvoice(ours: InvoiceHere, theirs: InvoiceThere): Difference[] {
  const { invoiceId } = theirs;
  const plain = compareDocument({ ...ours, ...wantedOf(ours) }, theirs, invoiceId);
  if (theirs.unclear !== undefined || isGoneThere(theirs) || ours.status === 'void') return plain;
  return [...plain, ...allocationDifference(theirs, ours)];
}

/** What stands there when both sides say the same. Where it was lowered, only the total can be the same. */
function wantedOf({ number, status, clientName, issueDate, creditedOnlyHere, total, lines, subtotal, tax }: InvoiceHere) {
  const isOff = status === 'void';
  const common = { subject: 'invoice' as const, numberThere: number, isOff, partyName: clientName, date: issueDate };
  if (!creditedOnlyHere) return { ...common, total, subtotal, tax, lines };
  return { ...common, total: subtract(total, creditedOnlyHere), subtotal: undefined, tax: undefined, lines: null };
}

const invoiceDifference = (
  ours: InvoiceHere,
  { invoiceId }: InvoiceThere,
  said: Parameters<typeof differenceOf>[2],
): Difference => differenceOf({ subject: 'invoice', id: ours.id, number: ours.number }, invoiceId, said);

function allocationDifference(theirs: InvoiceThere, ours: InvoiceHere): Difference[] {
  const unknown = unknownCredits(theirs.applied, ours);
  if (unknown.length === 0) return missingAllocation(theirs, ours);
  const amount = isCurrency(ours.currency) ? fromHundredths(sumOf(unknown), ours.currency) : null;
  const cause = 'Something that is not known here was set against it in Xero';
  return [invoiceDifference(ours, theirs, { kind: 'allocation', ours: 'nothing', theirs: wordsOf(unknown), cause, amount })];
}

/** A credit note of ours that somebody has taken off the invoice again, or a part of it. */
function missingAllocation(theirs: InvoiceThere, ours: InvoiceHere): Difference[] {
  const missing = (ours.allocatedThere ?? []).filter(
    ({ sourceId, amount, isOnItsWay }) => !isOnItsWay && standsOf(theirs.applied, sourceId) < amount,
  );
  if (missing.length === 0) return [];
  const standing = missing.map((one) => ({ ...one, amount: standsOf(theirs.applied, one.sourceId) }));
  const left = standing.filter(({ amount }) => amount > 0n);
  const all = sumOf(missing) - sumOf(standing);
  const amount = isCurrency(ours.currency) ? fromHundredths(all, ours.currency) : null;
  const cause = 'A credit note of ours was taken off it in Xero';
  const said = { ours: wordsOf(missing), theirs: left.length === 0 ? 'nothing' : wordsOf(left) };
  return [invoiceDifference(ours, theirs, { kind: 'allocation', ...said, cause, amount })];
}

/** Credits that don't count here with the amount that is set against the invoice there, one for each source. */
function unknownCredits(applied: readonly AppliedThere[], { creditedHere, allocatedThere = [] }: InvoiceHere): AppliedThere[] {
  const isOurs = (id: string, amount: bigint) => allocatedThere.some((own) => own.sourceId === id && own.amount > amount);
  const bySource = Map.groupBy(applied, ({ sourceId = '' }) => sourceId);
  return [...bySource].flatMap(([sourceId, parts]) => {
    const amount = sumOf(parts);
    const [{ what } = { what: 'a credit' }] = parts;
    const isKnown = sourceId !== '' && (creditedHere(sourceId) === amount || isOurs(sourceId, amount));
    return isKnown ? [] : [{ what, amount, sourceId }];
  });
}

const sumOf = (parts: readonly AppliedThere[]): bigint => parts.reduce((sum, { amount }) => sum + amount, 0n);
const standsOf = (applied: readonly AppliedThere[], id: string | undefined): bigint =>
  sumOf(applied.filter(({ sourceId }) => sourceId === id));
const wordsOf = (parts: readonly AppliedThere[]): string =>
  parts.map(({ what, amount }) => `${what} over ${hundredthsText(amount)}`).join(', ');
