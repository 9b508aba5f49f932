import type { Difference, DifferenceSubject } from './discrepancy.ts';

/** A number series, from the first number that was ever used here. */
export type OwnSeries = { prefix: string; first: bigint };

const ulid = '[0-7][0-9A-HJKMNP-TV-Z]{25}';
const invoiceId = new RegExp(`^inv_${ulid}$`);
const paymentId = new RegExp(`^pay_${ulid}$`);
const clientId = new RegExp(`^cli_${ulid}$`);
const creditNoteId = new RegExp(`^cn_${ulid}$`);
const quoteId = new RegExp(`^quo_${ulid}$`);
const billId = new RegExp(`^bil_${ulid}$`);
const expenseId = new RegExp(`^exp_${ulid}$`);

/** Whether a text is an id that the platform gives. */
export const isInvoiceId = (text: string): boolean => invoiceId.test(text);
export const isPaymentId = (text: string): boolean => paymentId.test(text);
export const isClientId = (text: string): boolean => clientId.test(text);
export const isCreditNoteId = (text: string): boolean => creditNoteId.test(text);
export const isQuoteId = (text: string): boolean => quoteId.test(text);
export const isBillId = (text: string): boolean => billId.test(text);
export const isExpenseId = (text: string): boolean => expenseId.test(text);

/**
 * Whether a number belongs to our series: its prefix, digits, and not below the first number that was used here. What stands below
 * is the history of the books, which had their numbers before us.
 */
export function isOfSeries(number: string, { prefix, first }: OwnSeries): boolean {
  if (!number.startsWith(prefix)) return false;
  const digits = number.slice(prefix.length);
  return /^\d{1,18}$/.test(digits) && BigInt(digits) >= first;
}

type Found = { outsideId: string; number: string; amount: Difference['amount'] };

/** A document in Xero that carries our reference or a number of our series and is none of ours. */
export function extraThere(subject: DifferenceSubject, found: Found, by: 'reference' | 'number'): Difference {
  const what = subject.replace('-', ' ');
  const one = /^[aeiou]/.test(what) ? `an ${what}` : `a ${what}`;
  const cause =
    by === 'reference'
      ? `Xero has ${one} that carries our reference, and there is no such ${what} here`
      : `Xero has ${one} with a number of our series (${found.number}) that was not made here`;
  const number = found.number || null;
  return { kind: 'extra', system: 'xero', subject, documentId: null, ours: null, theirs: number, cause, ...found, number };
}

/** A second document in Xero that carries the reference of one of ours. */
export function duplicateThere(
  subject: DifferenceSubject,
  documentId: string,
  found: Found & { first: string | null },
): Difference {
  const { outsideId, number, amount, first } = found;
  const cause = `Xero has a second ${subject.replace('-', ' ')} with the same reference`;
  return {
    ...{ kind: 'duplicate', system: 'xero', subject, documentId, outsideId, cause, amount, ours: first },
    number: number || null,
    theirs: outsideId,
  } as Difference;
}
