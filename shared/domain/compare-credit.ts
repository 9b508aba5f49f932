import { compareDocument, differenceOf, isGoneThere, type DocumentHere, type DocumentThere } from './compare-document.ts';
import type { Difference } from './discrepancy.ts';
import { fromHundredths } from './hundredths.ts';
import { isCurrency } from './money.ts';
import { hundredthsMoneyText } from './money-text.ts';

/** A credit note as Xero has it, with what stands against it. Amounts are hundredths of a major unit. */
export type CreditThere = DocumentThere & {
  creditNoteId: string;
  allocations: readonly { invoiceId: string; amount: bigint }[];
  /** Refunds that are none of ours. */
  foreignRefunds: readonly { amount: bigint }[];
  /** What of our refunds was booked there and stands there no more. */
  missingRefunds: bigint;
};

/** Every way in which a credit note of ours is another one in Xero. That it was taken off its invoice is told of the invoice. */
export function compareCredit(ours: DocumentHere & { invoiceThere: string | null }, theirs: CreditThere): Difference[] {
  const plain = compareDocument(ours, theirs, theirs.creditNoteId);
  if (theirs.unclear !== undefined || isGoneThere(theirs)) return plain;
  const elsewhere = theirs.allocations.filter(({ invoiceId }) => invoiceId !== ours.invoiceThere);
  return [
    ...plain,
    ...moved(ours, theirs, 'allocation', sumOf(elsewhere), 'It is set against another document in Xero'),
    ...refundDifference(ours, theirs),
  ];
}

const sumOf = (parts: readonly { amount: bigint }[]): bigint => parts.reduce((sum, { amount }) => sum + amount, 0n);

/**
 * What went back there beyond what is known here, in hundredths; below nothing where less did. Somebody may have made one of our
 * refunds anew there: only what is left beyond that is different.
 */
export function beyondRefunds({
  foreignRefunds,
  missingRefunds,
}: Pick<CreditThere, 'foreignRefunds' | 'missingRefunds'>): bigint {
  return sumOf(foreignRefunds) - missingRefunds;
}

function refundDifference(ours: DocumentHere, theirs: CreditThere): Difference[] {
  const beyond = beyondRefunds(theirs);
  if (beyond >= 0n) return moved(ours, theirs, 'payment', beyond, 'A refund of it was recorded in Xero and is not here');
  const cause = 'A refund of it that was booked from here was taken back in Xero';
  return moved(ours, theirs, 'payment', -beyond, cause).map((one) => ({ ...one, ours: one.theirs, theirs: 'nothing' }));
}

function moved(
  ours: DocumentHere,
  { creditNoteId }: CreditThere,
  kind: 'allocation' | 'payment',
  all: bigint,
  cause: string,
): Difference[] {
  if (all === 0n) return [];
  const amount = isCurrency(ours.currency) ? fromHundredths(all, ours.currency) : null;
  const theirs = hundredthsMoneyText(all, ours.currency);
  return [differenceOf(ours, creditNoteId, { kind, ours: 'nothing', theirs, cause, amount })];
}
