import type { CreditNote } from 'xero-node/dist/gen/model/accounting/creditNote.js';
import { linesFor, type InvoicePlace, type LineForXero } from './map-invoice.ts';

/** What Xero gets to know of a credit note. */
export interface CreditNoteForXero {
  readonly id: string;
  readonly number: string;
  readonly currency: string;
  /** The day that it says. */
  readonly issueDate: string;
  /** The day that it is booked on: later than it says when that day's period is closed. */
  readonly bookedOn: string;
  readonly lines: readonly LineForXero[];
}

/**
 * A credit note for a sales invoice. Our id is its reference; where it can't be booked on its own day, the reference says that day
 * too. Totals are never sent: what Xero reckons is compared afterwards.
 */
export const creditNoteFor = (note: CreditNoteForXero, place: InvoicePlace): CreditNote =>
  ({
    type: 'ACCRECCREDIT',
    status: place.status,
    contact: { contactID: place.contactId },
    creditNoteNumber: note.number,
    reference: note.bookedOn === note.issueDate ? note.id : `${note.id} dated ${note.issueDate}`,
    date: note.bookedOn,
    currencyCode: note.currency,
    lineAmountTypes: note.lines.some(({ taxIncluded }) => taxIncluded) ? 'Inclusive' : 'Exclusive',
    lineItems: linesFor(note.lines, place),
    // The SDK's enums are numbers to the compiler and texts at run time.
  }) as unknown as CreditNote;

/** The credit note of ours that a reference in Xero names; any other reference stays as it is. */
export const creditNoteNamedIn = (reference: string): string =>
  /^(cn_\S+) dated \d{4}-\d{2}-\d{2}$/.exec(reference)?.[1] ?? reference;

/** What the refund of a credit note carries there: the payment that went back. */
export const refundReference = (paymentId: string): string => `${paymentId} given back`;

/** The payment of ours that a refund was booked for; undefined for a refund of somebody else's. */
export const paymentRefundedBy = (reference: string): string | undefined => /^(pay_\S+) given back$/.exec(reference)?.[1];
