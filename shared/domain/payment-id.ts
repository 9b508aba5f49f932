import { createHash } from 'node:crypto';
import type { Instant } from './days.ts';
import { epochMs } from './days.ts';

/** Crockford's alphabet, in which ULIDs are written. */
const letters = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const timeLetters = 10;
const hashLetters = 16;
const hashBytes = 10;

/**
 * The id of the payment that a PaymentIntent is: sortable by the time the intent was made, and always the same for the same
 * intent, so that however often and from wherever it is recorded, there is one payment.
 */
export function paymentIdOf(paymentIntentId: string, intentCreated: Instant): string {
  const hash = createHash('sha256')
    .update(paymentIntentId)
    .digest('hex')
    .slice(0, hashBytes * 2);
  return `pay_${written(BigInt(epochMs(intentCreated)), timeLetters)}${written(BigInt(`0x${hash}`), hashLetters)}`;
}

/** The lowest 5 × `length` bits of a number, five to a letter. */
function written(value: bigint, length: number): string {
  return Array.from({ length }, (_, place) => letters[Number((value >> BigInt(5 * (length - 1 - place))) & 31n)]).join('');
}

/**
 * The id of the payment that something in Xero is for an invoice: a payment that was made there, or a credit that was set against
 * it. Always the same for the same thing on the same invoice.
 */
export function paymentIdFromXero(xeroId: string, invoice: { id: string; createdAt: Instant }): string {
  return paymentIdOf(`xero/${xeroId}/${invoice.id}`, invoice.createdAt);
}
