import { createHash } from 'node:crypto';
import type { Instant } from './days.ts';
import { epochMs } from './days.ts';
import type { Once } from './once.ts';

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
  return derivedId('pay', paymentIntentId, intentCreated);
}

/** An id that is always the same for the same text and instant, sortable by the instant. */
export function derivedId(prefix: string, text: string, at: Instant): string {
  const hash = createHash('sha256')
    .update(text)
    .digest('hex')
    .slice(0, hashBytes * 2);
  return `${prefix}_${written(BigInt(epochMs(at)), timeLetters)}${written(BigInt(`0x${hash}`), hashLetters)}`;
}

/** The id of what a request makes whose work is more than one transaction: however often it is sent, the same thing is made. */
export function idOfRequest(prefix: string, { workspaceId, memberId, routeId, key }: Once, at: Instant): string {
  return derivedId(prefix, JSON.stringify([workspaceId, memberId, routeId, key]), at);
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
